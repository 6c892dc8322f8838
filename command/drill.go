package command

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"time"

	"marsad/app"
	"marsad/assess"
	"marsad/border"
	"marsad/engine/config"
	"marsad/engine/pipeline"
	"marsad/fuse"
	"marsad/ident"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
	"marsad/sim"
	"marsad/sim/play"
	"marsad/sim/scn"
)

// DrillCmd generates nights and plays them through the real stages, faster than
// real time.
type DrillCmd struct {
	Scenarios string   `type:"existingdir" help:"Also play the *.scn files of this folder and judge them."`
	Name      []string `help:"Also play these scenarios that come with Marsad; all for every one."`
	Nights    int      `default:"10" help:"How many random nights."`
	Seed      uint64   `default:"1" help:"Decides every chance."`
	From      float64  `default:"0" help:"First km of the stretch."`
	To        float64  `default:"150" help:"Last km of the stretch; beyond the end for the whole line."`
	Hours     float64  `default:"4" help:"How long a night lasts."`
	Desks     string   `default:"sector" enum:"region,sector,section" help:"One watch officer for each of these."`
	Recorded  string   `type:"existingdir" env:"MARSAD_RECORDED" help:"Folder with recorded movements (GPX, CSV)."`
	JSON      bool     `name:"json" help:"Print the whole result as JSON."`
	Verbose   bool     `short:"v" help:"Print every missed incursion and every nuisance alert."`
}

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

// Run plays and prints.
func (c *DrillCmd) Run(s *Streams) error {
	atlas := border.DefaultAtlas()
	estate := sim.NewEstate(atlas.Axis, sim.EstateSeed, func(at border.Chainage) string {
		section, _ := border.SectionAt(at)
		return section.ID
	})
	d := &drill{cmd: c, atlas: atlas, estate: estate}
	if c.Recorded != "" {
		d.recorded = sim.InFolder(os.DirFS(c.Recorded))
	}
	scenes, err := c.scenes()
	if err != nil {
		return err
	}
	result := &drillResult{}
	failed := 0
	for _, scene := range scenes {
		r, err := d.play(scene, c.Seed, nil)
		if err != nil {
			return err
		}
		result.Plays = append(result.Plays, r)
		if !r.OK() {
			failed++
		}
		if !c.JSON {
			r.Print(s.Out)
		}
	}
	if c.Nights > 0 {
		if err := d.nights(result, s); err != nil {
			return err
		}
	}
	if c.JSON {
		e := json.NewEncoder(s.Out)
		e.SetIndent("", "  ")
		if err := e.Encode(result); err != nil {
			return err
		}
	} else if c.Nights > 0 {
		result.print(s.Out, c.Verbose)
	}
	if failed > 0 {
		fmt.Fprintf(s.Err, "%d of %d scenarios failed\n", failed, len(scenes))
		return exit(1)
	}
	return nil
}

