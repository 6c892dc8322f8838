package sim

import (
	"errors"
	"math"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"marsad/border"
	"marsad/geo"
	"marsad/say"
	"marsad/sense"
	"marsad/sim/scn"
)

const gpx = `<?xml version="1.0"?><gpx><trk><trkseg>
<trkpt lat="45.00" lon="14.00"><time>2020-01-01T10:00:00Z</time></trkpt>
<trkpt lat="45.00" lon="14.01"><time>2020-01-01T10:10:00Z</time></trkpt>
<trkpt lat="45.01" lon="14.01"><time>2020-01-01T10:30:00Z</time></trkpt>
<trkpt lat="45.02" lon="14.01"></trkpt>
</trkseg></trk></gpx>`

func recordedScene(t *testing.T, file string) *scn.Scenario {
	t.Helper()
	s, err := scn.Parse("scenario r\ntitle \"r\" \"ر\"\nfrom 02:00 to 03:00\nestate 40+000 to 60+000\nat 02:05 person called walker moves as \"" + file + "\" from 50+000 -1500\n")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRecordedMovementKeepsShapeAndTimes(t *testing.T) {
	folder := InFolder(fstest.MapFS{"walk.gpx": {Data: []byte(gpx)}})
	scene := recordedScene(t, "walk.gpx")
	w, err := NewWorld(NewEstate(border.Default(), EstateSeed, nil).Within(scene.From, scene.To), scene, scene.Night, 1, folder)
	if err != nil {
		t.Fatal(err)
	}
	p := w.bodies[0].path
	if p.start() != 300 || p.end() != 300+1800 {
		t.Errorf("it moves from second %.0f to %.0f, want 300 to 2100", p.start(), p.end())
	}
	a, _, _, _ := p.where(300)
	b, _, _, _ := p.where(900)
	c, _, _, _ := p.where(2100)
	for i, d := range []struct{ have, want float64 }{
		{geo.Distance(a, b), geo.Distance(geo.Point{Lat: 45, Lon: 14}, geo.Point{Lat: 45, Lon: 14.01})},
		{geo.Distance(b, c), geo.Distance(geo.Point{Lat: 45, Lon: 14.01}, geo.Point{Lat: 45.01, Lon: 14.01})},
	} {
		if math.Abs(d.have-d.want) > 0.005*d.want {
			t.Errorf("leg %d is %.1f m long, recorded %.1f", i, d.have, d.want)
		}
	}
	if l := border.Default().Locate(c); l.Offset < -500 {
		t.Errorf("it ends at %.0f m: it should have set out towards the line", l.Offset)
	}
}

func TestRecordedMovementThatIsAbsent(t *testing.T) {
	e := NewEstate(border.Default(), EstateSeed, nil)
	for _, folder := range []Recordings{nil, InFolder(fstest.MapFS{}), InFolder(fstest.MapFS{"walk.gpx": {Data: []byte("<gpx/>")}})} {
		_, err := NewWorld(e, recordedScene(t, "walk.gpx"), time.Time{}, 1, folder)
		var said *say.Error
		if !errors.As(err, &said) || said.Code != "sim.recording" {
			t.Errorf("error %v, want sim.recording", err)
		}
	}
}

// Real walks, a drive and a grazing animal, where the evaluation data is there.
func TestRecordedWalksOnTheBorder(t *testing.T) {
	const dir = "../../shared/data/movement"
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no recorded movements beside the repository (../shared/data/movement): nothing to lay on the border")
	}
	folder := InFolder(os.DirFS(dir))
	for _, name := range []string{"gpxpy/cerknicko-jezero.gpx", "gpxpy/korita-zbevnica.gpx", "gpxpy/around-visnjan-with-car.gpx", "livestock_one_animal.csv"} {
		fixes, err := folder(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		scene := recordedScene(t, name)
		w, err := NewWorld(NewEstate(border.Default(), EstateSeed, nil).Within(scene.From, scene.To), scene, scene.Night, 1, folder)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		looks := 0
		w.Watch = func(_ int, _ time.Time, of []int32) { looks += len(of) }
		out := &tape{keep: func(int, sense.Scan) bool { return false }}
		for w.Elapsed() < 30*time.Minute {
			w.Advance(out)
		}
		if looks < 100 {
			t.Errorf("%s: %d fixes, seen only %d times in half an hour", name, len(fixes), looks)
		}
	}
}

func FuzzRecorded(f *testing.F) {
	f.Add(gpx, true)
	f.Add("messenger_name;track_time;latitude;longitude\nGPS-1;2019-10-01 11:15:50;37.3;-2.6\nGPS-1;2019-10-01 11:20:13;37.29;-2.6\n", false)
	f.Fuzz(func(t *testing.T, text string, xml bool) {
		read := readCSV
		if xml {
			read = readGPX
		}
		fixes, err := read(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, x := range fixes {
			if !x.Point.Valid() {
				t.Fatalf("an impossible position passed: %v", x)
			}
		}
	})
}
