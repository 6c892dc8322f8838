package app

import (
	"crypto/tls"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"marsad/adapter/sapient"
	"marsad/border"
	"marsad/engine/config"
	"marsad/say"
	"marsad/sense"
)

// Check reads everything that a configuration names, as a start would, and gives
// each thing that would keep Marsad from starting or would not do what it says. It
// opens no port and no record, and changes nothing.
func Check(c config.Config) (found []error) {
	add := func(err error) {
		if err != nil {
			found = append(found, err)
		}
	}
	atlas, err := Atlas(c)
	add(err)
	if err != nil {
		atlas = border.DefaultAtlas()
	}
	add(knownSections(c, atlas))
	_, _, _, err = Parts(c, atlas)()
	add(err)
	_, err = Zones(c.Coverage)
	add(err)
	add(checkFolder(c.Data))
	if c.TLS.Cert != "" {
		_, err = pagePair(c.TLS)
		add(err)
	}
	add(sapient.CheckFiles(sapientOf(c)))
	_, err = listenersOf(c.Announce)
	add(err)
	ground, err := Ground(c.Terrain)
	add(err)
	if err == nil {
		add(ground.Close())
	}
	if c.Dwellings != "" && len(c.Cameras) == 0 { // with cameras they are read beside them
		_, err = Dwellings(c.Dwellings)
		add(err)
	}
	if len(c.Classifier) > 0 {
		if _, err := exec.LookPath(c.Classifier[0]); err != nil {
			add(cameraError("classifier: the program "+c.Classifier[0]+" cannot be run", err))
		}
	}
	return found
}

// Atlas of a configuration: with official posts where the operator surveyed them.
func Atlas(c config.Config) (*border.Atlas, error) {
	atlas := border.DefaultAtlas()
	if c.Calibration == "" {
		return atlas, nil
	}
	table, err := os.ReadFile(c.Calibration)
	if err != nil {
		return nil, &say.Error{Code: "app.calibration", Kind: say.Invalid, Cause: err,
			Text: say.Text{En: "calibration: the survey of posts cannot be read", Ar: "تعذرت قراءة جدول مسح العلامات"},
			Hint: say.Text{En: "correct the path, or leave it out: then no official post is shown", Ar: "صحح المسار أو احذفه: عندئذ لا تُعرض علامة رسمية"}}
	}
	survey, err := border.ReadCalibration(table, atlas.Axis)
	if err != nil {
		return nil, err
	}
	return atlas.Surveyed(survey), nil
}

// knownSections refuses names of sections that are none: a unit, a commander or a
// deputy of a misspelt section would silently never be asked.
func knownSections(c config.Config, atlas *border.Atlas) error {
	known := []string{"*"}
	for _, s := range atlas.Division.All() {
		known = append(known, s.ID)
	}
	var unknown []string
	for i, u := range c.Units {
		if u.Section != "" && !slices.Contains(known, u.Section) {
			unknown = append(unknown, fmt.Sprintf("units[%d].section: %q", i, u.Section))
		}
		if float64(u.Home) > atlas.Axis.Length() {
			unknown = append(unknown, fmt.Sprintf("units[%d].home: %.0f m, the line ends at %.0f", i, float64(u.Home), atlas.Axis.Length()))
		}
	}
	for name, table := range map[string]map[string]string{"respond.commanders": c.Respond.Commanders, "respond.deputies": c.Respond.Deputies} {
		for section := range table {
			if !slices.Contains(known, section) {
				unknown = append(unknown, fmt.Sprintf("%s: %q", name, section))
			}
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	slices.Sort(unknown)
	why := strings.Join(unknown, "; ")
	return &say.Error{Code: "app.sections", Kind: say.Invalid,
		Text: say.Text{En: "the line has no such section or place: " + why, Ar: "لا يوجد قاطع أو موضع كهذا: " + say.LTR(why)},
		Hint: say.Text{En: "sections: " + strings.Join(known[1:], ", "), Ar: "القواطع: " + say.LTR(strings.Join(known[1:], ", "))}}
}

// checkFolder refuses a data folder that is a file.
func checkFolder(dir string) error {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return &say.Error{Code: "app.data", Kind: say.Invalid,
			Text: say.Text{En: "data: " + dir + " is a file, not a folder", Ar: "data: " + say.LTR(dir) + " ملف وليس مجلداً"},
			Hint: say.Text{En: "name a folder; the first start makes it", Ar: "اذكر مجلداً؛ ينشئه أول تشغيل"}}
	}
	return nil
}

// pagePair reads the page's certificate with its key.
func pagePair(t config.TLS) (tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(t.Cert, t.Key)
	if err != nil {
		return pair, &say.Error{Code: "app.tls", Kind: say.Invalid, Cause: err,
			Text: say.Text{En: "the page's certificate cannot be used", Ar: "تعذر استعمال شهادة الصفحة"},
			Hint: say.Text{En: "tls.cert and tls.key must be PEM files that belong together", Ar: "يجب أن يكون الملفان متطابقين بصيغة PEM"}}
	}
	return pair, nil
}

// sapientOf is what a configuration says of the way in for SAPIENT nodes, without
// the clock.
func sapientOf(c config.Config) sapient.Config {
	s := c.Sapient
	own := map[sense.SensorID]string{}
	for _, u := range c.Units {
		own[sense.SensorID(u.Node)] = u.ID
	}
	conf := sapient.Config{Addr: s.Addr, CertFile: s.TLS.Cert, KeyFile: s.TLS.Key, ClientCAFile: s.TLS.ClientCA,
		NodeID: s.NodeID, MaxClients: s.MaxClients, IdleTimeout: time.Duration(s.Idle), Own: own}
	if s.Declination != nil {
		conf.Declination = sapient.FixedDeclination(*s.Declination)
	}
	return conf
}
