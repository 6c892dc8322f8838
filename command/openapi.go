package command

import "marsad/app"

// OpenAPICmd prints the description of the API.
type OpenAPICmd struct{}

// Run needs no server: the description comes from the handlers' types.
func (c *OpenAPICmd) Run(s *Streams) error {
	b, err := app.OpenAPI()
	if err != nil {
		return err
	}
	_, err = s.Out.Write(append(b, '\n'))
	return err
}
