package border

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"marsad/geo"
	"marsad/say"
)

func TestSectionsCoverTheLineAtEveryLevel(t *testing.T) {
	d := DefaultAtlas().Division
	whole := Default().Whole()
	for _, level := range levels {
		at := whole.From
		for _, s := range d.Level(level) {
			if s.From != at {
				t.Errorf("%s %s begins at %v, the one before ends at %v", level, s.ID, s.From, at)
			}
			at = s.To
			if s.Name.En == "" || s.Name.Ar == "" || s.Unit.En == "" || s.Unit.Ar == "" {
				t.Errorf("%s lacks a name or a unit in a language: %+v", s.ID, s)
			}
		}
		if at != whole.To {
			t.Errorf("the %ss end at %v, the line at %v", level, at, whole.To)
		}
	}
}

func TestSectionsFormATree(t *testing.T) {
	d := DefaultAtlas().Division
	rapid.Check(t, func(t *rapid.T) {
		c := drawChainage(t, Default())
		var parent Section
		for _, level := range levels {
			s, ok := d.At(level, c)
			if !ok || !s.Contains(c) && c != s.To {
				t.Fatalf("%s at %v: %+v, %v", level, c, s, ok)
			}
			if s.Parent != parent.ID || parent.ID != "" && s.Intersect(parent.Span) != s.Span {
				t.Fatalf("%s %s lies outside its parent %q", level, s.ID, s.Parent)
			}
			if !d.Within(s.ID, s.ID) || parent.ID != "" && (!d.Within(s.ID, parent.ID) || d.Within(parent.ID, s.ID)) {
				t.Fatalf("%s is not within %s alone", s.ID, parent.ID)
			}
			parent = s
		}
		path := d.Path(parent.ID)
		if len(path) != len(levels) || path[0].Level != LevelRegion || path[3] != parent {
			t.Fatalf("the path of %s is %v", parent.ID, path)
		}
	})
}

func TestNamedSections(t *testing.T) {
	for km, want := range map[float64]string{
		0: "fishkhabour", 29.999: "fishkhabour", 30: "rabia", 44.1: "rabia", 59.9: "rabia",
		81: "sinjar", 200: "baaj", 371: "qaim", 589: "waleed", Default().Length() / 1000: "waleed",
	} {
		if s, ok := SectionAt(Chainage(km * 1000)); !ok || s.ID != want {
			t.Errorf("km %v lies in %q, %v, want %q", km, s.ID, ok, want)
		}
	}
	for _, c := range []Chainage{-1, 700_000, Chainage(math.NaN())} {
		if s, ok := SectionAt(c); ok {
			t.Errorf("chainage %v off the line lies in %q", float64(c), s.ID)
		}
	}
	d := DefaultAtlas().Division
	if got := d.Set("rabia", "fishkhabour", "nowhere"); got.Count() != 1 || got.Length() != 60_000 {
		t.Errorf("Fishkhabour and Rabia cover %v", got.Spans())
	}
	if got := d.Parts(""); len(got) != 2 || got[0].Level != LevelRegion {
		t.Errorf("the regions are %v", got)
	}
	if _, ok := d.Section("nowhere"); ok || d.Path("nowhere") != nil || d.Within("nowhere", "nowhere") {
		t.Error("a section that is not there was found")
	}
}

