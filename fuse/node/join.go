package node

import (
	"cmp"
	"math"
	"slices"

	"marsad/fuse/pmb"
	"marsad/geo"
)

// Part is what one node's track had to do with what is shown.
type Part struct {
	*Track
	// Joined says that its state is in what is shown; else it is beside it: our
	// own data is in it, or another track of that node fits better.
	Joined bool
	// Weight is its share in the joined state, from 0 (ours said all) to 1.
	Weight float64
}

// Thing is an estimate on its way to being shown.
type Thing struct {
	State State
	Class [pmb.NClass]float32
	Parts []Part
}

// Join brings the nodes' tracks that belong to a thing into its state as of an
// instant, one after another in order of their names: of each node the nearest,
// and none in which our own data is, unless the thing itself is another node's.
func (th *Thing) Join(at int64, with []*Track, ours bool) {
	slices.SortFunc(with, func(a, b *Track) int { return a.Name.compare(b.Name) })
	for i := 0; i < len(with); {
		j, best, least := i, -1, math.Inf(1)
		for ; j < len(with) && with[j].Node == with[i].Node; j++ {
			st := with[j].At(at)
			g := st.from(th.State.Point)
			if d := math.Hypot(g.X[0], g.X[1]); d < least && !(ours && with[j].Ours) {
				best, least = j, d
			}
		}
		for ; i < j; i++ {
			p := Part{Track: with[i]}
			if i == best {
				p.Joined = th.take(&p, at)
			}
			th.Parts = append(th.Parts, p)
		}
	}
	slices.SortFunc(th.Parts, func(a, b Part) int { return cmp.Or(a.Name.compare(b.Name)) })
}

// take joins one state.
func (th *Thing) take(p *Part, at int64) bool {
	st := p.At(at)
	g := st.from(th.State.Point)
	out, omega, ok := Intersect(&th.State.Gauss, &g)
	if !ok {
		return false
	}
	f := geo.NewFrame(geo.Position{Point: th.State.Point})
	th.State.Point = f.At(out.X[0], out.X[1])
	out.X[0], out.X[1] = 0, 0
	th.State.Gauss, p.Weight = out, 1-omega
	blend(&th.Class, &p.Class, omega)
	return true
}

// blend joins two class posteriors as Intersect joins states: their weighted
// geometric mean counts nothing twice (Chernoff fusion: Bailey, Julier &
// Agamennoni, FUSION 2012). One that says nothing changes nothing.
func blend(a, b *[pmb.NClass]float32, omega float64) {
	sum := float32(0)
	for _, v := range b[1:] {
		sum += v
	}
	if !(sum > 0) || omega >= 1 {
		return
	}
	var out [pmb.NClass]float64
	total := 0.0
	for i := range a {
		out[i] = math.Pow(max(float64(a[i]), 1e-3), omega) * math.Pow(max(float64(b[i]), 1e-3), 1-omega)
		total += out[i]
	}
	for i := range a {
		a[i] = float32(out[i] / total)
	}
}
