package sim

import "testing"

func TestScenariosParse(t *testing.T) {
	for _, name := range Names() {
		s, err := Scenario(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if s.Name != name {
			t.Errorf("%s calls itself %s", name, s.Name)
		}
		if s.Title.Ar == "" || s.About.Ar == "" {
			t.Errorf("%s has no Arabic", name)
		}
	}
	files, err := texts.ReadDir("scenarios")
	if err != nil || len(files) != len(Names()) {
		t.Errorf("%d scenario files, %d in the table, error %v", len(files), len(Names()), err)
	}
}
