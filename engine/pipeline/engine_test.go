package pipeline

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"marsad/engine/bus"
	"marsad/engine/picture"
	"marsad/fuse"
	"marsad/geo"
	"marsad/ident"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

// rig is an engine on a log in memory, running in a bubble of its own time.
type rig struct {
	t       *testing.T
	log     Log
	record  *memory
	engine  *Engine
	picture *picture.Picture
	stop    context.CancelFunc
	ended   chan struct{} // closed when Run has returned err
	err     error
}

func run(t *testing.T, log Log, rec *memory, change func(*Options)) *rig {
	t.Helper()
	o := Options{Log: log, Record: rec, Picture: picture.New(picture.Options{}), Build: "test", DrainWithin: 5 * time.Second}
	var err error
	if o.Stages, err = NewStages(fakeParts(nil)); err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&o)
	}
	ctx, stop := context.WithCancel(context.Background())
	r := &rig{t: t, log: log, record: rec, engine: New(o), picture: o.Picture, stop: stop, ended: make(chan struct{})}
	go func() { defer close(r.ended); r.err = r.engine.Run(ctx) }()
	t.Cleanup(func() { r.end() })
	select {
	case <-r.engine.Ready():
	case <-r.ended:
		t.Fatalf("the engine ended before it was ready: %v", r.err)
	}
	return r
}

func (r *rig) end() error {
	r.stop()
	<-r.ended
	return r.err
}

// settle lets everything go through.
func (r *rig) settle() { time.Sleep(200 * time.Millisecond); synctest.Wait() }

func (r *rig) register(ids ...string) {
	r.t.Helper()
	for _, id := range ids {
		if err := r.engine.Ingress().Register(radar(id)); err != nil {
			r.t.Fatal(err)
		}
	}
}

func radar(id string) sense.Sensor {
	return sense.Sensor{ID: sense.SensorID(id), Kind: sense.Radar, Position: geo.Position{Point: geo.Point{Lat: 36.8, Lon: 42.1}},
		MaxRange: 8000, Pd: 0.9, Period: time.Second, SigmaRange: 10, SigmaAzimuth: 0.01}
}

func (r *rig) scan(id string) {
	r.t.Helper()
	if err := r.engine.Ingress().Deliver(sense.Scan{Sensor: sense.SensorID(id), Observed: time.Now(), Declared: true}); err != nil {
		r.t.Fatal(err)
	}
}

func caseOf(sensor string) ident.ID { return ident.Derive("track", start, sensor, 0) }

var nextAction int

func action(verb respond.Verb, c ident.ID) respond.Action {
	nextAction++
	return respond.Action{ID: ident.Derive("action", start, fmt.Sprint(nextAction), 0), Verb: verb, Case: c, By: respond.Person{ID: "p1", Name: "Ali"}}
}

func code(err error) string {
	if err == nil {
		return ""
	}
	return say.As(err).Code
}

func TestAScanReachesThePictureAndTheRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, bus.NewMemory(0), newMemory(), nil)
		r.register("a")
		r.scan("a")
		r.settle()
		v := r.picture.Current()
		if v.Track(caseOf("a")) == nil || v.Alert(caseOf("a")) == nil || v.Sensor("a") == nil || v.Sensor("a").Health != sense.Good {
			t.Fatalf("the picture has %d tracks, %d alerts and sensor %+v", len(v.Tracks), len(v.Alerts), v.Sensor("a"))
		}
		if _, ok := r.record.get(caseOf("a")); !ok {
			t.Fatal("the case is not on record")
		}
		if n := r.engine.Counters().Latency.Quantile(0.99); n == 0 || n > 100*time.Millisecond {
			t.Fatalf("latency %v", n)
		}
		if err := r.end(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAnActionIsAnsweredOnlyWhenItIsOnDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, bus.NewMemory(0), newMemory(), nil)
		r.register("a")
		r.scan("a")
		r.settle()
		r.record.set(false, time.Second)
		begun := time.Now()
		c, err := r.engine.Submit(context.Background(), action(respond.Acknowledge, caseOf("a")))
		if err != nil || c.Owner != "Ali" {
			t.Fatalf("case %+v, %v", c, err)
		}
		if time.Since(begun) < time.Second {
			t.Fatal("answered before the disk had it")
		}
		if kept, _ := r.record.get(caseOf("a")); kept.Owner != "Ali" {
			t.Fatal("answered, and not on record")
		}
		if r.end() != nil {
			t.Fatal("no orderly end")
		}
	})
}

