package fuse

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marsad/geo"
	"marsad/ident"
	"marsad/sense"
)

// told is what a node says of some tracks at an instant.
func told(id sense.SensorID, at time.Time, tracks []Track, lineage bool) sense.Scan {
	s := sense.Scan{Sensor: id, Observed: at, Received: at}
	for i := range tracks {
		t := &tracks[i]
		n := &sense.NodeTrack{VE: t.VE, VN: t.VN, VarVE: t.Cov[7], VarVN: t.Cov[9]}
		if lineage {
			n.Lineage = t.Lineage()
		}
		s.Detections = append(s.Detections, sense.Detection{Shape: sense.AtPosition, Z: [3]float64{t.Point.Lat, t.Point.Lon, 400},
			R: [6]float64{t.Cov[0], t.Cov[1], 0, t.Cov[4], 0, 100}, VendorTrack: t.ID.String(), Node: n})
	}
	return s
}

func det2(p *[10]float64) float64 { return p[0]*p[4] - p[1]*p[1] }

// TestTwoNodesThatTellEachOther lets two stages with towers of their own follow
// one walker and tell each other every second what they show. After a while
// nobody measures any more and they go on telling: what goes round must not make
// either of them surer, told with its lineage or without.
func TestTwoNodesThatTellEachOther(t *testing.T) {
	for _, lineage := range []bool{true, false} {
		w := walker(31)
		script := w.script(70)
		cfg := Defaults()
		a, b := New(cfg), New(cfg)
		for i, s := range w.sensors {
			if i%2 == 0 {
				a.Register(s)
			} else {
				b.Register(s)
			}
		}
		a.Register(sense.Sensor{ID: "b", Kind: sense.Node})
		b.Register(sense.Sensor{ID: "a", Kind: sense.Node})
		var before [2]float64
		joined := [2]bool{}
		for i := range script {
			e := &script[i]
			s := e.at.Sub(w.start).Seconds()
			if !e.tick && s > 55 {
				continue
			}
			if step(a, e); !e.tick {
				a.stats.Unregistered = 0
			}
			step(b, e)
			if !e.tick {
				continue
			}
			at, bt := a.Tracks(nil), b.Tracks(nil)
			sa, sb := told("a", e.at, at, lineage), told("b", e.at, bt, lineage)
			a.Scan(&sb, nil)
			b.Scan(&sa, nil)
			for k, all := range [][]Track{at, bt} {
				if s < 50 {
					continue
				}
				if len(all) != 1 {
					t.Fatalf("lineage %v, %.0f s: stage %d shows %d tracks, want 1", lineage, s, k, len(all))
				}
				for _, c := range all[0].Sensors {
					joined[k] = joined[k] || c.Node != nil && c.Node.Joined
				}
				d := det2(&all[0].Cov)
				if s > 57 && d < before[k] {
					t.Errorf("lineage %v, %.0f s: stage %d grew surer without a measurement: %.1f to %.1f m²", lineage, s, k, math.Sqrt(before[k]), math.Sqrt(d))
				}
				before[k] = d
			}
		}
		if lineage && (a.Stats().NodeEchoes == 0 || b.Stats().NodeEchoes == 0) {
			t.Error("nothing of its own came back to either: nothing was tried")
		}
		if !lineage && !(joined[0] && joined[1]) {
			t.Error("nothing was joined: nothing was tried")
		}
	}
}

// other is a node "north" that follows the first thing of a world with a 1σ of
// so many metres, from one second to another.
func other(w *world, from, to, sigma float64, lineage ...sense.SensorID) []event {
	var all []event
	for s := from; s < to; s++ {
		e, n, ok := w.things[0].place(s)
		if !ok {
			continue
		}
		at := w.start.Add(time.Duration((s + 0.4) * 1e9))
		p := w.at(e+sigma/2*math.Sin(s), n+sigma/2*math.Cos(s))
		all = append(all, event{at: at, scan: sense.Scan{Sensor: "north", Observed: at, Received: at, Detections: []sense.Detection{{
			Shape: sense.AtPosition, Z: [3]float64{p.Lat, p.Lon, 400}, R: [6]float64{sigma * sigma, 0, 0, sigma * sigma, 0, 100}, VendorTrack: "N7",
			Node: &sense.NodeTrack{VarVE: 1, VarVN: 1, Lineage: lineage},
		}}}})
	}
	return all
}

