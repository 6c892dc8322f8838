package node

import (
	"cmp"
	"math"
	"slices"

	"marsad/fuse/kin"
	"marsad/fuse/pmb"
	"marsad/geo"
)

// Limits of what is kept.
const (
	// Most tracks of all nodes together; what comes beyond is counted.
	Most = 4096
	// Keep is how long a track is kept that its node is silent about, CoastAfter
	// from when it counts as coasting, ns.
	Keep       = int64(30e9)
	CoastAfter = int64(10e9)
)

// A report joins a track of ours within joinGate, and stays with it within
// stayGate: squared distances in units of the joint covariance. Within near
// metres and a like pace it is one of the group that the track stands for.
const (
	joinGate, stayGate = 13.3, 30.0 // 99 % and beyond of chi-square, 4 degrees
	near, pace         = 30.0, 1.5
	// drift is the power spectral density in m²/s³ of what a thing may do since
	// its node spoke of it.
	drift = 0.3
)

// Name of a track at its node.
type Name struct {
	Node  int32 // the node's number among our sensors
	Track string
}

func (n Name) compare(o Name) int {
	return cmp.Or(cmp.Compare(n.Node, o.Node), cmp.Compare(n.Track, o.Track))
}

// State of a thing: a place, and east-north metres and m/s about it. Its X[0]
// and X[1] are 0.
type State struct {
	Point geo.Point
	Gauss kin.Gauss
}

// at moves a copy of the state to another instant.
func (s *State) at(dt float64) State {
	out := *s
	if dt > 0 {
		out.Gauss.Drift(dt, drift, 0)
		f := geo.NewFrame(geo.Position{Point: s.Point})
		out.Point = f.At(out.Gauss.X[0], out.Gauss.X[1])
		out.Gauss.X[0], out.Gauss.X[1] = 0, 0
	}
	return out
}

// from gives a state as seen from another's place.
func (s *State) from(p geo.Point) kin.Gauss {
	g := s.Gauss
	f := geo.NewFrame(geo.Position{Point: p})
	g.X[0], g.X[1] = f.Surface(s.Point)
	return g
}

// Report is what a node says of one thing at one instant.
type Report struct {
	Name
	At    int64 // ns
	State State
	Class [pmb.NClass]float32
	Count float32
	// Existence as the node believes it.
	Existence float64
	// Lineage are the sensors and nodes whose data is in it, the node itself left
	// out; Ours says that our own data is.
	Lineage []string
	Ours    bool
	// Over says that the node has ended it.
	Over bool
}

// Track is a report that is kept, and to whom it belongs.
type Track struct {
	Report
	First int64
	// Own is our track that it belongs to, zero for none; Lead another node's
	// track, where HasLead.
	Own     pmb.Key
	Lead    Name
	HasLead bool
	// Was is our last track that it belonged to.
	Was pmb.Key
	// Reports of it so far. Met says that Match has seen it.
	Reports int
	Met     bool
	// Life counts how often it was shown as a track of its own and ended;
	// Revision how often it changed since the last of them, 0 while it is not.
	Life     uint64
	Revision uint64
}

// Leads reports whether the track stands for its thing: neither ours nor
// another node's does.
func (t *Track) Leads() bool { return t.Own.IsZero() && !t.HasLead }

// At gives the state at an instant.
func (t *Track) At(at int64) State { return t.State.at(float64(at-t.Report.At) / 1e9) }

// Own is a track of ours at an instant.
type Own struct {
	Key   pmb.Key
	State State
}

// Book is all that other nodes' tracks are remembered by. The zero value is
// ready.
type Book struct {
	Tracks []Track // by name
	// Old are reports that came after newer ones of the same track, Full those
	// that there was no room for.
	Old, Full uint64

	grid   map[square][]int32
	mine   []Own
	byOwn  map[pmb.Key][]Name
	byLead map[Name][]Name
}

// Of appends the tracks that belong to one of ours.
func (b *Book) Of(k pmb.Key, out []*Track) []*Track { return b.all(b.byOwn[k], out) }

// With appends the tracks that belong to a lead.
func (b *Book) With(n Name, out []*Track) []*Track { return b.all(b.byLead[n], out) }

func (b *Book) all(names []Name, out []*Track) []*Track {
	for _, n := range names {
		if t := b.Get(n); t != nil {
			out = append(out, t)
		}
	}
	return out
}

// index notes anew what belongs to whom.
func (b *Book) index() {
	b.byOwn, b.byLead = map[pmb.Key][]Name{}, map[Name][]Name{}
	for i := range b.Tracks {
		switch t := &b.Tracks[i]; {
		case !t.Own.IsZero():
			b.byOwn[t.Own] = append(b.byOwn[t.Own], t.Name)
		case t.HasLead:
			b.byLead[t.Lead] = append(b.byLead[t.Lead], t.Name)
		}
	}
}

