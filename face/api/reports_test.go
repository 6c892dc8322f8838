package api

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"marsad/ident"
	"marsad/respond"
)

func (b *bench) night() {
	helped := caseAt("helped", 38.4, "rabia", ident.ID{})
	helped.State, helped.Protection = respond.Debriefed, respond.AsksProtection
	helped.Referral = &respond.Referral{Partner: "Red Crescent", At: now.Add(3 * time.Minute), Acked: now.Add(4 * time.Minute)}
	helped.Proposals = make([]respond.Proposal, 2)
	helped.Result = &respond.Result{Counts: respond.Counts{Referred: 5, TurnedBack: 1}, Children: 3}
	for i, v := range []respond.Verb{respond.Acknowledge, respond.Approve, respond.Refuse, respond.Acknowledge, respond.GiveOutcome} {
		helped.Steps = append(helped.Steps, respond.Step{Verb: v, At: now.Add(time.Duration(i+1) * 10 * time.Second)})
	}
	open := caseAt("open", 41, "rabia", ident.ID{})
	open.Alert.Rule, open.Alert.Simulated = outages[1], true
	open.Steps = []respond.Step{{Verb: respond.Acknowledge, At: now.Add(30 * time.Second)}}
	b.record.all, b.record.silent = []respond.Case{open, helped}, 4
}

func TestTheDailyReportCountsWhatHappenedAndWhoWasHelped(t *testing.T) {
	b := newBench(t)
	b.night()
	q := url.Values{"from": {now.Add(-time.Hour).Format(time.RFC3339)}, "to": {now.Add(time.Hour).Format(time.RFC3339)}}.Encode()
	status, out := b.ask(t, "rabia", "GET", "/api/v1/reports/figures?"+q, "")
	var f Figures
	if err := json.Unmarshal([]byte(out), &f); status != 200 || err != nil {
		t.Fatalf("%d %v %s", status, err, out)
	}
	if f.Alerts != 2 || f.Open != 1 || f.Outages != 1 || f.Suppressed != 4 || f.Severities["high"] != 2 || !f.Simulated {
		t.Errorf("%+v", f)
	}
	if f.Counts.Referred != 5 || f.Counts.TurnedBack != 1 || f.Children != 3 || f.Referrals != 1 || f.PartnerAck != 1 || f.Asked != 1 {
		t.Errorf("help beside results: %+v", f)
	}
	if f.Proposals != 2 || f.Approved != 1 || f.Refused != 1 {
		t.Errorf("decisions: %+v", f)
	}
	// The first acknowledgement of each case counts: 10 s and 30 s.
	if s := f.Steps[0]; s.Step != "acknowledge" || s.N != 2 || s.Median != 10 || s.Worst != 30 {
		t.Errorf("%+v", s)
	}
	if len(f.Cases) != 2 || f.Cases[0].Referred != "Red Crescent" || !strings.HasPrefix(f.Cases[0].Number, "260219-") {
		t.Errorf("oldest first, with their numbers: %+v", f.Cases)
	}
	if !b.record.asked.Since.Equal(now.Add(-time.Hour)) || !b.record.asked.Until.Equal(now.Add(time.Hour)) || len(b.record.asked.Sections) == 0 {
		t.Errorf("the record was asked for %+v", b.record.asked)
	}
}

func TestAReportHasAnEnd(t *testing.T) {
	b := newBench(t)
	for name, d := range map[string]time.Duration{"backwards": -time.Hour, "nothing": 0, "a year": 365 * 24 * time.Hour} {
		q := url.Values{"from": {now.Format(time.RFC3339)}, "to": {now.Add(d).Format(time.RFC3339)}}.Encode()
		if status, out := b.ask(t, "whole", "GET", "/api/v1/reports/figures?"+q, ""); status != 422 || !strings.Contains(out, "report.period") {
			t.Errorf("%s: %d %s", name, status, out)
		}
	}
	if status, _ := b.ask(t, "admin", "GET", "/api/v1/reports/figures?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z", ""); status != 403 {
		t.Errorf("an administrator's report: %d", status)
	}
}

func TestAnIncidentIsFoundByItsNumber(t *testing.T) {
	b := newBench(t)
	b.night()
	c := b.record.all[1].Alert
	number := numberOf(c.Opened, c.ID)
	for _, q := range []string{number, strings.ToLower(number), number[:9], "٢٦٠٢١٩" + number[6:]} {
		status, out := b.ask(t, "rabia", "GET", "/api/v1/search?q="+url.QueryEscape(q), "")
		if status != 200 || !strings.Contains(out, c.ID.String()) || !strings.Contains(out, `"incident"`) {
			t.Errorf("%s: %d %s", q, status, out)
		}
	}
	if !b.record.asked.Since.Equal(time.Date(2026, 2, 18, 21, 0, 0, 0, time.UTC)) {
		t.Errorf("the day of Baghdad: %v", b.record.asked.Since)
	}
	if _, out := b.ask(t, "rabia", "GET", "/api/v1/search?q="+number[:7]+"ZZZZZ", ""); strings.Contains(out, "incident") {
		t.Errorf("another number: %s", out)
	}
	for _, q := range []string{"261399-AAAAA", "2602191", "260219-AAAAAA", ""} {
		if _, _, ok := numbered(q); ok {
			t.Errorf("%q is no number", q)
		}
	}
}
