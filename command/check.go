package command

import (
	"context"
	"fmt"

	"marsad/app"
	"marsad/engine/config"
	"marsad/say"
)

// CheckCmd checks a configuration file.
type CheckCmd struct {
	Config string `arg:"" type:"path" help:"The configuration file."`
	Online `embed:""`
	Lang   string `default:"en" enum:"en,ar" help:"Language of the answer: en or ar."`
}

// Run reads the file as serve would, and every file that it names, and says what
// is wrong with them.
func (c *CheckCmd) Run(s *Streams) error {
	conf, err := config.Read(c.Config)
	if err != nil {
		return err
	}
	var found []finding
	for _, err := range app.Check(conf) {
		found = append(found, sick(err))
	}
	if len(conf.Cameras) > 0 {
		found = append(found, lookAtCameras(context.Background(), conf, c.Online)...)
	}
	if tell(s, found, c.Lang) > 0 {
		return exit(1)
	}
	good := say.Text{En: "{file} is good: page on {page}, SAPIENT on {sapient}, data in {data}, {units} own units",
		Ar: "الملف {file} سليم: الصفحة على {page} وSAPIENT على {sapient} والبيانات في {data} والوحدات {units}"}
	fmt.Fprintln(s.Out, good.Fill("file", c.Config, "page", conf.Addr, "sapient", conf.Sapient.Addr, "data", conf.Data, "units", fmt.Sprint(len(conf.Units))).In(c.Lang))
	return nil
}