func with(script, more []event) []event {
	all := append(slices.Clone(script), more...)
	slices.SortStableFunc(all, func(a, b event) int { return a.at.Compare(b.at) })
	return all
}

var north = sense.Sensor{ID: "north", Kind: sense.Node, Name: "Northern section"}

// TestOwnDataIsNeverFusedBack hears of its own walker from a node in whose
// lineage one of its own towers is: what is measured stays the same to the bit,
// and the node's track is shown beside it.
func TestOwnDataIsNeverFusedBack(t *testing.T) {
	w := walker(32)
	w.sensors = w.sensors[4:5] // one tower, whose ranges are rough
	script := w.script(60)
	for name, c := range map[string]struct {
		lineage []sense.SensorID
		joined  bool
	}{
		"our tower": {[]sense.SensorID{"elsewhere", "cam-004"}, false}, "our name": {[]sense.SensorID{"marsad"}, false},
		"their own": {[]sense.SensorID{"elsewhere"}, true}, "unsaid": {nil, true},
	} {
		cfg := Defaults()
		cfg.Names = []sense.SensorID{"marsad"}
		alone, told := New(cfg), New(cfg)
		for _, f := range []*Fuser{alone, told} {
			w.register(f)
			f.Register(north)
		}
		for _, e := range script {
			step(alone, &e)
		}
		for _, e := range with(script, other(w, 10, 60, 1)) {
			for i := range e.scan.Detections {
				if n := e.scan.Detections[i].Node; n != nil {
					n.Lineage = c.lineage
				}
			}
			step(told, &e)
		}
		alone.Tick(w.start.Add(time.Minute), nil)
		told.Tick(w.start.Add(time.Minute), nil)
		a, b := alone.Tracks(nil), told.Tracks(nil)
		if len(a) != 1 || len(b) != 1 {
			t.Fatalf("%s: %d and %d tracks, want 1", name, len(a), len(b))
		}
		k := slices.IndexFunc(b[0].Sensors, func(c Contribution) bool { return c.Node != nil })
		if k < 0 {
			t.Fatalf("%s: the node is not among what contributes: %+v", name, b[0].Sensors)
		}
		if n := b[0].Sensors[k]; n.Node.Joined != c.joined || n.Node.Ours == c.joined || n.Node.Track != "N7" || n.Count < 40 {
			t.Errorf("%s: %+v, %+v", name, n, *n.Node)
		}
		same := a[0].Point == b[0].Point && a[0].Cov == b[0].Cov
		if same == c.joined {
			t.Errorf("%s: same state %v: %v and %v", name, same, a[0], b[0])
		}
		if c.joined && !(b[0].Sensors[k].Node.Weight > 0.05) {
			t.Errorf("%s: a node that is surer than we are had a weight of %v", name, b[0].Sensors[k].Node.Weight)
		}
		if got := slices.Contains(b[0].Lineage(), "north"); got != c.joined {
			t.Errorf("%s: the node in our lineage: %v", name, got)
		}
	}
}

