package fuse

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"math"
	"slices"

	"marsad/fuse/node"
	"marsad/fuse/pmb"
	"marsad/geo"
	"marsad/say"
	"marsad/sense"
)

// schema is the version of what Snapshot writes. Another version is refused:
// the log is then stepped from the beginning.
const schema = 13

// memory is what Snapshot writes.
type memory struct {
	Schema  int
	Sensors []sensorMemory
	Units   []string
	Cells   []cellKey
	Newest  int64
	Stats   Stats
	Core    pmb.State
	Nodes   []node.Track
	Grounds []groundFrom
}

type sensorMemory struct {
	Reg    sense.Sensor
	Foot   *sense.Footprint
	Origin geo.Position
	Stands bool
	Lately [8]int64
	Next   int

	Declared  [glances]int64
	Declaring int
	Looked    int64
	Shared    int64
	Overlook  overlook
}

// Snapshot writes everything that the stage remembers.
func (f *Fuser) Snapshot() ([]byte, error) {
	m := memory{Schema: schema, Units: f.units, Newest: f.newest, Stats: f.stats, Core: f.engine.State(), Nodes: f.book.Tracks, Grounds: f.cells.grounds}
	for _, scans := range [][]pmb.Scan{m.Core.Scans, m.Core.Waiting} {
		for i := range scans {
			scans[i].View = nil // the sensor's registration brings it back
		}
	}
	for i := range f.sensors {
		w := &f.sensors[i]
		m.Sensors = append(m.Sensors, sensorMemory{w.reg, w.foot, w.origin, len(w.poses) > 0, w.lately, w.next, w.declared, w.declaring, w.looked, w.shared, w.overlook})
	}
	for i := range f.cells.list {
		m.Cells = append(m.Cells, f.cells.list[i].key)
	}
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(&m); err != nil {
		return nil, fmt.Errorf("fuse snapshot: %w", err)
	}
	return b.Bytes(), nil
}

// Restore brings the stage to a snapshot. After an error it is as it was.
func (f *Fuser) Restore(b []byte) error {
	var m memory
	if err := gob.NewDecoder(bytes.NewReader(b)).Decode(&m); err != nil {
		return badSnapshot(err)
	}
	if m.Schema != schema {
		return badSnapshot(fmt.Errorf("schema %d, this program writes %d", m.Schema, schema))
	}
	n := New(f.cfg)
	for i := range m.Grounds {
		if !m.Grounds[i].Ground.usable() {
			return badSnapshot(fmt.Errorf("ground %d says what cannot be meant", i))
		}
	}
	if n.cells.grounds = m.Grounds; len(m.Grounds) > 0 {
		n.cells.lay()
	}
	for _, k := range m.Cells {
		if _, ok := n.cells.at(k); !ok {
			return badSnapshot(fmt.Errorf("%d cells", len(m.Cells)))
		}
	}
	for i := range m.Sensors {
		s := &m.Sensors[i]
		n.Register(s.Reg)
		w := &n.sensors[i]
		w.foot = s.Foot
		w.look(&n.cfg)
		w.lately, w.next = s.Lately, s.Next
		w.declared, w.declaring, w.looked, w.shared, w.overlook = s.Declared, s.Declaring, s.Looked, s.Shared, s.Overlook
		if s.Stands {
			w.stand(s.Origin, n.cells)
		}
	}
	for _, u := range m.Units {
		n.unitNumber(u)
	}
	if err := m.sound(len(n.cells.list)); err != nil {
		return badSnapshot(err)
	}
	for _, scans := range [][]pmb.Scan{m.Core.Scans, m.Core.Waiting} {
		for i := range scans {
			scans[i].View = n.sensors[scans[i].Sensor].view
		}
	}
	n.newest, n.stats = m.Newest, m.Stats
	n.engine.SetState(m.Core)
	n.book.Restore(m.Nodes)
	n.engine.Each(func(i int32, t *pmb.Track) { n.slots[t.Key] = i })
	*f = *n
	return nil
}

