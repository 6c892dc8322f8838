package pipeline

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"marsad/border"
	"marsad/engine/bus"
	"marsad/engine/picture"
	"marsad/geo"
)

var loadSeconds = flag.Int("load-seconds", 20, "how long TestLoad plays, in seconds of the world")
var loadSpeed = flag.Float64("load-speed", 4, "how many times as fast as real time TestLoad plays")
var loadWalkers = flag.Int("load-walkers", 100, "how many walk in the world of TestLoad")
var load = flag.Bool("load", false, "run TestLoad: the whole border, in real time")

func locate(p geo.Point) (border.Chainage, border.Offset, bool) {
	l := border.Default().Locate(p)
	return l.Chainage, l.Offset, !l.Far
}

// wholeBorder is the load that Marsad is made for: 620 towers, 62 radars, 6
// aerostats, every one with a scan a second.
func wholeBorder(began time.Time) *world {
	return newWorld(1000, 602_000, 620, 62, 6, *loadWalkers, began)
}

// BenchmarkSnapshot prints how long the stages stand still for a snapshot with
// so many tracks.
func BenchmarkSnapshot(b *testing.B) {
	for _, walkers := range []int{100, 1000} {
		b.Run(fmt.Sprint(walkers, "-walkers"), func(b *testing.B) {
			began := time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)
			w := newWorld(1000, 602_000, 620, 62, 6, walkers, began)
			stages, err := NewStages(realParts)
			if err != nil {
				b.Fatal(err)
			}
			var out Outputs
			for i := range w.sensors {
				if err := stages.Step(1, &Entry{Kind: KindRegister, At: began, Body: &w.sensors[i]}, &out); err != nil {
					b.Fatal(err)
				}
			}
			for second := range 20 {
				scans := w.scans(began.Add(time.Duration(second) * time.Second))
				for i := range scans {
					out.Reset()
					scans[i].Received = scans[i].Observed
					if err := stages.Step(1, &Entry{Kind: KindScan, At: scans[i].Observed, Body: &scans[i]}, &out); err != nil {
						b.Fatal(err)
					}
				}
			}
			var frozen *Frozen
			b.ReportAllocs()
			for b.Loop() {
				if frozen, err = stages.Freeze(); err != nil {
					b.Fatal(err)
				}
			}
			state, err := frozen.Pack()
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(len(state))/1e3, "kB")
			b.ReportMetric(float64(len(stages.Tracks())), "tracks")
		})
	}
}

