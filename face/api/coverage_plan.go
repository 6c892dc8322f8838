package api

import (
	"fmt"
	"math"

	"marsad/border"
	"marsad/coverage"
	"marsad/engine/access"
	"marsad/geo"
	"marsad/say"
	"marsad/sense"
)

type planInput struct {
	Body struct {
		Budget int     `json:"budget" minimum:"1" maximum:"50" doc:"How many towers."`
		Class  string  `json:"class,omitempty" enum:"person,vehicle,slow-air,float" default:"person"`
		Kind   string  `json:"kind,omitempty" enum:"camera,radar" default:"camera"`
		Above  float64 `json:"above,omitempty" minimum:"2" maximum:"400" default:"28" doc:"Metres above the ground."`
		Range  float64 `json:"range,omitempty" minimum:"200" maximum:"40000" default:"5000" doc:"Metres at which it detects a person with probability 0.5."`
		Every  float64 `json:"every,omitempty" minimum:"250" maximum:"10000" default:"1000" doc:"Metres between the candidates."`
		Offset float64 `json:"offset,omitempty" minimum:"-3000" maximum:"10000" default:"60" doc:"Metres off the line, positive on the home side."`
	}
}

// SitePlan is a proposal of sites for new towers. Software proposes; somebody
// decides.
type SitePlan struct {
	Owed    Owed            `json:"owed"`
	Now     coverage.Share  `json:"now"`
	After   coverage.Share  `json:"after"`
	Sites   []SiteRow       `json:"sites"`
	Gain    float64         `json:"gain"`  // weighted km
	Bound   float64         `json:"bound"` // no choice of as many of the candidates closes more, weighted km
	Reached say.Text        `json:"reached"`
	Offered int             `json:"offered"` // candidates looked at
	Flaws   []coverage.Flaw `json:"flaws,omitempty"`
}

// SiteRow is one proposed site.
type SiteRow struct {
	Km     float64      `json:"km"`
	Lat    float64      `json:"lat"`
	Lon    float64      `json:"lon"`
	MGRS   string       `json:"mgrs"`
	Near   say.Text     `json:"near"`
	Spans  [][2]float64 `json:"spans"`
	Metres float64      `json:"metres"`
	Gain   float64      `json:"gain"` // weighted km
}

var errPlanning = &say.Error{Code: "coverage.planning", Kind: say.Unavailable,
	Text: say.Text{En: "another plan is being worked out", Ar: "يجري الآن حساب خطة أخرى"},
	Hint: say.Text{En: "ask again in some seconds", Ar: "أعد الطلب بعد ثوانٍ"}}

// plan works on a fork, so that what is live goes on meanwhile; one at a time.
func (s *Server) plan(a *access.Account, in *planInput) (SitePlan, error) {
	b := in.Body
	l, err := s.look(a, b.Class, Moment{})
	if err != nil {
		return SitePlan{}, err
	}
	if !s.planning.TryLock() {
		return SitePlan{}, errPlanning
	}
	defer s.planning.Unlock()
	proto := sense.Sensor{ID: "site", Kind: sense.Camera, MaxRange: b.Range, Pd: 0.9, Assumed: true}
	if b.Kind == "radar" {
		proto.Kind, proto.MinRange = sense.Radar, 80
	}
	n := l.Network
	sites := n.Sites(proto, l.within, b.Every, border.Offset(b.Offset), b.Above)
	plan := n.Plan(l.class, b.Budget, sites, l.within)
	after := n.Seen(l.class)
	out := SitePlan{Owed: l.owed, Now: n.Share(after, l.within), Sites: []SiteRow{}, Gain: round(plan.Gain/1000, 3), Bound: round(plan.Bound/1000, 3),
		Offered: len(sites), Flaws: plan.Flaws, Reached: reached(plan)}
	for _, x := range plan.Sites {
		x.Where = x.Where.Intersect(l.within)
		at := s.atlas.Describe(x.Sensor.Position.Point)
		out.Sites = append(out.Sites, SiteRow{Km: round(float64(at.Location.Chainage), 0), Lat: round(x.Sensor.Position.Lat, 6), Lon: round(x.Sensor.Position.Lon, 6),
			MGRS: at.MGRS, Near: at.Near, Spans: spansOf(x.Where), Metres: round(x.Where.Length(), 0), Gain: round(x.Gain/1000, 3)})
		after = after.Union(x.Where)
	}
	out.After = n.Share(after, l.within)
	return out, nil
}

