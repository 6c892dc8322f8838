package sapient_test

import (
	"strings"
	"testing"

	"marsad/adapter/sapient"
	"marsad/engine/config"
)

func TestSampleIsAConfiguration(t *testing.T) {
	plain := sapient.Sample()
	whole := strings.ReplaceAll(strings.ReplaceAll(plain, "  #tls:", "  tls:"), "  #  ", "    ")
	if whole == plain {
		t.Fatal("nothing was taken out of comment")
	}
	for _, s := range []string{plain, whole} {
		c, err := config.Decode([]byte(s))
		if err != nil {
			t.Fatalf("%v in\n%s", err, s)
		}
		if c.Sapient.Addr != config.Default().Sapient.Addr || c.Sapient.MaxClients != config.Default().Sapient.MaxClients {
			t.Errorf("the sample does not show the defaults: %+v", c.Sapient)
		}
	}
}
