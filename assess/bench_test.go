package assess

import (
	"testing"
	"time"

	"marsad/border"
	"marsad/sense"
)

// BenchmarkTrack is one revision of one of 1,000 tracks on the real line, rules
// and all: at 1 Hz a track, its inverse is how many tracks one core assesses.
func BenchmarkTrack(b *testing.B) {
	a, err := New(Config{Line: OnAtlas(border.DefaultAtlas())})
	if err != nil {
		b.Fatal(err)
	}
	line := a.cfg.Line
	ws := make([]*walker, 1000)
	for i := range ws {
		ws[i] = &walker{id: trackID(i), km: 2000 + float64(i)*600, off: -3000 + float64(i%60)*100, vkm: 0.7, voff: 0.4, class: sense.Class(i % sense.NClass), share: 0.8, from: at("00:00:00")}
	}
	now := at("00:00:00")
	var out Output
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		w := ws[i%len(ws)]
		if i%len(ws) == 0 {
			now = now.Add(time.Second)
			a.Tick(now, &out)
			out = Output{}
		}
		w.km += w.vkm
		tr := w.track(now)
		tr.Point = line.Point(border.Chainage(w.km), border.Offset(w.off))
		a.Track(&tr, &out)
	}
}
