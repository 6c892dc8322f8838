package sense

import (
	"bytes"
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"marsad/geo"
)

func drawScan(t *rapid.T) Scan {
	text := rapid.StringN(0, 40, 128)
	id := rapid.OneOf(rapid.Just(""), text, rapid.StringMatching(`[0-7][0-9A-HJKMNP-TV-Z]{25}`))
	s := Scan{Sensor: SensorID(text.Draw(t, "sensor")), Observed: time.Unix(0, rapid.Int64Range(0, 1<<61).Draw(t, "at")).UTC(),
		Origin: geo.Position{Point: geo.Point{Lat: rapid.Float64Range(-90, 90).Draw(t, "lat"), Lon: rapid.Float64Range(-180, 180).Draw(t, "lon")},
			Height: float64(float32(rapid.Float64Range(-100, 9000).Draw(t, "h")))},
		Declared: rapid.Bool().Draw(t, "declared"), Unit: text.Draw(t, "unit")}
	if rapid.Bool().Draw(t, "received") {
		s.Received = s.Observed.Add(time.Duration(rapid.Int64Range(-1e10, 1e12).Draw(t, "delay")))
	}
	for range rapid.IntRange(0, 5).Draw(t, "n") {
		d := Detection{Shape: Shape(rapid.IntRange(0, int(PresenceWithin)).Draw(t, "shape")),
			Count: rapid.Uint8().Draw(t, "count"), VendorTrack: id.Draw(t, "track"), Report: id.Draw(t, "report")}
		for i := range layout[d.Shape] {
			d.Z[i] = rapid.Float64Range(-3, 3).Draw(t, "z")
		}
		n := d.Shape.dims()
		for _, k := range kept(n, rapid.Bool().Draw(t, "correlated")) {
			d.R[k] = rapid.Float64Range(1e-9, 1e6).Draw(t, "r")
		}
		if rapid.Bool().Draw(t, "classified") {
			d.Class[rapid.IntRange(0, NClass-1).Draw(t, "class")] = rapid.Float32Range(0, 1).Draw(t, "p")
		}
		d.Confidence = rapid.Float32Range(0, 1).Draw(t, "confidence")
		if rapid.Bool().Draw(t, "moving") {
			d.Doppler, d.SigmaDoppler = rapid.Float64Range(-50, 50).Draw(t, "doppler"), 0.5
		}
		if rapid.Bool().Draw(t, "of a node") {
			d.Node = &NodeTrack{VE: rapid.Float64Range(-30, 30).Draw(t, "ve"), VarVN: 2, Over: rapid.Bool().Draw(t, "over")}
			for range rapid.IntRange(0, 3).Draw(t, "lineage") {
				d.Node.Lineage = append(d.Node.Lineage, SensorID(text.Draw(t, "of")))
			}
		}
		s.Detections = append(s.Detections, d)
	}
	return s
}

func TestScanComesBack(t *testing.T) {
	near := cmp.Comparer(func(a, b float64) bool {
		return math.Abs(a-b) <= 1e-7*max(math.Abs(a), 1e-30) || float32(a) == float32(b)
	})
	near32 := cmp.Comparer(func(a, b float32) bool { return math.Abs(float64(a-b)) <= 1./65535 })
	rapid.Check(t, func(t *rapid.T) {
		s := drawScan(t)
		b := AppendScan(nil, &s)
		var got Scan
		if err := DecodeScan(b, &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Detections) == 0 {
			got.Detections = nil
		}
		if diff := cmp.Diff(s, got, near, near32); diff != "" {
			t.Fatal(diff)
		}
		// Positions are kept to the last bit.
		if got.Origin != s.Origin {
			t.Fatalf("origin %v became %v", s.Origin, got.Origin)
		}
		again := AppendScan(nil, &got)
		if !bytes.Equal(b, again) {
			t.Fatalf("%x\nbecame\n%x", b, again)
		}
	})
}