func TestReadDivisionRefuses(t *testing.T) {
	part := func(id, from, more string) string {
		return `{"id":"` + id + `","name":{"en":"a","ar":"ا"},"from_km":` + from + more + `}`
	}
	for name, parts := range map[string]string{
		"not beginning at 0":  part("a", "1", ""),
		"going back":          part("a", "0", "") + "," + part("b", "50", "") + "," + part("c", "40", ""),
		"past the end":        part("a", "0", "") + "," + part("b", "700", ""),
		"an id twice":         part("a", "0", "") + "," + part("a", "50", ""),
		"no id":               part("", "0", ""),
		"a part before":       part("a", "0", "") + "," + part("b", "50", `,"parts":[`+part("c", "40", "")+`]`),
		"a part beyond":       part("a", "0", `,"parts":[`+part("c", "0", "")+","+part("d", "60", "")+`]`) + "," + part("b", "50", ""),
		"no name":             `{"id":"a","from_km":0}`,
		"parts below a post":  part("a", "0", `,"parts":[`+part("b", "0", `,"parts":[`+part("c", "0", `,"parts":[`+part("d", "0", `,"parts":[`+part("e", "0", "")+`]`)+`]`)+`]`)+`]`),
		"not JSON":            `{`,
		"a number for a text": `{"id":1}`,
	} {
		_, err := ReadDivision([]byte(`{"parts":[`+parts+`]}`), Default())
		if e := say.As(err); e == nil || e.Kind != say.Invalid || e.Text.Ar == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReadDivision(f *testing.F) {
	f.Add(sectionsData)
	f.Add([]byte(`{"parts":[{"id":"a","name":{"en":"a","ar":"b"},"from_km":0,"parts":[{"id":"b","from_km":-1}]}]}`))
	axis := Default()
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := ReadDivision(data, axis)
		if err != nil {
			return
		}
		for _, s := range d.All() {
			if s.Empty() || s.From < 0 || s.To > axis.Whole().To {
				t.Errorf("%q runs %v", s.ID, s.Span)
			}
		}
	})
}

func TestPlacesLieWhereTheyShould(t *testing.T) {
	for _, c := range []struct {
		id   string
		km   float64 // known to about a kilometre
		side Side
	}{
		{"fishkhabour", 6, Home}, {"rabia", 44.1, Home}, {"sinjar", 81, Home}, {"qaim-crossing", 371, Home},
		{"albu-kamal", 375.2, Other}, {"yarubiyah", 46, Other}, {"hol", 138, Other}, {"waleed-crossing", 589, Home},
	} {
		i := slices.IndexFunc(Places(), func(p Place) bool { return p.ID == c.id })
		if i < 0 {
			t.Errorf("%s is missing", c.id)
			continue
		}
		l := Places()[i].Location
		if math.Abs(float64(l.Chainage)-c.km*1000) > 1500 || l.Side != c.side {
			t.Errorf("%s: %+v, want km %v on side %v", c.id, l, c.km, c.side)
		}
	}
	crossings := 0
	for _, p := range Places() {
		if p.Kind == Crossing {
			crossings++
			if off := math.Abs(float64(p.Location.Offset)); off > 2_000 {
				t.Errorf("the crossing %s lies %.0f m off the line", p.ID, off)
			}
		}
	}
	if crossings != 4 {
		t.Errorf("%d crossings, want 4", crossings)
	}
}

func TestNear(t *testing.T) {
	var rabia geo.Point
	for _, p := range Places() {
		if p.ID == "rabia" {
			rabia = p.Point
		}
	}
	for _, c := range []struct {
		p      geo.Point
		en, ar string
	}{
		{geo.Direct(rabia, 6_200, geo.Radians(50)), "6 km NE of Rabia", "\u20666\u2069 كم شمال شرق ربيعة"},
		{geo.Direct(rabia, 3_000, geo.Radians(180)), "3 km S of Rabia", "\u20663\u2069 كم جنوب ربيعة"},
		{geo.Direct(rabia, 200, 0), "near Rabia", "قرب ربيعة"},
		{geo.Point{Lat: math.NaN()}, "", ""},
	} {
		if got, want := Near(c.p), (say.Text{En: c.en, Ar: c.ar}); got != want {
			t.Errorf("%v is %+v, want %+v", c.p, got, want)
		}
	}
}

func TestNearestIsNearest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := geo.Point{Lat: rapid.Float64Range(32, 38).Draw(t, "lat"), Lon: rapid.Float64Range(38, 44).Draw(t, "lon")}
		got, metres, azimuth := Nearest(p)
		for _, other := range Places() {
			if d := geo.Distance(other.Point, p); d < metres-1 {
				t.Fatalf("%s is %v m away, but %s only %v", got.ID, metres, other.ID, d)
			}
		}
		if back := geo.Direct(got.Point, metres, azimuth); geo.Distance(back, p) > 0.01 {
			t.Fatalf("from %s the way leads %v m past the point", got.ID, geo.Distance(back, p))
		}
	})
}

