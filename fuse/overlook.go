package fuse

import (
	"math"
	"slices"
	"time"

	"marsad/fuse/pmb"
	"marsad/ident"
	"marsad/sense"
)

// A covered lens that goes on declaring empty scans, and says that it is fine,
// counts as watching. What its neighbours follow where it used to see tells. What
// it was registered to see does not: no stated range holds for every thing, dip
// and hour, and a healthy sensor would be blamed for what it never could see.
const (
	// overlookEvery seconds a track is held against the sensors near it.
	overlookEvery = 10
	// plainly is the detection probability from which a scan should see a thing,
	// glances how many scans of the last overlookEvery seconds have to.
	plainly, glances = 0.5, 3
	// followed is how long ago in s another sensor may last have seen it, and
	// placed the standard deviation in m within which its place has to be known.
	followed, placed = 5, 60
	// walking is the speed in m/s below which radars are not held to see a thing.
	walking = 0.7
	// A sensor used to see in a part of its view what it saw there usualHits times
	// and usually. Counts fade once they are fullCount.
	usualHits, usually, fullCount = 5, 0.9, 60
	rings, sectors                = 5, 8
	// One thing counts for perThing looks at most, since it may be one that this
	// sensor cannot see. A look weighs the log of how seldom a thing is missed there;
	// a scan that shows what others follow takes off seenWorth.
	perThing, seenWorth = 3, 8
	// blindThings and blindWeight are what has to be missed before the sensor is
	// said to be blind; mostWeight bounds what it then has to see before it is not,
	// and mostThings what is remembered.
	blindThings, blindWeight, mostWeight, mostThings = 2, 14, 24, 6
)

// Overlook says that a sensor has not seen what others followed where it used to
// see: covered, turned away, in dust or blind, whatever it says of itself. It
// holds until the sensor sees again what others follow.
type Overlook struct {
	Sensor sense.SensorID
	Things []ident.ID // tracks, oldest first
	Since  time.Time  // the first of them was missed
}

// overlook is what is held against one sensor, and what it used to see.
type overlook struct {
	Weight float64
	Blind  bool
	Missed []missed
	Seen   [rings * sectors]seen
}

// missed is a track that others follow and the sensor should have seen: where, in
// parts of its view, and when first.
type missed struct {
	Key   pmb.Key
	Parts []uint8
	At    int64
}

// seen counts how often a thing that others followed in a part of a sensor's view
// was seen by it too, and how often it was not.
type seen struct{ Hits, Misses uint8 }

// count notes one look.
func (s *seen) count(hit bool) {
	if hit {
		s.Hits++
	} else {
		s.Misses++
	}
	if s.Hits+s.Misses >= fullCount {
		s.Hits, s.Misses = s.Hits/2, s.Misses/2
	}
}

// usual reports whether what is there is usually seen.
func (s seen) usual() bool {
	return s.Hits >= usualHits && float64(s.Hits) >= usually*float64(s.Hits+s.Misses)
}

// surprise is the weight of not seeing what is there, by the rule of succession
// (Laplace 1774).
func (s seen) surprise() float64 {
	return math.Log(float64(s.Hits+s.Misses+2) / float64(s.Misses+1))
}

// Overlooks appends the sensors that do not see what others follow, in the
// order of registration.
func (f *Fuser) Overlooks(out []Overlook) []Overlook {
	for i := range f.sensors {
		w := &f.sensors[i]
		if !w.overlook.Blind {
			continue
		}
		o := Overlook{Sensor: w.reg.ID, Since: time.Unix(0, w.overlook.Missed[0].At).UTC()}
		for _, m := range w.overlook.Missed {
			o.Things = append(o.Things, f.id(m.Key))
		}
		out = append(out, o)
	}
	return out
}

// compare holds a tenth of the tracks against the sensors that should see them.
func (f *Fuser) compare(at int64) {
	turn := at / 1e9 % overlookEvery
	f.compared = f.compared[:0]
	f.engine.Each(func(i int32, t *pmb.Track) {
		// By birth, not by slot: a restored stage has other slots.
		if t.Status == pmb.Confirmed && t.Key.At/1e6%overlookEvery == turn {
			f.compared = append(f.compared, i)
		}
	})
	slices.SortFunc(f.compared, func(a, b int32) int { return f.engine.Track(a).Key.Compare(f.engine.Track(b).Key) })
	if len(f.compared) == 0 {
		return
	}
	for s := range f.sensors {
		w := &f.sensors[s]
		if !w.watches(at) {
			continue
		}
		o, alive := &w.overlook, at-w.shared <= overlookEvery*1e9
		for _, i := range f.compared {
			t := f.engine.Track(i)
			part, ok := f.should(w, int32(s), t, at)
			if !ok {
				continue
			}
			switch last, known := lastOf(t, int32(s), at); {
			case alive && known:
				o.Seen[part].count(at-last <= overlookEvery*1e9)
			case !alive && o.Seen[part].usual():
				o.miss(t.Key, part, at)
			}
		}
	}
}

