package forecast

import (
	"slices"

	"marsad/barrier"
	"marsad/ident"
)

// Value is earned value of packages by their budgets (ANSI/EIA-748), beside
// earned schedule.
type Value struct {
	Currency string  `json:"currency"` // empty: no common budgets; the weights are metres
	BAC      float64 `json:"bac"`      // budget in all
	PV       float64 `json:"pv"`       // planned by now
	EV       float64 `json:"ev"`       // earned by now
	AC       float64 `json:"ac"`       // spent by now, by the diary
	CPI      float64 `json:"cpi"`      // EV / AC
	EAC      float64 `json:"eac"`      // BAC / CPI
	Schedule Earned  `json:"schedule"`
	Known    bool    `json:"known"` // false before anything was planned to begin
}

// EarnedValue measures the packages of a kind, or of every kind where it is
// empty, on a day. Weights are budgets where all have one in one currency, else
// metres.
func EarnedValue(v *barrier.View, kind barrier.Kind, asOf barrier.Day) Value {
	var packs []*barrier.Package
	for _, p := range v.Packages() {
		if (kind == "" || p.Kind == kind) && p.State != barrier.PackageDropped && p.State != barrier.PackageDraft && p.Start != 0 && p.Finish >= p.Start && p.Length() > 0 {
			packs = append(packs, p)
		}
	}
	if len(packs) == 0 {
		return Value{}
	}
	out := Value{Currency: packs[0].Budget.Currency}
	for _, p := range packs {
		if p.Budget.Amount <= 0 || p.Budget.Currency != out.Currency {
			out.Currency = ""
		}
	}
	weight := func(p *barrier.Package) float64 {
		if out.Currency == "" {
			return p.Length()
		}
		return p.Budget.Amount
	}
	done := v.Done()
	ours := map[ident.ID]bool{}
	var edges []barrier.Day
	for _, p := range packs {
		ours[p.ID] = true
		out.BAC += weight(p)
		share := done[p.ID].Length() / p.Length()
		if p.State == barrier.PackageDone || p.State == barrier.PackageHanded {
			share = 1
		}
		out.EV += weight(p) * share
		edges = append(edges, p.Start, p.Finish+1)
	}
	for _, d := range v.Diary() {
		if ours[d.Package] && d.On <= asOf && out.Currency != "" && d.Cost.Currency == out.Currency {
			out.AC += d.Cost.Amount
		}
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	// The plan bends only where a package begins or ends.
	plan := make([]Observation, len(edges))
	for i, on := range edges {
		plan[i].On = on
		for _, p := range packs {
			plan[i].Metres += weight(p) * min(1, max(0, float64(on-p.Start)/float64(p.Finish+1-p.Start)))
		}
	}
	out.Schedule, out.Known = Schedule(plan, Observation{asOf + 1, plan[0].Metres + out.EV})
	out.PV = out.Schedule.Planned
	if out.AC > 0 {
		out.CPI = out.EV / out.AC
		out.EAC = out.BAC / out.CPI
	}
	return out
}