func TestOctant(t *testing.T) {
	for degrees, want := range map[float64]string{0: "N", 22: "N", 23: "NE", 90: "E", 135: "SE", 180: "S", -90: "W", 225: "SW", 338: "N", 720: "N", 315: "NW"} {
		if got := Octant(geo.Radians(degrees)).En; got != want {
			t.Errorf("%v° is %q, want %q", degrees, got, want)
		}
	}
	if got := Octant(math.NaN()); !got.IsZero() {
		t.Errorf("no direction is %+v", got)
	}
}

func FuzzReadPlaces(f *testing.F) {
	f.Add(placesData)
	f.Add([]byte(`{"places":[{"id":"a","kind":"town","name":{"en":"a","ar":"b"},"lat":91,"lon":0}]}`))
	axis := Default()
	f.Fuzz(func(t *testing.T, data []byte) {
		g, err := ReadPlaces(data, axis)
		if err == nil && g.Near(geo.Point{Lat: 36, Lon: 41}).IsZero() {
			t.Error("places were read and none is near")
		}
	})
}

func TestOwnSideAndProvinceCoverTheLine(t *testing.T) {
	whole := NewSet(Default().Whole())
	own, province := OwnSide(), DefaultAtlas().Province()
	if got := own.Covered(); !got.Equal(whole) {
		t.Errorf("who holds our side is known on %v", got.Spans())
	}
	if got := province.Covered(); !got.Equal(whole) {
		t.Errorf("the province is known on %v", got.Spans())
	}
	if v, _ := own.At(2_000); v != "kurdistan" {
		t.Errorf("the far north is held by %q", v)
	}
	for km, want := range map[Chainage]string{3: "duhok", 44: "ninawa", 200: "ninawa", 371: "anbar"} {
		if v, _ := province.At(km * 1000); v != want {
			t.Errorf("km %v lies in %q, want %q", float64(km), v, want)
		}
	}
}

func TestTheTableOfLanes(t *testing.T) {
	table, err := NewLaneTable(DefaultAtlas().Lanes()...)
	if err != nil {
		t.Fatal(err)
	}
	own, ok := table.Lane("own-side")
	if !ok || own.Kind != Category || !slices.Contains(own.Marks, Assumed) {
		t.Errorf("the lane own-side: %+v, %v", own.LaneInfo, ok)
	}
	legend := map[string]bool{}
	for _, v := range own.Values {
		legend[v.Value] = true
	}
	pieces := own.Pieces(5_000, 100_000)
	if len(pieces) != 2 || pieces[0].From != 5_000 || pieces[1].To != 100_000 {
		t.Errorf("from km 5 to 100: %+v", pieces)
	}
	for _, p := range pieces {
		if !legend[p.Value] {
			t.Errorf("the legend lacks %q", p.Value)
		}
	}
	if _, err := NewLaneTable(own, own); err == nil {
		t.Error("a lane registered twice: no error")
	}
	if _, err := NewLaneTable(LaneEntry{LaneInfo: own.LaneInfo}); err == nil {
		t.Error("a lane without pieces: no error")
	}
	relief := NumberLane(LaneInfo{ID: "relief", Name: own.Name, Source: own.Source, Unit: "m"}, NewLane(Piece[float64]{Span{0, 10}, 381.5}))
	if got := relief.Pieces(5, 20); len(got) != 1 || got[0].Number != 381.5 || got[0].To != 10 || relief.Kind != Number {
		t.Errorf("a lane of figures gave %+v", got)
	}
}

