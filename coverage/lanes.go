package coverage

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"marsad/border"
	"marsad/say"
	"marsad/sense"
)

// The ids of the lanes, in the order of Lanes.
const (
	LanePerson   = "coverage"
	LaneVehicle  = "coverage-vehicle"
	LaneSlowAir  = "coverage-slow-air"
	LaneFloat    = "coverage-float"
	LaneDesigned = "coverage-designed"
	LaneGaps     = "coverage-gaps"
	LaneDepth    = "coverage-depth"
	LaneQuality  = "coverage-quality"
	LaneLeast    = "coverage-least-height"
	LaneControl  = "control"
)

// series is a lane as a value for each sample; NaN is none. Words are indices.
type series struct {
	info   border.LaneInfo
	words  []string
	values []float32
}

// equal reports whether two series read the same: values, marks and source.
func (s series) equal(t series) bool {
	return slices.Equal(s.info.Marks, t.info.Marks) && s.info.Source == t.info.Source &&
		slices.EqualFunc(s.values, t.values, func(a, b float32) bool { return a == b || (a != a && b != b) })
}

var classLanes = [nClass]struct {
	id   string
	name say.Text
}{
	{LanePerson, say.Text{En: "Seen now", Ar: "مرئي الآن"}},
	{LaneVehicle, say.Text{En: "Seen: vehicle", Ar: "مرئي: عجلة"}},
	{LaneSlowAir, say.Text{En: "Seen: slow air", Ar: "مرئي: جسم جوي بطيء"}},
	{LaneFloat, say.Text{En: "Seen: low float", Ar: "مرئي: جسم طافٍ"}},
}

var stateNames = [...]say.Text{
	{En: "Seen by two or more", Ar: "يراه متحسسان أو أكثر"},
	{En: "Seen by one", Ar: "يراه متحسس واحد"},
	{En: "Dark: its sensor does not work", Ar: "مظلم: المتحسس متوقف"},
	{En: "Not known: the ground is not known", Ar: "غير معلوم: التضاريس غير معروفة"},
	{En: "Gap: nothing sees it", Ar: "ثغرة: لا يراه شيء"},
}

// Lanes gives every lane for the table. Entries keep what they show when the
// network changes; Change carries the new ones. Control comes from Control.
func (n *Network) Lanes() []border.LaneEntry {
	var lanes []border.LaneEntry
	for _, s := range n.shown {
		lanes = append(lanes, n.entry(s))
	}
	return lanes
}

// states works out every lane's values.
func (n *Network) states() []series {
	var all []series
	for c := range Classes {
		values := make([]float32, len(n.line))
		for i := range values {
			values[i] = float32(n.counts.state(c, i))
		}
		all = append(all, series{n.info(classLanes[c].id, classLanes[c].name, stateWords[:], stateNames[:]), stateWords[:], values})
	}
	designed, gaps := make([]float32, len(n.line)), make([]float32, len(n.line))
	depth, quality := make([]float32, len(n.line)), make([]float32, len(n.line))
	for i := range n.line {
		if n.counts.designed[0][i] == 0 {
			designed[i] = 1
		}
		if gaps[i] = float32(n.counts.state(0, i)) - dark; gaps[i] < 0 {
			gaps[i] = float32(math.NaN()) // seen: no gap
		}
		depth[i] = float32(n.counts.now[0][i])
		// In twentieths, or nearly every sample would be a piece of its own.
		p := 1 - math.Exp(-float64(n.counts.evidence[i])/1000)
		quality[i] = float32(math.Floor(p*20+1e-9) / 20)
	}
	words := []string{"seen", Gap}
	all = append(all,
		series{n.info(LaneDesigned, say.Text{En: "Designed", Ar: "بحسب التصميم"}, words,
			[]say.Text{{En: "Seen", Ar: "مرئي"}, stateNames[gap]}), words, designed},
		series{n.info(LaneGaps, say.Text{En: "Gaps now", Ar: "الثغرات الآن"}, stateWords[dark:], stateNames[dark:]), stateWords[dark:], gaps},
		series{n.figures(LaneDepth, say.Text{En: "Sensors a metre", Ar: "متحسسات لكل متر"}, "1"), nil, depth},
		series{n.figures(LaneQuality, say.Text{En: "Chance in a scan", Ar: "احتمال الكشف في المسح"}, "1"), nil, quality},
		series{n.figures(LaneLeast, say.Text{En: "Least height seen", Ar: "أدنى ارتفاع مرئي"}, "m"), nil, n.leastHeights()},
	)
	return all
}