func reached(p coverage.Plan) say.Text {
	if !(p.Bound > 0) {
		return say.Text{En: "No candidate sees a metre that is not seen now.", Ar: "لا يرى أي موقع مقترح متراً غير مرئي الآن."}
	}
	percent := fmt.Sprintf("%.0f %%", math.Floor(100*p.Gain/p.Bound))
	return say.Text{
		En: "At least " + percent + " of the best choice of as many of these candidates (assumed detection model" + onSynthetic(p, ", synthetic relief") + ").",
		Ar: "ما لا يقل عن " + say.LTR(percent) + " من أفضل اختيار ممكن بالعدد نفسه من هذه المواقع (نموذج كشف مفترض" + onSynthetic(p, "، تضاريس اصطناعية") + ").",
	}
}

func onSynthetic(p coverage.Plan, words string) string {
	if p.Synthetic {
		return words
	}
	return ""
}

type whatIfInput struct {
	Body struct {
		Class string   `json:"class,omitempty" enum:"person,vehicle,slow-air,float" default:"person"`
		Moves []move   `json:"moves,omitempty" maxItems:"100"`
		Fail  []string `json:"fail,omitempty" maxItems:"1000" doc:"Sensors that would not work."`
		Mend  []string `json:"mend,omitempty" maxItems:"1000" doc:"Sensors that would work."`
		Add   []added  `json:"add,omitempty" maxItems:"50"`
	}
}

type move struct {
	Sensor string  `json:"sensor" maxLength:"64"`
	Lat    float64 `json:"lat" minimum:"-90" maximum:"90"`
	Lon    float64 `json:"lon" minimum:"-180" maximum:"180"`
	Above  float64 `json:"above,omitempty" minimum:"0" maximum:"5000" doc:"Metres above the ground; as it stands now when absent."`
}

type added struct {
	Lat   float64 `json:"lat" minimum:"-90" maximum:"90"`
	Lon   float64 `json:"lon" minimum:"-180" maximum:"180"`
	Above float64 `json:"above" minimum:"0" maximum:"5000"`
	Range float64 `json:"range" minimum:"200" maximum:"40000"`
	Kind  string  `json:"kind,omitempty" enum:"camera,radar" default:"camera"`
}

// WhatIf compares what would be seen with what is. Nothing is changed by asking.
type WhatIf struct {
	Owed   Owed            `json:"owed"`
	Before coverage.Share  `json:"before"`
	After  coverage.Share  `json:"after"`
	Lit    [][2]float64    `json:"lit"`
	Dark   [][2]float64    `json:"dark"`
	LitM   float64         `json:"lit_m"`
	DarkM  float64         `json:"dark_m"`
	Gain   float64         `json:"gain"`            // weighted km
	Flaws  []coverage.Flaw `json:"flaws,omitempty"` // of what was moved or added
	// Footprints are those of what was moved or added, where they would stand.
	Footprints []Footprint `json:"footprints"`
}

// Footprint is where one sensor sees a class over the ground.
type Footprint struct {
	Sensor string  `json:"sensor"`
	Lat    float64 `json:"lat"`
	Lon    float64 `json:"lon"`
	// Arcs are azimuth in degrees (to the next degree), and metres from and to.
	Arcs [][3]float64 `json:"arcs"`
}

