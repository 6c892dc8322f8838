package command

import (
	"fmt"

	"marsad/engine/config"
)

// CheckCmd checks a configuration file.
type CheckCmd struct {
	Config string `arg:"" type:"path" help:"The configuration file."`
}

// Run reads the file as serve would and says what is wrong with it.
func (c *CheckCmd) Run(s *Streams) error {
	conf, err := config.Read(c.Config)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.Out, "%s is good: page on %s, SAPIENT on %s, data in %s, %d own units\n",
		c.Config, conf.Addr, conf.Sapient.Addr, conf.Data, len(conf.Units))
	return nil
}