// heights are the steps in which least heights are shown, metres.
var heights = [...]float64{0, 0.2, 0.5, 1, 1.7, 3, 5, 10, 20, 30, 60, 100, 300}

// leastHeights gives, per sample, the least height that a working sensor in
// range sees, rounded up; NaN where there is none.
func (n *Network) leastHeights() []float32 {
	least := make([]float32, len(n.line))
	for i := range least {
		least[i] = float32(math.Inf(1))
	}
	for _, w := range n.watches {
		if w.reach == nil || !w.health.Working() {
			continue
		}
		for i, d := range w.reach.dist {
			at := w.reach.first + i
			if float64(d) <= w.limit[0] && float64(d) >= w.sensor.MinRange && w.reach.least[i] < least[at] && w.inSector(w.reach.az[i]) {
				least[at] = w.reach.least[i]
			}
		}
	}
	for i, h := range least {
		k := sort.SearchFloat64s(heights[:], float64(h))
		if k == len(heights) {
			least[i] = float32(math.NaN())
			continue
		}
		least[i] = float32(heights[k])
	}
	return least
}

// Marks are owed wherever a lane is shown: the model is assumed; the ground may
// be synthetic and sensors simulated.
func (n *Network) Marks() []string {
	marks := []string{border.Assumed}
	if n.Provenance().Synthetic {
		marks = append(marks, border.Synthetic)
	}
	for _, w := range n.watches {
		if w.sensor.Simulated {
			return append(marks, border.Simulated)
		}
	}
	return marks
}

func (n *Network) figures(id string, name say.Text, unit string) border.LaneInfo {
	condition := "night"
	conditionAr := "ليلاً"
	if n.cfg.When.Day {
		condition, conditionAr = "day", "نهاراً"
	}
	ground := n.Provenance().Source
	return border.LaneInfo{ID: id, Name: name, Kind: border.Number, Unit: unit, Marks: n.Marks(), Source: say.Text{
		En: fmt.Sprintf("a person unless it says otherwise; lines of sight over: %s; assumed detection model, %s, %s", ground.En, condition, n.cfg.When.Weather),
		Ar: fmt.Sprintf("شخص ما لم يُذكر غيره؛ خطوط النظر فوق: %s؛ نموذج كشف مفترض، %s، %s", ground.Ar, conditionAr, weatherAr[min(int(n.cfg.When.Weather), len(weatherAr)-1)]),
	}}
}

var weatherAr = [...]string{"جو صافٍ", "ضباب خفيف", "غبار", "مطر", "ضباب كثيف"}

func (n *Network) info(id string, name say.Text, words []string, names []say.Text) border.LaneInfo {
	i := n.figures(id, name, "")
	i.Kind = border.Category
	for k, w := range words {
		v := border.LaneValue{Value: w, Name: names[k]}
		switch w {
		case Dark, Unclear, Gap, OnlyReachable, Neither:
			v.Lacking = true
		}
		i.Values = append(i.Values, v)
	}
	return i
}

// entry joins equal neighbours into pieces.
func (n *Network) entry(s series) border.LaneEntry {
	var pieces []border.LanePiece
	for i := 0; i < len(s.values); {
		v, from := s.values[i], i
		for i < len(s.values) && (s.values[i] == v || (v != v && s.values[i] != s.values[i])) {
			i++
		}
		if v != v {
			continue
		}
		p := border.LanePiece{Span: n.span(from, i)}
		if s.words != nil {
			p.Value = s.words[int(v)]
		} else {
			p.Number = float64(v)
		}
		pieces = append(pieces, p)
	}
	return border.LaneEntry{LaneInfo: s.info, NeedToKnow: true, Pieces: func(from, to border.Chainage) []border.LanePiece {
		return cut(pieces, border.Span{From: from, To: to})
	}}
}

// cut gives the pieces within a span, cut at its ends.
func cut(pieces []border.LanePiece, s border.Span) []border.LanePiece {
	var inside []border.LanePiece
	for i := sort.Search(len(pieces), func(i int) bool { return pieces[i].To > s.From }); i < len(pieces) && pieces[i].From < s.To; i++ {
		p := pieces[i]
		if p.Span = p.Intersect(s); !p.Empty() {
			inside = append(inside, p)
		}
	}
	return inside
}

// State is a metre's state for a class, one of the words above.
func (n *Network) State(at border.Chainage, c sense.Class) string {
	i := int(float64(at) / n.cfg.Step)
	if !(at >= 0) || i >= len(n.line) {
		return Unclear
	}
	return stateWords[n.counts.state(place(c), i)]
}
