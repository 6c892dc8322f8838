package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marsad/engine/config"
	"marsad/force"
	"marsad/say"
)

// What a configuration names and is not there is said before a start, each thing
// with what to do.
func TestCheckSaysWhatIsNotThere(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	unit := force.Unit{ID: "a", Node: "0b0c6d3e-1f5a-4f43-9d2e-6c7a3f0e8b11", Section: "rabia", Home: 41000}
	for name, c := range map[string]struct {
		change func(*config.Config)
		code   string
	}{
		"unknown section of a unit": {func(c *config.Config) { u := unit; u.Section = "moon"; c.Units = []force.Unit{u} }, "app.sections"},
		"home beyond the line":      {func(c *config.Config) { u := unit; u.Home = 700000; c.Units = []force.Unit{u} }, "app.sections"},
		"commander of no section":   {func(c *config.Config) { c.Respond.Commanders = map[string]string{"rabbia": "karim"} }, "app.sections"},
		"deputy of no section":      {func(c *config.Config) { c.Respond.Deputies = map[string]string{"moon": "karim"} }, "app.sections"},
		"no survey":                 {func(c *config.Config) { c.Calibration = filepath.Join(dir, "none.csv") }, "app.calibration"},
		"a bad survey":              {func(c *config.Config) { c.Calibration = file("posts.csv", "post,chainage\n1,x\n") }, "border.calibration"},
		"no rules":                  {func(c *config.Config) { c.Rules = dir }, "rules.none"},
		"a file for a folder":       {func(c *config.Config) { c.Data = file("data", "x") }, "app.data"},
		"no certificate":            {func(c *config.Config) { c.TLS = config.TLS{Cert: "none.pem", Key: "none.key"} }, "app.tls"},
		"no SAPIENT certificate":    {func(c *config.Config) { c.Sapient.TLS = config.TLS{Cert: "none.pem", Key: "none.key"} }, "sapient.config"},
		"no readers": {func(c *config.Config) {
			c.Announce.Addr, c.Announce.Readers = "127.0.0.1:0", filepath.Join(dir, "none")
		}, "app.announce_readers"},
		"no elevation":  {func(c *config.Config) { c.Terrain.Folder = filepath.Join(dir, "none") }, "ground.file"},
		"no dwellings":  {func(c *config.Config) { c.Dwellings = filepath.Join(dir, "none") }, "cameras.file"},
		"no classifier": {func(c *config.Config) { c.Classifier = []string{filepath.Join(dir, "none")} }, "cameras.file"},
	} {
		t.Run(name, func(t *testing.T) {
			conf := config.Default()
			conf.Data = filepath.Join(dir, "absent")
			c.change(&conf)
			found := Check(conf)
			if len(found) != 1 {
				t.Fatalf("%d things found: %v", len(found), found)
			}
			if e := say.As(found[0]); e.Code != c.code || e.Text.Ar == "" || e.Hint.En == "" || e.Hint.Ar == "" {
				t.Errorf("%q (want %q): %+v", e.Code, c.code, e)
			}
			if _, err := os.Stat(conf.Data); c.code != "app.data" && err == nil {
				t.Error("a check made the data folder")
			}
		})
	}
	good := config.Default()
	good.Data = filepath.Join(dir, "absent")
	good.Units, good.Respond.Commanders = []force.Unit{unit}, map[string]string{"rabia": "karim", "*": "duty"}
	good.Calibration = file("good.csv", "post,chainage\n10,40000\n20,50000\n")
	if found := Check(good); len(found) != 0 {
		t.Fatalf("a good configuration: %v", found)
	}
	// A start refuses what check does, before it makes anything.
	bad := good
	bad.Units = []force.Unit{{ID: "a", Node: unit.Node, Section: "moon"}}
	if _, err := New(bad, Options{}); err == nil || !strings.Contains(err.Error(), "moon") {
		t.Errorf("a start with an unknown section: %v", err)
	}
	if _, err := os.Stat(bad.Data); err == nil {
		t.Error("a refused start made the data folder")
	}
}
