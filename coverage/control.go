package coverage

import (
	"math"
	"time"

	"marsad/border"
	"marsad/geo"
	"marsad/say"
	"marsad/sense"
)

// Responder is somebody who can go: where from, how fast, after what delay.
type Responder struct {
	At    geo.Point
	Speed float64 // metres a second, straight
	Ready time.Duration
}

// The words of control, from the best to the worst.
const (
	SeenReachable = "seen-and-reachable"
	OnlySeen      = "seen-not-reachable"
	OnlyReachable = "reachable-not-seen"
	Neither       = "neither"
)

var controlWords = [...]string{SeenReachable, OnlySeen, OnlyReachable, Neither}

var controlNames = [...]say.Text{
	{En: "Seen and reachable in time", Ar: "مرئي ويمكن بلوغه في الوقت"},
	{En: "Seen, not reachable in time", Ar: "مرئي ولا يمكن بلوغه في الوقت"},
	{En: "Reachable, not seen", Ar: "يمكن بلوغه وغير مرئي"},
	{En: "Neither seen nor reachable", Ar: "غير مرئي ولا يمكن بلوغه"},
}

// Reachable is where somebody can be within a time, straight across the ground:
// an estimate from below, as roads are longer. It is worked out every 100 m.
func (n *Network) Reachable(who []Responder, within time.Duration) border.Set {
	const every = 100.0
	var spans []border.Span
	end := n.cfg.Axis.Whole().To
	for at := border.Chainage(0); at < end; at += every {
		p := n.line[min(int(float64(at+every/2)/n.cfg.Step), len(n.line)-1)]
		for _, r := range who {
			far := r.Speed * (within - r.Ready).Seconds()
			if !(far > 0) || math.Abs(p.Lat-r.At.Lat)*110_500 > far || geo.Distance(p, r.At) > far {
				continue
			}
			spans = append(spans, border.Span{From: at, To: min(end, at+every)})
			break
		}
	}
	return border.NewSet(spans...)
}

// Control is the lane of coverage and response together for a class: most of
// what is called monitored elsewhere could be watched and not answered.
func (n *Network) Control(c sense.Class, reachable border.Set) border.LaneEntry {
	seen := n.Seen(c)
	values := make([]float32, len(n.line))
	for i := range values {
		at := n.middle(i)
		if !seen.Contains(at) {
			values[i] += 2
		}
		if !reachable.Contains(at) {
			values[i]++
		}
	}
	info := n.info(LaneControl, say.Text{En: "Control", Ar: "السيطرة"}, controlWords[:], controlNames[:])
	info.Source.En += "; straight-line response time"
	info.Source.Ar += "؛ زمن وصول بخط مستقيم"
	return n.entry(series{info, controlWords[:], values})
}
