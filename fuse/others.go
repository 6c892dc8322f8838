package fuse

import (
	"slices"
	"time"

	"marsad/fuse/kin"
	"marsad/fuse/node"
	"marsad/fuse/pmb"
	"marsad/geo"
	"marsad/ident"
	"marsad/sense"
)

// NodeShare is what another fusion node's track has to do with ours.
type NodeShare struct {
	Track string `json:"track"` // its id there
	// Joined says that it is in the state that is shown, by covariance
	// intersection and with this weight (0 to 1); else it is shown beside it.
	Joined bool    `json:"joined,omitempty"`
	Weight float64 `json:"weight,omitempty"`
	// Ours says that our own data is in it; it is then never joined with ours.
	Ours    bool     `json:"ours,omitempty"`
	Lineage []string `json:"lineage,omitempty"` // whose data is in it, as the node says
}

// Figures that stand in for what a node leaves unsaid: its certainty that
// something is there, and the 1σ of a velocity in m/s.
const (
	usualCertainty = 0.9
	usualSpeed     = 10.0
)

// nodeScan takes the tracks that another fusion node reports at one instant.
func (f *Fuser) nodeScan(i int32, w *watcher, s *sense.Scan, at int64, out []Change) []Change {
	f.touched = f.touched[:0]
	var leads []node.Name
	for k := range s.Detections {
		r, ok := f.report(i, w, &s.Detections[k], at)
		if !ok {
			f.stats.Impossible++
			continue
		}
		f.stats.NodeReports++
		if r.Ours {
			f.stats.NodeEchoes++
		}
		t := f.book.Add(&r)
		switch {
		case t == nil || !t.Met:
		case !t.Own.IsZero():
			if j := f.slotOf(t.Own); j >= 0 && !slices.Contains(f.touched, j) {
				f.touched = append(f.touched, j)
			}
		case t.HasLead && !slices.Contains(leads, t.Lead):
			leads = append(leads, t.Lead)
		case !t.HasLead && !slices.Contains(leads, t.Name):
			leads = append(leads, t.Name)
		}
	}
	f.newest = max(f.newest, at)
	f.stats.Scans++
	f.stats.Detections += uint64(len(s.Detections))
	out = f.publish(f.touched, f.newest, out)
	for _, n := range leads {
		if t := f.book.Get(n); t != nil && t.Revision > 0 {
			out = append(out, f.reveal(t, f.newest))
		}
	}
	return out
}

// slotOf finds the slot of a track of ours that is shown, −1 for none.
func (f *Fuser) slotOf(k pmb.Key) int32 {
	if i, ok := f.slots[k]; ok && f.engine.Alive(i) && f.engine.Track(i).Key == k {
		return i
	}
	return -1
}

// report translates a node's detection; ok is false where it cannot be used.
func (f *Fuser) report(i int32, w *watcher, d *sense.Detection, at int64) (r node.Report, ok bool) {
	n, p := d.Node, geo.Point{Lat: d.Z[0], Lon: d.Z[1]}
	if n == nil || d.Shape != sense.AtPosition || d.VendorTrack == "" || !p.Valid() || !probable(&d.Class) {
		return r, false
	}
	east, north := length(d.R[0], w.reg.SigmaPosition), length(d.R[3], w.reg.SigmaPosition)
	if !(east > 0 && north > 0) || !(n.VE*n.VE+n.VN*n.VN < sense.MaxSpeed*sense.MaxSpeed) {
		return r, false
	}
	east, north = max(east, 1), max(north, 1)
	cov := d.R[1]
	if !(cov*cov < 0.98*east*north) {
		cov = 0
	}
	g := kin.Gauss{P: node.Marginals(east, north, cov, length(n.VarVE, usualSpeed), length(n.VarVN, usualSpeed))}
	if n.VarVE > 0 && n.VarVN > 0 {
		g.X[2], g.X[3] = n.VE, n.VN
	}
	r = node.Report{
		Name: node.Name{Node: i, Track: d.VendorTrack}, At: at, State: node.State{Point: p, Gauss: g},
		Class: d.Class, Count: float32(d.Count), Existence: usualCertainty, Over: n.Over,
	}
	if c := float64(d.Confidence); c > 0 && c <= 1 {
		r.Existence = c
	}
	for _, id := range n.Lineage[:min(len(n.Lineage), sense.MaxLineage)] {
		r.Ours = r.Ours || f.isOurs(id)
		r.Lineage = append(r.Lineage, string(id))
	}
	return r, true
}

// isOurs reports whether data under an id is our own: we are known by it, or a
// sensor of ours is.
func (f *Fuser) isOurs(id sense.SensorID) bool {
	if slices.Contains(f.cfg.Names, id) {
		return true
	}
	i, ok := f.index[id]
	return ok && f.sensors[i].reg.Kind != sense.Node
}

// nodeTick drops what other nodes are silent about, says anew to whom their
// tracks belong, and appends what thereby changes.
func (f *Fuser) nodeTick(at int64, out []Change) []Change {
	if len(f.book.Tracks) == 0 {
		return out
	}
	ended := f.book.Drop(at, nil)
	var ours []node.Own
	clear(f.slots)
	f.engine.Each(func(i int32, t *pmb.Track) {
		if t.Status != pmb.Tentative {
			ours = append(ours, node.Own{Key: t.Key, State: f.place(t, at)})
			f.slots[t.Key] = i
		}
	})
	slices.SortFunc(ours, func(a, b node.Own) int { return a.Key.Compare(b.Key) })
	f.book.Match(at, ours)
	for i := range ended {
		out = append(out, f.conclude(&ended[i], at, ident.ID{}))
	}
	for i := range f.book.Tracks {
		t := &f.book.Tracks[i]
		t.Met = true
		switch {
		case !t.Leads():
			if t.Revision > 0 {
				out = append(out, f.conclude(t, at, f.headOf(t)))
				t.Life, t.Revision = t.Life+1, 0
			}
		case t.Revision == 0:
			if t.Existence >= 0.5 {
				out = append(out, f.reveal(t, at))
			}
		case t.Revision > 0 && at-t.Report.At > node.CoastAfter:
			out = append(out, f.reveal(t, at))
		}
	}
	return out
}