func TestNobodySeesAnAlertThatIsNotOnDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, bus.NewMemory(0), newMemory(), nil)
		r.record.set(false, 500*time.Millisecond)
		r.register("a")
		r.scan("a")
		time.Sleep(300 * time.Millisecond)
		synctest.Wait()
		v := r.picture.Current()
		if v.Track(caseOf("a")) == nil {
			t.Fatal("the track waits for the disk")
		}
		if v.Alert(caseOf("a")) != nil {
			t.Fatal("the alert is shown before the disk has it")
		}
		time.Sleep(300 * time.Millisecond)
		if r.picture.Current().Alert(caseOf("a")) == nil {
			t.Fatal("the alert is not shown after")
		}
		r.end()
	})
}

func TestARefusalIsToldAndKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, bus.NewMemory(0), newMemory(), nil)
		a := action(respond.Acknowledge, caseOf("nothing"))
		for range 2 { // the second time the answer is the same
			if _, err := r.engine.Submit(context.Background(), a); code(err) != "case.not_found" {
				t.Fatalf("answer %v", err)
			}
		}
		if kept := r.record.actions[a.ID]; kept.Refused != "case.not_found" {
			t.Fatalf("on record: %+v", kept)
		}
		if r.record.twice != 0 {
			t.Fatal("written twice")
		}
		if _, err := r.engine.Submit(context.Background(), respond.Action{}); code(err) != "action.no_id" {
			t.Fatalf("an action without an id: %v", err)
		}
		r.end()
	})
}

func TestAnAlertOpenedByHandIsACaseAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, bus.NewMemory(0), newMemory(), nil)
		a := action(respond.OpenByHand, ident.ID{})
		c, err := r.engine.Submit(context.Background(), a)
		if err != nil || c.Alert.ByHand != "Ali" || c.Revision != 1 {
			t.Fatalf("%+v, %v", c, err)
		}
		again, err := r.engine.Submit(context.Background(), a)
		if err != nil || again.Alert.ID != c.Alert.ID || again.Revision != 1 {
			t.Fatalf("the second time: %+v, %v", again, err)
		}
		r.end()
	})
}

// A disk that takes nothing: nothing is acknowledged, everybody can see why,
// and when it takes again nothing is lost.
func TestAFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, bus.NewMemory(0), newMemory(), nil)
		r.register("a")
		r.scan("a")
		r.settle()
		r.record.set(true, 0)
		var waiting sync.WaitGroup
		waiting.Go(func() { // already on its way when the disk fills up
			if c, err := r.engine.Submit(context.Background(), action(respond.Acknowledge, caseOf("a"))); err != nil || c.Owner != "Ali" {
				t.Errorf("%+v, %v", c, err)
			}
		})
		r.settle()
		if _, err := r.engine.Submit(context.Background(), action(respond.Acknowledge, caseOf("a"))); code(err) != "record.degraded" {
			t.Fatalf("a full disk gives %v", err)
		}
		if r.engine.Trouble() == nil || r.picture.Current().Counts.Degraded.IsZero() || !r.engine.Counters().Degraded.Load() {
			t.Fatal("nobody can see it")
		}
		r.scan("a")
		r.settle()
		if got := r.picture.Current().Track(caseOf("a")).Revision; got != 2 {
			t.Fatalf("tracks stand still: revision %d", got)
		}
		r.record.set(false, 0)
		waiting.Wait()
		time.Sleep(10 * time.Second)
		if r.engine.Trouble() != nil || !r.picture.Current().Counts.Degraded.IsZero() {
			t.Fatal("it is over, and still shown")
		}
		if kept, _ := r.record.get(caseOf("a")); kept.Alert.Revision != 2 || kept.Owner != "Ali" {
			t.Fatalf("lost: %+v", kept)
		}
		if err := r.end(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAnEndWhileTheDiskIsFullSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := newMemory()
		log := bus.NewMemory(0)
		r := run(t, log, rec, nil)
		r.register("a")
		rec.set(true, 0)
		r.scan("a")
		r.settle()
		if err := r.end(); code(err) != "engine.unsaved" {
			t.Fatalf("ended with %v", err)
		}
		rec.set(false, 0)
		r = run(t, log, rec, nil)
		r.settle()
		if _, ok := rec.get(caseOf("a")); !ok {
			t.Fatal("the next start did not put it on record")
		}
		r.end()
	})
}