func TestReadLanesRefuses(t *testing.T) {
	for name, piece := range map[string]string{
		"a value its legend lacks": `{"from_km":0,"value":"other"}`,
		"reversed":                 `{"from_km":5,"to_km":4,"value":"a"}`,
		"before the line":          `{"from_km":-5,"to_km":4,"value":"a"}`,
		"past the line":            `{"from_km":700,"value":"a"}`,
	} {
		_, err := NewAtlas(Default(), nil, nil, []byte(`{"lanes":[{"id":"x","values":[{"value":"a"}],"pieces":[`+piece+`]}]}`))
		if e := say.As(err); e == nil || e.Code != "border.lanes" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReadLanes(f *testing.F) {
	f.Add(lanesData)
	f.Add([]byte(`{"lanes":[{"id":"x","values":[{"value":"a"}],"pieces":[{"from_km":1e300,"value":"a"}]}]}`))
	axis := Default()
	f.Fuzz(func(t *testing.T, data []byte) {
		lanes, err := readLanes(data, axis)
		if err != nil {
			return
		}
		for _, l := range lanes {
			if beyond := l.lane.Covered().Minus(NewSet(axis.Whole())); !beyond.Empty() {
				t.Errorf("the lane %q reaches %v", l.info.ID, beyond.Spans())
			}
		}
	})
}

func TestDescribe(t *testing.T) {
	d := Describe(Default().Place(43_200, 150))
	if !d.HasKm || d.Section != "rabia" || d.Post != "" || math.Abs(float64(d.Location.Offset)-150) > 0.1 ||
		!strings.HasPrefix(d.MGRS, "38S KF ") || !strings.HasSuffix(d.Near.En, "Rabia") {
		t.Errorf("150 m inside at km 43.2: %+v", d)
	}
	if d := Describe(geo.Point{Lat: 33.3, Lon: 44.4}); d.HasKm || d.Section != "" || d.MGRS != "38S MB 44140 84706" || d.Near.IsZero() {
		t.Errorf("Baghdad has a place and no chainage: %+v", d)
	}
	if d := Describe(geo.Point{Lat: math.NaN(), Lon: 41}); d.HasKm || d.MGRS != "" || !d.Near.IsZero() {
		t.Errorf("nowhere: %+v", d)
	}
	// The grid zone changes at 42° E, on the line.
	if got := Describe(Default().At(50_000)).MGRS[:2] + Describe(Default().At(65_000)).MGRS[:2]; got != "3837" {
		t.Errorf("the zones at km 50 and 65 are %s, want 38 and 37", got)
	}
}

func TestDescribeAtKeepsTheChainageGiven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawChainage(t, Default())
		o := Offset(rapid.Float64Range(-20_000, 20_000).Draw(t, "offset"))
		d := DefaultAtlas().DescribeAt(c, o)
		section, _ := SectionAt(c)
		if !d.HasKm || d.Location.Chainage != c || d.Location.Offset != o || d.Section != section.ID || d.Point != Default().Place(c, o) {
			t.Fatalf("at %v %v: %+v", c, float64(o), d)
		}
	})
}

func TestTheSecondDescriptionIsOfTheSamePoint(t *testing.T) {
	atlas, told := DefaultAtlas(), 0
	for _, p := range points(4_000, 8_000) {
		first := atlas.Describe(p)
		second, ok := atlas.Second(first)
		if ok != first.Location.Ambiguous {
			t.Fatalf("%+v has a second: %v", first, ok)
		}
		if !ok {
			continue
		}
		told++
		section, _ := SectionAt(first.Location.Second.Chainage)
		if second.Point != p || second.MGRS != first.MGRS || second.Location.Chainage != first.Location.Second.Chainage || second.Section != section.ID {
			t.Fatalf("%+v, then %+v", first, second)
		}
	}
	if told == 0 {
		t.Error("no point of 4,000 is ambiguous: the test has tested nothing")
	}
}

func TestPostsAppearOnlyWithASurvey(t *testing.T) {
	atlas, err := NewAtlas(Default(), nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := Default().At(43_200)
	if got := atlas.Describe(p).Post; got != "" {
		t.Errorf("without a survey there is a post %q", got)
	}
	atlas.Calibration, err = NewCalibration(Default(), []Survey{{44, 43_000}, {45, 44_000}})
	if err != nil {
		t.Fatal(err)
	}
	if got := atlas.Describe(p).Post; got != "44.200" {
		t.Errorf("with a survey the post is %q, want 44.200", got)
	}
	if got := atlas.Describe(Default().At(50_000)).Post; got != "" {
		t.Errorf("outside the survey there is a post %q", got)
	}
}

func TestTheDataNamesItsLicence(t *testing.T) {
	var feature struct {
		Properties map[string]string `json:"properties"`
	}
	if err := json.Unmarshal(axis1, &feature); err != nil {
		t.Fatal(err)
	}
	if p := feature.Properties; !strings.Contains(p["attribution"], "OpenStreetMap contributors") || !strings.Contains(p["licence"], "ODbL 1.0") {
		t.Errorf("the axis says %v", p)
	}
}
