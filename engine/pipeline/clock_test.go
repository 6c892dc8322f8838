package pipeline

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"marsad/engine/bus"
	"marsad/respond"
	"marsad/sense"
)

func TestTheClockFollowsForwardAndNeverGoesBack(t *testing.T) {
	wall, beat := start, time.Duration(0)
	c := &clock{wall: func() time.Time { return wall }, beat: func() time.Duration { return beat }, speed: 1}
	pass := func(d time.Duration) { wall, beat = wall.Add(d), beat+d }
	want := func(now time.Time, ahead time.Duration) {
		t.Helper()
		if got, by := c.both(); !got.Equal(now) || by != ahead {
			t.Fatalf("the clock shows %v, %v ahead; want %v, %v", got, by, now, ahead)
		}
	}
	want(start, 0)
	pass(time.Second)
	want(start.Add(time.Second), 0)
	wall = wall.Add(time.Hour) // set forward
	want(start.Add(time.Hour+time.Second), 0)
	wall = wall.Add(-time.Hour) // set back
	want(start.Add(time.Hour+time.Second), time.Hour)
	pass(10 * time.Second) // nine seconds pass
	want(start.Add(time.Hour+10*time.Second), time.Hour-time.Second)
	pass(10*time.Hour - 10*time.Second)
	want(wall, 0)
	pass(time.Minute)
	want(wall, 0)
	c.notBefore(wall.Add(time.Minute))
	want(wall.Add(time.Minute), time.Minute)
}

// The administrator sets the clock back by an hour: scans of sensors with the
// right time are neither late nor from the future, ticks go on, a person is
// answered, and the times on the log never go back, not even after a restart.
func TestAWallClockSetBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var back atomic.Int64
		wall := func() time.Time { return time.Now().Add(-time.Duration(back.Load())) }
		log, rec := bus.NewMemory(0), newMemory()
		slow := func(o *Options) { o.Clock = wall }
		r := run(t, log, rec, slow)
		r.register("a")
		deliver := func() {
			t.Helper()
			if err := r.engine.Ingress().Deliver(sense.Scan{Sensor: "a", Observed: wall(), Declared: true}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		deliver()
		back.Store(int64(40 * time.Minute))
		for range 20 {
			deliver()
		}
		if _, err := r.engine.Submit(t.Context(), action(respond.Acknowledge, caseOf("a"))); err != nil {
			t.Fatal(err)
		}
		if n := r.engine.Counters().Late.Load(); n != 0 {
			t.Errorf("%d scans count as late", n)
		}
		if ahead := r.engine.Ahead(); ahead < 39*time.Minute || ahead > 40*time.Minute {
			t.Errorf("the engine says that it is %v ahead", ahead)
		}
		if err := r.end(); err != nil {
			t.Fatal(err)
		}
		r = run(t, log, rec, slow)
		for range 5 {
			deliver()
		}
		if err := r.end(); err != nil {
			t.Fatal(err)
		}
		var last time.Time
		ticks, scans := 0, 0
		first, end, _ := log.Range(t.Context())
		if err := log.Read(t.Context(), first, end, func(n uint64, _ string, data []byte) error {
			e, err := DecodeEntry(data)
			if e.At.Before(last) {
				t.Errorf("entry %d is of %v, after one of %v", n, e.At, last)
			}
			last = e.At
			switch b := e.Body.(type) {
			case nil:
				ticks++
			case *sense.Scan:
				if scans++; e.At.Sub(b.Observed).Abs() > time.Second {
					t.Errorf("a scan of now counts as %v old", e.At.Sub(b.Observed))
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if scans != 26 || ticks < 20 || ticks > 27 {
			t.Errorf("%d scans, want 26; %d ticks, want about 23", scans, ticks)
		}
	})
}

// After a restart with a clock that is a day behind the log, whatever was wrong
// then, people work with the time of now: the stages begin anew and the log says so.
func TestALogFromTheFuture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, rec := bus.NewMemory(0), newMemory()
		r := run(t, log, rec, func(o *Options) { o.Clock = func() time.Time { return time.Now().Add(24 * time.Hour) } })
		r.register("a")
		if err := r.engine.Ingress().Deliver(sense.Scan{Sensor: "a", Observed: time.Now().Add(24 * time.Hour), Declared: true}); err != nil {
			t.Fatal(err)
		}
		r.settle()
		if err := r.end(); err != nil {
			t.Fatal(err)
		}
		r = run(t, log, rec, nil)
		r.register("a")
		r.scan("a")
		r.settle()
		if ahead := r.engine.Ahead(); ahead != 0 {
			t.Errorf("the engine is %v ahead of the wall clock", ahead)
		}
		if _, err := r.engine.Submit(t.Context(), action(respond.Acknowledge, caseOf("a"))); err != nil {
			t.Errorf("the open case of the earlier run: %v", err)
		}
		if row := r.picture.Current().Track(caseOf("a")); row == nil {
			t.Error("the scan of now makes no track")
		}
		if err := r.end(); err != nil {
			t.Fatal(err)
		}
	})
}
