package sapient

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	pb "marsad/adapter/sapient/sapientpb"
	"marsad/geo"
	"marsad/sense"
)

func drawSensor(t *rapid.T) sense.Sensor {
	f := func(name string, lo, hi float64) float64 { return rapid.Float64Range(lo, hi).Draw(t, name) }
	yes := func(name string) bool { return rapid.Bool().Draw(t, name) }
	text := func(name string) string {
		return rapid.StringMatching(`[a-zم][a-zA-Z0-9 ا-ي]{0,20}[a-z]`).Draw(t, name)
	}
	return sense.Sensor{ID: goldenNode, Name: text("name"),
		Kind:     rapid.SampledFrom([]sense.Kind{sense.OtherKind, sense.Radar, sense.Camera, sense.Aerostat, sense.Presence, sense.Human, sense.UAV, sense.Node}).Draw(t, "kind"),
		Position: geo.Position{Point: geo.Point{Lat: f("lat", -89, 89), Lon: f("lon", -180, 180)}, Height: f("height", -400, 9000)},
		Moving:   yes("moving"), MinRange: f("min", 0, 50), MaxRange: f("max", 100, 40000), Azimuth: f("azimuth", 0, 6.28), HalfWidth: f("half", 0, 3.14),
		Pd: f("pd", 0.01, 1), Clutter: f("clutter", 0, 50),
		Period:     time.Duration(rapid.IntRange(10, 60_000).Draw(t, "period")) * time.Millisecond,
		Heartbeat:  time.Duration(rapid.IntRange(1, 600).Draw(t, "heartbeat")) * 100 * time.Millisecond,
		SigmaRange: f("sr", 0, 100), SigmaAzimuth: f("sa", 0, 0.1), SigmaElevation: f("se", 0, 0.1), SigmaPosition: f("sp", 0, 100), SigmaDoppler: f("sd", 0, 5),
		Above: f("above", 0, 60), SigmaAbove: f("sigma above", 0, 5), CanLookAt: yes("look"), Mount: text("mount"), Link: text("link"), Simulated: yes("simulated"), Assumed: yes("assumed")}
}

func TestRegistrationComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawSensor(t)
		b, err := proto.Marshal(&pb.SapientMessage{Timestamp: now(), NodeId: ptr(goldenNode),
			Content: &pb.SapientMessage_Registration{Registration: RegistrationOf(want)}})
		if err != nil {
			t.Fatal(err)
		}
		m := &pb.SapientMessage{}
		if err := proto.Unmarshal(b, m); err != nil {
			t.Fatal(err)
		}
		if err := validate(m); err != nil {
			t.Fatalf("our own registration is not valid: %v", err)
		}
		got, bad := readRegistration(goldenNode, m.GetRegistration(), nil)
		if bad != nil {
			t.Fatal(bad)
		}
		if diff := cmp.Diff(want, got.sensor); diff != "" {
			t.Fatal(diff)
		}
	})
}

func drawDetection(t *rapid.T, origin geo.Position) sense.Detection {
	f := func(name string, lo, hi float64) float64 { return rapid.Float64Range(lo, hi).Draw(t, name) }
	ulids := rapid.StringMatching(`[0-7][0-9A-HJKMNP-TV-Z]{25}`)
	d := sense.Detection{Shape: sense.Shape(rapid.IntRange(0, int(sense.PresenceWithin)).Draw(t, "shape")), Report: ulids.Draw(t, "report"),
		Count: rapid.Uint8().Draw(t, "count"), Confidence: rapid.Float32Range(0, 1).Draw(t, "confidence")}
	if rapid.Bool().Draw(t, "tracked") {
		d.VendorTrack = ulids.Filter(func(s string) bool { return s != d.Report }).Draw(t, "track")
	}
	v := func() float64 { return sq(f("sigma", 1e-5, 0.2)) }
	switch d.Shape {
	case sense.AtPosition:
		p := geo.Direct(origin.Point, f("away", 10, 4900), f("towards", 0, 6))
		d.Z, d.R = [3]float64{p.Lat, p.Lon, origin.Height}, [6]float64{v() * 1e6, 0, 0, v() * 1e6, 0, v() * 1e4}
	case sense.Bearing:
		d.Z, d.R = [3]float64{f("az", 0, 6.28)}, [6]float64{v()}
	case sense.BearingElevation:
		d.Z, d.R = [3]float64{f("az", 0, 6.28), f("el", -1, 1)}, [6]float64{v(), 0, 0, v()}
	case sense.BearingRange:
		d.Z, d.R = [3]float64{f("az", 0, 6.28), f("r", 1, 5000)}, [6]float64{v(), 0, 0, v() * 1e6}
	case sense.BearingElevationRange:
		d.Z, d.R = [3]float64{f("az", 0, 6.28), f("el", -1, 1), f("r", 1, 5000)}, [6]float64{v(), 0, 0, v(), 0, v() * 1e6}
	case sense.PresenceWithin:
		d.Z = [3]float64{f("r", 1, 5000)}
	}
	if rapid.Bool().Draw(t, "moving") {
		d.Doppler, d.SigmaDoppler = f("doppler", -40, 40), float64(float32(f("sigma doppler", 0.01, 2)))
	}
	if rapid.Bool().Draw(t, "classified") {
		left := float32(1)
		for c := range d.Class {
			d.Class[c] = left * rapid.Float32Range(0, 1).Draw(t, "share")
			left -= d.Class[c]
		}
		d.Class[sense.Unknown] += max(left, 0)
	}
	return d
}