// When too much waits for the disk, the stages wait, and scans are shed: memory
// is bounded.
func TestMemoryIsBoundedWhileTheDiskIsFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, bus.NewMemory(0), newMemory(), func(o *Options) { o.Unsaved, o.InFlight, o.Waiting = 50, 20, 30 })
		r.register("a")
		r.record.set(true, 0)
		for range 1000 {
			r.scan("a")
			time.Sleep(time.Millisecond)
		}
		c := r.engine.Counters()
		if n := c.Unsaved.Load(); n > 60 {
			t.Fatalf("%d outputs wait", n)
		}
		if n := c.Waiting.Load(); n > 40 || c.Shed.Load() < 800 {
			t.Fatalf("%d inputs wait, %d shed", n, c.Shed.Load())
		}
		r.record.set(false, 0)
		time.Sleep(10 * time.Second)
		if kept, _ := r.record.get(caseOf("a")); kept.Alert.Revision == 0 || c.Scans.Load()+c.Shed.Load() != 1000 {
			t.Fatalf("%d stepped and %d shed of 1000; kept %+v", c.Scans.Load(), c.Shed.Load(), kept)
		}
		r.end()
	})
}

// The work of a second takes more than a second: the oldest scans are shed,
// fairly, and the log says which.
func TestOverload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := bus.NewMemory(0)
		r := run(t, log, newMemory(), func(o *Options) {
			o.InFlight, o.Waiting = 4, 20
			o.Stages, _ = NewStages(fakeParts(func() { time.Sleep(50 * time.Millisecond) }))
		})
		sensors := []string{"a", "b", "c", "d"}
		r.register(sensors...)
		for range 100 {
			for _, s := range sensors {
				r.scan(s)
			}
			time.Sleep(100 * time.Millisecond) // twice as many as can be stepped
		}
		begun := time.Now()
		if _, err := r.engine.Submit(context.Background(), action(respond.Acknowledge, caseOf("a"))); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(begun); waited > 500*time.Millisecond {
			t.Fatalf("a person waited %v behind scans", waited)
		}
		time.Sleep(5 * time.Second)
		shed := map[sense.SensorID]int{}
		scans := map[sense.SensorID]int{}
		first, last, _ := log.Range(context.Background())
		if err := log.Read(context.Background(), first, last, func(_ uint64, _ string, data []byte) error {
			e, err := DecodeEntry(data)
			switch b := e.Body.(type) {
			case *Shed:
				for _, s := range b.Sensors {
					shed[s.Sensor] += s.Scans
				}
			case *sense.Scan:
				scans[b.Sensor]++
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		total := 0
		for _, s := range sensors {
			id := sense.SensorID(s)
			total += shed[id]
			if shed[id]+scans[id] != 100 {
				t.Errorf("%s: %d on the log and %d marked as shed of 100", s, scans[id], shed[id])
			}
			if shed[id] < 30 || shed[id] > 60 {
				t.Errorf("%s lost %d of 100: not its share", s, shed[id])
			}
			if h := r.picture.Current().Sensor(id).Health; h != sense.Good {
				t.Errorf("%s counts as %s, and it was only not listened to", s, h)
			}
		}
		if n := r.engine.Counters().Shed.Load(); n != uint64(total) || r.picture.Current().Counts.Shed != n {
			t.Errorf("%d shed, counted %d, shown %d", total, n, r.picture.Current().Counts.Shed)
		}
		r.end()
	})
}

