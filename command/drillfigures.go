package command

import (
	"fmt"
	"io"
	"math/rand/v2"
	"sort"

	"marsad/sense"
	"marsad/sim/play"
)

// drillResult is what a drill found.
type drillResult struct {
	Nights     int            `json:"nights"`
	Hours      float64        `json:"hours"` // of all nights
	Km         float64        `json:"km"`
	Desks      int            `json:"desks"` // watch officers, one each
	DeskKind   string         `json:"desk_kind"`
	Incursions int            `json:"incursions"` // that crossed
	Before     interval       `json:"before_line"`
	InHand     []float64      `json:"-"`
	Median     interval       `json:"seconds_in_hand_median"`
	P10        interval       `json:"seconds_in_hand_p10"`
	Nuisance   interval       `json:"nuisance_per_operator_hour"`
	ByRule     map[string]int `json:"nuisance_by_rule"`
	Switches   interval       `json:"id_switches_per_truth"`
	Doubles    float64        `json:"alerts_per_alerted_incursion"`
	Tracked    float64        `json:"tracked_share"`
	Ghosts     float64        `json:"ghost_track_seconds_per_hour"`
	Referrals  int            `json:"referrals_due"`
	Missed     int            `json:"referrals_missed"`
	Outages    int            `json:"outage_alerts"`
	Digs       int            `json:"digs"`
	DigsFound  int            `json:"digs_alerted"`
	Wall       float64        `json:"wall_seconds"`
	Speed      float64        `json:"times_real_time"`
	Plays      []*play.Report `json:"plays,omitempty"`
	reports    []*play.Report
}

// interval is a figure with its 95 % interval.
type interval struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// sum makes the figures. Intervals come from 1,000 bootstrap samples of whole
// nights (Efron 1979), since what happens within one night hangs together.
func (r *drillResult) sum(seed uint64) {
	r.ByRule = map[string]int{}
	alerted, alerts, tracked, truth := 0, 0, 0.0, 0.0
	for _, p := range r.reports {
		sc := &p.Score
		r.Nights++
		r.Hours += sc.Hours
		r.Outages += sc.Outages
		r.Ghosts += sc.GhostSeconds
		tracked += sc.TrackedSeconds
		truth += sc.TruthSeconds
		for _, n := range sc.Nuisance {
			r.ByRule[n.Rule]++
		}
		for i := range sc.Incursions {
			in := &sc.Incursions[i]
			if in.Alerts > 0 {
				alerted++
				alerts += in.Alerts
			}
			if in.Needy && in.Crossed >= 0 && !in.Outbound && in.Crossed.Hours() < sc.Hours-1 {
				r.Referrals++
				if !in.Referred {
					r.Missed++
				}
			}
			if in.Crossed >= 0 {
				r.Incursions++
			}
			if in.Class == sense.Dig {
				r.Digs++
				if in.Alerts > 0 {
					r.DigsFound++
				}
			}
		}
	}
	r.Doubles = share(float64(alerts), float64(alerted))
	r.Tracked = share(tracked, truth)
	r.Ghosts = share(r.Ghosts, r.Hours)
	rng := rand.New(rand.NewPCG(seed, 0xb007))
	desks := float64(r.Desks)
	r.Before = r.bootstrap(rng, func(nights []*play.Report) float64 {
		crossed, before := 0.0, 0.0
		for _, n := range nights {
			for i := range n.Score.Incursions {
				if in := &n.Score.Incursions[i]; in.Crossed >= 0 {
					crossed++
					if in.BeforeLine() {
						before++
					}
				}
			}
		}
		return share(before, crossed)
	})
	r.Median = r.bootstrap(rng, func(n []*play.Report) float64 { return quantile(inHand(n), 0.5) })
	r.P10 = r.bootstrap(rng, func(n []*play.Report) float64 { return quantile(inHand(n), 0.1) })
	r.Nuisance = r.bootstrap(rng, func(nights []*play.Report) float64 {
		count, hours := 0.0, 0.0
		for _, n := range nights {
			count += float64(len(n.Score.Nuisance))
			hours += n.Score.Hours
		}
		return share(count, hours*desks)
	})
	r.Switches = r.bootstrap(rng, func(nights []*play.Report) float64 {
		switches, things := 0.0, 0.0
		for _, n := range nights {
			switches += float64(n.Score.Switches)
			things += float64(n.Score.Things)
		}
		return share(switches, things)
	})
}

