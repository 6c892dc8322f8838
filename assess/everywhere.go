package assess

import (
	"math"
	"sort"
	"time"

	"marsad/border"
)

// everywhere asks the rules about the whole line: several places at once.
func (a *Assessor) everywhere(out *Output) {
	if len(a.rules[AboutLine]) == 0 {
		return
	}
	v := a.viewLine()
	act := activation[*lineView]{a.lineTable, v}
	var best finding
	for _, r := range a.rules[AboutLine] {
		if holds(r.when, act) {
			if f := (finding{r, r.severity(act)}); f.above(best) {
				best = f
			}
		}
	}
	if best.rule == nil {
		return
	}
	th := a.byCause(aLine, "")
	if th != nil && !th.Alert.Ended.IsZero() {
		th = nil // another time, another alert
	}
	if th == nil {
		th = a.open(aLine, "", best, a.now, "")
	}
	th.Held = a.now
	rose := best.above(finding{a.rule(th.Alert.Rule), th.Alert.Severity}) || v.breaches > th.Alert.Count
	th.Alert.Severity = max(th.Alert.Severity, best.severity)
	th.Alert.Rule = best.rule.ID
	if th.Alert.Revision == 0 || rose {
		a.emit(th, a.now, out)
	}
}

// viewLine counts the places where something grave moves now.
func (a *Assessor) viewLine() *lineView {
	var kms []float64
	for _, th := range a.things {
		al := &th.Alert
		if (th.Kind == aMovement || th.Kind == aHand) && al.Severity >= High && al.Ended.IsZero() && al.Where.HasKm &&
			a.now.Sub(al.Opened) <= 10*time.Minute {
			kms = append(kms, float64(al.Where.Chainage))
		}
	}
	sort.Float64s(kms)
	v := &lineView{}
	last := math.Inf(-1)
	for _, km := range kms {
		if km-last < 1000 {
			continue
		}
		if v.breaches == 0 {
			v.from = km
		}
		v.to, last = km, km
		v.breaches++
	}
	if v.breaches == 0 {
		return v
	}
	v.stretch = v.to - v.from
	for _, th := range a.things {
		w := th.Alert.Where
		if th.Kind == anOutage && th.Alert.Severity >= High && th.Alert.Ended.IsZero() && w.HasKm &&
			float64(w.To) >= v.from-20000 && float64(w.From) <= v.to+20000 {
			v.outages++
		}
	}
	return v
}

func (a *Assessor) describeLine(th *thing, r *Rule, at time.Time, b *blanks) {
	v := a.viewLine()
	if v.breaches > 0 {
		th.Alert.Where = WhereSpan(a.cfg.Line, border.Chainage(v.from), border.Chainage(v.to))
		th.Alert.Count = max(th.Alert.Count, v.breaches)
	}
	th.Alert.Sure = 1
	b.where(th.Alert.Where)
	b.say("places", nPlaces.of(int(th.Alert.Count)))
	if r != nil && v.breaches > 0 {
		th.Alert.Evidence = evidence(r, activationOf(a.lineTable, v), at)
	}
}
