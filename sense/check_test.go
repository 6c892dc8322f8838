package sense

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"marsad/geo"
	"marsad/say"
)

func radar() Sensor {
	return Sensor{ID: "r", Kind: Radar, MaxRange: 15000, Pd: 0.8, Position: geo.Position{Point: geo.Point{Lat: 36.8, Lon: 42.1}, Height: 400},
		SigmaRange: 10, SigmaAzimuth: 0.005, SigmaElevation: 0.01, SigmaPosition: 20, SigmaDoppler: 0.5}
}

func scanOf(d ...Detection) Scan {
	return Scan{Sensor: "r", Observed: t0, Detections: d}
}

func TestCheckRefuses(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	good := Detection{Shape: BearingRange, Z: [3]float64{1, 5000}}
	with := func(f func(*Scan)) Scan { s := scanOf(good); f(&s); return s }
	one := func(f func(*Detection)) Scan { s := scanOf(good); f(&s.Detections[0]); return s }
	for name, c := range map[string]struct {
		scan Scan
		code string
	}{
		"another sensor":          {with(func(s *Scan) { s.Sensor = "x" }), CodeForeign},
		"no time":                 {with(func(s *Scan) { s.Observed = time.Time{} }), CodeNoTime},
		"ahead":                   {with(func(s *Scan) { s.Observed = t0.Add(2001 * time.Millisecond) }), CodeAhead},
		"hours behind":            {with(func(s *Scan) { s.Observed = t0.Add(-3 * time.Hour) }), CodeOld},
		"origin off the Earth":    {with(func(s *Scan) { s.Origin.Lat = 91 }), CodeOrigin},
		"origin in space":         {with(func(s *Scan) { s.Origin = geo.Position{Point: geo.Point{Lat: 1}, Height: 1e6} }), CodeOrigin},
		"too many":                {with(func(s *Scan) { s.Detections = make([]Detection, MaxDetections+1) }), CodeTooMany},
		"own unit with bearing":   {with(func(s *Scan) { s.Unit = "1" }), CodeOwn},
		"NaN":                     {one(func(d *Detection) { d.Z[0] = nan }), CodeValue},
		"infinite":                {one(func(d *Detection) { d.Z[1] = inf }), CodeValue},
		"degrees for radians":     {one(func(d *Detection) { d.Z[0] = 90 }), CodeValue},
		"beyond range":            {one(func(d *Detection) { d.Z[1] = 30000 }), CodeFar},
		"negative range":          {one(func(d *Detection) { d.Z[1] = -1 }), CodeFar},
		"unknown shape":           {one(func(d *Detection) { d.Shape = 17 }), CodeShape},
		"negative variance":       {one(func(d *Detection) { d.R[0] = -1 }), CodeError},
		"NaN variance":            {one(func(d *Detection) { d.R[3] = nan }), CodeError},
		"NaN correlation":         {one(func(d *Detection) { d.R[1] = nan }), CodeError},
		"correlation above one":   {one(func(d *Detection) { d.R = [6]float64{1e-4, 1, 0, 100} }), CodeError},
		"error that says nothing": {one(func(d *Detection) { d.R[0] = 100 }), CodeError},
		"doppler of a rocket":     {one(func(d *Detection) { d.Doppler, d.SigmaDoppler = 5000, 1 }), CodeValue},
		"doppler NaN":             {one(func(d *Detection) { d.Doppler = nan }), CodeValue},
		"class above one":         {one(func(d *Detection) { d.Class[Person] = 1.5 }), CodeClass},
		"classes add up to two":   {one(func(d *Detection) { d.Class[Person], d.Class[Animal] = 1, 1 }), CodeClass},
		"class NaN":               {one(func(d *Detection) { d.Class[Group] = float32(nan) }), CodeClass},
		"confidence":              {one(func(d *Detection) { d.Confidence = -0.1 }), CodeClass},
		"endless id":              {one(func(d *Detection) { d.VendorTrack = strings.Repeat("x", 129) }), CodeTextShape},
		"position off the Earth":  {scanOf(Detection{Shape: AtPosition, Z: [3]float64{42, 368, 0}}), CodeValue},
		"position far away":       {scanOf(Detection{Shape: AtPosition, Z: [3]float64{42.1, 36.8, 0}}), CodeFar},
		"presence without radius": {scanOf(Detection{Shape: PresenceWithin}), CodeValue},
	} {
		s := radar()
		err := Check(&c.scan, &s, t0)
		if err == nil {
			t.Errorf("%s: let pass", name)
			continue
		}
		e := say.As(err)
		if e.Code != c.code || e.Text.En == "" || e.Text.Ar == "" || e.Hint.IsZero() || e.Kind != say.Invalid {
			t.Errorf("%s: %+v, want code %s with text and hint in both languages", name, e, c.code)
		}
	}
}

