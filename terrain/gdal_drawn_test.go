package terrain

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"marsad/terrain/geotiff"
)

// drawn is one case of TestDrawnViewshedsAgreeWithGDAL.
type drawn struct {
	name   string
	dem    *DEM
	viewer Viewer
	// degrees is set where the grid counts degrees: GDAL then takes them for its
	// distances and knows no curvature, so that none is asked of either.
	degrees bool
	holes   bool
	steep   bool // rough or real ground
}

// agreed is the share of cells that may differ from gdal_viewshed's.
const agreed = 0.0015

// The four kinds of ground: what heights are at metres east and south of the corner.
var grounds = []struct {
	name string
	at   func(seed uint64) func(x, y float64) float64
}{
	{"flat", func(seed uint64) func(x, y float64) float64 {
		r := NewRelief(seed)
		return func(x, y float64) float64 { return 250 + 14*r.noise(x/1500, y/1500) }
	}},
	{"moderate", func(seed uint64) func(x, y float64) float64 {
		r := NewRelief(seed)
		return func(x, y float64) float64 { return 300 + 25*r.noise(x/900, y/900) + 120*r.noise(x/7200, y/7200) }
	}},
	{"rough", func(seed uint64) func(x, y float64) float64 {
		r := NewRelief(seed)
		return func(x, y float64) float64 { return 600 + 110*r.noise(x/500, y/500) + 420*r.noise(x/4000, y/4000) }
	}},
}

// drawCase draws one: ground, coordinates and cells, where the eye stands, and all
// that is asked of it.
func drawCase(t *testing.T, k int) drawn {
	rnd := rand.New(rand.NewPCG(2026, uint64(k)))
	pick := func(from, to int) int { return from + rnd.IntN(to-from) }
	c := drawn{}
	width, height := pick(260, 420), pick(260, 420)
	ground, kind := "real", k%4
	switch {
	case kind == 3: // real ground, as it lies: 3″, cells of 93 by 74 m
		c.dem = fault(t)
	default:
		g := grounds[kind]
		at := g.at(uint64(100 + k))
		ground = g.name
		c.dem = metric(width, height, 30, func(column, row int) float64 { return at(float64(column)*30, float64(row)*30) })
	}
	c.steep = kind >= 2
	system := "UTM"
	switch (k / 4) % 3 {
	case 1: // cells that are no squares
		dx, dy := []float64{20, 45, 74.6}[rnd.IntN(3)], []float64{30, 92.5}[rnd.IntN(2)]
		c.dem.Transform[1], c.dem.Transform[5] = dx, -dy
		system = fmt.Sprintf("UTM %g×%g m", dx, dy)
	case 2: // degrees
		second := []float64{1, 3}[rnd.IntN(2)]
		c.dem.System, c.dem.Keys, c.degrees = WGS84, geotiff.KeysOf(4326, true), true
		c.dem.Transform = [6]float64{41, second / 3600, 0, 36.7, 0, -second / 3600}
		system = fmt.Sprintf("degrees %g″", second)
	}
	v := Viewer{Column: pick(0, c.dem.Width), Row: pick(0, c.dem.Height), Height: []float64{1.7, 6, 28, 60, 150}[rnd.IntN(5)],
		TargetHeight: []float64{0, 1.7, 2.5, 20, 120}[rnd.IntN(5)], Refraction: []float64{0, 0.13, 0.14286, 0.25, 0.33}[rnd.IntN(5)]}
	stand := "anywhere"
	switch rnd.IntN(3) {
	case 0:
		v.Column, stand = []int{0, 1, c.dem.Width - 1}[rnd.IntN(3)], "at an edge"
	case 1:
		v.Column, v.Row, stand = c.dem.Width-1-rnd.IntN(3), rnd.IntN(3), "in a corner"
	}
	if c.degrees {
		v.Refraction = 1
	} else {
		cells := math.Min(c.dem.Transform[1], -c.dem.Transform[5])
		v.Range = cells * float64(pick(120, 380))
	}
	if c.holes = rnd.IntN(4) == 0; c.holes {
		stand += ", voids"
	}
	c.viewer = v
	c.name = fmt.Sprintf("%s, %s, %s", ground, system, stand)
	return c
}