// place is one of our tracks as the book compares it.
func (f *Fuser) place(t *pmb.Track, at int64) node.State {
	g := f.engine.Mean(t, at)
	p := f.cells.list[t.Cell].frame.At(g.X[0], g.X[1])
	g.X[0], g.X[1] = 0, 0
	return node.State{Point: p, Gauss: g}
}

// headOf is the id of what stands for a node's track that does not itself.
func (f *Fuser) headOf(t *node.Track) ident.ID {
	if !t.Own.IsZero() {
		return f.id(t.Own)
	}
	if l := f.book.Get(t.Lead); l != nil {
		return f.nodeID(l)
	}
	return ident.ID{}
}

// nodeID is the id of a node's track while it is shown as one of its own.
func (f *Fuser) nodeID(t *node.Track) ident.ID {
	cause := string(f.sensors[t.Node].reg.ID) + "\x00" + t.Name.Track
	return ident.Derive("track of node", time.Unix(0, t.First).UTC(), cause, t.Life)
}

// join brings other nodes' tracks into one of ours that is about to be shown.
func (f *Fuser) join(v *Track, k pmb.Key, at int64) {
	if len(f.book.Tracks) == 0 {
		return
	}
	with := f.book.Of(k, nil)
	if len(with) == 0 {
		return
	}
	th := node.Thing{Class: v.Class, State: node.State{Point: v.Point, Gauss: kin.Gauss{X: [4]float64{0, 0, v.VE, v.VN}, P: v.Cov}}}
	th.Join(at, with, true)
	v.set(&th)
	f.credit(v, th.Parts)
}

func (v *Track) set(th *node.Thing) {
	g := &th.State.Gauss
	v.Point, v.VE, v.VN, v.Cov, v.Class = th.State.Point, g.X[2], g.X[3], g.P, th.Class
}

// credit lists the nodes' tracks among what contributes.
func (f *Fuser) credit(v *Track, parts []node.Part) {
	v.Sensors = slices.Clip(v.Sensors)
	for i := range parts {
		p := &parts[i]
		last := time.Unix(0, p.Report.At).UTC()
		v.Sensors = append(v.Sensors, Contribution{
			Sensor: f.sensors[p.Node].reg.ID, Count: p.Reports, Last: last,
			Node: &NodeShare{Track: p.Name.Track, Joined: p.Joined, Weight: p.Weight, Ours: p.Ours, Lineage: p.Lineage},
		})
		if v.LastSeen.Before(last) && p.Joined {
			v.LastSeen = last
		}
		v.Simulated = v.Simulated || f.sensors[p.Node].reg.Simulated
	}
}

// reveal gives a node's track that stands for its thing, as it is shown.
func (f *Fuser) reveal(t *node.Track, at int64) Track {
	t.Revision++
	v := f.nodeTrack(t, at)
	if at-t.Report.At > node.CoastAfter {
		v.Status = Coasting
	}
	return v
}

// conclude gives the end of a node's track that was shown.
func (f *Fuser) conclude(t *node.Track, at int64, into ident.ID) Track {
	t.Revision++
	v := f.nodeTrack(t, at)
	v.Status, v.Into = Ended, into
	return v
}

func (f *Fuser) nodeTrack(t *node.Track, at int64) Track {
	th := node.Thing{State: t.At(at), Class: t.Class}
	if with := f.book.With(t.Name, nil); t.Leads() && len(with) > 0 {
		th.Join(at, with, false)
	}
	sum := float32(0)
	for _, p := range th.Class {
		sum += p
	}
	th.Class[sense.Unknown] += max(0, 1-sum)
	v := Track{
		ID: f.nodeID(t), Status: Confirmed, At: time.Unix(0, max(at, t.Report.At)).UTC(),
		First: time.Unix(0, t.First).UTC(), LastSeen: time.Unix(0, t.Report.At).UTC(),
		Existence: t.Existence, Count: float64(t.Count), Revision: t.Revision,
	}
	if !t.Was.IsZero() {
		v.From = f.id(t.Was)
	}
	v.set(&th)
	f.credit(&v, append([]node.Part{{Track: t, Joined: true, Weight: 1}}, th.Parts...))
	return v
}

// nodeTracks appends the nodes' tracks that are shown on their own, by name.
func (f *Fuser) nodeTracks(out []Track) []Track {
	for i := range f.book.Tracks {
		if t := &f.book.Tracks[i]; t.Revision > 0 {
			out = append(out, f.nodeTrack(t, f.newest))
		}
	}
	return out
}

// Lineage lists the sensors and nodes whose data is in a track, in order and
// once each: what another node must be told with it.
func (t *Track) Lineage() []sense.SensorID {
	var all []sense.SensorID
	for i := range t.Sensors {
		c := &t.Sensors[i]
		if c.Node != nil && !c.Node.Joined {
			continue
		}
		all = append(all, c.Sensor)
		if c.Node != nil {
			for _, id := range c.Node.Lineage {
				all = append(all, sense.SensorID(id))
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