// watches reports whether the sensor declared enough scans lately, from where
// and whither it looks now, for its silence to mean something.
func (w *watcher) watches(at int64) bool {
	switch w.reg.Kind {
	case sense.Presence, sense.OwnForce, sense.Node:
		return false // what they say is of other things than sight
	}
	return at-w.declared[w.declaring] <= overlookEvery*1e9 && at-w.looked > overlookEvery*1e9
}

// declare notes the instant of a declared scan.
func (w *watcher) declare(at int64) {
	w.declared[w.declaring] = at
	w.declaring = (w.declaring + 1) % glances
}

// share notes that a sensor's scan measured something that others follow too.
func (f *Fuser) share(w *watcher, sensor int32, at int64) {
	for _, i := range f.engine.Touched {
		t := f.engine.Track(i)
		if !f.engine.Alive(i) || t.Status != pmb.Confirmed {
			continue
		}
		own := slices.ContainsFunc(t.Source[:], func(s pmb.Source) bool { return s.Count > 0 && s.Sensor == sensor && s.Last == at })
		if own && othersFollow(t, sensor, at) {
			w.shared = max(w.shared, at)
			w.overlook.saw()
			return
		}
	}
}

// lastOf is when a sensor last saw a track; it is not known where the track's
// places for sensors are all taken by others that see it too.
func lastOf(t *pmb.Track, sensor int32, at int64) (last int64, known bool) {
	for i := range t.Source {
		s := &t.Source[i]
		if s.Count > 0 && s.Sensor == sensor {
			return s.Last, true
		}
		known = known || s.Count == 0 || at-s.Last > 2*overlookEvery*1e9
	}
	return 0, known
}

// othersFollow reports whether another sensor saw the track a moment ago.
func othersFollow(t *pmb.Track, sensor int32, at int64) bool {
	return slices.ContainsFunc(t.Source[:], func(s pmb.Source) bool { return s.Count > 0 && s.Sensor != sensor && at-s.Last <= followed*1e9 })
}

// should reports whether others follow a track so closely that the sensor might
// well see it too, by where it stands and looks, and in which part of its view.
func (f *Fuser) should(w *watcher, sensor int32, t *pmb.Track, at int64) (part uint8, ok bool) {
	k := slices.IndexFunc(w.poses, func(p pmb.CellPose) bool { return p.Cell == t.Cell })
	if k < 0 || at-t.First < 2*overlookEvery*1e9 || !othersFollow(t, sensor, at) {
		return 0, false
	}
	g := f.engine.Mean(t, at)
	if g.P[0]+g.P[4] > placed*placed || w.view.Moves && math.Hypot(g.X[2], g.X[3]) < walking {
		return 0, false
	}
	// All the way that it came while the scans were taken has to lie in view.
	for back := range 3 {
		s := float64(back) * overlookEvery / 2
		p := &w.poses[k].Pose
		dx, dy := g.X[0]-s*g.X[2]-p.X, g.X[1]-s*g.X[3]-p.Y
		r, az := math.Hypot(dx, dy), math.Atan2(dx, dy)-p.Rot
		if w.view.At(r, az) < plainly {
			return 0, false
		}
		if back == 0 {
			turn := az / (2 * math.Pi)
			ring := min(int(r/w.view.MaxRange*rings), rings-1)
			part = uint8(ring*sectors + min(int((turn-math.Floor(turn))*sectors), sectors-1))
		}
	}
	return part, true
}

// saw takes off what a scan is worth that shows what others follow. What was
// missed meanwhile is no sign of blindness then, but of what it does not see.
func (o *overlook) saw() {
	if o.Weight = max(o.Weight-seenWorth, 0); o.Weight > 0 || len(o.Missed) == 0 {
		return
	}
	if !o.Blind {
		for _, m := range o.Missed {
			for _, part := range m.Parts {
				o.Seen[part].count(false)
			}
		}
	}
	o.Blind, o.Missed = false, o.Missed[:0]
}

// apart reports whether things were missed in two parts of the view: what hides
// two in one place is rather the ground.
func (o *overlook) apart() bool {
	first := o.Missed[0].Parts[0]
	return slices.ContainsFunc(o.Missed, func(m missed) bool {
		return slices.ContainsFunc(m.Parts, func(p uint8) bool { return p != first })
	})
}

// miss counts a look at a thing that it does not see.
func (o *overlook) miss(k pmb.Key, part uint8, at int64) {
	i := slices.IndexFunc(o.Missed, func(m missed) bool { return m.Key == k })
	if i < 0 {
		if len(o.Missed) == mostThings {
			o.Missed = slices.Delete(o.Missed, 0, 1)
		}
		o.Missed = append(o.Missed, missed{Key: k, At: at})
		i = len(o.Missed) - 1
	}
	if m := &o.Missed[i]; len(m.Parts) < perThing {
		m.Parts = append(m.Parts, part)
		o.Weight = min(o.Weight+o.Seen[part].surprise(), mostWeight)
	}
	o.Blind = o.Blind || len(o.Missed) >= blindThings && o.Weight >= blindWeight && o.apart()
}