// An end while more waits than can be stepped in time: every scan is on the log
// or marked as shed there.
func TestAnEndInTimeMarksWhatItSheds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := bus.NewMemory(0)
		r := run(t, log, newMemory(), func(o *Options) {
			o.InFlight, o.Longest = 4, time.Hour
			o.Stages, _ = NewStages(fakeParts(func() { time.Sleep(50 * time.Millisecond) }))
		})
		r.register("a", "b")
		for range 500 {
			r.scan("a")
			r.scan("b")
		}
		begun := time.Now()
		if err := r.end(); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun); took > 5*time.Second {
			t.Errorf("the end took %v of 5 s", took)
		}
		stepped, shed := 0, 0
		first, last, _ := log.Range(t.Context())
		if err := log.Read(t.Context(), first, last, func(_ uint64, _ string, data []byte) error {
			e, err := DecodeEntry(data)
			switch b := e.Body.(type) {
			case *Shed:
				for _, s := range b.Sensors {
					shed += s.Scans
				}
			case *sense.Scan:
				stepped++
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if stepped+shed != 1000 || shed == 0 {
			t.Errorf("%d scans on the log and %d marked as shed of 1000", stepped, shed)
		}
	})
}

// Whatever is left by a crash at whatever moment, the next run has every case
// once, and every acknowledged action.
func TestACrashLosesNothingAcknowledged(t *testing.T) {
	for _, saveEvery := range []time.Duration{time.Hour, 2 * time.Second} {
		for _, slow := range []time.Duration{0, 30 * time.Millisecond, 3 * time.Second} {
			t.Run(fmt.Sprintf("snapshots every %v, commits of %v", saveEvery, slow), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { crash(t, saveEvery, slow) })
			})
		}
	}
}