// Viewsheds drawn at random, on flat, moderate, rough and real ground, on cells that
// are squares and that are not, in metres and degrees, from edges and corners, for low
// and high targets, under several refractions. Where cells of the ground are voids,
// GDAL is given the ground that was there: what Marsad then says to be seen must be,
// and it says so of no void.
//
// GDAL 3.6 takes the eye's own ground for the horizon of the cells next to it in the
// rows above and below (CalcHeightLine of i = 1), as if a ledge lay around the eye: on
// ground that falls steeply it hides what is seen. The last column is what differs once
// Marsad is given that ledge; on steep ground it is what counts.
func TestDrawnViewshedsAgreeWithGDAL(t *testing.T) {
	needGDAL(t)
	const cases = 32
	t.Logf("%-44s %5s %6s %5s %7s %7s %6s %10s %10s", "ground, cells, eye", "eye m", "target", "refr", "range m", "cells", "seen", "differ", "with ledge")
	telling := 0
	for k := range cases {
		c := drawCase(t, k)
		file := saveDEM(t, c.dem)
		gdal := onGrid(c.dem, runGDAL(t, c.dem, file, c.viewer))
		if c.holes {
			rnd := rand.New(rand.NewPCG(7, uint64(k)))
			for i := range c.dem.Cells {
				if rnd.IntN(400) == 0 && i != c.viewer.Row*c.dem.Width+c.viewer.Column {
					c.dem.Cells[i] = float32(math.NaN())
				}
			}
		}
		cells, seen, different := c.compare(t, c.dem, gdal)
		_, _, ledge := c.compare(t, c.withLedge(), gdal)
		share := func(n int) float64 { return float64(n) / float64(cells) }
		t.Logf("%-44s %5g %6g %5.2f %7.0f %7d %4.0f %% %8.4f %% %8.4f %%", c.name, c.viewer.Height, c.viewer.TargetHeight, c.viewer.Refraction, c.viewer.Range,
			cells, 100*share(seen), 100*share(different), 100*share(ledge))
		if c.steep {
			different = ledge
		}
		if share(different) > agreed {
			t.Errorf("%s: %d of %d cells differ, more than 0.15 %%", c.name, different, cells)
		}
		if cells > 5_000 && share(seen) > 0.005 && share(seen) < 0.995 {
			telling++
		}
	}
	if telling < 20 {
		t.Errorf("only %d comparisons prove something", telling)
	}
}

// compare judges a DEM against gdal_viewshed's answer, within the range.
func (c *drawn) compare(t *testing.T, d *DEM, gdal []byte) (cells, seen, different int) {
	view, err := d.Viewshed(c.viewer, false)
	if err != nil {
		t.Fatal(err)
	}
	for i, ours := range view.Visible {
		dx, dy := float64(i%d.Width-c.viewer.Column)*d.Transform[1], float64(i/d.Width-c.viewer.Row)*d.Transform[5]
		if !c.degrees && math.Hypot(dx, dy) > c.viewer.Range {
			continue
		}
		cells++
		if ours == 255 {
			seen++
			if d.Cells[i] != d.Cells[i] {
				t.Fatalf("%s: a void is seen", c.name)
			}
		}
		if ours != gdal[i] && (!c.holes || ours == 255) {
			different++
		}
	}
	return cells, seen, different
}

// withLedge raises the six cells next to the eye in the rows above and below to the
// eye's own ground, as GDAL 3.6 does.
func (c *drawn) withLedge() *DEM {
	d := &DEM{Grid: c.dem.Grid, Cells: slices.Clone(c.dem.Cells)}
	own := d.Cells[c.viewer.Row*d.Width+c.viewer.Column]
	for _, row := range []int{c.viewer.Row - 1, c.viewer.Row + 1} {
		for column := c.viewer.Column - 1; column <= c.viewer.Column+1; column++ {
			if row >= 0 && row < d.Height && column >= 0 && column < d.Width {
				if at := &d.Cells[row*d.Width+column]; *at < own {
					*at = own
				}
			}
		}
	}
	return d
}

// A grid of degrees has its own lengths of a cell: with the same lengths in metres
// the answer is the same to the cell, curvature and range included.
func TestAGridOfDegreesIsAGridOfItsMetres(t *testing.T) {
	d := moderate(301)
	degrees := &DEM{Grid: d.Grid, Cells: d.Cells}
	degrees.System, degrees.Transform = WGS84, [6]float64{41, 1. / 1200, 0, 36.7, 0, -1. / 1200}
	dx, dy, err := degrees.spacing()
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(dx-74.5) > 0.3 || math.Abs(dy-92.5) > 0.3 {
		t.Errorf("3″ at 36.6° north are %.2f by %.2f m", dx, dy)
	}
	d.Transform[1], d.Transform[5] = dx, -dy
	v := Viewer{Column: 77, Row: 190, Height: 28, TargetHeight: 1.7, Range: 9_000, Refraction: 0.14286}
	one, err := d.Viewshed(v, false)
	if err != nil {
		t.Fatal(err)
	}
	other, err := degrees.Viewshed(v, false)
	if err != nil {
		t.Fatal(err)
	}
	if string(one.Visible) != string(other.Visible) {
		t.Error("the two grids are seen differently")
	}
}
