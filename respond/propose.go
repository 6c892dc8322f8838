package respond

import (
	"math"
	"sort"
	"strconv"
	"time"

	"marsad/border"
	"marsad/geo"
	"marsad/ident"
	"marsad/say"
)

// candidatesShown is how many units are offered.
const candidatesShown = 8

// Candidates gives the free units that could go to a case, nearest first by
// straight-line time, which is not travel time.
func (r *Responder) Candidates(id ident.ID) []Proposal {
	c := r.cases[id]
	if c == nil || c.State == Debriefed || c.State == Outcome {
		return nil
	}
	return r.candidates(c)
}

type candidate struct {
	unit    *unitState
	metres  float64
	seconds float64
	from    border.Chainage
	stale   bool
}

// candidates: the wait point is on the home side, abreast of where the thing is.
func (r *Responder) candidates(c *Case) []Proposal {
	free := r.free(c)
	out := make([]Proposal, 0, min(len(free), candidatesShown))
	for i, k := range free {
		if i == candidatesShown {
			break
		}
		p := Proposal{ID: ident.Derive("proposal", c.Alert.Opened, c.Alert.ID.String()+"/"+k.unit.ID, uint64(len(c.Proposals))),
			Unit: k.unit.ID, UnitName: k.unit.unit.Name, People: k.unit.unit.People, From: k.from, WaitAt: c.Alert.Where.Chainage,
			StraightLine: time.Duration(math.Round(k.seconds)) * time.Second, Metres: math.Round(k.metres), At: c.Alert.Updated, By: "Marsad"}
		p.Why = why(i, k)
		p.Uncovers = r.uncovers(k, free)
		out = append(out, p)
	}
	return out
}

// waitPoint is where a patrol would wait for a case.
func (r *Responder) waitPoint(c *Case) geo.Point {
	if !c.Alert.Where.HasKm {
		return c.Alert.Where.Point
	}
	return r.cfg.Line.Point(c.Alert.Where.Chainage, homeWait)
}

// free lists the free units, nearest first; equal times in the roster's order.
func (r *Responder) free(c *Case) []candidate {
	to := r.waitPoint(c)
	if !to.Valid() {
		return nil
	}
	var out []candidate
	for _, u := range r.units {
		if u.Task != noCase && u.Task != c.Alert.ID {
			continue
		}
		k := candidate{unit: u, from: u.unit.Home, stale: u.At.IsZero() || r.now.Sub(u.At) > r.cfg.FixFresh}
		at := u.Point
		if k.stale {
			at = r.cfg.Line.Point(u.unit.Home, homeWait)
		} else if km, _, ok := r.cfg.Line.Locate(at); ok {
			k.from = km
		}
		k.metres = geo.Distance(at, to)
		k.seconds = k.metres / u.unit.Speed
		if math.IsNaN(k.seconds) {
			continue
		}
		out = append(out, k)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].seconds < out[j].seconds })
	return out
}

var (
	nearestText = say.Text{En: "Nearest free unit: {km} km in a straight line, {min} min at {speed} m/s. Not travel time.", Ar: "أقرب وحدة متاحة: {km} كم بخط مستقيم، {min} دقيقة بسرعة {speed} م/ث. ليس زمن الطريق."}
	nextText    = say.Text{En: "Free: {km} km in a straight line, {min} min at {speed} m/s. Not travel time.", Ar: "متاحة: {km} كم بخط مستقيم، {min} دقيقة بسرعة {speed} م/ث. ليس زمن الطريق."}
	staleText   = say.Text{En: " No fresh GPS fix: reckoned from its post.", Ar: " لا يوجد موقع GPS حديث: حُسبت من مخفرها."}
	aloneText   = say.Text{En: "Leaves section {section} without a free unit; the next free one is {km} km away.", Ar: "يبقى القاطع {section} دون وحدة متاحة؛ أقرب وحدة أخرى على بعد {km} كم."}
	emptyText   = say.Text{En: "It is the last free unit of all.", Ar: "هي آخر وحدة متاحة على الإطلاق."}
	restText    = say.Text{En: "{n} free units stay in section {section}.", Ar: "يبقى في القاطع {section} من الوحدات المتاحة: {n}."}
)

