package sim

import (
	"math"
	"sort"
	"time"

	"marsad/geo"
	"marsad/say"
	"marsad/sense"
	"marsad/sim/scn"
)

// change happens once, at a second since the start.
type change struct {
	at float64
	do func(*World)
}

var takenDown = say.Text{En: "taken down: wind above its limit", Ar: "أُنزل: الريح فوق الحد المسموح"}

// aerostatWind is the wind in m/s above which a balloon must come down, and
// aerostatCalm the one below which it goes up again.
const (
	aerostatWind = 18.0
	aerostatCalm = 14.0
)

// plan puts weather and failures on the list of changes, in order of time.
func (w *World) plan() {
	add := func(at float64, do func(*World)) { w.next = append(w.next, change{at, do}) }
	for i := range w.scene.Weather {
		x := &w.scene.Weather[i]
		if x.Wind >= 0 && x.Visibility == 0 {
			add(x.At.Seconds(), func(w *World) { w.blow(x.Wind, x.WindFrom) })
			continue
		}
		d := dust{from: x.From, to: x.To, metres: x.Visibility}
		if x.Everywhere {
			d.from, d.to = 0, 1e9
		}
		add(x.At.Seconds(), func(w *World) { w.dust = append(w.dust, d) })
		if x.Until > x.At {
			add(x.Until.Seconds(), func(w *World) { w.clear(d) })
		}
	}
	for i := range w.scene.Failures {
		w.planFailure(&w.scene.Failures[i], add)
	}
	for i := range w.scene.Faults {
		f := &w.scene.Faults[i]
		w.planFault(f, 1, f.At, add)
		if f.Until > f.At {
			w.planFault(f, -1, f.Until, add)
		}
	}
	sort.SliceStable(w.next, func(i, j int) bool { return w.next[i].at < w.next[j].at })
}

func (w *World) planFailure(f *scn.Failure, add func(float64, func(*World))) {
	hit := w.struck(f)
	counts := w.down
	if f.Says {
		counts = w.unfit
	}
	turn := func(by int) func(*World) {
		return func(*World) {
			for _, i := range hit {
				counts[i] += by
			}
		}
	}
	until := f.Until.Seconds()
	if f.Until <= f.At {
		until = math.Inf(1)
	}
	if f.Every == 0 {
		add(f.At.Seconds(), turn(1))
		if !math.IsInf(until, 1) {
			add(until, turn(-1))
		}
		return
	}
	until = math.Min(until, w.scene.Lasts.Seconds())
	for at := f.At.Seconds(); at < until; at += f.Every.Seconds() {
		add(at, turn(1))
		add(at+f.Every.Seconds()/2, turn(-1))
	}
}

// planFault has a fault begin (1) or end (-1).
func (w *World) planFault(f *scn.Fault, sign int, at time.Duration, add func(float64, func(*World))) {
	add(at.Seconds(), func(w *World) {
		for i := range w.estate.Nodes {
			if n := &w.estate.Nodes[i]; f.Takes(n.Kind, n.Number) {
				w.turned[i] += float64(sign) * f.Turned
				w.clock[i] += time.Duration(sign) * f.Clock
				if f.Covered {
					w.covered[i] += sign
				}
			}
		}
	})
}

// struck are the nodes that a failure takes.
func (w *World) struck(f *scn.Failure) []int {
	var hit []int
	id := f.ID
	for i := range w.estate.Nodes {
		n := &w.estate.Nodes[i]
		if f.What == "link" && id == "" && n.Kind == sense.Camera && n.Number == f.Number {
			id = n.Link
		}
		if f.Takes(n.Kind, n.Number) {
			hit = append(hit, i)
		}
	}
	for i := range w.estate.Nodes {
		if f.What == "link" && w.estate.Nodes[i].Link == id && id != "" {
			hit = append(hit, i)
		}
	}
	return hit
}

// happen does what is due.
func (w *World) happen() {
	for len(w.next) > 0 && w.next[0].at <= w.second {
		w.next[0].do(w)
		w.next = w.next[1:]
	}
	if int(w.second)%60 == 0 {
		local := w.at(w.second).In(scn.Zone)
		w.contrast = contrastAt(float64(local.Hour()) + float64(local.Minute())/60)
	}
}

