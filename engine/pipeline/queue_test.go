package pipeline

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"marsad/sense"
)

func scanItem(sensor string, at time.Time) *item {
	return &item{kind: KindScan, sensor: sense.SensorID(sensor), at: at, data: []byte(sensor + at.String())}
}

func names(q *queue, now time.Time) (out []string) {
	for {
		i, shed, ok := q.pop(now)
		switch {
		case !ok:
			return out
		case shed != nil:
			for _, s := range shed {
				out = append(out, fmt.Sprintf("shed %s %d", s.Sensor, s.Scans))
			}
		case i.kind == KindScan:
			out = append(out, string(i.sensor))
		default:
			out = append(out, i.kind.String())
		}
	}
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("got  %v\nwant %v", got, want)
	}
}

func TestTheOldestOfTheBusiestIsShedAndMarked(t *testing.T) {
	q := newQueue(4, time.Hour)
	q.push(scanItem("quiet", start))
	for n := range 5 {
		q.push(scanItem("busy", start.Add(time.Duration(n)*time.Second)))
	}
	if q.dropped != 2 {
		t.Fatalf("%d shed, want 2", q.dropped)
	}
	q.push(&item{kind: KindTick})
	expect(t, names(&q, start), "quiet", "busy", "busy", "busy", "shed busy 2", "tick")
}

func TestOneMarkerForAllStandsBeforeTheNextTick(t *testing.T) {
	q := newQueue(1, time.Hour)
	for n, s := range []string{"a", "b", "c"} {
		q.push(scanItem(s, start.Add(time.Duration(n))))
	}
	q.push(&item{kind: KindTick})
	expect(t, names(&q, start), "c", "shed a 1", "shed b 1", "tick")
	q.push(&item{kind: KindTick})
	expect(t, names(&q, start), "tick")
}

func TestAScanThatWaitedTooLongIsShed(t *testing.T) {
	q := newQueue(10, 3*time.Second)
	q.push(scanItem("a", start))
	q.push(scanItem("a", start.Add(time.Second)))
	q.push(scanItem("a", start.Add(2*time.Second)))
	q.push(&item{kind: KindTick})
	expect(t, names(&q, start.Add(4500*time.Millisecond)), "a", "shed a 2", "tick")
}

// A patrol whose fixes were shed by a busy machine would be a stranger at the line.
func TestTheNewestFixOfAnOwnUnitIsNeverShed(t *testing.T) {
	fix := func(unit string, at time.Time) *item {
		i := scanItem(unit, at)
		i.own = true
		return i
	}
	q := newQueue(3, time.Second)
	for n := range 4 {
		at := start.Add(time.Duration(n) * time.Millisecond)
		q.push(fix("patrol", at))
		q.push(fix(fmt.Sprint("other ", n), at))
		q.push(scanItem("radar", at))
	}
	q.push(&item{kind: KindTick})
	got := names(&q, start.Add(time.Hour))
	expect(t, got, "other 0", "other 1", "other 2", "patrol", "other 3", "shed patrol 3", "shed radar 4", "tick")
}

func TestPeopleAndHealthAreNeverShed(t *testing.T) {
	q := newQueue(1, time.Second)
	for n := range 50 {
		q.push(scanItem("a", start.Add(time.Duration(n))))
		q.push(&item{kind: KindReport})
		q.push(&item{kind: KindDropped})
	}
	q.push(&item{kind: KindAct})
	q.push(&item{kind: KindAct})
	got := names(&q, start.Add(time.Hour))
	if got[0] != "act" || got[1] != "act" {
		t.Fatalf("people wait behind scans: %v", got[:3])
	}
	count := map[string]int{}
	for _, g := range got {
		count[g]++
	}
	if count["report"] != 50 || count["dropped"] != 50 || count["act"] != 2 || count["a"] != 0 {
		t.Fatalf("%v", count)
	}
}

func TestWhatTheLogGaveBackGoesFirstInItsOrder(t *testing.T) {
	q := newQueue(10, time.Hour)
	q.push(&item{kind: KindGoodbye})
	for _, k := range []Kind{KindRegister, KindTick} {
		q.returned = append(q.returned, &item{kind: k})
	}
	q.push(&item{kind: KindAct})
	expect(t, names(&q, start), "register", "tick", "act", "goodbye")
	lost := scanItem("a", start)
	q.push(lost)
	q.pop(start)
	q.refused(lost)
	q.push(&item{kind: KindTick})
	expect(t, names(&q, start), "shed a 1", "tick")
}

// Whatever comes in whatever order: each scan is either given, once and in its
// sensor's order, or counted in a marker before the next tick; everything else is
// given in order.
func TestQueueLosesNothingSilently(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := newQueue(rapid.IntRange(1, 6).Draw(t, "most"), time.Duration(rapid.IntRange(1, 20).Draw(t, "longest"))*time.Second)
		now := start
		pushed, given, marked := map[sense.SensorID]int{}, map[sense.SensorID]int{}, map[sense.SensorID]int{}
		newest := map[sense.SensorID]time.Time{}
		others, seen := 0, 0
		pop := func() bool {
			i, shed, ok := q.pop(now)
			switch {
			case !ok:
				return false
			case shed != nil:
				for _, s := range shed {
					marked[s.Sensor] += s.Scans
					if s.From.After(s.To) || s.Scans < 1 {
						t.Fatalf("a marker of nothing: %+v", s)
					}
				}
			case i.kind == KindScan:
				if !i.at.After(newest[i.sensor]) {
					t.Fatalf("a scan of %s of %v after one of %v", i.sensor, i.at, newest[i.sensor])
				}
				newest[i.sensor] = i.at
				given[i.sensor]++
			default:
				if i.kind == KindTick && len(q.unmarked) != 0 {
					t.Fatalf("a tick is given before the marker of %v", q.unmarked)
				}
				seen++
			}
			return true
		}
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(1, 2000).Draw(t, "ms")) * time.Millisecond)
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0, 1:
				id := sense.SensorID(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "sensor"))
				q.push(scanItem(string(id), now))
				pushed[id]++
			case 2:
				q.push(&item{kind: rapid.SampledFrom([]Kind{KindTick, KindReport, KindAct}).Draw(t, "kind"), at: now})
				others++
			case 3:
				pop()
			}
		}
		for pop() {
		}
		// What was shed after the last tick is marked by the next one.
		q.push(&item{kind: KindTick, at: now})
		others++
		for pop() {
		}
		for id, n := range pushed {
			if given[id]+marked[id] != n {
				t.Fatalf("%s: %d came, %d given, %d marked as shed", id, n, given[id], marked[id])
			}
		}
		if seen != others || q.scans != 0 || q.ticks != 0 || q.waiting() != 0 || len(q.unmarked) != 0 {
			t.Fatalf("%d of %d others given; the queue ends as %+v", seen, others, q)
		}
	})
}
