package recorded

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strconv"

	"marsad/fuse/kin"
	"marsad/fuse/pmb"
)

// Row is one reported track at one scan instant: m, m/s.
type Row struct {
	T         float64
	Track     int64
	X, Y      float64
	VX, VY    float64
	Existence float64
	// Cov of (x, y, vx, vy), packed upper triangle; it is not written.
	Cov [10]float64
}

// Counts of a run. Pairs of a track and a detection are what it costs, on any
// machine.
type Counts struct {
	Detections, Scans, Pairs int
	Refused                  Refusals
}

// Run steps the core through a detections file and gives every reported track
// to show, instant by instant. Rows come in any order; those that cannot be used
// are left out and counted. It fails where no row could be read, for want of
// columns, before anything was shown.
func Run(s *Scenario, detections []byte, cfg Config, show func(k int, rows []Row)) (Counts, error) {
	r, err := newReader(s, detections)
	if err != nil {
		return Counts{}, err
	}
	p := newPlayer(s, cfg)
	var n Counts
	pending, more := r.read()
	for k := range s.Scans {
		p.clear()
		for ; more && int(pending.instant) == k; pending, more = r.read() {
			p.scans[pending.sensor].Dets = append(p.scans[pending.sensor].Dets, pending.det)
			n.Detections++
		}
		p.step(k)
		n.Scans += len(p.scans)
		show(k, p.report(k))
	}
	n.Pairs, n.Refused = int(p.engine.Stats.Pairs), r.log
	return n, nil
}

// player holds the core and one scan for each sensor.
type player struct {
	s      *Scenario
	cfg    Config
	engine *pmb.Engine
	scans  []pmb.Scan
	order  []int
	number map[pmb.Key]int64
	rows   []Row
	shown  []*pmb.Track
}

func newPlayer(s *Scenario, cfg Config) *player {
	p := &player{s: s, cfg: cfg, number: map[pmb.Key]int64{}}
	p.engine = pmb.New(cfg.Core, nil)
	p.engine.Spread(cfg.Threads, cfg.Parallel)
	a := s.Area
	p.engine.AddCell(a[0], a[1], a[2], a[3])
	for i := range s.Sensors {
		q := &s.Sensors[i]
		p.scans = append(p.scans, pmb.Scan{
			Sensor: int32(i), View: q.view(s), Declared: true,
			Poses: []pmb.CellPose{{Pose: kin.Pose{X: q.Pos[0], Y: q.Pos[1]}}},
		})
		p.order = append(p.order, i)
	}
	// Of one instant's scans those with a range come first: what they find
	// explains the bearings and alarms of the others.
	rank := map[string]int{XY: 0, BearingRange: 0, Bearing: 1, Point: 2}
	slices.SortStableFunc(p.order, func(i, j int) int {
		return cmp.Compare(rank[s.Sensors[i].Type], rank[s.Sensors[j].Type])
	})
	return p
}

func (p *player) clear() {
	for i := range p.scans {
		p.scans[i].Dets = p.scans[i].Dets[:0]
	}
}

func (p *player) instant(k int) int64 { return int64(math.Round(float64(k) * p.s.DT * 1e9)) }

func (p *player) step(k int) {
	for _, i := range p.order {
		p.scans[i].At = p.instant(k)
		p.engine.Step(&p.scans[i])
	}
	p.engine.Tick(p.instant(k))
}

// report lists the tracks that are shown, in the order of their birth.
func (p *player) report(k int) []Row {
	p.rows, p.shown = p.rows[:0], p.shown[:0]
	p.engine.Each(func(_ int32, t *pmb.Track) {
		if t.Status != pmb.Tentative && t.R >= p.cfg.Report && !p.engine.Expired(t, p.instant(k)) {
			p.shown = append(p.shown, t)
		}
	})
	slices.SortFunc(p.shown, func(a, b *pmb.Track) int { return a.Key.Compare(b.Key) })
	for _, t := range p.shown {
		g := p.engine.Mean(t, p.instant(k))
		id, ok := p.number[t.Key]
		if !ok {
			id = int64(len(p.number) + 1)
			p.number[t.Key] = id
		}
		p.rows = append(p.rows, Row{
			T: float64(k) * p.s.DT, Track: id, X: g.X[0], Y: g.X[1], VX: g.X[2], VY: g.X[3],
			Existence: t.R, Cov: g.P,
		})
	}
	return p.rows
}

// Header is the first line of a tracks file.
const Header = "t,track_id,x,y,vx,vy,existence,class\n"

// Append writes rows of a tracks file.
func Append(b *bytes.Buffer, rows []Row) {
	var line [160]byte
	for i := range rows {
		r := &rows[i]
		l := strconv.AppendFloat(line[:0], r.T, 'f', 3, 64)
		l = append(l, ",T"...)
		l = strconv.AppendInt(l, r.Track, 10)
		for _, v := range [...]float64{r.X, r.Y, r.VX, r.VY} {
			l = append(l, ',')
			l = strconv.AppendFloat(l, v, 'f', 3, 64)
		}
		l = append(l, ',')
		l = strconv.AppendFloat(l, r.Existence, 'f', 4, 64)
		l = append(l, ",unknown\n"...)
		b.Write(l)
	}
}
