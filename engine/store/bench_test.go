package store_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"marsad/barrier"
	"marsad/engine/store"
	"marsad/engine/store/storetest"
	"marsad/record"
	"marsad/respond"
)

// One step of one case with its action: what stands between a press and its
// answer.
func BenchmarkCommitOneAction(b *testing.B) {
	s := opened(b, b.TempDir(), store.Options{})
	n := 0
	for b.Loop() {
		c, a := storetest.Take(storetest.Case(n), storetest.Officer, respond.Acknowledge, respond.Acknowledged, "")
		if err := s.Commit(ctx, record.Batch{Cursor: uint64(n), Cases: []respond.Case{c}, Actions: []record.Acted{a}}); err != nil {
			b.Fatal(err)
		}
		n++
	}
}

// A second of a busy line: fifty cases that moved on, in one batch.
func BenchmarkCommitFiftyCases(b *testing.B) {
	s := opened(b, b.TempDir(), store.Options{})
	n := 0
	for b.Loop() {
		n++
		var cases []respond.Case
		for i := range 50 {
			c := storetest.Case(i)
			c.Revision = uint64(n)
			cases = append(cases, c)
		}
		if err := s.Commit(ctx, record.Batch{Cursor: uint64(n), Cases: cases}); err != nil {
			b.Fatal(err)
		}
	}
}

// grown makes a record of some cases, each with one action.
func grown(b *testing.B, cases int) (*store.Store, string) {
	b.Helper()
	dir := filepath.Join(b.TempDir(), "data")
	s := opened(b, dir, store.Options{})
	for n := 0; n < cases; {
		var batch record.Batch
		for range 200 {
			c, a := storetest.Take(storetest.Case(n), storetest.Officer, respond.Acknowledge, respond.Acknowledged, "")
			batch.Cases, batch.Actions = append(batch.Cases, c), append(batch.Actions, a)
			n++
		}
		batch.Cursor = uint64(n)
		if err := s.Commit(ctx, batch); err != nil {
			b.Fatal(err)
		}
	}
	return s, dir
}

func BenchmarkVerify(b *testing.B) {
	s, _ := grown(b, 10000)
	var r record.Report
	for b.Loop() {
		var err error
		if r, err = s.Verify(ctx, nil); err != nil || !r.OK() {
			b.Fatal(err, r.Problems)
		}
	}
	b.ReportMetric(float64(r.Entries)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

func BenchmarkOpen(b *testing.B) {
	s, dir := grown(b, 10000)
	h, err := s.Health(ctx)
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s, err := store.Open(dir, store.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(h.Bytes+h.WAL)/1e6, "MB")
}

func BenchmarkCasesPage(b *testing.B) {
	s, _ := grown(b, 10000)
	for _, f := range []store.Filter{{Sections: []string{"*"}}, {Sections: []string{"rabia", "sinjar"}}, {Sections: []string{"rabia"}, Open: true}} {
		b.Run(fmt.Sprint(f.Sections, f.Open), func(b *testing.B) {
			for b.Loop() {
				if _, _, err := s.Cases(ctx, f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A hundred thousand statements about the barrier, read as at a start.
func BenchmarkReadWorks(b *testing.B) {
	s := opened(b, b.TempDir(), store.Options{})
	const total, batch = 100_000, 5000
	for n := 0; n < total; n += batch {
		events := make([]barrier.Event, batch)
		for i := range events {
			events[i] = storetest.Stated(n + i)
		}
		if err := s.AppendWorks(ctx, events, record.Note{Kind: record.OfAction, Verb: "works.import"}); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		n := 0
		if err := s.Works(ctx, func(barrier.Event) error { n++; return nil }); err != nil || n != total {
			b.Fatal(n, err)
		}
	}
}

// An import of a thousand pieces, put on disk in one transaction.
func BenchmarkAppendWorksThousand(b *testing.B) {
	s := opened(b, b.TempDir(), store.Options{})
	n := 0
	for b.Loop() {
		events := make([]barrier.Event, 1000)
		for i := range events {
			events[i] = storetest.Stated(n)
			n++
		}
		if err := s.AppendWorks(ctx, events, record.Note{Kind: record.OfAction, Verb: "works.import"}); err != nil {
			b.Fatal(err)
		}
	}
}