func footprintOf(n *coverage.Network, x sense.Sensor, c sense.Class) (Footprint, bool) {
	arcs, ok := n.Arcs(x.ID, c)
	f := Footprint{Sensor: string(x.ID), Lat: round(x.Position.Lat, 6), Lon: round(x.Position.Lon, 6), Arcs: [][3]float64{}}
	for _, a := range arcs {
		f.Arcs = append(f.Arcs, [3]float64{float64(a.Azimuth), round(a.From, 0), round(a.To, 0)})
	}
	return f, ok
}

func (s *Server) whatIf(a *access.Account, in *whatIfInput) (WhatIf, error) {
	l, err := s.look(a, in.Body.Class, Moment{})
	if err != nil {
		return WhatIf{}, err
	}
	n := l.Network.Fork()
	var u coverage.Update
	asked := map[sense.SensorID]bool{}
	for _, m := range in.Body.Moves {
		st, err := l.station(m.Sensor)
		if err != nil {
			return WhatIf{}, err
		}
		above, known := n.Mast(st.Sensor.ID)
		if m.Above > 0 {
			above, known = m.Above, true
		}
		if !known {
			return WhatIf{}, sensorMissing(m.Sensor)
		}
		if st.Sensor, err = l.stand(st.Sensor, m.Lat, m.Lon, above); err != nil {
			return WhatIf{}, err
		}
		asked[st.Sensor.ID] = true
		u.Put = append(u.Put, st)
	}
	for i, x := range in.Body.Add {
		fresh := sense.Sensor{ID: sense.SensorID(fmt.Sprintf("site@%d", i+1)), Kind: sense.Camera, MaxRange: x.Range, Pd: 0.9, Assumed: true}
		if x.Kind == "radar" {
			fresh.Kind, fresh.MinRange = sense.Radar, 80
		}
		if fresh, err = l.stand(fresh, x.Lat, x.Lon, x.Above); err != nil {
			return WhatIf{}, err
		}
		asked[fresh.ID] = true
		u.Put = append(u.Put, coverage.Station{Sensor: fresh, Health: sense.Good})
	}
	for to, ids := range map[sense.Health][]string{sense.Lost: in.Body.Fail, sense.Good: in.Body.Mend} {
		for _, id := range ids {
			st, err := l.station(id)
			if err != nil {
				return WhatIf{}, err
			}
			u.Health = append(u.Health, sense.HealthChange{Sensor: st.Sensor.ID, From: st.Health, To: to})
		}
	}
	n.Update(u)
	d := n.Against(l.Network, l.class, l.within)
	out := WhatIf{Owed: l.owed, Before: n.Share(l.Network.Seen(l.class), l.within), After: n.Share(n.Seen(l.class), l.within),
		Lit: spansOf(d.Lit), Dark: spansOf(d.Dark), LitM: round(d.Lit.Length(), 0), DarkM: round(d.Dark.Length(), 0), Gain: round(d.Gain/1000, 3), Footprints: []Footprint{}}
	for _, f := range n.Flaws() {
		if asked[f.Sensor] {
			out.Flaws = append(out.Flaws, f)
		}
	}
	for _, st := range u.Put {
		if f, ok := footprintOf(n, st.Sensor, l.class); ok {
			out.Footprints = append(out.Footprints, f)
		}
	}
	return out, nil
}

// stand puts a sensor at a place of the account's own sections.
func (l *look) stand(x sense.Sensor, lat, lon, above float64) (sense.Sensor, error) {
	p, err := geo.NewPoint(lat, lon)
	if err != nil {
		return x, &say.Error{Code: "coverage.place", Kind: say.Invalid, Cause: err,
			Text: say.Text{En: "this point is not on the Earth", Ar: "هذه النقطة ليست على الأرض"}}
	}
	stood, known := l.Network.Stand(x, p, above)
	if !known {
		return x, &say.Error{Code: "coverage.ground", Kind: say.Invalid,
			Text: say.Text{En: "the ground at this place is not known", Ar: "التضاريس في هذا المكان غير معروفة"},
			Hint: say.Text{En: "choose a place within the elevation data", Ar: "اختر مكاناً ضمن بيانات الارتفاع"}}
	}
	return stood, nil
}