// BenchmarkStep prints what a scan of the whole border costs in the stages.
func BenchmarkStep(b *testing.B) {
	began := time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)
	w := wholeBorder(began)
	stages, err := NewStages(realParts)
	if err != nil {
		b.Fatal(err)
	}
	var out Outputs
	sequence := uint64(0)
	step := func(e *Entry) {
		sequence++
		out.Reset()
		if err := stages.Step(sequence, e, &out); err != nil {
			b.Fatal(err)
		}
	}
	for i := range w.sensors {
		step(&Entry{Kind: KindRegister, At: began, Body: &w.sensors[i]})
	}
	second := 0
	next := func() []*Entry {
		second++
		now := began.Add(time.Duration(second) * time.Second)
		entries := []*Entry{{Kind: KindTick, At: now}}
		scans := w.scans(now)
		for i := range scans {
			scans[i].Received = now
			entries = append(entries, &Entry{Kind: KindScan, At: now, Body: &scans[i]})
		}
		return entries
	}
	for range 30 { // until the world is in full swing
		for _, e := range next() {
			step(e)
		}
	}
	b.ReportAllocs()
	b.ResetTimer()
	for n := 0; n < b.N; {
		b.StopTimer()
		entries := next()
		b.StartTimer()
		for _, e := range entries {
			if n++; n > b.N {
				break
			}
			step(e)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
	b.ReportMetric(float64(stages.Digest().TrackCount)/float64(sequence), "tracks/entry")
}

// BenchmarkPipeline prints how many scans a second go the whole way: judged,
// logged, read, stepped, shown.
func BenchmarkPipeline(b *testing.B) {
	for name, open := range map[string]func() (Log, func() error){
		"memory": func() (Log, func() error) { m := bus.NewMemory(100_000); return m, m.Close },
		"jetstream": func() (Log, func() error) {
			l, err := bus.Open(b.TempDir(), bus.Options{MaxBytes: 1 << 30})
			if err != nil {
				b.Fatal(err)
			}
			return l, l.Close
		},
	} {
		b.Run(name, func(b *testing.B) {
			log, closeLog := open()
			defer closeLog()
			// The engine's clock stands on the world's seconds: as fast as it goes.
			began := time.Now()
			w := wholeBorder(began)
			e, end := engineFor(b, log, Options{Clock: func() time.Time { return time.Now() }, Longest: time.Hour, Waiting: 1 << 20})
			defer end()
			for _, s := range w.sensors {
				if err := e.Ingress().Register(s); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportAllocs()
			b.ResetTimer()
			for n := 0; n < b.N; {
				b.StopTimer()
				scans := w.scans(time.Now())
				b.StartTimer()
				for i := range scans {
					if n++; n > b.N {
						break
					}
					scans[i].Observed = time.Now()
					if err := e.Ingress().Deliver(scans[i]); err != nil {
						b.Fatal(err)
					}
				}
				for e.Counters().Waiting.Load() > 4*int64(len(scans)) {
					time.Sleep(time.Millisecond)
				}
			}
			for e.Counters().Scans.Load() < uint64(b.N) {
				time.Sleep(time.Millisecond)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "scans/s")
		})
	}
}

func engineFor(tb testing.TB, log Log, o Options) (*Engine, func()) {
	tb.Helper()
	stages, err := NewStages(realParts)
	if err != nil {
		tb.Fatal(err)
	}
	o.Log, o.Stages = log, stages
	if o.Record == nil {
		o.Record = newMemory()
	}
	o.Picture = picture.New(picture.Options{Locate: locate})
	e := New(o)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	<-e.Ready()
	return e, func() {
		stop()
		if err := <-done; err != nil {
			tb.Error(err)
		}
	}
}

// TestLoad plays the whole border in real time, or faster, and prints whether
// the engine keeps up: go test -run TestLoad -load -load-seconds 600 -v. It
// asserts nothing about time; what it asserts is that nothing is lost unseen.
func TestLoad(t *testing.T) {
	if !*load {
		t.Skip("a load of many seconds: run it with -load")
	}
	log, err := bus.Open(t.TempDir(), bus.Options{MaxBytes: 2 << 30})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	began := time.Now()
	clock := func() time.Time { return began.Add(time.Duration(float64(time.Since(began)) * *loadSpeed)) }
	e, end := engineFor(t, log, Options{Clock: clock, Speed: *loadSpeed})
	w := wholeBorder(clock())
	for _, s := range w.sensors {
		if err := e.Ingress().Register(s); err != nil {
			t.Fatal(err)
		}
	}
	before := cpuSeconds()
	simulating := time.Duration(0)
	delivered := uint64(0)
	for second := range *loadSeconds {
		at := began.Add(time.Duration(second) * time.Second)
		busy := time.Now()
		scans := w.scans(at)
		simulating += time.Since(busy)
		// Sensors do not speak in chorus: their scans are spread over the second.
		for i := range scans {
			share := time.Duration(i) * time.Second / time.Duration(len(scans))
			if wait := time.Until(began.Add(time.Duration(float64(at.Add(share).Sub(began)) / *loadSpeed))); wait > 2*time.Millisecond {
				time.Sleep(wait)
			}
			scans[i].Observed = at.Add(share)
			if err := e.Ingress().Deliver(scans[i]); err != nil {
				t.Fatal(err)
			}
			delivered++
		}
		if second%60 == 59 {
			c := e.Counters()
			t.Logf("%4d s: %d scans stepped, %d shed, %d wait, p50 %v, p99 %v, %d tracks, %d MB", second+1, c.Scans.Load(), c.Shed.Load(), c.Waiting.Load(),
				c.Latency.Quantile(0.5), c.Latency.Quantile(0.99), len(e.options.Picture.Current().Tracks), residentMB())
		}
	}
	took := time.Since(began)
	cpu := cpuSeconds() - before
	end()
	c := e.Counters()
	if c.Scans.Load()+c.Shed.Load() != delivered {
		t.Errorf("%d scans were delivered, %d stepped and %d shed", delivered, c.Scans.Load(), c.Shed.Load())
	}
	_, bytes, err := log.Size(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d scans in %v at %g×: %.0f/s, %d shed; scan to picture p50 %v, p99 %v; step to record p99 %v; %.2f of a core (simulating %.2f); log %.0f MB, %.0f bytes a scan; %d MB resident",
		delivered, took.Round(time.Millisecond), *loadSpeed, float64(delivered)/took.Seconds(), c.Shed.Load(),
		c.Latency.Quantile(0.5), c.Latency.Quantile(0.99), c.Commit.Quantile(0.99), cpu/took.Seconds(), simulating.Seconds()/took.Seconds(),
		float64(bytes)/1e6, float64(bytes)/float64(delivered), residentMB())
}

func residentMB() int {
	b, err := os.ReadFile("/proc/self/statm")
	var size, resident int
	if err == nil {
		_, err = fmt.Sscan(string(b), &size, &resident)
	}
	if err != nil {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int(m.Sys >> 20)
	}
	return resident * os.Getpagesize() >> 20
}