// sound checks every number that is used as an index.
func (m *memory) sound(cells int) error {
	sensor := func(i int32) bool { return i >= 0 && int(i) < len(m.Sensors) }
	track := func(t *pmb.Track) bool {
		ok := t.Cell >= 0 && int(t.Cell) < cells && t.Unit >= 0 && int(t.Unit) <= len(m.Units) && t.Mean.Finite() && t.Status <= pmb.Ended
		for _, k := range [...]pmb.Key{t.Key, t.Into, t.From} {
			ok = ok && sensor(k.Sensor)
		}
		for _, s := range t.Source {
			ok = ok && sensor(s.Sensor)
		}
		return ok
	}
	for i := range m.Sensors {
		s := &m.Sensors[i]
		bad := slices.ContainsFunc(s.Overlook.Missed, func(o missed) bool {
			return !sensor(o.Key.Sensor) || len(o.Parts) == 0 || slices.ContainsFunc(o.Parts, func(p uint8) bool { return p >= rings*sectors })
		})
		if bad || math.IsNaN(s.Overlook.Weight) || s.Overlook.Blind && len(s.Overlook.Missed) == 0 || s.Declaring < 0 || s.Declaring >= glances || s.Next < 0 || s.Next >= len(s.Lately) {
			return fmt.Errorf("sensor %d points at something that is not there", i)
		}
	}
	poses := func(p []pmb.CellPose) bool {
		return !slices.ContainsFunc(p, func(c pmb.CellPose) bool { return c.Cell < 0 || int(c.Cell) >= cells })
	}
	for i := range m.Core.Tracks {
		if !track(&m.Core.Tracks[i]) {
			return fmt.Errorf("track %d points at something that is not there", i)
		}
	}
	for i := range m.Core.Shown {
		if !track(&m.Core.Shown[i].Track) {
			return fmt.Errorf("shown track %d points at something that is not there", i)
		}
	}
	for i, s := range slices.Concat(m.Core.Scans, m.Core.Waiting) {
		if !sensor(s.Sensor) || len(s.Poses) == 0 || !poses(s.Poses) || s.Unit < 0 || int(s.Unit) > len(m.Units) {
			return fmt.Errorf("scan %d points at something that is not there", i)
		}
	}
	for i := range m.Core.Biases {
		bad := slices.ContainsFunc(m.Core.Biases[i].Edges, func(e pmb.BiasEdge) bool { return !sensor(e.Other) })
		if bad || i >= len(m.Sensors) {
			return fmt.Errorf("bias %d points at something that is not there", i)
		}
	}
	for i := range m.Nodes {
		t := &m.Nodes[i]
		ordered := i == 0 || m.Nodes[i-1].Node < t.Node || m.Nodes[i-1].Node == t.Node && m.Nodes[i-1].Name.Track < t.Name.Track
		if !ordered || !sensor(t.Node) || !sensor(t.Own.Sensor) || !sensor(t.Was.Sensor) || !t.State.Gauss.Finite() || !t.State.Point.Valid() || i >= node.Most {
			return fmt.Errorf("a node's track %d points at something that is not there", i)
		}
	}
	if m.Core.Turn < 0 || m.Core.Turn > len(m.Core.Biases) {
		return fmt.Errorf("turn %d of %d biases", m.Core.Turn, len(m.Core.Biases))
	}
	for i := range m.Core.Rays {
		r := &m.Core.Rays[i]
		if r.NPoses < 0 || int(r.NPoses) > len(r.Poses) || !poses(r.Poses[:r.NPoses]) || !sensor(r.Key.Sensor) {
			return fmt.Errorf("bearing %d points at something that is not there", i)
		}
	}
	return nil
}

func badSnapshot(err error) error {
	return &say.Error{
		Code: "fuse.snapshot", Kind: say.Invalid, Cause: err,
		Text: say.Text{En: "the tracker's saved state cannot be read", Ar: "لا يمكن قراءة الحالة المحفوظة للتتبّع"},
		Hint: say.Text{En: "Remove the snapshot; the tracker starts again from the log.", Ar: "احذف اللقطة المحفوظة؛ سيبدأ التتبّع من السجل من جديد."},
	}
}