func TestCheckNamesTheDetection(t *testing.T) {
	s := radar()
	scan := scanOf(Detection{Shape: Bearing, Z: [3]float64{1}}, Detection{Shape: Bearing, Z: [3]float64{math.NaN()}})
	if err := Check(&scan, &s, t0); err == nil || !strings.Contains(err.Error(), "detection 2:") {
		t.Errorf("got %v", err)
	}
}

func TestCheckFillsErrors(t *testing.T) {
	s := radar()
	scan := scanOf(
		Detection{Shape: BearingElevationRange, Z: [3]float64{1, 0.01, 5000}, Doppler: -2},
		Detection{Shape: BearingRange, Z: [3]float64{1, 5000}, R: [6]float64{1e-6}},
		Detection{Shape: AtPosition, Z: [3]float64{36.8, 42.11, 400}},
		Detection{Shape: PresenceWithin, Z: [3]float64{30}},
	)
	if err := Check(&scan, &s, t0); err != nil {
		t.Fatal(err)
	}
	want := [][6]float64{{0.005 * 0.005, 0, 0, 0.01 * 0.01, 0, 100}, {1e-6, 0, 0, 100}, {400, 0, 0, 400, 0, 400}, {}}
	for i, d := range scan.Detections {
		if d.R != want[i] {
			t.Errorf("detection %d: R %v, want %v", i, d.R, want[i])
		}
	}
	if scan.Detections[0].SigmaDoppler != 0.5 || scan.Origin != s.Position {
		t.Errorf("doppler error %v, origin %v", scan.Detections[0].SigmaDoppler, scan.Origin)
	}
	s.SigmaAzimuth = 0
	scan = scanOf(Detection{Shape: Bearing, Z: [3]float64{1}})
	if err := Check(&scan, &s, t0); say.As(err).Code != CodeNoError {
		t.Errorf("no error anywhere: %v", err)
	}
	s = radar()
	s.Position = geo.Position{}
	scan = scanOf(Detection{Shape: Bearing, Z: [3]float64{1}})
	if err := Check(&scan, &s, t0); say.As(err).Code != CodeOrigin {
		t.Errorf("a bearing from nowhere: %v", err)
	}
	scan = scanOf(Detection{Shape: AtPosition, Z: [3]float64{36.8, 42.11, 400}})
	if err := Check(&scan, &s, t0); err != nil {
		t.Errorf("a position needs no origin: %v", err)
	}
}

// What passes has a covariance that can be inverted, and stays as it is when
// checked again.
func TestCheckedIsSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := radar()
		d := Detection{Shape: Shape(rapid.IntRange(0, 6).Draw(t, "shape"))}
		for i := range d.Z {
			d.Z[i] = rapid.Float64().Draw(t, "z")
		}
		for i := range d.R {
			d.R[i] = rapid.OneOf(rapid.Just(0.), rapid.Float64Range(-1, 1), rapid.Float64()).Draw(t, "r")
		}
		if d.Shape == AtPosition && rapid.Bool().Draw(t, "near") {
			d.Z = [3]float64{36.8, 42.11, 400}
		}
		scan := scanOf(d)
		if Check(&scan, &s, t0) != nil {
			return
		}
		got := scan.Detections[0]
		n := got.Shape.dims()
		for i := range n {
			if v := got.R[diagonal[i]]; !(v > 0) || math.IsInf(v, 0) {
				t.Fatalf("variance %v passed", v)
			}
		}
		if n >= 2 && !(got.R[1]*got.R[1] < got.R[0]*got.R[3]) {
			t.Fatalf("R %v passed", got.R)
		}
		if err := Check(&scan, &s, t0); err != nil || scan.Detections[0] != got {
			t.Fatalf("not stable: %v", err)
		}
	})
}

func TestCheckSensor(t *testing.T) {
	for name, f := range map[string]func(*Sensor){
		"id":          func(s *Sensor) { s.ID = "" },
		"kind":        func(s *Sensor) { s.Kind = 77 },
		"position":    func(s *Sensor) { s.Position.Lon = 500 },
		"pd":          func(s *Sensor) { s.Pd = math.NaN() },
		"max_range":   func(s *Sensor) { s.MaxRange = -1 },
		"min_range":   func(s *Sensor) { s.MinRange = 20000 },
		"period":      func(s *Sensor) { s.Period = time.Millisecond },
		"heartbeat":   func(s *Sensor) { s.Heartbeat = time.Millisecond },
		"sigma_range": func(s *Sensor) { s.SigmaRange = math.Inf(1) },
		"name":        func(s *Sensor) { s.Name = strings.Repeat("n", 1000) },
	} {
		s := radar()
		f(&s)
		if err := CheckSensor(&s); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s := radar()
	s.Position = geo.Position{}
	if err := CheckSensor(&s); err != nil {
		t.Errorf("a position may come later: %v", err)
	}
}