func crash(t *testing.T, saveEvery, slow time.Duration) {
	log, rec := bus.NewMemory(0), newMemory()
	tune := func(o *Options) { o.SnapshotEvery = saveEvery }
	r := run(t, log, rec, tune)
	r.register("a", "b")
	rec.set(false, slow)
	var acknowledged []ident.ID
	for n := range 10 {
		r.scan("a")
		r.scan("b")
		time.Sleep(500 * time.Millisecond)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		a := action(respond.Acknowledge, caseOf([]string{"a", "b"}[n%2]))
		if _, err := r.engine.Submit(ctx, a); err == nil {
			acknowledged = append(acknowledged, a.ID)
		} else if code(err) != "action.unanswered" {
			t.Fatal(err)
		}
		cancel()
	}
	// The crash: the log and the record stay as they are now, everything else goes.
	left := rec.copy()
	var want Digest
	kept := bus.NewMemory(0)
	first, last, _ := log.Range(context.Background())
	if err := log.Read(context.Background(), first, last, func(_ uint64, subject string, data []byte) error {
		_, err := kept.Publish(subject, data)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	r.engine.Ask(func(s *Stages) {
		if s.Sequence() == last {
			want = s.Digest()
		}
	})
	r.end()

	again := run(t, kept, left, tune)
	again.settle()
	for _, s := range []string{"a", "b"} {
		c, _ := left.get(caseOf(s))
		if c.Alert.Revision != 10 {
			t.Errorf("the case of %s is on record with revision %d of its alert, want 10", s, c.Alert.Revision)
		}
		if row := again.picture.Current().Alert(caseOf(s)); row == nil || row.Revision != c.Revision {
			t.Errorf("the picture shows %+v, the record has revision %d", row, c.Revision)
		}
	}
	for _, id := range acknowledged {
		if _, ok := left.actions[id]; !ok {
			t.Error("an acknowledged action is gone")
		}
	}
	if left.twice != 0 {
		t.Errorf("%d rows were written again", left.twice)
	}
	if n := again.engine.Counters().Differ.Load(); n != 0 {
		t.Errorf("%d marks differ", n)
	}
	again.engine.Ask(func(s *Stages) {
		if want.TrackCount != 0 && s.Digest().Tracks != want.Tracks {
			t.Errorf("stepping again gave digest %+v, the first time %+v", s.Digest(), want)
		}
	})
	again.end()
}

// A machine that loses its power may lose the end of the log: the record is
// ahead then, and knows it.
func TestALogThatEndsBeforeTheRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, rec := bus.NewMemory(0), newMemory()
		r := run(t, log, rec, nil)
		r.register("a")
		r.scan("a")
		r.settle()
		if _, err := r.engine.Submit(context.Background(), action(respond.Acknowledge, caseOf("a"))); err != nil {
			t.Fatal(err)
		}
		r.settle()
		left := rec.copy()
		r.end()
		short := bus.NewMemory(0)
		if err := log.Read(context.Background(), 1, 2, func(_ uint64, subject string, data []byte) error {
			_, err := short.Publish(subject, data)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		again := run(t, short, left, nil)
		if c, err := again.engine.Submit(context.Background(), action(respond.Acknowledge, caseOf("a"))); err != nil || c.Revision != 3 {
			t.Fatalf("the case that only the record knew: %+v, %v", c, err)
		}
		found := false
		for _, e := range left.events {
			found = found || e.Kind == "log.gap"
		}
		if !found {
			t.Fatal("the gap is not on record")
		}
		if err := again.end(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestASnapshotOfAnotherProgramIsNotBelieved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, rec := bus.NewMemory(0), newMemory()
		r := run(t, log, rec, nil)
		r.register("a")
		r.scan("a")
		r.settle()
		r.end()
		rec.snapshot = []byte("what is this")
		again := run(t, log, rec, nil)
		if c, err := again.engine.Submit(context.Background(), action(respond.Acknowledge, caseOf("a"))); err != nil || c.Owner != "Ali" {
			t.Fatalf("open cases are gone: %+v, %v", c, err)
		}
		again.end()
	})
}

// deaf is a log that takes nothing for a while.
type deaf struct {
	*bus.Memory
	mu  sync.Mutex
	not bool
}

func (d *deaf) set(not bool) { d.mu.Lock(); d.not = not; d.mu.Unlock() }

func (d *deaf) Publish(subject string, data []byte) (bus.Ack, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.not {
		return nil, &say.Error{Code: "bus.full", Kind: say.Unavailable, Text: say.Text{En: "full", Ar: "ممتلئ"}}
	}
	return d.Memory.Publish(subject, data)
}

func TestALogThatTakesNothingForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &deaf{Memory: bus.NewMemory(0)}
		r := run(t, log, newMemory(), nil)
		r.register("a")
		r.settle()
		log.set(true)
		for range 60 {
			r.scan("a")
			time.Sleep(time.Second)
		}
		r.engine.Ingress().Dropped("a", say.Text{En: "cable cut", Ar: "انقطع الكابل"})
		if _, err := r.engine.Submit(context.Background(), action(respond.Acknowledge, caseOf("a"))); code(err) != "bus.full" {
			t.Fatalf("a log that takes nothing gives %v", err)
		}
		log.set(false)
		time.Sleep(5 * time.Second)
		c := r.engine.Counters()
		if c.Scans.Load()+c.Shed.Load() != 60 || c.Shed.Load() < 50 {
			t.Fatalf("%d stepped, %d shed of 60", c.Scans.Load(), c.Shed.Load())
		}
		if h := r.picture.Current().Sensor("a").Health; h != sense.Lost {
			t.Fatalf("the broken link got lost with the scans: %s", h)
		}
		if r.engine.Trouble() != nil {
			t.Fatal("it is over, and still shown")
		}
		if err := r.end(); err != nil {
			t.Fatal(err)
		}
	})
}

// While Marsad was away it heard nobody: that is no fault of the sensors.
func TestSensorsAreNotLostByOurOwnAbsence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, rec := bus.NewMemory(0), newMemory()
		r := run(t, log, rec, nil)
		r.register("a", "b")
		r.scan("a")
		r.scan("b")
		time.Sleep(1500 * time.Millisecond)
		r.end()
		time.Sleep(time.Hour)
		r = run(t, log, rec, nil)
		time.Sleep(4 * time.Second)
		r.scan("a")
		r.settle()
		if h := r.picture.Current().Sensor("b").Health; h != sense.Good {
			t.Fatalf("4 s after the start b is %s", h)
		}
		time.Sleep(10 * time.Second)
		if h := r.picture.Current().Sensor("b").Health; h != sense.Lost {
			t.Fatalf("b said nothing for 14 s and is %s", h)
		}
		r.end()
	})
}

