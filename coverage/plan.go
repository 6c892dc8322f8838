package coverage

import (
	"container/heap"
	"fmt"
	"math"
	"slices"

	"marsad/border"
	"marsad/geo"
	"marsad/sense"
)

// Site is a chosen place for a sensor with what it adds to those before it.
type Site struct {
	Sensor sense.Sensor `json:"sensor"`
	Gain   float64      `json:"gain"` // weighted metres
	Where  border.Set   `json:"where"`
}

// Plan is a proposal of sites for a budget.
type Plan struct {
	Sites []Site `json:"sites"`
	// Gain is the weighted metres that the sites close together. No choice of as
	// many of the candidates closes more than Bound, so at least Gain/Bound of
	// the best possible is reached; greedy choice never falls below 63 %.
	Gain  float64 `json:"gain"`
	Bound float64 `json:"bound"`
	Flaws []Flaw  `json:"flaws,omitempty"`
	// Synthetic and Assumed are marks that every view of the plan must carry.
	Synthetic bool `json:"synthetic"`
	Assumed   bool `json:"assumed"`
}

// Sites makes candidates: a copy of a sensor every so many metres along those of
// the line that lie within a set, at an offset, so many metres above the ground.
func (n *Network) Sites(proto sense.Sensor, within border.Set, every float64, offset border.Offset, above float64) []sense.Sensor {
	every = math.Max(every, 100)
	var all []sense.Sensor
	for at := border.Chainage(every / 2); at < n.cfg.Axis.Whole().To; at += border.Chainage(every) {
		if !within.Contains(at) {
			continue
		}
		s := proto
		s.ID = sense.SensorID(fmt.Sprintf("%s@%s", proto.ID, at))
		if s, known := n.Stand(s, n.cfg.Axis.Place(at, offset), above); known {
			all = append(all, s)
		}
	}
	return all
}

// Stand puts a sensor at a point, so many metres above the ground, in whatever it
// states heights above; false where the ground is not known.
func (n *Network) Stand(s sense.Sensor, p geo.Point, above float64) (sense.Sensor, bool) {
	ground, known := n.cfg.Ground.Height(p)
	s.Position = geo.Position{Point: p}
	if zero, stated := n.cfg.Above(&s); stated {
		s.Position.Height = above - zero
	} else {
		s.Position.Height = ground + above
	}
	return s, known
}

// Mast is how many metres above the ground a sensor looks from; false where that
// is not known.
func (n *Network) Mast(id sense.SensorID) (metres float64, known bool) {
	i, ok := n.find(id)
	if !ok || n.watches[i].reach == nil {
		return 0, false
	}
	origin := n.watches[i].reach.origin
	ground, known := n.cfg.Ground.Height(origin.Point)
	return origin.Height - ground, known
}

// candidate is one on the heap, with a gain that can only have shrunk since.
type candidate struct {
	index int
	gain  float64
	round int   // in which the gain was worked out
	cells []int // samples it sees
}

type queue []*candidate

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return q[i].gain > q[j].gain || (q[i].gain == q[j].gain && q[i].index < q[j].index)
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(*candidate)) }
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// Plan chooses up to budget candidates that close most of the weighted metres within
// a set on which a class is not seen now.
//
// Method: greedy with lazy evaluation (Minoux 1978); the gain is submodular, so
// greedy reaches 1 − 1/e of the best (Nemhauser, Wolsey and Fisher 1978). Bound
// is the gain plus the sum of the budget's largest gains left over, at the end or at
// the beginning, whichever is less (Leskovec et al., "Cost-effective outbreak
// detection in networks", KDD 2007), and never more than all the metres that any
// candidate sees.
func (n *Network) Plan(c sense.Class, budget int, candidates []sense.Sensor, within border.Set) Plan {
	class := place(c)
	open := n.open(class, within)
	plan := Plan{Synthetic: n.Provenance().Synthetic, Assumed: true}
	surveyed := make([]*watch, len(candidates))
	n.cfg.Run(len(candidates), func(i int) {
		// A line of sight is dear: only for what could reach an open metre.
		from, to := n.window(candidates[i].Position.Point, math.Min(candidates[i].MaxRange, MaxReach))
		if slices.Contains(open[from:to], true) {
			surveyed[i] = n.watch(candidates[i], sense.Good)
		} else {
			surveyed[i] = &watch{sensor: candidates[i]}
		}
	})
	n.choose(&plan, class, budget, surveyed, open)
	return plan
}

