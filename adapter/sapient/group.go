package sapient

import (
	"time"

	"marsad/geo"
	"marsad/sense"
)

const (
	// EndOfScan, as a message's additional_information beside a detection report,
	// says that it is the last of its instant. The standard has no word for that,
	// and without one every scan waits for the gap.
	EndOfScan = "end of scan"
	// DefaultGap after the first report closes a scan: long enough for a scan's
	// reports in a row on a slow link, and short enough that what a node without a
	// word for the end reports is on the page within half a second.
	DefaultGap = 200 * time.Millisecond
	// maxInferred periods without a report are misses; a longer silence is a
	// break in the link, about which nothing can be said.
	maxInferred = 10
)

// group gathers the reports of one node into scans. SAPIENT has no scans:
// reports with one timestamp are one scan, closed by the node's word, by the next
// timestamp or by a gap in our own time. A node that declared a scan period and reports nothing
// for a period looked and saw nothing: an empty scan stands for it, at the
// instant in the node's own time at which it was due, whenever that is found
// out. The zero value with a gap set is ready.
type group struct {
	gap    time.Duration
	period time.Duration // 0: never an empty scan
	// emit hands over a scan: its instant, where the node was, what it saw, and
	// whether it looked at its whole view.
	emit func(at time.Time, origin geo.Position, detections []sense.Detection, declared bool)
	// origin is where the node is; an open scan keeps the one it began with.
	origin geo.Position

	open       bool
	late       bool // of an instant already closed
	at         time.Time
	from       geo.Position
	since      time.Time // our time of its first report
	detections []sense.Detection
	reports    map[string]struct{} // ids in the open scan

	// last is the newest instant accounted for, in the node's time, and heard
	// when word of it came, in ours; zero while there is none.
	last, heard time.Time
}

// add takes in one detection of an instant; false says that its report id is
// already in the open scan.
func (g *group) add(d sense.Detection, at, now time.Time) bool {
	if g.open && (!at.Equal(g.at) || len(g.detections) == sense.MaxDetections) {
		g.close()
	}
	if !g.open {
		g.open, g.at, g.since, g.from = true, at, now, g.origin
		g.late = !g.last.IsZero() && !at.After(g.last)
		g.detections = nil // the old ones belong to who took them
		clear(g.reports)
		if !g.late {
			g.infer(at)
		}
	}
	if d.Report != "" {
		if _, twice := g.reports[d.Report]; twice {
			return false
		}
		if g.reports == nil {
			g.reports = map[string]struct{}{}
		}
		g.reports[d.Report] = struct{}{}
	}
	g.detections = append(g.detections, d)
	return true
}

// start fixes the instant from which periods count, where none is known yet.
func (g *group) start(at, now time.Time) {
	if g.last.IsZero() && !g.open {
		g.last, g.heard = at, now
	}
}

// stop forgets where periods count from: what follows is "no data".
func (g *group) stop() {
	g.close()
	g.last, g.heard = time.Time{}, time.Time{}
}

// tick closes a scan that waited long enough and declares the empty scans that
// are due.
func (g *group) tick(now time.Time) {
	if g.open {
		if now.Sub(g.since) >= g.gap {
			g.close()
		}
		return
	}
	if g.period <= 0 || g.last.IsZero() {
		return
	}
	// The node's reports may be delayed by as much as those before were, plus
	// the gap, plus a quarter of a period.
	grace := g.gap + min(g.period/4, 500*time.Millisecond)
	overdue := now.Sub(g.heard) - grace
	if overdue > maxInferred*g.period {
		g.last, g.heard = time.Time{}, time.Time{} // we slept, or the node did
		return
	}
	for ; overdue >= g.period; overdue -= g.period {
		g.last, g.heard = g.last.Add(g.period), g.heard.Add(g.period)
		g.emit(g.last, g.origin, nil, true)
	}
}

// infer declares the empty scans between the last instant and a new one.
func (g *group) infer(next time.Time) {
	if g.period <= 0 || g.last.IsZero() || next.Sub(g.last) > maxInferred*g.period {
		return
	}
	for at := g.last.Add(g.period); next.Sub(at) > g.period/2; at = at.Add(g.period) {
		g.emit(at, g.origin, nil, true)
	}
}

func (g *group) close() {
	if !g.open {
		return
	}
	g.open = false
	if len(g.detections) > 0 {
		g.emit(g.at, g.from, g.detections, g.period > 0 && !g.late)
	}
	if !g.late {
		g.last, g.heard = g.at, g.since
	}
}