// Restore makes the book one that holds tracks, in order of their names.
func (b *Book) Restore(tracks []Track) {
	*b = Book{Tracks: tracks}
	b.index()
}

// find gives the place of a name among the tracks.
func (b *Book) find(n Name) (int, bool) {
	return slices.BinarySearchFunc(b.Tracks, n, func(t Track, n Name) int { return t.Name.compare(n) })
}

// Get gives a track by name, nil for none; it holds until the next call.
func (b *Book) Get(n Name) *Track {
	if k, ok := b.find(n); ok {
		return &b.Tracks[k]
	}
	return nil
}

// Add takes a report and gives its track, nil where it is of no use: older than
// what is known, or there is no room.
func (b *Book) Add(r *Report) *Track {
	k, ok := b.find(r.Name)
	switch {
	case ok && r.At < b.Tracks[k].Report.At:
		b.Old++
		return nil
	case ok:
		b.Tracks[k].Report = *r
		b.Tracks[k].Reports++
		return &b.Tracks[k]
	case len(b.Tracks) >= Most:
		b.Full++
		return nil
	}
	b.Tracks = slices.Insert(b.Tracks, k, Track{Report: *r, First: r.At, Reports: 1})
	return &b.Tracks[k]
}

// Drop takes out the tracks that ended at their node or that it is silent about,
// and gives those of them that are shown, by name.
func (b *Book) Drop(now int64, shown []Track) []Track {
	b.Tracks = slices.DeleteFunc(b.Tracks, func(t Track) bool {
		over := t.Over || now-t.Report.At > Keep
		if over && t.Revision > 0 {
			shown = append(shown, t)
		}
		return over
	})
	return shown
}

// square of the hash, a hundredth of a degree: about a kilometre.
type square struct{ row, col int32 }

func squareOf(p geo.Point) square {
	return square{int32(math.Floor(p.Lat * 100)), int32(math.Floor(p.Lon * 100))}
}

// Match says anew to whom every track belongs, given all of ours as of an
// instant: to the nearest of ours inside the gate, else to the track of another
// node that was there before it. Ours must be in order of their keys.
func (b *Book) Match(now int64, ours []Own) {
	if b.grid == nil {
		b.grid = map[square][]int32{}
	}
	clear(b.grid)
	// Leads come behind ours under numbers from len(ours) on.
	b.mine = append(b.mine[:0], ours...)
	for i := range ours {
		s := squareOf(ours[i].State.Point)
		b.grid[s] = append(b.grid[s], int32(i))
	}
	order := make([]int32, len(b.Tracks))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(i, j int32) int {
		s, t := &b.Tracks[i], &b.Tracks[j]
		return cmp.Or(cmp.Compare(s.First, t.First), s.Name.compare(t.Name))
	})
	var leads []int32
	for _, i := range order {
		t := &b.Tracks[i]
		st := t.At(now)
		best, least := int32(-1), math.Inf(1)
		home := squareOf(st.Point)
		for row := home.row - 1; row <= home.row+1; row++ {
			for col := home.col - 1; col <= home.col+1; col++ {
				for _, k := range b.grid[square{row, col}] {
					o := &b.mine[k]
					lead := (*Track)(nil)
					if int(k) >= len(ours) {
						lead = &b.Tracks[leads[int(k)-len(ours)]]
						if lead.Node == t.Node {
							continue // a node knows its own things apart
						}
					}
					stays := lead == nil && t.Own == o.Key && !t.Own.IsZero() || lead != nil && t.HasLead && t.Lead == lead.Name
					d, ok := fits(&o.State, &st, stays)
					if lead != nil {
						d += 1e6 // one of ours goes before any of theirs
					}
					if ok && (d < least || d == least && k < best) {
						best, least = k, d
					}
				}
			}
		}
		t.Own, t.Lead, t.HasLead = pmb.Key{}, Name{}, false
		switch {
		case best < 0:
			leads = append(leads, i)
			b.grid[home] = append(b.grid[home], int32(len(b.mine)))
			b.mine = append(b.mine, Own{State: st})
		case int(best) < len(ours):
			t.Own = ours[best].Key
			t.Was = t.Own
		default:
			t.Lead, t.HasLead = b.Tracks[leads[int(best)-len(ours)]].Name, true
		}
	}
	b.index()
}

// fits reports whether a node's state may be one of ours, and how far apart
// they are. What already belongs together stays so a little longer.
func fits(o, st *State, stays bool) (d float64, ok bool) {
	a, g := o.Gauss, st.from(o.Point)
	d = kin.Distance2(&a, &g)
	gate := joinGate
	if stays {
		gate, d = stayGate, d*joinGate/stayGate
	}
	if d < min(gate, joinGate) {
		return d, true
	}
	if math.Hypot(g.X[0], g.X[1]) < near && math.Hypot(g.X[2]-a.X[2], g.X[3]-a.X[3]) < pace {
		return joinGate + d, true
	}
	return d, false
}