// RepairOrder gives the sensors that do not work in the order in which mending
// them lights up most weighted metres within a set, as far as they light up any.
func (n *Network) RepairOrder(c sense.Class, budget int, within border.Set) Plan {
	class := place(c)
	plan := Plan{Synthetic: n.Provenance().Synthetic, Assumed: true}
	var broken []*watch
	for _, w := range n.watches {
		if w.reach != nil && w.lasting() && !w.health.Working() && w.health != sense.Unheard {
			broken = append(broken, w)
		}
	}
	n.choose(&plan, class, budget, broken, n.open(class, within))
	return plan
}

// open are the samples within a set on which a class is not seen now.
func (n *Network) open(class int, within border.Set) []bool {
	open := make([]bool, len(n.line))
	for _, s := range within.Spans() {
		n.over(s, func(i int, shared float64) {
			open[i] = open[i] || n.counts.now[class][i] == 0 && shared >= n.span(i, i+1).Length()/2
		})
	}
	return open
}

// choose adds up to budget sites to a plan, the one that closes most first.
func (n *Network) choose(plan *Plan, class, budget int, surveyed []*watch, open []bool) {
	var q queue
	any := make([]bool, len(n.line))
	for i, w := range surveyed {
		if w.flaw != nil {
			plan.Flaws = append(plan.Flaws, *w.flaw)
		}
		k := &candidate{index: i}
		for at := 0; w.reach != nil && at < len(w.reach.dist); at++ {
			if seen, _ := w.sees(at, class); seen && open[w.reach.first+at] {
				k.cells = append(k.cells, w.reach.first+at)
				any[w.reach.first+at] = true
			}
		}
		k.gain = n.weigh(k.cells, open)
		if k.gain > 0 {
			q = append(q, k)
		}
	}
	most := 0.0
	for i, yes := range any {
		if yes {
			most += n.weight(i)
		}
	}
	heap.Init(&q)
	first := n.leftOver(slices.Clone(q), open, budget)
	for round := 0; len(plan.Sites) < budget && q.Len() > 0; {
		k := q[0]
		if k.round < round {
			k.gain, k.round = n.weigh(k.cells, open), round
			heap.Fix(&q, 0)
			continue
		}
		if k.gain <= 0 {
			break
		}
		heap.Pop(&q)
		plan.Sites = append(plan.Sites, Site{Sensor: surveyed[k.index].sensor, Gain: k.gain, Where: n.close(k.cells, open)})
		plan.Gain += k.gain
		round++
	}
	plan.Bound = max(plan.Gain, min(most, first, plan.Gain+n.leftOver(q, open, budget)))
}

// leftOver is the sum of the largest gains that are left.
func (n *Network) leftOver(q queue, open []bool, budget int) (sum float64) {
	for _, k := range q {
		k.gain = n.weigh(k.cells, open)
	}
	heap.Init(&q)
	for range budget {
		if q.Len() == 0 {
			break
		}
		sum += heap.Pop(&q).(*candidate).gain
	}
	return sum
}

func (n *Network) weight(i int) float64 {
	return n.span(i, i+1).Length() * math.Max(0, n.cfg.Weight(n.middle(i)))
}

func (n *Network) weigh(cells []int, open []bool) (sum float64) {
	for _, i := range cells {
		if open[i] {
			sum += n.weight(i)
		}
	}
	return sum
}

// close takes metres off the open ones and gives them.
func (n *Network) close(cells []int, open []bool) border.Set {
	var spans []border.Span
	for _, i := range cells {
		if open[i] {
			spans = append(spans, n.span(i, i+1))
			open[i] = false
		}
	}
	return border.NewSet(spans...)
}
