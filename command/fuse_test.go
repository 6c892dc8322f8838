package command

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"marsad/fuse/scene"
	"marsad/say"
)

// fused runs the command on a generated scene whose detections are changed first.
func fused(t *testing.T, change func(string) string) (code int, sum fuseSummary, tracks, said string) {
	t.Helper()
	s, err := scene.Make("a", 5)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	scenario, err := json.Marshal(&s.Scenario)
	if err != nil {
		t.Fatal(err)
	}
	name := func(n string) string { return filepath.Join(dir, n) }
	for n, b := range map[string][]byte{"s.json": scenario, "d.csv": []byte(change(string(s.Detections)))} {
		if err := os.WriteFile(name(n), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out, errOut bytes.Buffer
	code = Main([]string{"fuse", "--scenario", name("s.json"), "--detections", name("d.csv"), "--tracks", name("t.csv")}, &out, &errOut)
	if code == 0 {
		if err := json.Unmarshal(out.Bytes(), &sum); err != nil || strings.Count(out.String(), "\n") != 1 {
			t.Fatalf("it printed %q: %v", out.String(), err)
		}
	}
	b, _ := os.ReadFile(name("t.csv"))
	return code, sum, string(b), errOut.String()
}

// TestFuseCommandTakesWhatItCan gives the command files as bad programs write them:
// what can be used is used, the rest is counted and said by line.
func TestFuseCommandTakesWhatItCan(t *testing.T) {
	_, plain, want, said := fused(t, func(s string) string { return s })
	if plain.Detections < 1500 || plain.Refused+plain.Doubles > 0 || said != "" || strings.Count(want, "\n") < 500 {
		t.Fatalf("%+v, %q", plain, said)
	}
	after := func(s, row string) string {
		head, rest, _ := strings.Cut(s, "\n")
		return head + "\n" + row + "\n" + rest
	}
	reversed := func(s string) string {
		lines := strings.Split(strings.TrimSpace(s), "\n")
		for i, j := 1, len(lines)-1; i < j; i, j = i+1, j-1 {
			lines[i], lines[j] = lines[j], lines[i]
		}
		return strings.Join(lines, "\n")
	}
	for _, c := range []struct {
		name             string
		change           func(string) string
		refused, doubles int
		says             string
	}{
		{"CRLF", func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }, 0, 0, ""},
		{"byte order mark", func(s string) string { return "\ufeff" + s }, 0, 0, ""},
		{"quotes and blanks", func(s string) string { return strings.ReplaceAll(s, ",pos1,", ", \"pos1\" ,") }, 0, 0, ""},
		{"blank lines, no last newline", func(s string) string { return "\n" + strings.TrimSpace(s) + "\n\n  " }, 0, 0, ""},
		{"newest first", reversed, 0, 0, ""},
		{"every row twice", func(s string) string {
			head, rest, _ := strings.Cut(s, "\n")
			return head + "\n" + rest + rest
		}, 0, plain.Detections, ""},
		{"NaN", func(s string) string { return after(s, "0.000,pos1,xy,0,0,2,NaN,1,25,0,25,-1") }, 1, 0, "line 2 has \"NaN\" for z0"},
		{"infinite", func(s string) string { return after(s, "0.000,pos1,xy,0,0,2,1,-Inf,25,0,25,-1") }, 1, 0, "line 2 has \"-Inf\" for z1"},
		{"no time", func(s string) string { return after(s, "NaN,pos1,xy,0,0,2,1,1,25,0,25,-1") }, 1, 0, "line 2 has t \"NaN\""},
		{"unknown sensor", func(s string) string { return after(s, "0.000,pos9,xy,0,0,2,1,1,25,0,25,-1") }, 1, 0, "names sensor \"pos9\""},
		{"another type", func(s string) string { return after(s, "0.000,pos1,bearing,0,0,1,1,,25,,,-1") }, 1, 0, "type \"bearing\""},
		{"short row", func(s string) string { return after(s, "0.000,pos1") }, 1, 0, "has 2 fields, the header 12"},
		{"long row", func(s string) string { return after(s, "0.000,pos1,xy,0,0,2,1,1,25,0,25,-1,7") }, 1, 0, "has 13 fields"},
		{"no bytes of text", func(s string) string { return after(s, "\x00\xff,\xfe") }, 1, 0, "line 2"},
		{"twenty bad rows", func(s string) string { return s + strings.Repeat("0,x,xy,0,0,2,1,1,25,0,25,-1\n", 20) }, 20, 0, "and 10 more rows"},
	} {
		code, sum, tracks, said := fused(t, c.change)
		if code != 0 || tracks != want || sum.Detections != plain.Detections || sum.Refused != c.refused || sum.Doubles != c.doubles || !strings.Contains(said, c.says) || (c.says == "") != (said == "") {
			t.Errorf("%s: code %d, %+v, the same tracks %v, said %.200q", c.name, code, sum, tracks == want, said)
		}
	}
	code, sum, tracks, _ := fused(t, func(s string) string { head, _, _ := strings.Cut(s, "\n"); return head })
	if code != 0 || sum.Detections != 0 || sum.Scans != 100 || strings.Count(tracks, "\n") != 1 {
		t.Errorf("header only: code %d, %+v, tracks %q", code, sum, tracks)
	}
}

// TestFuseCommandRefusesWhatItCannotRead wants nothing written and the reason said.
func TestFuseCommandRefusesWhatItCannotRead(t *testing.T) {
	for name, c := range map[string]struct {
		change func(string) string
		says   string
	}{
		"empty":          {func(string) string { return "" }, "empty"},
		"column":         {func(s string) string { return strings.Replace(s, "z1", "y", 1) }, "no column \"z1\""},
		"semicolons":     {func(s string) string { return strings.ReplaceAll(s, ",", ";") }, "no column \"t\""},
		"two bytes each": {func(s string) string { return strings.Join(strings.Split(s, ""), "\x00") }, "no column \"t\""},
	} {
		if code, _, tracks, said := fused(t, c.change); code != 1 || tracks != "" || !strings.Contains(said, c.says) {
			t.Errorf("%s: code %d, tracks %.60q, said %q", name, code, tracks, said)
		}
	}
	// What a run before wrote stays where the next one's detections are of no use; what
	// cannot be written is said, with the file.
	dir := t.TempDir()
	made, err := scene.Make("a", 5)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(&made.Scenario)
	if err != nil {
		t.Fatal(err)
	}
	scenario, old := filepath.Join(dir, "s.json"), filepath.Join(dir, "old.csv")
	good, bad := filepath.Join(dir, "good.csv"), filepath.Join(dir, "bad.csv")
	for path, text := range map[string]string{scenario: string(text), old: "kept", good: "t,sensor_id,z0,z1,R00,R11\n", bad: "nothing of use\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out, errs strings.Builder
	err = (&FuseCmd{Scenario: scenario, Detections: bad, Tracks: old, Threads: 1}).Run(&Streams{Out: &out, Err: &errs})
	if b, _ := os.ReadFile(old); err == nil || string(b) != "kept" || !strings.Contains(say.As(err).Text.En, bad) || !strings.Contains(say.As(err).Text.Ar, bad) {
		t.Errorf("detections of no use: the tracks of before are %q, said %v", b, err)
	}
	err = (&FuseCmd{Scenario: scenario, Detections: good, Tracks: filepath.Join(dir, "none", "o.csv"), Threads: 1}).Run(&Streams{Out: &out, Err: &errs})
	if e := say.As(err); e == nil || e.Code != "fuse.output" || e.Hint.En == "" || out.Len() != 0 {
		t.Errorf("a folder that is not there: %v, printed %q", err, out.String())
	}
	file := filepath.Join(t.TempDir(), "d.csv")
	if err := os.WriteFile(file, []byte("t"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := FuseCmd{Detections: file, Tracks: file}
	if _, err := c.read(); err == nil || !strings.Contains(err.Error(), "written over") {
		t.Errorf("tracks over detections: %v", err)
	}
}