func why(i int, k candidate) say.Text {
	t := nextText
	if i == 0 {
		t = nearestText
	}
	t = t.Fill("km", strconv.FormatFloat(k.metres/1000, 'f', 1, 64), "min", strconv.FormatFloat(math.Ceil(k.seconds/60), 'f', 0, 64),
		"speed", strconv.FormatFloat(k.unit.unit.Speed, 'f', 0, 64))
	if k.stale {
		t.En, t.Ar = t.En+staleText.En, t.Ar+staleText.Ar
	}
	return t
}

// uncovers says what stays free when a unit goes.
func (r *Responder) uncovers(k candidate, free []candidate) say.Text {
	same, other := 0, math.Inf(1)
	home := r.cfg.Line.Point(k.unit.unit.Home, homeWait)
	for _, o := range free {
		if o.unit == k.unit {
			continue
		}
		if o.unit.unit.Section == k.unit.unit.Section {
			same++
		}
		at := o.unit.Point
		if o.stale {
			at = r.cfg.Line.Point(o.unit.unit.Home, homeWait)
		}
		other = min(other, geo.Distance(at, home))
	}
	section := k.unit.unit.Section
	switch {
	case len(free) == 1:
		return emptyText
	case same == 0:
		return aloneText.Fill("section", section, "km", strconv.FormatFloat(other/1000, 'f', 0, 64))
	}
	return restText.Fill("section", section, "n", strconv.Itoa(same))
}

// propose asks the commander for a unit; without one named, the nearest free.
func (r *Responder) propose(c *Case, a *Action, out *Output) *say.Error {
	var p *Proposal
	for _, k := range r.all(c) {
		if a.Unit == "" || k.Unit == a.Unit {
			p = &k
			break
		}
	}
	if p == nil {
		return missing("unit.none", "no unit is free", "لا توجد وحدة متاحة", "end a task, or ask the neighbouring section", "أنهِ مهمة أو اطلب من القاطع المجاور")
	}
	for i := range c.Proposals {
		c.Proposals[i].Answered = true
	}
	p.ID = ident.Derive("proposal", a.At, a.ID.String(), 0)
	p.At, p.By = a.At, a.By.Name
	p.Asked = r.named(r.cfg.Commanders, c.Alert.Where.Section, Commander)
	c.Proposals = append(c.Proposals, *p)
	r.notice(c, "proposal", []string{p.Asked}, a.At, askText.FillText("unit", p.UnitName).FillText("title", c.Alert.Title), out)
	return nil
}

var askText = say.Text{En: "Your answer is needed: {unit} for {title}", Ar: "مطلوب جوابك: {unit} من أجل {title}"}

// all gives every free unit as a proposal, not only the nearest few.
func (r *Responder) all(c *Case) []Proposal {
	free := r.free(c)
	out := make([]Proposal, len(free))
	for i, k := range free {
		out[i] = Proposal{Unit: k.unit.ID, UnitName: k.unit.unit.Name, People: k.unit.unit.People, From: k.from, WaitAt: c.Alert.Where.Chainage,
			StraightLine: time.Duration(math.Round(k.seconds)) * time.Second, Metres: math.Round(k.metres), Why: why(i, k), Uncovers: r.uncovers(k, free)}
	}
	return out
}

// named finds an account by section, by its parents, by "*", else gives the
// fallback.
func (r *Responder) named(table map[string]string, section, fallback string) string {
	for range 16 {
		if v := table[section]; v != "" {
			return v
		}
		if section = r.cfg.Parents[section]; section == "" {
			break
		}
	}
	if v := table["*"]; v != "" {
		return v
	}
	return fallback
}
