package sim

import (
	"embed"
	"io/fs"
	"slices"
	"strings"

	"marsad/say"
	"marsad/sim/scn"
)

//go:embed scenarios/*.scn
var texts embed.FS

// order of worth, as help shows them.
var order = []string{"family", "fibre-decoy", "outbound", "hidden-in-a-herd", "mass-arrival",
	"balloons", "dust", "floats", "five-breaches", "turned-tower", "quiet", "empty"}

// Names of the scenarios that come with Marsad, in order of worth.
func Names() []string { return slices.Clone(order) }

// Scenario that comes with Marsad. The error is a *say.Error.
func Scenario(name string) (*scn.Scenario, error) {
	text, err := fs.ReadFile(texts, "scenarios/"+name+".scn")
	if err != nil {
		return nil, &say.Error{
			Code: "scenario.unknown", Kind: say.NotFound,
			Text: say.Text{En: "there is no scenario called {name}", Ar: "لا يوجد سيناريو باسم {name}"}.Fill("name", name),
			Hint: say.Text{En: "take one of: " + strings.Join(order, ", "), Ar: "اختر واحداً من: " + say.LTR(strings.Join(order, ", "))},
		}
	}
	return scn.Parse(string(text))
}