func TestDecodeReuses(t *testing.T) {
	s := typicalScan()
	b := AppendScan(nil, &s)
	var got Scan
	if err := DecodeScan(b, &got); err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() { DecodeScan(b, &got) }); n > 0 {
		t.Errorf("%v allocations for a scan just read", n)
	}
	// A longer scan, then a shorter one, leave nothing behind of each other.
	long := s
	long.Detections = append(append([]Detection{}, s.Detections...), s.Detections...)
	for _, want := range []Scan{long, s, {Sensor: "x", Observed: t0}} {
		if err := DecodeScan(AppendScan(nil, &want), &got); err != nil {
			t.Fatal(err)
		}
		var fresh Scan
		DecodeScan(AppendScan(nil, &want), &fresh)
		if len(fresh.Detections) != len(got.Detections) || !reflect.DeepEqual(got.Detections, fresh.Detections[:len(fresh.Detections):len(fresh.Detections)]) && len(fresh.Detections) > 0 {
			t.Errorf("got %+v\nwant %+v", got, fresh)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	s := typicalScan()
	b := AppendScan(nil, &s)
	var got Scan
	for n := range b {
		if err := DecodeScan(b[:n], &got); err == nil {
			t.Fatalf("cut to %d bytes and still a scan", n)
		}
	}
	for name, bad := range map[string][]byte{
		"version":    append([]byte{9}, b[1:]...),
		"flags":      append([]byte{wireVersion, 0x80}, b[2:]...),
		"tail":       append(append([]byte{}, b...), 0),
		"detections": append(AppendScan(nil, &Scan{})[:len(AppendScan(nil, &Scan{}))-1], 0xff, 0xff, 0x7f),
	} {
		if err := DecodeScan(bad, &got); err == nil {
			t.Errorf("%s: let pass", name)
		}
	}
}

func FuzzDecodeScan(f *testing.F) {
	s := typicalScan()
	f.Add(AppendScan(nil, &s))
	f.Add(AppendScan(nil, &Scan{Sensor: "a", Observed: t0, Declared: true}))
	f.Fuzz(func(t *testing.T, b []byte) {
		var one, two Scan
		if DecodeScan(b, &one) != nil {
			return
		}
		first := AppendScan(nil, &one)
		if err := DecodeScan(first, &two); err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if second := AppendScan(nil, &two); !bytes.Equal(first, second) {
			t.Fatalf("%x\nbecame\n%x", first, second)
		}
		sensor := radar()
		sensor.ID = two.Sensor
		Check(&two, &sensor, t0) // must not panic, whatever it is
	})
}

func typicalScan() Scan {
	s := Scan{Sensor: "2f1c7a44-9b1e-4d3a-8f00-0123456789ab", Observed: t0, Received: t0.Add(80 * time.Millisecond), Declared: true,
		Origin: geo.Position{Point: geo.Point{Lat: 36.81, Lon: 42.07}, Height: 431}}
	for i := range 5 {
		d := Detection{Shape: BearingRange, Z: [3]float64{0.3 * float64(i), 4000}, R: [6]float64{2.5e-5, 0, 0, 100},
			Confidence: 0.8, Report: "01HY0000000000000000000000", Doppler: 1, SigmaDoppler: 0.5}
		d.Class[Person], d.Class[Unknown] = 0.6, 0.4
		s.Detections = append(s.Detections, d)
	}
	return s
}

func BenchmarkAppendScan(b *testing.B) {
	s := typicalScan()
	var out []byte
	for b.Loop() {
		out = AppendScan(out[:0], &s)
	}
	b.ReportMetric(float64(len(out))/float64(len(s.Detections)), "bytes/detection")
}

func BenchmarkDecodeScan(b *testing.B) {
	s := typicalScan()
	in := AppendScan(nil, &s)
	var got Scan
	for b.Loop() {
		if err := DecodeScan(in, &got); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	s, sensor := typicalScan(), radar()
	sensor.ID = s.Sensor
	for b.Loop() {
		if err := Check(&s, &sensor, t0); err != nil {
			b.Fatal(err)
		}
	}
}