func (c *DrillCmd) scenes() ([]*scn.Scenario, error) {
	var scenes []*scn.Scenario
	names := c.Name
	if slices.Contains(names, "all") {
		names = sim.Names()
	}
	for _, name := range names {
		scene, err := sim.Scenario(name)
		if err != nil {
			return nil, err
		}
		scenes = append(scenes, scene)
	}
	if c.Scenarios == "" {
		return scenes, nil
	}
	files, err := filepath.Glob(filepath.Join(c.Scenarios, "*.scn"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, &say.Error{Code: "drill.no_scenarios", Kind: say.NotFound,
			Text: say.Text{En: "there is no *.scn file in " + c.Scenarios, Ar: "لا يوجد ملف سيناريو في المجلد " + say.LTR(c.Scenarios)},
			Hint: say.Text{En: "see sim/scenarios for examples", Ar: "راجع المجلد sim/scenarios للأمثلة"}}
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		scene, err := scn.Parse(string(b))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		scenes = append(scenes, scene)
	}
	return scenes, nil
}

type drill struct {
	cmd      *DrillCmd
	atlas    *border.Atlas
	estate   *sim.Estate
	recorded sim.Recordings
}

func (d *drill) play(scene *scn.Scenario, seed uint64, crew *play.Crew) (*play.Report, error) {
	conf := config.Default()
	conf.Units = d.estate.Roster
	if !scene.Empty {
		conf.Units = d.estate.Within(scene.From, scene.To).Roster
	}
	stages, err := pipeline.NewStages(app.Parts(conf, d.atlas))
	if err != nil {
		return nil, err
	}
	return play.Play(d.estate, scene, &inProcess{stages: stages}, play.Options{Seed: seed, Recorded: d.recorded, Crew: crew})
}

// desks are the spans of the watch officers on a stretch.
func (d *drill) desks(from, to border.Chainage) []border.Span {
	var spans []border.Span
	for _, s := range d.atlas.Division.Level(border.Level(d.cmd.Desks)) {
		if s.To > from && s.From < to {
			spans = append(spans, border.Span{From: max(s.From, from), To: min(s.To, to)})
		}
	}
	return spans
}

func (d *drill) nights(into *drillResult, s *Streams) error {
	c := d.cmd
	from, to := border.Chainage(c.From*1000), border.Chainage(math.Min(c.To*1000, d.atlas.Axis.Length()))
	spans := d.desks(from, to)
	began := time.Now()
	for n := range c.Nights {
		seed := c.Seed*1000 + uint64(n)
		scene := sim.Night(sim.UsualNight(from, to, time.Duration(c.Hours*float64(time.Hour))), seed)
		r, err := d.play(scene, seed, &play.Crew{Spans: spans})
		if err != nil {
			return err
		}
		into.reports = append(into.reports, r)
		if !c.JSON {
			fmt.Fprintf(s.Err, "night %d of %d: %d incursions, %d alerts, %d nuisance, %.0f s\n", n+1, c.Nights,
				len(r.Score.Incursions), r.Score.Alerts, len(r.Score.Nuisance), time.Since(began).Seconds())
		}
	}
	into.Km, into.Desks, into.DeskKind = float64(to-from)/1000, len(spans), c.Desks
	into.Wall = time.Since(began).Seconds()
	into.sum(c.Seed)
	into.Speed = into.Hours * 3600 / into.Wall
	return nil
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
				of = "nothing"
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

// inProcess is the real stages without a log, a store or a clock.
type inProcess struct {
	stages     *pipeline.Stages
	sequence   uint64
	out        pipeline.Outputs
	cases      []respond.Case
	caseAt     map[ident.ID]int
	suppressed []assess.Suppressed
	hiddenAt   map[ident.ID]int
	tracks     map[ident.ID]fuse.Track
	list       []play.Track
	stale      bool
	health     map[sense.SensorID]sense.Health
	sensors    map[sense.SensorID]sense.Sensor
}

func (p *inProcess) step(kind pipeline.Kind, now time.Time, body any) error {
	if p.caseAt == nil {
		p.caseAt, p.hiddenAt = map[ident.ID]int{}, map[ident.ID]int{}
		p.tracks, p.health = map[ident.ID]fuse.Track{}, map[sense.SensorID]sense.Health{}
		p.sensors = map[sense.SensorID]sense.Sensor{}
	}
	p.sequence++
	p.out.Reset()
	if err := p.stages.Step(p.sequence, &pipeline.Entry{Kind: kind, At: now, Body: body}, &p.out); err != nil {
		return err
	}
	for i := range p.out.Tracks {
		t := &p.out.Tracks[i]
		p.stale = true
		if t.Status == fuse.Ended || t.Status == fuse.Tentative {
			delete(p.tracks, t.ID)
		} else {
			p.tracks[t.ID] = *t
		}
	}
	for _, h := range p.out.Health {
		p.health[h.Sensor] = h.To
	}
	for _, c := range p.out.Responded.Cases {
		p.cases = keep(p.cases, p.caseAt, c.Alert.ID, c)
	}
	for _, s := range p.out.Assessed.Suppressed {
		p.suppressed = keep(p.suppressed, p.hiddenAt, s.ID, s)
	}
	return nil
}

// keep the newest revision of a thing, in order of first appearance.
func keep[T any](all []T, at map[ident.ID]int, id ident.ID, v T) []T {
	if i, known := at[id]; known {
		all[i] = v
		return all
	}
	at[id] = len(all)
	return append(all, v)
}

func (p *inProcess) Register(now time.Time, s sense.Sensor) error {
	if err := p.step(pipeline.KindRegister, now, &s); err != nil {
		return err
	}
	p.sensors[s.ID] = s
	return nil
}

func (p *inProcess) Deliver(now time.Time, s sense.Scan) error {
	sensor := p.sensors[s.Sensor]
	if err := sense.Check(&s, &sensor, now); err != nil {
		return err
	}
	return p.step(pipeline.KindScan, now, &s)
}

func (p *inProcess) Report(now time.Time, r sense.StatusReport) error {
	return p.step(pipeline.KindReport, now, &r)
}

func (p *inProcess) Tick(now time.Time) error { return p.step(pipeline.KindTick, now, nil) }

func (p *inProcess) Act(now time.Time, a respond.Action) error {
	if err := p.step(pipeline.KindAct, now, &a); err != nil {
		return err
	}
	for _, done := range p.out.Acts {
		if done.Action.ID == a.ID && done.Refusal != nil {
			return done.Refusal
		}
	}
	return nil
}

func (p *inProcess) Cases() []respond.Case                 { return p.cases }
func (p *inProcess) Suppressed() []assess.Suppressed       { return p.suppressed }
func (p *inProcess) Health(id sense.SensorID) sense.Health { return p.health[id] }

// Tracks in the order of their ids, so that the judge's ties fall alike.
func (p *inProcess) Tracks() []play.Track {
	if !p.stale {
		return p.list
	}
	p.stale = false
	p.list = p.list[:0]
	for id, t := range p.tracks {
		class, _ := t.Class.Best()
		p.list = append(p.list, play.Track{ID: id, Point: t.Point, Class: class, Unit: t.Unit})
	}
	slices.SortFunc(p.list, func(a, b play.Track) int { return slices.Compare(a.ID[:], b.ID[:]) })
	return p.list
}
