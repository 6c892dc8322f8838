package past

import (
	"testing"
	"time"

	"marsad/engine/picture"
	"marsad/fuse"
	"marsad/geo"
)

// Ways end where the picture of that time has the track, lead there in order, and
// hold nothing of before the stretch or after it.
func TestWaysLeadToWhereTracksWereThen(t *testing.T) {
	p := open(t, Options{Dir: t.TempDir()})
	live := newPicture()
	const step = 5 * time.Second
	for i := range 60 { // five minutes: five segments
		now := start.Add(time.Duration(i) * step)
		tracks := []fuse.Change{{ID: trackID(1), Status: fuse.Confirmed, At: now, Point: geo.Point{Lat: 36 + float64(i)/1000, Lon: 42}, Existence: 1, Revision: uint64(i + 1)}}
		if i == 20 { // seen once: it leads nowhere
			tracks = append(tracks, fuse.Change{ID: trackID(2), Status: fuse.Confirmed, At: now, Point: geo.Point{Lat: 37, Lon: 42}, Existence: 1, Revision: 1})
		}
		live.Apply(&picture.Changes{Now: now, Tracks: tracks})
		if err := p.Record(live.Publish()); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		at, over    time.Duration
		first, last int // steps
	}{
		{200 * time.Second, 60 * time.Second, 28, 40}, {202 * time.Second, 62 * time.Second, 28, 40},
		{30 * time.Second, time.Hour, 0, 6}, {295 * time.Second, 20 * time.Second, 55, 59},
	} {
		ways, err := p.Ways(start.Add(c.at), c.over)
		if err != nil {
			t.Fatal(err)
		}
		way := ways[trackID(1)]
		if len(way) != c.last-c.first+1 {
			t.Fatalf("at %v over %v: %d fixes", c.at, c.over, len(way))
		}
		for i, f := range way {
			if want := start.Add(time.Duration(c.first+i) * step); !f.At.Equal(want) {
				t.Errorf("at %v: fix %d is of %v, not %v", c.at, i, f.At, want)
			}
		}
		v, err := p.At(start.Add(c.at))
		if err != nil {
			t.Fatal(err)
		}
		if v.Track(trackID(1)).Point != way[len(way)-1].Point {
			t.Errorf("at %v the way ends elsewhere", c.at)
		}
		if _, ok := ways[trackID(2)]; ok {
			t.Error("a track of one fix has a way")
		}
	}
	if ways, err := p.Ways(start.Add(-time.Hour), time.Minute); err != nil || len(ways) != 0 {
		t.Errorf("before anything: %v %v", ways, err)
	}
	if ways, err := open(t, Options{Dir: t.TempDir()}).Ways(start, time.Minute); err != nil || len(ways) != 0 {
		t.Errorf("no memory: %v %v", ways, err)
	}
}