func TestScanComesBackThroughTheServer(t *testing.T) {
	near := cmp.Comparer(func(a, b float64) bool { return a == b || math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b)) })
	near32 := cmp.Comparer(func(a, b float32) bool { return math.Abs(float64(a-b)) <= 1e-6 })
	sensor := tower("T")
	sensor.ID = goldenNode
	rapid.Check(t, func(t *rapid.T) {
		want := sense.Scan{Sensor: sensor.ID, Observed: begin, Origin: sensor.Position}
		seen := map[string]bool{}
		for range rapid.IntRange(1, 6).Draw(t, "n") {
			if d := drawDetection(t, sensor.Position); !seen[d.Report] {
				seen[d.Report] = true
				want.Detections = append(want.Detections, d)
			}
		}
		h := newHost()
		clock := begin
		s := newSession(Config{Now: func() time.Time { return clock }}, h, func(m *pb.SapientMessage) {
			if e := m.GetError(); e != nil {
				t.Fatalf("refused: %v", e.GetErrorMessage())
			}
		})
		registration := &pb.SapientMessage{Timestamp: now(), NodeId: ptr(goldenNode), Content: &pb.SapientMessage_Registration{Registration: RegistrationOf(sensor)}}
		for _, m := range append([]*pb.SapientMessage{registration}, DetectionsOf(sensor, &want)...) {
			b, err := proto.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			if !s.handle(b, clock) {
				t.Fatal("the session ended")
			}
		}
		s.tick(clock.Add(DefaultGap))
		if len(h.scans) != 1 {
			t.Fatalf("%d scans", len(h.scans))
		}
		if diff := cmp.Diff(want, h.scans[0], near, near32); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestForeignIDsBecomeULIDs(t *testing.T) {
	scan := sense.Scan{Sensor: "x", Observed: begin, Detections: []sense.Detection{
		{Shape: sense.Bearing, VendorTrack: "track 7"}, {Shape: sense.Bearing, VendorTrack: "track 7"}, {Shape: sense.Bearing, VendorTrack: "track 8"}}}
	later := scan
	later.Observed = begin.Add(time.Second)
	a, b := DetectionsOf(tower("T"), &scan), DetectionsOf(tower("T"), &later)
	object := func(m *pb.SapientMessage) string { return m.GetDetectionReport().GetObjectId() }
	report := func(m *pb.SapientMessage) string { return m.GetDetectionReport().GetReportId() }
	if object(a[0]) != object(a[1]) || object(a[0]) != object(b[0]) || object(a[0]) == object(a[2]) {
		t.Error("a track's id does not follow its name")
	}
	ids := map[string]bool{}
	for _, m := range append(a, b...) {
		if !ValidULID(object(m)) || !ValidULID(report(m)) {
			t.Errorf("%s, %s", object(m), report(m))
		}
		ids[report(m)] = true
	}
	if len(ids) != 6 {
		t.Errorf("%d report ids for 6 reports", len(ids))
	}
}
