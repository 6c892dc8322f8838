package command

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"marsad/detect"
	"marsad/detect/class"
	"marsad/detect/scene"
)

// called is what every declared mover of a soak was and was called, by its number.
type called map[int]*callee

// callee is one declared mover.
type callee struct {
	Was  string     // a class of thing, bird, or what brought a false alarm
	Last class.Kind // what it was likeliest to be when it was last seen
	met  map[string]int
}

// see notes what the declared movers of a picture stand on and are likeliest to be.
func (c called) see(shot *scene.Shot, movers []detect.Mover, f *follower) {
	for _, m := range movers {
		if !m.Declared {
			continue
		}
		one := c[m.ID]
		if one == nil {
			one = &callee{met: map[string]int{}}
			c[m.ID] = one
		}
		rank := f.classes.Rank(m.ID)
		one.Last, _ = rank.Best()
		for _, t := range shot.Things {
			if !overlap(t.Box, m.Box) {
				continue
			}
			if t.Bird {
				one.met["bird"]++
			} else {
				one.met[t.Class.String()]++
			}
		}
	}
}

func overlap(a, b detect.Box) bool {
	return a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H
}

// blame settles what each mover was: what it stood on in most pictures; of a
// false alarm what the judge blames for it. What was neither, near a thing and
// never on it or gone before the judge began, is left out.
func (c called) blame(alarms []scene.Alarm) {
	for _, one := range c {
		for _, name := range slices.Sorted(maps.Keys(one.met)) {
			if one.met[name] > one.met[one.Was] {
				one.Was = name
			}
		}
	}
	for _, a := range alarms {
		if one := c[a.Mover]; one != nil {
			one.Was = a.Cause.String()
		}
	}
	maps.DeleteFunc(c, func(_ int, one *callee) bool { return one.Was == "" })
}

// print prints the table of what was called what, a row for each sort that was
// declared.
func (c called) print(w io.Writer) {
	count := map[string]*[class.NKind]int{}
	for _, one := range c {
		if count[one.Was] == nil {
			count[one.Was] = new([class.NKind]int)
		}
		count[one.Was][one.Last]++
	}
	fmt.Fprintln(w, "declared movers, what they were and, along, what they were called when last seen:")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for k := range class.NKind {
		fmt.Fprintf(t, "\t%v", class.Kind(k))
	}
	fmt.Fprintln(t, "\t")
	for _, was := range slices.Sorted(maps.Keys(count)) {
		fmt.Fprint(t, was)
		for _, n := range count[was] {
			fmt.Fprintf(t, "\t%d", n)
		}
		fmt.Fprintln(t, "\t")
	}
	t.Flush()
}