func (w *World) blow(metresPerSecond, from float64) {
	was := w.wind
	w.wind, w.windFrom = metresPerSecond, from
	by := 0
	switch {
	case was < aerostatWind && w.wind >= aerostatWind:
		by = 1
	case was >= aerostatCalm && w.wind < aerostatCalm && w.grounded():
		by = -1
	}
	for i := range w.estate.Nodes {
		if w.estate.Nodes[i].Kind == sense.Aerostat {
			w.unfit[i] = max(0, w.unfit[i]+by)
		}
	}
}

func (w *World) grounded() bool {
	for i := range w.estate.Nodes {
		if w.estate.Nodes[i].Kind == sense.Aerostat && w.unfit[i] > 0 {
			return true
		}
	}
	return false
}

func (w *World) clear(d dust) {
	for i := range w.dust {
		if w.dust[i] == d {
			w.dust = append(w.dust[:i], w.dust[i+1:]...)
			return
		}
	}
}

// visibility where a body is, in metres: the worst dust over it.
func (w *World) visibility(b *body) float64 {
	v := 50_000.0
	for _, d := range w.dust {
		if d.from <= b.km && b.km <= d.to {
			v = math.Min(v, d.metres)
		}
	}
	return v
}

// cell of the index: about 11 km by 9 km.
type cell struct{ lat, lon int16 }

func cellOf(p geo.Point) cell {
	return cell{int16(math.Floor(p.Lat * 10)), int16(math.Floor(p.Lon * 10))}
}

// index puts a node into every cell from which something could be in its reach.
func (w *World) index(i int) {
	n := &w.estate.Nodes[i]
	if n.reports == fix {
		return
	}
	reach := 2*n.MaxRange + 200 // presence hears vehicles from twice as far, balloons drift
	dLat := reach / metresPerDegree
	dLon := reach / (metresPerDegree * math.Cos(geo.Radians(n.Position.Lat)))
	if n.Kind != sense.Presence {
		dLat, dLon = dLat/2+0.003, dLon/2+0.003
	}
	lo := cellOf(geo.Point{Lat: n.Position.Lat - dLat, Lon: n.Position.Lon - dLon})
	hi := cellOf(geo.Point{Lat: n.Position.Lat + dLat, Lon: n.Position.Lon + dLon})
	for a := lo.lat; a <= hi.lat; a++ {
		for o := lo.lon; o <= hi.lon; o++ {
			w.cells[cell{a, o}] = append(w.cells[cell{a, o}], int32(i))
		}
	}
}

// move brings every body to this second and finds which nodes could see it.
func (w *World) move() {
	for i := range w.near {
		w.near[i] = w.near[i][:0]
	}
	for k := range w.bodies {
		b := &w.bodies[k]
		if b.unit >= 0 {
			w.round(b)
		}
		t := w.second - b.delay
		b.at, b.ve, b.vn, b.here = b.path.where(t)
		if b.here && b.leaves && t >= b.path.end() {
			b.here = false
		}
		if !b.here || b.count <= b.out {
			b.here = false
			continue
		}
		b.cosLat = math.Cos(geo.Radians(b.at.Lat))
		b.sunk = inWadi(w.estate.Seed, b.at)
		if b.indoor && b.ve == 0 && b.vn == 0 {
			continue // under a roof
		}
		if len(w.dust) > 0 {
			b.km = w.estate.Axis.Locate(b.at).Chainage
		}
		for _, i := range w.cells[cellOf(b.at)] {
			n := &w.estate.Nodes[i]
			dn := (b.at.Lat - n.Position.Lat) * metresPerDegree
			de := (b.at.Lon - n.Position.Lon) * metresPerDegree * b.cosLat
			reach := n.MaxRange*1.02 + 100
			if dn*dn+de*de < reach*reach {
				w.near[i] = append(w.near[i], int32(k))
			}
		}
	}
	if int(w.second)%5 == 0 {
		w.drift()
	}
}

// drift hangs the balloons downwind of their winches, swinging.
func (w *World) drift() {
	for i := range w.estate.Nodes {
		n := &w.estate.Nodes[i]
		if n.Kind != sense.Aerostat {
			continue
		}
		anchor := w.estate.Axis.Place(n.Chainage, 600)
		swing := 0.25 * math.Sin(w.second/47+float64(n.Number))
		away := math.Min(flightHeight*0.8, w.wind*w.wind*0.9)
		n.Position.Point = geo.Direct(anchor, away, geo.Radians(w.windFrom+180)+swing)
		w.frames[i] = geo.NewFrame(n.Position)
	}
}