func share(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// inHand are the seconds from alert to line of those alerted before it.
func inHand(nights []*play.Report) []float64 {
	var all []float64
	for _, n := range nights {
		for i := range n.Score.Incursions {
			if in := &n.Score.Incursions[i]; in.Crossed >= 0 && in.BeforeLine() {
				all = append(all, (in.Crossed - in.Alerted).Seconds())
			}
		}
	}
	sort.Float64s(all)
	return all
}

func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

func (r *drillResult) bootstrap(rng *rand.Rand, figure func([]*play.Report) float64) interval {
	const samples = 1000
	values := make([]float64, samples)
	nights := make([]*play.Report, len(r.reports))
	for i := range values {
		for k := range nights {
			nights[k] = r.reports[rng.IntN(len(r.reports))]
		}
		values[i] = figure(nights)
	}
	sort.Float64s(values)
	return interval{Value: figure(r.reports), Low: values[samples*25/1000], High: values[samples*975/1000]}
}

func (r *drillResult) print(out io.Writer, verbose bool) {
	fmt.Fprintf(out, "\n%d nights of %.1f h over %.0f km; %d watch officers, one for each %s, and an automatic crew.\n", r.Nights, r.Hours/float64(r.Nights), r.Km, r.Desks, r.DeskKind)
	fmt.Fprintf(out, "The world, its sensors and its people are simulated and their figures assumed. Intervals are 95 %%, by bootstrap over nights.\n\n")
	line := func(name, format string, i interval, factor float64) {
		fmt.Fprintf(out, "  %-38s "+format+"  ("+format+" to "+format+")\n", name, i.Value*factor, i.Low*factor, i.High*factor)
	}
	line(fmt.Sprintf("alerted before the line, of %d", r.Incursions), "%6.1f %%", r.Before, 100)
	line("seconds in hand, median", "%6.0f s", r.Median, 1)
	line("seconds in hand, nine of ten have more", "%6.0f s", r.P10, 1)
	line("nuisance alerts per operator-hour", "%6.2f  ", r.Nuisance, 1)
	line("id switches per true thing", "%6.2f  ", r.Switches, 1)
	fmt.Fprintf(out, "  %-38s %6.2f\n", "alerts per alerted incursion", r.Doubles)
	fmt.Fprintf(out, "  %-38s %6.1f %%\n", "true things tracked, of their time", 100*r.Tracked)
	fmt.Fprintf(out, "  %-38s %6.0f s\n", "tracks of nothing, each hour", r.Ghosts)
	fmt.Fprintf(out, "  %-38s %6d of %d\n", "referrals missed", r.Missed, r.Referrals)
	fmt.Fprintf(out, "  %-38s %6d of %d\n", "digging at the line alerted", r.DigsFound, r.Digs)
	fmt.Fprintf(out, "  %-38s %6d\n", "alerts on real failures of sensors", r.Outages)
	fmt.Fprintf(out, "  %-38s %6.0f times real time\n", "speed", r.Speed)
	rules := make([]string, 0, len(r.ByRule))
	for rule := range r.ByRule {
		rules = append(rules, rule)
	}
	sort.Slice(rules, func(i, j int) bool { return r.ByRule[rules[i]] > r.ByRule[rules[j]] })
	for _, rule := range rules {
		fmt.Fprintf(out, "    nuisance by %-26s %6d\n", rule, r.ByRule[rule])
	}
	if verbose {
		r.details(out)
	}
}

func (r *drillResult) details(out io.Writer) {
	for _, p := range r.reports {
		for i := range p.Score.Incursions {
			if in := &p.Score.Incursions[i]; !in.BeforeLine() {
				fmt.Fprintf(out, "%s missed: %s of %d at %s, outbound %v, crossed %s, seen %v, tracked %v, alerted %v\n", p.Scenario, in.Actor, in.Count, in.Km,
					in.Outbound, p.Clock(in.Crossed), in.Seen-in.Crossed, in.Tracked-in.Crossed, in.Alerted)
			}
		}
		for _, n := range p.Score.Nuisance {
			of := n.Of
			if of == "" {
				of = "nothing (nearest: " + n.Near + ")"
			}
			fmt.Fprintf(out, "%s nuisance: %s at %s %s, on %s: %s\n", p.Scenario, n.Rule, n.Km, p.Clock(n.At), of, n.Why)
		}
		for _, a := range p.Acts {
			if !a.OK {
				fmt.Fprintf(out, "%s not taken: %s at %s: %s\n", p.Scenario, a.Verb, p.Clock(a.At), a.Why)
			}
		}
	}
}
