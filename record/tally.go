package record

import (
	"fmt"

	"marsad/respond"
	"marsad/say"
)

// Tally adds up the outcomes of incidents over a period and a stretch. It knows
// no unit and no person, so that nothing made from it can rank them.
type Tally struct {
	Incidents int            `json:"incidents"`
	Counts    respond.Counts `json:"counts"`
	Children  int            `json:"children"`
	Injured   int            `json:"injured"`
	Dead      int            `json:"dead"`
	// Force is the number of incidents in which force was used.
	Force int `json:"force"`
	// Simulated incidents are counted apart and in none of the figures above.
	Simulated int `json:"simulated"`
}

// Add counts one incident.
func (t *Tally) Add(i Incident) {
	if i.Simulated {
		t.Simulated++
		return
	}
	t.Incidents++
	a, b := &t.Counts, i.Outcome.Counts
	a.Apprehended += b.Apprehended
	a.TurnedBack += b.TurnedBack
	a.WithdrewAlone += b.WithdrewAlone
	a.GotAway += b.GotAway
	a.Referred += b.Referred
	a.Released += b.Released
	a.Animal += b.Animal
	a.FalseAlarm += b.FalseAlarm
	a.OtherForce += b.OtherForce
	a.Unresolved += b.Unresolved
	t.Children += i.People.Children
	t.Injured += i.People.Injured
	t.Dead += i.People.Dead
	if i.Outcome.Force {
		t.Force++
	}
}

// Rate is a share that cannot be shown alone: the people who were referred,
// released and turned back stand beside it (SAFEGUARDS 6).
type Rate struct {
	Name       say.Text `json:"name"`
	Part       int      `json:"part"`
	Of         int      `json:"of"` // the denominator; the rate means nothing when 0
	Referred   int      `json:"referred"`
	Released   int      `json:"released"`
	TurnedBack int      `json:"turned_back"`
	Method     say.Text `json:"method"`
}

// Reached is the share of people seen near the line whom a patrol met: all but
// those who got away or were left unresolved. Who withdrew alone is in neither.
func (t Tally) Reached() Rate {
	met := t.Counts.Apprehended + t.Counts.TurnedBack + t.Counts.Referred + t.Counts.Released
	return t.rate(met, met+t.Counts.GotAway+t.Counts.Unresolved,
		say.Text{En: "people met by a patrol", Ar: "أشخاص قابلتهم دورية"},
		say.Text{
			En: "apprehended, turned back, referred and released, of those and the ones who got away or stayed unresolved; who withdrew alone is not counted",
			Ar: "الموقوفون والمعادون والمحالون والمُخلى سبيلهم، من مجموعهم مع من أفلتوا أو بقي أمرهم غير محسوم؛ ولا يُحسب من انسحب وحده",
		})
}

// Nuisance is the share of incidents' results that needed nobody.
func (t Tally) Nuisance() Rate {
	n := t.Counts
	none := n.Animal + n.FalseAlarm
	all := none + n.Apprehended + n.TurnedBack + n.WithdrewAlone + n.GotAway + n.Referred + n.Released + n.OtherForce + n.Unresolved
	return t.rate(none, all,
		say.Text{En: "results that were animals or false alarms", Ar: "نتائج كانت حيوانات أو تنبيهات كاذبة"},
		say.Text{En: "animals and false alarms, of all results", Ar: "الحيوانات والتنبيهات الكاذبة من مجموع النتائج"})
}

func (t Tally) rate(part, of int, name, method say.Text) Rate {
	return Rate{Name: name, Part: part, Of: of, Referred: t.Counts.Referred, Released: t.Counts.Released, TurnedBack: t.Counts.TurnedBack, Method: method}
}

// Text is the rate with its denominator and what stands beside it.
func (r Rate) Text() say.Text {
	share := "—"
	if r.Of > 0 {
		share = fmt.Sprintf("%.0f %%", 100*float64(r.Part)/float64(r.Of))
	}
	return say.Text{
		En: "{name}: {share} ({part} of {of}); referred {referred}, released {released}, turned back {back}",
		Ar: "{name}: {share} ({part} من {of})؛ إحالة إنسانية {referred}، أُخلي سبيلهم {released}، أُعيدوا بعد التماس {back}",
	}.FillText("name", r.Name).Fill(
		"share", share, "part", fmt.Sprint(r.Part), "of", fmt.Sprint(r.Of), "referred", fmt.Sprint(r.Referred),
		"released", fmt.Sprint(r.Released), "back", fmt.Sprint(r.TurnedBack))
}

// String is the English text.
func (r Rate) String() string { return r.Text().En }