func TestTicksComeEverySecondOfTheEnginesClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		r := run(t, bus.NewMemory(0), newMemory(), func(o *Options) {
			o.Speed = 4
			o.Clock = func() time.Time { return begun.Add(4 * time.Since(begun)) }
		})
		time.Sleep(10*time.Second + 100*time.Millisecond)
		synctest.Wait()
		r.engine.Ask(func(s *Stages) {
			if n := s.fuser.(fakeFuser).Ticks; n != 40 {
				t.Errorf("%d ticks in 10 s at four times the speed", n)
			}
		})
		r.end()
	})
}

func TestALogThatBreaksEndsTheEngine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := bus.NewMemory(0)
		r := run(t, log, newMemory(), nil)
		log.Close()
		if <-r.ended; code(r.err) != "bus.unreadable" {
			t.Fatalf("ended with %v", r.err)
		}
	})
}

func TestAnUnreadableEntryIsPassedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := bus.NewMemory(0)
		r := run(t, log, newMemory(), nil)
		if _, err := log.Publish("in.scan", []byte("what is this")); err != nil {
			t.Fatal(err)
		}
		r.register("a")
		r.scan("a")
		r.settle()
		if r.engine.Counters().Bad.Load() != 1 || r.picture.Current().Track(caseOf("a")) == nil {
			t.Fatal("one bad entry stops the rest, or is not counted")
		}
		r.end()
	})
}

func TestACueGoesToTheCameraAndOnRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, bus.NewMemory(0), newMemory(), nil)
		camera := radar("camera")
		camera.Kind, camera.CanLookAt = sense.Camera, true
		if err := r.engine.Ingress().Register(camera); err != nil {
			t.Fatal(err)
		}
		r.register("radar")
		cue := sense.Cue{ID: "c1", Sensor: "camera", By: "Ali"}
		if _, err := r.engine.LookAt(t.Context(), cue); code(err) != "sensor.not_listening" {
			t.Fatalf("nobody listens: %v", err)
		}
		heard := r.engine.Ingress().Cues("camera")
		go func() {
			if got := <-heard; got != cue {
				t.Errorf("the camera hears %+v", got)
			}
			r.engine.Ingress().CueAnswered("c1", false, "busy")
			r.engine.Ingress().CueAnswered("c1", true, "") // a second word harms nobody
		}()
		answer, err := r.engine.LookAt(t.Context(), cue)
		if err != nil || answer == nil || answer.Accepted || answer.Why != "busy" {
			t.Fatalf("the one who asked hears %+v, %v", answer, err)
		}
		synctest.Wait()
		go func() { <-heard }()
		late := cue
		late.ID = "c2"
		soon, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if answer, err := r.engine.LookAt(soon, late); err != nil || answer != nil {
			t.Fatalf("a camera that says nothing: %+v, %v", answer, err)
		}
		if _, err := r.engine.LookAt(t.Context(), sense.Cue{Sensor: "radar"}); code(err) != "sensor.cannot_look" {
			t.Fatalf("a radar looks: %v", err)
		}
		r.settle()
		kinds := map[string]int{}
		for _, e := range r.record.events {
			kinds[e.Kind]++
		}
		if kinds["camera.cue"] != 2 || kinds["camera.answer"] != 1 {
			t.Fatalf("on record: %v", kinds)
		}
		r.end()
		if _, open := <-heard; open {
			t.Fatal("the channel outlives the host")
		}
	})
}

func TestIngressRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, bus.NewMemory(0), newMemory(), nil)
		in := r.engine.Ingress()
		r.register("a")
		now := time.Now()
		at := func(d time.Duration) sense.Scan { return sense.Scan{Sensor: "a", Observed: now.Add(d)} }
		scan := func(s sense.Scan) error { return in.Deliver(s) }
		unknown := at(0)
		unknown.Sensor = "b"
		patrol := at(0)
		patrol.Unit = "u1"
		for _, c := range []struct {
			name string
			err  error
			want string
		}{
			{"a scan of 3 s ahead", scan(at(3 * time.Second)), sense.CodeAhead},
			{"a scan of hours ago", scan(at(-5 * time.Hour)), sense.CodeOld},
			{"a scan without a time", scan(sense.Scan{Sensor: "a"}), sense.CodeNoTime},
			{"a scan of an unknown sensor", scan(unknown), "sensor.unknown"},
			{"a patrol that is none", scan(patrol), "unit.unknown"},
			{"a scan of 1 s ahead", scan(at(time.Second)), ""},
			{"a late scan", scan(at(-time.Minute)), ""},
			{"a sensor without an id", in.Register(sense.Sensor{}), sense.CodeSensor},
			{"a report of an unknown sensor", in.Report(sense.StatusReport{Sensor: "b"}), "sensor.unknown"},
			{"a report of hours ahead", in.Report(sense.StatusReport{Sensor: "a", At: now.Add(time.Hour)}), sense.CodeAhead},
			{"a report from nowhere", in.Report(sense.StatusReport{Sensor: "a", Position: geo.Position{Point: geo.Point{Lat: 99}}}), sense.CodeOrigin},
			{"a footprint without cells", in.Footprint(sense.Footprint{Sensor: "a", Azimuths: 4, Ranges: 4, RangeStep: 1}), "footprint.shape"},
		} {
			if got := code(c.err); got != c.want {
				t.Errorf("%s: %q (%v), want %q", c.name, got, c.err, c.want)
			}
		}
		r.settle()
		counters := r.engine.Counters()
		byCode, newest := counters.Refusals()
		if counters.Late.Load() != 1 || counters.Refused.Load() != 9 || byCode["sensor.unknown"] != 2 || len(newest) != 9 {
			t.Errorf("late %d, refused %d, by code %v, newest %d", counters.Late.Load(), counters.Refused.Load(), byCode, len(newest))
		}
		if counters.Scans.Load() != 2 {
			t.Errorf("%d scans went on, want 2", counters.Scans.Load())
		}
		r.end()
		if err := in.Deliver(at(0)); code(err) != "engine.closing" {
			t.Errorf("after the end: %v", err)
		}
	})
}

// A link that flaps a thousand times a second does not fill the log, and its
// last word stands.
func TestASensorThatFlaps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, bus.NewMemory(0), newMemory(), nil)
		in := r.engine.Ingress()
		r.register("a")
		refused := 0
		for range 2000 {
			if code(in.Register(radar("a"))) == "sensor.too_often" {
				refused++
			}
			in.Dropped("a", say.Text{En: "cut", Ar: "قطع"})
			time.Sleep(time.Millisecond)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if n := r.engine.Counters().Logged.Load(); n > 200 || refused < 1900 {
			t.Fatalf("%d entries on the log, %d refused", n, refused)
		}
		if h := r.picture.Current().Sensor("a").Health; h != sense.Lost {
			t.Fatalf("its last word was that the link broke; it is %s", h)
		}
		r.end()
	})
}

func TestTheEndIsOrderly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := newMemory()
		r := run(t, bus.NewMemory(0), rec, nil)
		r.register("a")
		for range 100 {
			r.scan("a") // still waiting when the end comes
		}
		if err := r.end(); err != nil {
			t.Fatal(err)
		}
		if c, _ := rec.get(caseOf("a")); c.Alert.Revision != 100 {
			t.Fatalf("what waited did not go through: revision %d", c.Alert.Revision)
		}
		if rec.snapshot == nil || rec.at != rec.cursor {
			t.Fatalf("no snapshot at the end: at %d, cursor %d", rec.at, rec.cursor)
		}
		if r.picture.Current().Track(caseOf("a")).Status != fuse.Confirmed {
			t.Fatal("the last picture is missing")
		}
	})
}
