package risk

import (
	"fmt"
	"math"
	"slices"
	"time"

	"marsad/barrier"
	"marsad/border"
	"marsad/geo"
	"marsad/record"
	"marsad/say"
)

// around is a stretch to both sides of a place, cut at the ends of the line.
func around(axis *border.Axis, at border.Chainage, metres float64) border.Span {
	return border.Span{From: at - border.Chainage(metres), To: at + border.Chainage(metres)}.Intersect(axis.Whole())
}

// Routes gives a cause where a named crossing or town is so near the line that a
// known way leads there.
func Routes(axis *border.Axis, g *border.Gazetteer) []Cause {
	var out []Cause
	for _, p := range g.All() {
		metres, reach, weight := 0.0, 0.0, 0.0
		switch p.Kind {
		case border.Crossing:
			metres, reach, weight = 5_000, 2_000, 1.0
		case border.Town:
			metres, reach, weight = 12_000, 3_000, 0.5
		}
		away := geo.Distance(p.Point, axis.At(p.Location.Chainage))
		if weight == 0 || p.Location.Far || away > metres {
			continue
		}
		km := fmt.Sprintf("%.1f", away/1000)
		out = append(out, Cause{ID: "route-" + p.ID, Kind: Route, Span: around(axis, p.Location.Chainage, reach), Weight: weight, Source: g.Source(), Marks: []string{border.Assumed},
			What: say.Text{En: fmt.Sprintf("known way: %s is %s km from the line", p.Name.En, km), Ar: "طريق معروف: " + p.Name.Ar + " على بعد " + say.LTR(km) + " كم من الخط"}})
	}
	return out
}

var spotWeights = map[barrier.Risk]float64{barrier.Low: 0.25, barrier.Medium: 0.5, barrier.High: 1, barrier.Critical: 2}

// spotReach is how far to both sides of a weak spot the metres matter more.
const spotReach = 500.0

// WeakSpots gives a cause for each weak spot of the barrier that is not closed.
func WeakSpots(v *barrier.View) []Cause {
	var out []Cause
	axis := v.Axis()
	for _, w := range v.WeakSpots() {
		if w.State == barrier.SpotClosed || (w.Axis != "" && w.Axis != axis.Version()) {
			continue
		}
		s := border.Span{From: w.From - spotReach, To: w.To + spotReach}.Intersect(axis.Whole())
		kind, level := w.Kind.Name(), w.Risk.Name()
		out = append(out, Cause{ID: "spot-" + w.ID.String(), Kind: WeakSpot, Span: s, Weight: spotWeights[w.Risk], At: w.Found.On.Time(), Marks: slices.Clone(w.Marks),
			What:   say.Text{En: fmt.Sprintf("weak spot of the barrier: %s, risk %s", kind.En, level.En), Ar: "نقطة ضعف في الحاجز: " + kind.Ar + "، الخطورة " + level.Ar},
			Source: say.Text{En: fmt.Sprintf("the barrier's ledger, found %s by %s", w.Found.On, w.Found.How), Ar: "سجل الحاجز، كُشفت في " + say.LTR(w.Found.On.String())}})
	}
	return out
}

// Incidents count for so long, and so far to both sides.
const (
	IncidentsFor  = 90 * 24 * time.Hour
	incidentReach = 1_000.0
	incidentAdds  = 0.5
)

// crossings are the incidents in which somebody or something came over the line,
// under it or near it.
var crossings = []record.Type{record.Crossing, record.Approach, record.Humanitarian, record.Smuggling, record.Digging, record.SlowAir, record.RiverFloat, record.Attack, record.Explosive}

// Incidents gives a cause for each closed incident of the last 90 days in which
// somebody crossed or tried to, whoever it was and whatever came of it: people in
// need come the same ways. An outage, an animal, a false alarm or another force
// counts for nothing.
func Incidents(axis *border.Axis, all []record.Incident, now time.Time) []Cause {
	var out []Cause
	for _, i := range all {
		if !i.Where.HasKm || now.Sub(i.Opened) > IncidentsFor || i.Opened.After(now) {
			continue
		}
		if !slices.Contains(crossings, i.Type) {
			continue
		}
		c := Cause{ID: "incident-" + i.ID.String(), Kind: Incident, Span: around(axis, i.Where.Chainage, incidentReach), Weight: incidentAdds, At: i.Opened,
			What:   say.Text{En: "a crossing or an attempt within 90 days", Ar: "عبور أو محاولة عبور خلال 90 يوماً"},
			Source: say.Text{En: "the record of incidents, " + i.Opened.UTC().Format(time.DateOnly), Ar: "سجل الحوادث، " + say.LTR(i.Opened.UTC().Format(time.DateOnly))}}
		if i.Simulated {
			c.Marks = []string{border.Simulated}
		}
		out = append(out, c)
	}
	return out
}

// Low ground: looked for every lowStep metres; a place counts where the line
// climbs lowRise metres to both sides within lowWithin.
const (
	lowStep   = 100.0
	lowWithin = 1_500.0
	lowRise   = 12.0
	lowReach  = 300.0
	lowAdds   = 0.5
)

// LowGround gives a cause where the line runs through a valley or wadi: ways on
// foot follow it, and it hides who walks there. height gives the ground's height
// at a point, NaN where it is not known.
func LowGround(axis *border.Axis, height func(geo.Point) float64, source say.Text, synthetic bool) []Cause {
	n := int(axis.Length()/lowStep) + 1
	heights := make([]float64, n)
	for i := range heights {
		heights[i] = height(axis.At(border.Chainage(float64(i) * lowStep)))
	}
	const far = int(lowWithin / lowStep)
	rise := func(i, side int) float64 {
		most := math.Inf(-1)
		for k := 1; k <= far && i+side*k >= 0 && i+side*k < n; k++ {
			h := heights[i+side*k]
			if !(h >= heights[i]) { // lower still, or not known: not the bottom
				break
			}
			most = max(most, h-heights[i])
		}
		return most
	}
	var out []Cause
	last := -far
	for i := range heights {
		depth := min(rise(i, -1), rise(i, 1))
		if !(depth >= lowRise) || i-last < far {
			continue
		}
		last = i
		at := border.Chainage(float64(i) * lowStep)
		metres := fmt.Sprintf("%.0f", depth)
		c := Cause{ID: fmt.Sprintf("low-%06.0f", float64(at)), Kind: Low, Span: around(axis, at, lowReach), Weight: lowAdds, Source: source,
			What: say.Text{En: "low ground crosses the line, at least " + metres + " m below both sides", Ar: "أرض منخفضة تقطع الخط، دون جانبيها بما لا يقل عن " + say.LTR(metres) + " م"}}
		if synthetic {
			c.Marks = []string{border.Synthetic}
		}
		out = append(out, c)
	}
	return out
}
