package pmb

import "math"

// cell is one plane frame with its own spatial hash: square buckets over its
// bounds, each a list through the slots. What lies outside is kept in the
// nearest bucket at the edge.
type cell struct {
	x0, y0 float64
	nx, ny int32
	head   []int32
	side   float64
}

func newCell(x0, y0, x1, y1, side float64) cell {
	c := cell{x0: x0, y0: y0, side: side}
	c.nx = int32(max(1, math.Ceil((x1-x0)/side)))
	c.ny = int32(max(1, math.Ceil((y1-y0)/side)))
	c.head = make([]int32, int(c.nx)*int(c.ny))
	for i := range c.head {
		c.head[i] = none
	}
	return c
}

const none = int32(-1)

func (c *cell) column(x float64) int32 { return clampIndex((x-c.x0)/c.side, c.nx) }
func (c *cell) line(y float64) int32   { return clampIndex((y-c.y0)/c.side, c.ny) }

func (c *cell) bucket(x, y float64) int32 { return c.line(y)*c.nx + c.column(x) }

func clampIndex(v float64, n int32) int32 {
	if !(v > 0) {
		return 0
	}
	if v >= float64(n) {
		return n - 1
	}
	return int32(v)
}

// slot holds a track. What ended keeps its slot until
// no late scan can reach back to it.
type slot struct {
	used, gone bool
	shown      uint32 // how often it was announced
	memory
	Track
}

// link is a slot's place in its bucket's list. The lists lie apart from the slots,
// so that following one waits for no track's memory.
type link struct{ next, prev, bucket int32 }

func (e *Engine) link(i int32) {
	s, l := &e.slots[i], &e.links[i]
	c := &e.cells[s.Cell]
	l.bucket = c.bucket(s.Mean.X[0], s.Mean.X[1])
	l.prev, l.next = none, c.head[l.bucket]
	if l.next != none {
		e.links[l.next].prev = i
	}
	c.head[l.bucket] = i
}

func (e *Engine) unlink(i int32) {
	l := &e.links[i]
	if l.prev != none {
		e.links[l.prev].next = l.next
	} else {
		e.cells[e.slots[i].Cell].head[l.bucket] = l.next
	}
	if l.next != none {
		e.links[l.next].prev = l.prev
	}
}

// settle puts a moved track into its bucket, and into its cell.
func (e *Engine) settle(i int32) {
	s := &e.slots[i]
	if e.frames != nil {
		if to, x0, y0, cos, sin, ok := e.frames.Over(s.Cell, s.Mean.X[0], s.Mean.X[1]); ok {
			e.unlink(i)
			for m := range s.Body.Sub {
				s.Body.Sub[m].Turn(x0, y0, cos, sin)
			}
			s.Mean.Turn(x0, y0, cos, sin)
			s.Cell = to
			e.link(i)
			return
		}
	}
	if b := e.cells[s.Cell].bucket(s.Mean.X[0], s.Mean.X[1]); b != e.links[i].bucket {
		e.unlink(i)
		e.link(i)
	}
}

// insert takes a free slot for a track.
func (e *Engine) insert(t *Track) int32 {
	var i int32
	if n := len(e.free); n > 0 {
		i = e.free[n-1]
		e.free = e.free[:n-1]
	} else {
		i = int32(len(e.slots))
		e.slots, e.links = append(e.slots, slot{}), append(e.links, link{})
	}
	s := &e.slots[i]
	s.Track, s.used, s.gone, s.shown = *t, true, false, 0
	s.memory = memory{past: s.past[:0], full: s.full[:0], held: none}
	e.link(i)
	return i
}

// remove ends a track; its slot is kept for a while.
func (e *Engine) remove(i int32) {
	e.mark(i, false)
	e.slots[i].gone = true
}

// release gives a slot back.
func (e *Engine) release(i int32) {
	e.unlink(i)
	e.slots[i].used = false
	e.free = append(e.free, i)
}
