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

// slot holds a track and its place in the hash. What ended keeps its slot until
// no late scan can reach back to it.
type slot struct {
	Track
	next, prev int32
	bucket     int32
	used, gone bool
	shown      uint32 // how often it was announced
	memory
}

func (e *Engine) link(i int32) {
	s := &e.slots[i]
	c := &e.cells[s.Cell]
	s.bucket = c.bucket(s.Mean.X[0], s.Mean.X[1])
	s.prev, s.next = none, c.head[s.bucket]
	if s.next != none {
		e.slots[s.next].prev = i
	}
	c.head[s.bucket] = i
}

func (e *Engine) unlink(i int32) {
	s := &e.slots[i]
	if s.prev != none {
		e.slots[s.prev].next = s.next
	} else {
		e.cells[s.Cell].head[s.bucket] = s.next
	}
	if s.next != none {
		e.slots[s.next].prev = s.prev
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
	if b := e.cells[s.Cell].bucket(s.Mean.X[0], s.Mean.X[1]); b != s.bucket {
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
		e.slots = append(e.slots, slot{})
	}
	s := &e.slots[i]
	*s = slot{Track: *t, used: true, memory: memory{past: s.past[:0], full: s.full[:0]}}
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
