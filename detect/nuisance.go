package detect

import (
	"strconv"
	"time"

	"marsad/say"
)

// Nuisance learns where in the picture movers keep coming from that people
// judge to be nothing, and proposes those areas to a person. It changes nothing
// by itself.
type Nuisance struct {
	columns, rows, width, height int
	cells                        []cellRecord
}

type cellRecord struct {
	empty, real int
	hours       map[int64]bool
}

// Proposal is an area that a person may mark as a nuisance, or not.
type Proposal struct {
	Area   Box // in pixels
	Events int // movers there that people judged to be nothing
	Hours  int // different hours in which they came
	Why    say.Text
}

// NewNuisance makes an empty record for pictures of a size in pixels.
func NewNuisance(width, height int) *Nuisance {
	return &Nuisance{columns: 16, rows: 12, width: max(width, 1), height: max(height, 1), cells: make([]cellRecord, 16*12)}
}

// Judged records what a person said of a mover: real, or nothing.
func (n *Nuisance) Judged(m Mover, at time.Time, real bool) {
	c := &n.cells[n.cell(m.X, m.Y)]
	if real {
		c.real++
		return
	}
	c.empty++
	if c.hours == nil {
		c.hours = map[int64]bool{}
	}
	if len(c.hours) < 1000 {
		c.hours[at.Unix()/3600] = true
	}
}

func (n *Nuisance) cell(x, y float64) int {
	column := min(max(int(x)*n.columns/n.width, 0), n.columns-1)
	row := min(max(int(y)*n.rows/n.height, 0), n.rows-1)
	return row*n.columns + column
}

// Proposals gives the areas in which at least events movers were judged to be
// nothing, in at least hours different hours, and none was real: one real mover
// takes a place off the list for good.
func (n *Nuisance) Proposals(events, hours int) []Proposal {
	var out []Proposal
	for i, c := range n.cells {
		if c.real > 0 || c.empty < max(events, 1) || len(c.hours) < hours {
			continue
		}
		column, row := i%n.columns, i/n.columns
		x0, y0 := column*n.width/n.columns, row*n.height/n.rows
		p := Proposal{Events: c.empty, Hours: len(c.hours), Area: Box{X: x0, Y: y0,
			W: (column+1)*n.width/n.columns - x0, H: (row+1)*n.height/n.rows - y0}}
		p.Why = say.Text{En: "{n} movers here were judged to be nothing, in {h} different hours, and none was real",
			Ar: "حُكم على {n} من المتحركات هنا بأنها لا شيء، في {h} ساعات مختلفة، ولم يكن أي منها حقيقيًا"}.
			Fill("n", strconv.Itoa(p.Events), "h", strconv.Itoa(p.Hours))
		out = append(out, p)
	}
	return out
}
