package assess

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"marsad/border"
	"marsad/fuse"
	"marsad/geo"
	"marsad/ident"
	"marsad/say"
	"marsad/sense"
)

// straight is a line along a meridian-free plane for tests: it runs south from
// 36°N 41°E, the other side is west.
type straight struct{}

var straightTop = geo.Point{Lat: 37, Lon: 41}

func (straight) Locate(p geo.Point) (border.Chainage, border.Offset, bool) {
	e, n := apart(geo.Point{Lat: p.Lat, Lon: straightTop.Lon}, p)
	_ = n
	_, down := apart(straightTop, geo.Point{Lat: p.Lat, Lon: straightTop.Lon})
	if e > 50000 || e < -50000 || -down < -1000 || -down > 650000 {
		return 0, 0, false
	}
	return border.Chainage(-down), border.Offset(e), true
}

func (straight) Point(c border.Chainage, o border.Offset) geo.Point {
	lat := straightTop.Lat - float64(c)/111000
	for range 5 {
		_, down := apart(straightTop, geo.Point{Lat: lat, Lon: straightTop.Lon})
		lat += (down + float64(c)) / -111000
	}
	return shifted(geo.Point{Lat: lat, Lon: straightTop.Lon}, float64(o), 0)
}

func (straight) Section(c border.Chainage) string { return fmt.Sprintf("section-%d", int(c)/30000) }
func (straight) Near(geo.Point) say.Text {
	return say.Text{En: "5 km NE of Rabia", Ar: "5 كم شمال شرق ربيعة"}
}
func (straight) Grid(p geo.Point) string { return fmt.Sprintf("%.4f %.4f", p.Lat, p.Lon) }

// rulesOnce compiles the rules once for all tests.
var rulesOnce = sync.OnceValue(func() []Rule {
	rules, err := Rules()
	if err != nil {
		panic(err)
	}
	return rules
})

// night is a scripted night for an Assessor.
type night struct {
	t     *testing.T
	a     *Assessor
	now   time.Time
	out   Output
	moves []*walker
	last  map[ident.ID]Alert // newest revision by id
	order []ident.ID
	opens map[ident.ID]time.Time
}

// walker moves in the plane of the line.
type walker struct {
	id       ident.ID
	km, off  float64 // m
	vkm      float64 // m/s along
	voff     float64 // m/s towards home
	class    sense.Class
	share    float32
	count    float64
	noise    func() float64
	from     time.Time
	pause    time.Time // until when it halts
	revision uint64
	ended    bool
	unit     string
}

func at(clock string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", "2026-01-19 "+clock)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

func newNight(t *testing.T, clock string, change ...func(*Config)) *night {
	t.Helper()
	cfg := Config{Line: straight{}, Rules: rulesOnce()}
	for _, f := range change {
		f(&cfg)
	}
	a, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return &night{t: t, a: a, now: at(clock), last: map[ident.ID]Alert{}, opens: map[ident.ID]time.Time{}}
}

func trackID(n int) ident.ID { return ident.Derive("track", at("00:00:00"), fmt.Sprint(n), 0) }

func (n *night) walk(id int, class sense.Class, km, off, vkm, voff float64) *walker {
	w := &walker{id: trackID(id), km: km, off: off, vkm: vkm, voff: voff, class: class, share: 0.8, from: n.now}
	n.moves = append(n.moves, w)
	return w
}

func (w *walker) track(now time.Time) fuse.Track {
	w.revision++
	o, k := w.off, w.km
	if w.noise != nil {
		o, k = o+w.noise(), k+w.noise()
	}
	t := fuse.Track{ID: w.id, Status: fuse.Confirmed, At: now, First: w.from, LastSeen: now, Point: straight{}.Point(border.Chainage(k), border.Offset(o)),
		VE: w.voff, VN: -w.vkm, Cov: [10]float64{25, 0, 0, 0, 25, 0, 0, 0.04, 0, 0.04}, Existence: 0.97, Count: w.count, Unit: w.unit,
		Sensors: []fuse.Contribution{{Sensor: "cam-1", Count: int(w.revision), Last: now}}, Revision: w.revision, Simulated: true}
	if now.Before(w.pause) {
		t.VE, t.VN = 0, 0
	}
	t.Class[w.class] = w.share
	t.Class[sense.Unknown] += 1 - w.share
	return t
}

// until runs the night second by second.
func (n *night) until(clock string) {
	n.t.Helper()
	for end := at(clock); n.now.Before(end); {
		n.second()
	}
}

func (n *night) second() {
	n.now = n.now.Add(time.Second)
	for _, w := range n.moves {
		if w.ended {
			continue
		}
		if !n.now.Before(w.pause) {
			w.km += w.vkm
			w.off += w.voff
		}
		tr := w.track(n.now)
		n.a.Track(&tr, &n.out)
	}
	n.a.Tick(n.now, &n.out)
	n.collect()
}

func (n *night) collect() {
	n.t.Helper()
	for _, al := range n.out.Alerts {
		if old, ok := n.last[al.ID]; ok {
			if al.Revision != old.Revision+1 {
				n.t.Fatalf("alert %s went from revision %d to %d", al.ID, old.Revision, al.Revision)
			}
			if al.Severity < old.Severity {
				n.t.Fatalf("alert %s fell from %s to %s", al.Title.En, old.Severity, al.Severity)
			}
		} else {
			if al.Revision != 1 {
				n.t.Fatalf("the first revision given out is %d", al.Revision)
			}
			n.order = append(n.order, al.ID)
			n.opens[al.ID] = n.now
		}
		n.last[al.ID] = al
	}
	n.out.Alerts = n.out.Alerts[:0]
}

func (n *night) end(w *walker) {
	w.ended = true
	tr := w.track(n.now)
	tr.Status = fuse.Ended
	n.a.Track(&tr, &n.out)
	n.collect()
}

func (n *night) fixAt(node sense.SensorID, p geo.Point, when time.Time) {
	s := sense.Sensor{ID: node, Kind: sense.OwnForce}
	n.a.Scan(&sense.Scan{Sensor: node, Observed: when, Received: when, Detections: []sense.Detection{{Shape: sense.AtPosition, Z: [3]float64{p.Lat, p.Lon, 0}}}}, &s, &n.out)
	n.collect()
}

func (n *night) alerts() []Alert {
	var out []Alert
	for _, id := range n.order {
		out = append(out, n.last[id])
	}
	return out
}

// only fails unless exactly one alert was given out, and gives it.
func (n *night) only() Alert {
	n.t.Helper()
	if len(n.order) != 1 {
		for _, al := range n.alerts() {
			n.t.Logf("  %s %s: %s", al.Opened.Format("15:04:05"), al.Rule, al.Title.En)
		}
		n.t.Fatalf("%d alerts, want one", len(n.order))
	}
	return n.last[n.order[0]]
}

func (n *night) none() {
	n.t.Helper()
	if len(n.order) != 0 {
		n.t.Fatalf("alerted: %s: %s", n.alerts()[0].Title.En, n.alerts()[0].Reason.En)
	}
}