// TestNodeAloneThenOurs follows a thing that at first only the other node sees,
// then our towers too, then only the node again.
func TestNodeAloneThenOurs(t *testing.T) {
	w := walker(33)
	script := w.script(150)
	f := New(Defaults())
	w.register(f)
	f.Register(north)
	last := map[ident.ID]Change{}
	var alone, own, after ident.ID
	for _, e := range with(script, other(w, 5, 148, 10)) {
		s := e.at.Sub(w.start).Seconds()
		if !e.tick && e.scan.Sensor != "north" && (s < 30 || s > 70) {
			continue
		}
		for _, c := range step(f, &e) {
			if was, ok := last[c.ID]; ok && (was.Status == Ended || c.Revision <= was.Revision) {
				t.Fatalf("%.1f s: %v goes on from %v revision %d to %v %d", s, c.ID, was.Status, was.Revision, c.Status, c.Revision)
			}
			last[c.ID] = c
		}
		switch all := f.Tracks(nil); {
		case math.Abs(s-20) < 0.01:
			alone = all[0].ID
		case math.Abs(s-60) < 0.01:
			if len(all) != 1 {
				t.Fatalf("%d tracks while both see it", len(all))
			}
			own = all[0].ID
		case s > 147:
			after = all[len(all)-1].ID
		}
	}
	if alone == own || last[alone].Status != Ended || last[alone].Into != own {
		t.Errorf("the node's track %v %v into %v, ours is %v", alone, last[alone].Status, last[alone].Into, own)
	}
	if len(last[own].Sensors) < 2 {
		t.Errorf("ours: %+v", last[own])
	}
	if after != own && (last[after].From != own || last[own].Status != Ended) {
		t.Errorf("after ours (%v) ended the node's goes on as %v from %v", last[own].Status, after, last[after].From)
	}
}

// TestNodesAreInTheSnapshot stops and restarts the stage in the middle of what a
// node says, and delivers its scans out of order.
func TestNodesAreInTheSnapshot(t *testing.T) {
	w := walker(34)
	script := with(w.script(50), other(w, 6, 50, 15))
	f, late := New(Defaults()), New(Defaults())
	for _, g := range []*Fuser{f, late} {
		w.register(g)
		g.Register(north)
	}
	var g *Fuser
	for i := range script {
		want := step(f, &script[i])
		if g != nil {
			if d := cmp.Diff(want, step(g, &script[i])); d != "" {
				t.Fatalf("event %d differs:\n%s", i, d)
			}
		}
		if i == len(script)/2 {
			b, err := f.Snapshot()
			if err != nil {
				t.Fatal(err)
			}
			g = New(Defaults())
			if err := g.Restore(b); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, e := range arrivals(script, 34) {
		step(late, e)
	}
	end := w.start.Add(55 * time.Second)
	f.Tick(end, nil)
	late.Tick(end, nil)
	a, b := f.Tracks(nil), late.Tracks(nil)
	for _, all := range [][]Track{a, b} {
		for i := range all {
			all[i].Revision = 0
			for k := range all[i].Sensors {
				if all[i].Sensors[k].Node != nil {
					all[i].Sensors[k].Count = 0 // an older report that came after a newer one is not used
				}
			}
		}
	}
	if d := cmp.Diff(a, b); d != "" || len(a) == 0 {
		t.Errorf("out of order:\n%s", d)
	}
}

// TestNodeAcrossCells joins a node's report where two of our cells meet.
func TestNodeAcrossCells(t *testing.T) {
	w := walker(35)
	w.origin = geo.Point{Lat: 36.5 + 4500/111e3, Lon: 42.0} // the walker is about the edge between two rows
	w.sensors = newWorld(35, 1).sensors[:0]
	for _, s := range newWorld(35, 12).sensors {
		s.Position = w.at(100, -1000*float64(len(w.sensors)))
		w.sensors = append(w.sensors, s)
	}
	f := New(Defaults())
	w.register(f)
	f.Register(north)
	for _, e := range with(w.script(60), other(w, 6, 60, 10)) {
		step(f, &e)
	}
	all := f.Tracks(nil)
	if len(all) != 1 || !slices.ContainsFunc(all[0].Sensors, func(c Contribution) bool { return c.Node != nil && c.Node.Joined }) {
		t.Errorf("%+v", all)
	}
}
