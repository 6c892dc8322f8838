package storetest

import (
	"fmt"
	"time"

	"marsad/assess"
	"marsad/border"
	"marsad/geo"
	"marsad/ident"
	"marsad/record"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

// Start is when the tests' world begins.
var Start = time.Date(2026, 3, 1, 2, 10, 0, 0, time.UTC)

// The people of the tests. Their names are what retention must erase.
var (
	Officer   = respond.Person{ID: "acc-1", Name: "Layla Al-Ubaidi", Roles: []string{"watch-officer"}, Sections: []string{"rabia"}}
	Commander = respond.Person{ID: "acc-2", Name: "Hassan Al-Jubouri", Roles: []string{"commander"}, Sections: []string{"*"}}
)

// Said are the names and words of people in the things made here.
var Said = []string{Officer.Name, Commander.Name, "two adults and a child, carrying water", "they asked for a doctor", "shepherds of the Shammar"}

// Case makes the n-th case of the tests' world, opened n minutes after Start in
// one of three sections, not yet touched by anybody.
func Case(n int) respond.Case {
	at := Start.Add(time.Duration(n) * time.Minute)
	return respond.Case{
		Alert: assess.Alert{
			ID: ident.Derive("alert", at, "track", uint64(n)), Rule: "approach", Severity: assess.Severity(n % 4),
			Opened: at, Updated: at, Revision: 1, Tracks: []ident.ID{ident.Derive("track", at, "t", uint64(n))},
			Where: assess.Where{
				Point: geo.Point{Lat: 36.8, Lon: 42.1}, Chainage: border.Chainage(40000 + n), Offset: -350, HasKm: n%5 != 4,
				MGRS: "38S KF 1 2", Near: say.Text{En: "6 km NE of Rabia", Ar: "6 كم شمال شرق ربيعة"}, Section: Section(n),
			},
			Class: sense.Group, Count: 4, Inbound: true, Sure: 0.9,
			Title: say.Text{En: "group approaching", Ar: "مجموعة تقترب"}, Reason: say.Text{En: "a group walks towards the line", Ar: "مجموعة تسير نحو الخط"},
			Evidence: []assess.Evidence{{Name: "speed", Text: say.Text{En: "1.2 m/s", Ar: "1.2 م/ث"}, Value: 1.2}},
			Steps:    []say.Text{{En: "look", Ar: "انظر"}},
		},
		State: respond.Open, Revision: 1, Updated: at,
	}
}

// Section of the n-th case.
func Section(n int) string { return []string{"rabia", "sinjar", "al-qaim"}[n%3] }

// Take lets a person act on a case: the case after it, and the action.
func Take(c respond.Case, by respond.Person, verb respond.Verb, to respond.State, text string) (respond.Case, record.Acted) {
	at := c.Updated.Add(10 * time.Second)
	act := respond.Action{
		ID:   ident.Derive("test-action", at, c.Alert.ID.String()+string(verb), uint64(len(c.Steps))),
		Verb: verb, Case: c.Alert.ID, By: by, At: at, Text: text,
	}
	c.Steps = append(c.Steps[:len(c.Steps):len(c.Steps)], respond.Step{
		Verb: verb, From: c.State, To: to, At: at, By: by.Name, ByID: by.ID, Text: text, Action: act.ID,
	})
	c.State, c.Updated = to, at
	c.Revision++
	return c, record.Acted{Action: act, Case: c.Alert.ID}
}

// Whole takes the n-th case from its alert to its debriefing: a family that is
// referred. It gives every revision with the action that made it.
func Whole(n int) (revisions []respond.Case, actions []record.Acted) {
	c := Case(n)
	step := func(by respond.Person, verb respond.Verb, to respond.State, text string, change func(*respond.Case, *respond.Action)) {
		next, a := Take(c, by, verb, to, text)
		if change != nil {
			change(&next, &a.Action)
		}
		c = next
		revisions, actions = append(revisions, c), append(actions, a)
	}
	step(Officer, respond.Acknowledge, respond.Acknowledged, "", func(c *respond.Case, _ *respond.Action) { c.Owner = Officer.Name })
	step(Officer, respond.Classify, respond.Classified, Said[2], func(c *respond.Case, a *respond.Action) { c.Class, a.Class = sense.Group, sense.Group })
	step(Commander, respond.Approve, respond.Approved, "", func(c *respond.Case, a *respond.Action) {
		c.Task = &respond.Task{
			ID: ident.Derive("task", c.Updated, c.Alert.ID.String(), 0), Case: c.Alert.ID, Unit: "r-2", UnitName: say.Text{En: "Rabia 2", Ar: "ربيعة 2"},
			Section: c.Alert.Where.Section, WaitAt: c.Alert.Where.Chainage, Approver: Commander.Name, ApproverID: Commander.ID, ApprovedAt: c.Updated, Ground: "approved",
		}
	})
	step(Officer, respond.ProtectionAsk, respond.OnScene, Said[3], func(c *respond.Case, a *respond.Action) {
		c.Protection, c.ProtectionText, a.Answer = "asks-protection", Said[3], "asks-protection"
	})
	step(Officer, respond.Refer, respond.OnScene, "", func(c *respond.Case, a *respond.Action) {
		c.Referral, a.To = &respond.Referral{Partner: "health", At: c.Updated, By: Officer.Name}, "health"
	})
	step(Officer, respond.GiveOutcome, respond.Outcome, "", func(c *respond.Case, a *respond.Action) {
		r := respond.Result{Counts: respond.Counts{Referred: 3}, Direction: "inbound", Children: 1, Text: Said[2]}
		a.Result = &r
		c.Result = &r
		t := *c.Task
		t.Ended = c.Updated
		c.Task = &t
	})
	step(Commander, respond.Debrief, respond.Debriefed, "", nil)
	return revisions, actions
}

// Silence makes a silence that begins n minutes after Start.
func Silence(n int) assess.Silence {
	at := Start.Add(time.Duration(n) * time.Minute)
	return assess.Silence{
		ID: ident.Derive("silence", at, "s", uint64(n)), Movement: Said[4], From: 40000, To: 41000, OffsetMin: 100, OffsetMax: 900,
		Starts: at, Expires: at.Add(2 * time.Hour), Granter: Commander.Name, GranterID: Commander.ID, Why: "water at the well",
	}
}

// Suppressed makes something that a silence kept silent.
func Suppressed(n int) assess.Suppressed {
	at := Start.Add(time.Duration(n) * time.Minute)
	return assess.Suppressed{
		ID: ident.Derive("suppressed", at, "s", uint64(n)), Rule: "approach", Track: ident.Derive("track", at, "s", uint64(n)),
		By: "silence", Silence: Silence(0).ID, First: at, Last: at.Add(time.Minute), Times: 3, Where: Case(n).Alert.Where,
		Why: say.Text{En: "silence of " + Commander.Name, Ar: "صمت"},
	}
}

// Event makes an event.
func Event(n int) assess.Event {
	at := Start.Add(time.Duration(n) * time.Minute)
	return assess.Event{ID: ident.Derive("event", at, "e", uint64(n)), Kind: "sensor.back", At: at, Text: say.Text{En: "tower 41 is back", Ar: "عاد البرج 41"}, Where: Case(n).Alert.Where}
}

// Notice makes a notice.
func Notice(n int) respond.Notice {
	at := Start.Add(time.Duration(n) * time.Minute)
	return respond.Notice{
		ID: ident.Derive("notice", at, "n", uint64(n)), Case: Case(n).Alert.ID, Kind: "escalation", To: []string{"commander"}, At: at,
		Text: say.Text{En: fmt.Sprintf("%s did not answer for 60 s", Officer.Name), Ar: "لم يُجب خلال 60 ثانية"},
	}
}
