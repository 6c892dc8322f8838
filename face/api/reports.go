package api

import (
	"cmp"
	"context"
	"slices"
	"time"

	"marsad/engine/access"
	"marsad/respond"
	"marsad/say"
)

// Figures of a stretch of time, over what the asker sees: the daily report. Every
// rate has beside it what was done for people in need, and no figure ranks units.
type Figures struct {
	From      int64 `json:"from"` // Unix ms
	To        int64 `json:"to"`
	Simulated bool  `json:"simulated,omitempty"` // some of it, or all
	// Cut says that there were more cases than are counted: ask for less time.
	Cut        bool           `json:"cut,omitempty"`
	Alerts     int            `json:"alerts"`
	Open       int            `json:"open"` // of these, not debriefed now
	ByHand     int            `json:"by_hand"`
	Severities map[string]int `json:"severities"`
	Rules      []RuleCount    `json:"rules"` // most first
	Escalated  int            `json:"escalated"`
	Proposals  int            `json:"proposals"`
	Approved   int            `json:"approved"`
	Refused    int            `json:"refused"`
	Declared   int            `json:"declared"` // rescue or self-defence, by an officer on the spot
	Steps      []StepTime     `json:"steps"`
	Outcomes   int            `json:"outcomes"` // cases with an outcome
	Counts     respond.Counts `json:"counts"`
	Children   int            `json:"children"`
	Injured    int            `json:"injured"`
	Dead       int            `json:"dead"`
	Force      int            `json:"force"` // cases in which force was used
	Referrals  int            `json:"referrals"`
	PartnerAck int            `json:"partner_ack"` // of the referrals
	Asked      int            `json:"asked"`       // cases in which the protection question was answered
	Complaints int            `json:"complaints"`
	Outages    int            `json:"outages"`
	Suppressed int            `json:"suppressed"`
	Silences   int            `json:"silences"` // granted
	Watches    int            `json:"watches"`  // changes of watch with both signatures
	Cases      []CaseLine     `json:"cases"`    // oldest first
}

// RuleCount is how many alerts a rule raised.
type RuleCount struct {
	Rule string `json:"rule"`
	N    int    `json:"n"`
}

// StepTime is how long a step took after the alert opened, in seconds, over the
// cases that had it.
type StepTime struct {
	Step   string  `json:"step"`
	N      int     `json:"n"`
	Median float64 `json:"median"`
	Worst  float64 `json:"worst"`
}

// CaseLine is one case of the report's list.
type CaseLine struct {
	ID       string          `json:"id"`
	Number   string          `json:"number"`
	Opened   int64           `json:"opened"`
	Severity string          `json:"severity"`
	Title    say.Text        `json:"title"`
	Km       float64         `json:"km"`
	HasKm    bool            `json:"has_km"`
	Near     say.Text        `json:"near"`
	State    string          `json:"state"`
	Counts   *respond.Counts `json:"counts,omitempty"`
	Referred string          `json:"referred,omitempty"` // to which partner
}

// mostReported bounds what one report reads.
const mostReported = 5000

const longestReport = 32 * 24 * time.Hour

var badPeriod = &say.Error{Code: "report.period", Kind: say.Invalid,
	Text: say.Text{En: "a report covers up to 32 days, from before to", Ar: "يغطي التقرير 32 يوماً على الأكثر، من قبل إلى"},
	Hint: say.Text{En: "give from and to as RFC 3339 times", Ar: "أعطِ البداية والنهاية بصيغة " + say.LTR("RFC 3339")}}

func (s *Server) reports() {
	type periodInput struct {
		From time.Time `query:"from" required:"true"`
		To   time.Time `query:"to" required:"true" doc:"Exclusive."`
	}
	route(s, access.ReadRecord, get("figures", "/api/v1/reports/figures", "The daily report: what happened, how fast, what came of it, and who was helped", "record"),
		func(ctx context.Context, a *access.Account, in *periodInput) (*body[Figures], error) {
			if !in.From.Before(in.To) || in.To.Sub(in.From) > longestReport {
				return nil, badPeriod
			}
			f, err := s.figures(ctx, a, in.From, in.To)
			return &body[Figures]{f}, err
		})
}

