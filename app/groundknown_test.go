package app

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"marsad/barrier"
	"marsad/border"
	"marsad/engine/config"
	"marsad/engine/pipeline"
	"marsad/engine/works"
	"marsad/fuse"
	"marsad/ident"
	"marsad/record"
)

// What is known of the ground reaches the tracker of a running Marsad: known ways
// from the beginning, a wall as soon as it is stated, and not where it has a gap. A
// wall that is only assumed holds nobody. A replay has it too and gives the same.
func TestGroundReachesTheTracker(t *testing.T) {
	conf := config.Default()
	conf.Addr, conf.Sapient.Addr, conf.Data = "127.0.0.1:0", "127.0.0.1:0", filepath.Join(t.TempDir(), "data")
	a, err := New(conf, Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	until := func(what string, ok func(fuse.Ground) bool) {
		t.Helper()
		for {
			var g fuse.Ground
			a.engine.Ask(func(s *pipeline.Stages) { g = s.Ground() })
			if ok(g) {
				return
			}
			select {
			case <-ctx.Done():
				t.Fatalf("%s: the tracker knows %d ways and %d hindrances", what, len(g.Ways), len(g.Hindrances))
			case err := <-ended:
				t.Fatal(err)
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
	var ways int
	until("known ways", func(g fuse.Ground) bool { ways = len(g.Ways); return ways > 0 && len(g.Hindrances) == 0 })

	now := time.Now().UTC()
	id := func(n uint64) ident.ID { return ident.Derive("piece", now, "test", n) }
	piece := func(n uint64, from border.Chainage, marks ...string) barrier.Event {
		return barrier.Event{Op: barrier.Put, Valid: now, Fact: barrier.Fact{Piece: &barrier.Piece{ID: id(n), Kind: barrier.Wall, State: barrier.Built,
			Stretch: barrier.Anchor(border.Default(), border.Span{From: from, To: from + 2_000}, barrier.OnLine), Marks: marks}}}
	}
	by := works.By{Person: barrier.Person{Account: record.Software}}
	if err := a.works.Load(ctx, by, piece(1, 40_000), piece(2, 50_000, border.Assumed)); err != nil {
		t.Fatal(err)
	}
	until("a wall that stands", func(g fuse.Ground) bool { return len(g.Hindrances) == 1 })
	if err := a.works.Load(ctx, by, barrier.Event{Op: barrier.Put, Valid: now, Fact: barrier.Fact{WeakSpot: &barrier.WeakSpot{ID: id(3), Kind: barrier.Gap, Risk: barrier.High, State: barrier.SpotOpen,
		Stretch: barrier.Anchor(border.Default(), border.Span{From: 41_000, To: 41_100}, barrier.OnLine), Found: barrier.Finding{On: barrier.DayOf(now), By: "test", How: "patrol"}}}}); err != nil {
		t.Fatal(err)
	}
	// The wall's gap comes from the ledger and the way through it from risk, which is reckoned a little later.
	until("a gap in it, and the way through the gap", func(g fuse.Ground) bool { return len(g.Hindrances) == 2 && len(g.Ways) == ways+1 })
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	want := groundAt(a)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}

	// The next run goes on with it before anybody tells it anew.
	b, err := New(conf, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	ctx, stop = context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	go func() { ended <- b.Run(ctx) }()
	select {
	case <-b.Ready():
	case <-ctx.Done():
		t.Fatal("the second run is not ready")
	}
	if got := groundAt(b); len(got.Hindrances) != len(want.Hindrances) || len(got.Ways) != len(want.Ways) {
		t.Errorf("after a restart the tracker knows %d ways and %d hindrances, not %d and %d", len(got.Ways), len(got.Hindrances), len(want.Ways), len(want.Hindrances))
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

func groundAt(a *App) (g fuse.Ground) {
	a.engine.Ask(func(s *pipeline.Stages) { g = s.Ground() })
	return g
}
