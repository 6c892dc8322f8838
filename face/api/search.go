package api

import (
	"context"
	"strings"

	"marsad/border"
	"marsad/engine/access"
	"marsad/respond"
	"marsad/say"
)

// Found is one answer of the search.
type Found struct {
	Kind  string   `json:"kind"` // km, incident, place, section, unit, alert, sensor
	ID    string   `json:"id"`
	Title say.Text `json:"title"`
	Km    float64  `json:"km"`
}

const mostFound = 20

func (s *Server) search() {
	type searchInput struct {
		Q string `query:"q" minLength:"1" maxLength:"100"`
	}
	route(s, access.ReadLine, get("search", "/api/v1/search", "Everything by km post, name in either script, incident number, or id", "picture"),
		func(ctx context.Context, a *access.Account, in *searchInput) (*list[Found], error) {
			q := strings.TrimSpace(in.Q)
			incidents, err := s.byNumber(ctx, a, unfigured.Replace(q))
			if err != nil {
				return nil, err
			}
			return page(s.find(a, q, incidents), ""), nil
		})
}

func (s *Server) find(a *access.Account, q string, incidents []respond.Case) []Found {
	var found []Found
	add := func(f Found) {
		if len(found) < mostFound {
			found = append(found, f)
		}
	}
	if c, err := border.ParseChainage(q); err == nil && c >= 0 && float64(c) <= s.atlas.Axis.Length() {
		add(Found{"km", c.String(), say.Text{En: "km " + c.String(), Ar: "كم " + say.LTR(c.String())}, float64(c)})
	}
	for i := range incidents {
		c := &incidents[i].Alert
		number := numberOf(c.Opened, c.ID)
		add(Found{"incident", c.ID.String(), say.Text{En: number + " · " + c.Title.En, Ar: say.LTR(number) + " · " + c.Title.Ar}, round(float64(c.Where.Chainage), 0)})
	}
	needle := fold(q)
	named := func(t say.Text) bool {
		return strings.Contains(fold(t.En), needle) || strings.Contains(fold(t.Ar), needle)
	}
	for _, p := range s.atlas.Places.All() {
		if named(p.Name) {
			add(Found{"place", p.ID, p.Name, round(float64(s.atlas.Axis.Locate(p.Point).Chainage), 0)})
		}
	}
	for _, x := range s.sections {
		if named(x.Name) || named(x.Unit) {
			add(Found{"section", x.ID, x.Name, float64(x.From+x.To) / 2})
		}
	}
	v, current := s.viewOf(a), s.picture.Current()
	for _, u := range current.Units {
		if v.unit(u) && (named(u.Name) || strings.HasPrefix(fold(u.ID), needle)) {
			add(Found{"unit", u.ID, u.Name, round(float64(u.Chainage), 0)})
		}
	}
	for _, row := range current.Alerts {
		if c := &row.Case; v.alert(&c.Alert) && (named(c.Alert.Title) || strings.HasPrefix(c.Alert.ID.String(), needle)) {
			add(Found{"alert", c.Alert.ID.String(), c.Alert.Title, round(float64(c.Alert.Where.Chainage), 0)})
		}
	}
	for _, x := range current.Sensors {
		if v.sensor(x) && strings.Contains(fold(x.Name), needle) {
			add(Found{"sensor", string(x.ID), say.Text{En: x.Name, Ar: x.Name}, round(float64(x.Chainage), 0)})
		}
	}
	return found
}

// fold makes spellings of one name alike: case, the forms of alef, ta marbuta
// and ya, vowel marks, and Arabic-Indic digits.
func fold(s string) string { return folding.Replace(strings.ToLower(s)) }

var folding = strings.NewReplacer("أ", "ا", "إ", "ا", "آ", "ا", "ى", "ي", "ة", "ه", "ـ", "",
	"ً", "", "ٌ", "", "ٍ", "", "َ", "", "ُ", "", "ِ", "", "ّ", "", "ْ", "",
	"٠", "0", "١", "1", "٢", "2", "٣", "3", "٤", "4", "٥", "5", "٦", "6", "٧", "7", "٨", "8", "٩", "9")

// unfigured writes Arabic-Indic digits as Latin ones.
var unfigured = strings.NewReplacer("٠", "0", "١", "1", "٢", "2", "٣", "3", "٤", "4", "٥", "5", "٦", "6", "٧", "7", "٨", "8", "٩", "9")