func (s *Server) figures(ctx context.Context, a *access.Account, from, to time.Time) (Figures, error) {
	out := Figures{From: ms(from), To: ms(to), Severities: map[string]int{}, Rules: []RuleCount{}, Cases: []CaseLine{}}
	within := func() Query {
		q := s.query(a, &listInput{Limit: 1000})
		q.Since, q.Until = from, to
		return q
	}
	cases, cut, err := every(ctx, within(), s.record.Cases)
	if err != nil {
		return out, err
	}
	silenced, cutToo, err := every(ctx, within(), s.record.Suppressed)
	if err != nil {
		return out, err
	}
	granted, _, err := every(ctx, within(), s.record.Silences)
	if err != nil {
		return out, err
	}
	out.Cut, out.Suppressed, out.Silences = cut || cutToo, len(silenced), len(granted)
	changes, err := s.watchChanges(ctx, a)
	if err != nil {
		return out, err
	}
	for _, c := range changes {
		if c.Taken >= out.From && c.Taken < out.To {
			out.Watches++
		}
	}
	rules, took := map[string]int{}, map[string][]float64{}
	for i := range slices.Backward(cases) {
		out.count(&cases[i], rules, took)
	}
	for rule, n := range rules {
		out.Rules = append(out.Rules, RuleCount{rule, n})
	}
	slices.SortFunc(out.Rules, func(x, y RuleCount) int { return cmp.Or(y.N-x.N, cmp.Compare(x.Rule, y.Rule)) })
	for _, step := range timed {
		out.Steps = append(out.Steps, stepTime(string(step), took[string(step)]))
	}
	return out, nil
}

// timed are the steps whose time after the alert a report shows.
var timed = []respond.Verb{respond.Acknowledge, respond.Verify, respond.Approve, respond.Dispatch, respond.Arrive, respond.GiveOutcome, respond.Refer, respond.PartnerAck}

// outages are the rules that tell of sensors that are not heard.
var outages = []string{"sensor-lost", "sensors-lost"}

func (f *Figures) count(c *respond.Case, rules map[string]int, took map[string][]float64) {
	al := &c.Alert
	f.Alerts++
	f.Severities[al.Severity.String()]++
	rule := al.Rule
	if al.ByHand != "" {
		f.ByHand++
		rule = "by-hand"
	}
	rules[rule]++
	f.Simulated = f.Simulated || al.Simulated
	f.Proposals += len(c.Proposals)
	add(&f.Open, c.State != respond.Debriefed)
	add(&f.Outages, slices.Contains(outages, al.Rule))
	add(&f.Escalated, len(c.Escalated) > 0)
	add(&f.Asked, c.Protection != "")
	first := map[respond.Verb]bool{}
	for _, s := range c.Steps {
		add(&f.Approved, s.Verb == respond.Approve)
		add(&f.Refused, s.Verb == respond.Refuse)
		add(&f.Complaints, s.Verb == respond.Complain)
		add(&f.Declared, s.Verb == respond.DeclareRescue || s.Verb == respond.DeclareDefence)
		if !first[s.Verb] && !s.At.Before(al.Opened) {
			took[string(s.Verb)] = append(took[string(s.Verb)], s.At.Sub(al.Opened).Seconds())
		}
		first[s.Verb] = true
	}
	line := CaseLine{ID: al.ID.String(), Number: numberOf(al.Opened, al.ID), Opened: ms(al.Opened), Severity: al.Severity.String(), Title: al.Title,
		Km: round(float64(al.Where.Chainage), 1), HasKm: al.Where.HasKm, Near: al.Where.Near, State: string(c.State)}
	if r := c.Referral; r != nil {
		line.Referred = r.Partner
		f.Referrals++
		add(&f.PartnerAck, !r.Acked.IsZero())
	}
	if r := c.Result; r != nil {
		n := r.Counts
		line.Counts = &n
		f.Outcomes++
		f.Counts = sum(f.Counts, n)
		f.Children, f.Injured, f.Dead = f.Children+r.Children, f.Injured+r.Injured, f.Dead+r.Dead
		add(&f.Force, r.Force)
	}
	f.Cases = append(f.Cases, line)
}

func add(to *int, when bool) {
	if when {
		*to++
	}
}

func sum(a, b respond.Counts) respond.Counts {
	return respond.Counts{Apprehended: a.Apprehended + b.Apprehended, TurnedBack: a.TurnedBack + b.TurnedBack, WithdrewAlone: a.WithdrewAlone + b.WithdrewAlone,
		GotAway: a.GotAway + b.GotAway, Referred: a.Referred + b.Referred, Released: a.Released + b.Released, Animal: a.Animal + b.Animal,
		FalseAlarm: a.FalseAlarm + b.FalseAlarm, OtherForce: a.OtherForce + b.OtherForce, Unresolved: a.Unresolved + b.Unresolved}
}

func stepTime(step string, seconds []float64) StepTime {
	out := StepTime{Step: step, N: len(seconds)}
	if out.N > 0 {
		slices.Sort(seconds)
		out.Median, out.Worst = round(seconds[(out.N-1)/2], 1), round(seconds[out.N-1], 1)
	}
	return out
}

// every reads all pages of a list, as far as a report reads.
func every[T any](ctx context.Context, q Query, read func(context.Context, Query) ([]T, string, error)) (all []T, cut bool, err error) {
	for {
		items, next, err := read(ctx, q)
		if err != nil {
			return nil, false, err
		}
		if all = append(all, items...); next == "" {
			return all, false, nil
		}
		if len(all) >= mostReported {
			return all, true, nil
		}
		q.Cursor = next
	}
}
