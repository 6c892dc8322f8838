package forecast

import (
	"math"
	"math/rand/v2"
	"slices"

	"marsad/barrier"
	"marsad/ident"
)

// block is how long a rate lasts once it is drawn, in days.
const block = 28

// horizon is how far the calendars are laid out, in days; beyond it working
// days go on at their mean share.
const horizon = 7_305

// job is a package on its way through the simulation.
type job struct {
	pack   *barrier.Package
	left   float64
	ready  float64   // days from today before which it does not begin
	days   []float64 // working days before each day
	rates  []float64 // metres per worked day, to draw from
	shares []float64 // of working days that were worked, to draw from
	before []link
	crew   int
}

type link struct {
	job    int
	metres float64
	days   float64
}

// gather lays out the packages that are not done, each after those before it.
// guessed names the kinds without a diary.
func gather(q *ProgrammeQuestion) (jobs []job, crews int, guessed []barrier.Kind, err error) {
	v := q.View
	done := v.Done()
	var live []*barrier.Package
	for _, p := range v.Packages() {
		over := p.State == barrier.PackageDone || p.State == barrier.PackageHanded || p.State == barrier.PackageDropped || p.State == barrier.PackageDraft
		if !over && p.Length()-done[p.ID].Length() > 0.5 {
			live = append(live, p)
		}
	}
	index, crew := map[ident.ID]int{}, map[ident.ID]int{}
	calendars := map[*barrier.Calendar][]float64{}
	state := map[ident.ID]int{}
	seen := map[barrier.Kind]*history{}
	var visit func(p *barrier.Package) error
	visit = func(p *barrier.Package) error {
		if state[p.ID] == 2 {
			return nil
		}
		if state[p.ID] == 1 {
			return seriesError("packages wait for one another in a circle: "+p.Name.En, "حزم عمل تنتظر بعضها في حلقة: "+p.Name.Ar)
		}
		state[p.ID] = 1
		j := job{pack: p, left: p.Length() - done[p.ID].Length(), ready: float64(max(0, p.Start-q.AsOf)), crew: -1}
		if p.State == barrier.PackageRunning {
			j.ready = 0
		}
		for _, b := range p.Predecessors {
			i := slices.IndexFunc(live, func(o *barrier.Package) bool { return o.ID == b.Package })
			if i < 0 {
				continue // done, or not in the programme: nothing to wait for
			}
			if err := visit(live[i]); err != nil {
				return err
			}
			j.before = append(j.before, link{index[b.Package], b.Metres, float64(b.Days)})
		}
		if !p.Crew.IsZero() {
			if _, ok := crew[p.Crew]; !ok {
				crew[p.Crew] = len(crew)
			}
			j.crew = crew[p.Crew]
		}
		c := v.CalendarOf(p)
		if calendars[c] == nil {
			calendars[c] = workdays(c, q.AsOf)
		}
		j.days = calendars[c]
		if seen[p.Kind] == nil {
			seen[p.Kind] = observe(v, p.Kind, q.AsOf)
		}
		j.rates, j.shares = seen[p.Kind].rates, seen[p.Kind].shares
		if len(j.rates) == 0 {
			j.rates, j.shares = []float64{max(p.Rate, 1)}, []float64{1}
			guessed = append(guessed, p.Kind)
		}
		index[p.ID] = len(jobs)
		jobs = append(jobs, j)
		state[p.ID] = 2
		return nil
	}
	for _, p := range live {
		if err := visit(p); err != nil {
			return nil, 0, nil, err
		}
	}
	slices.Sort(guessed)
	return jobs, len(crew), slices.Compact(guessed), nil
}

// workdays counts the working days before each day from a day on.
func workdays(c *barrier.Calendar, from barrier.Day) []float64 {
	out := make([]float64, horizon+1)
	for i := range horizon {
		out[i+1] = out[i]
		if c.Works(from + barrier.Day(i)) {
			out[i+1]++
		}
	}
	return out
}

// worked gives the working days before a moment, in days from today.
func worked(days []float64, t float64) float64 {
	if t >= horizon {
		return days[horizon] * t / horizon
	}
	i := int(t)
	return days[i] + (t-float64(i))*(days[i+1]-days[i])
}

// history is what the diary tells of a kind, by blocks of each package.
type history struct{ rates, shares []float64 }

// observe reads metres per worked day, and how many of the working days were
// worked, from the diary of the last three years. A block counts from the
// first entry of a package to its last.
func observe(v *barrier.View, k barrier.Kind, asOf barrier.Day) *history {
	h := &history{}
	byPackage := map[ident.ID][]*barrier.DiaryEntry{}
	var order []ident.ID
	for _, d := range v.Diary() {
		if d.Kind != k || d.On > asOf || d.On < asOf-1096 {
			continue
		}
		if byPackage[d.Package] == nil {
			order = append(order, d.Package)
		}
		byPackage[d.Package] = append(byPackage[d.Package], d)
	}
	for _, id := range order {
		entries := byPackage[id]
		calendar := &barrier.DefaultCalendar
		if p, ok := v.Package(id); ok {
			calendar = v.CalendarOf(p)
		}
		last := entries[len(entries)-1].On
		for i := 0; i < len(entries); {
			from := entries[i].On
			until := min(from+block, last+1)
			metres, days, on := 0.0, 0, barrier.Day(0)
			for ; i < len(entries) && entries[i].On < until; i++ {
				metres += entries[i].Length()
				if entries[i].Length() > 0 && entries[i].On != on {
					days, on = days+1, entries[i].On
				}
			}
			// A block of a few days says little.
			if working := calendar.Workdays(from, until); days >= 5 && working > 0 {
				h.rates = append(h.rates, metres/float64(days))
				h.shares = append(h.shares, math.Min(1, float64(days)/float64(working)))
			}
		}
	}
	return h
}

// simulateWorks gives the start and finish of each job in each run, in days
// from today, run after run.
func simulateWorks(q *ProgrammeQuestion, jobs []job, crews int) [][2]float64 {
	r := rand.New(rand.NewPCG(q.Seed, 4))
	out := make([][2]float64, q.Runs*len(jobs))
	free := make([]float64, crews)
	for run := range q.Runs {
		clear(free)
		times := out[run*len(jobs) : (run+1)*len(jobs)]
		for i := range jobs {
			j := &jobs[i]
			start := j.ready
			if j.crew >= 0 {
				start = max(start, free[j.crew])
			}
			for _, b := range j.before {
				t := times[b.job]
				lead := math.Min(1, b.metres/jobs[b.job].left)
				start = max(start, t[0]+(t[1]-t[0])*lead+b.days)
			}
			end := j.run(start, q.Spread, r)
			for _, b := range j.before {
				// The last metres behind the one before take their own time.
				tail := (end - start) * math.Min(1, b.metres/j.left)
				end = max(end, times[b.job][1]+b.days+tail)
			}
			if j.crew >= 0 {
				free[j.crew] = end
			}
			times[i] = [2]float64{start, end}
		}
	}
	return out
}

// run works a job off, block after block, and gives when it is done.
func (j *job) run(t, spread float64, r *rand.Rand) float64 {
	for left := j.left; t < longest; t += block {
		rate := j.rates[r.IntN(len(j.rates))] * math.Exp(spread*r.NormFloat64())
		share := j.shares[r.IntN(len(j.shares))]
		metres := (worked(j.days, t+block) - worked(j.days, t)) * share * rate
		if metres >= left {
			return t + block*left/metres
		}
		left -= metres
	}
	return math.Inf(1)
}
