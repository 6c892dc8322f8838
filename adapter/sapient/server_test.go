package sapient

import (
	"context"
	"encoding/binary"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	pb "marsad/adapter/sapient/sapientpb"
	"marsad/geo"
	"marsad/say"
	"marsad/sense"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve runs a server on a free loopback port until the test ends.
func serve(t *testing.T, c Config) (*Server, *host) {
	t.Helper()
	c.Addr = "127.0.0.1:0"
	s, h := New(c), newHost()
	if err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx, h) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the server ended with %v", err)
		}
		if n := s.Counters().Open; n != 0 {
			t.Errorf("%d connections still open after the end", n)
		}
	})
	return s, h
}

func dial(t *testing.T, s *Server) *Client {
	t.Helper()
	c, err := Dial(context.Background(), s.Addr().String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// join registers a sensor and says that it is well.
func joinAs(t *testing.T, s *Server, sensor sense.Sensor) *Client {
	t.Helper()
	c := dial(t, s)
	if err := c.Register(context.Background(), sensor, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := c.Status(Status{Fine: true, Position: sensor.Position}, time.Now()); err != nil {
		t.Fatal(err)
	}
	return c
}

func tower(name string) sense.Sensor {
	return sense.Sensor{ID: sense.SensorID(NodeID(name)), Name: name, Kind: sense.Camera,
		Position: geo.Position{Point: geo.Point{Lat: 36.8, Lon: 42.1}, Height: 420}, MaxRange: 5000, Pd: 0.9, Clutter: 0.1,
		Heartbeat: 5 * time.Second, SigmaAzimuth: 0.002, SigmaRange: 50, CanLookAt: true, Simulated: true, Assumed: true}
}

func errorsOf(c *Client) <-chan string {
	got := make(chan string, 64)
	c.OnError(func(messages []string) {
		for _, m := range messages {
			select {
			case got <- m:
			default:
			}
		}
	})
	return got
}

func expectError(t *testing.T, got <-chan string, parts ...string) {
	t.Helper()
	select {
	case m := <-got:
		for _, p := range parts {
			if !strings.Contains(m, p) {
				t.Fatalf("error %q does not name %q", m, p)
			}
		}
	case <-time.After(10 * time.Second):
		t.Fatalf("no error came, wanted one with %q", parts)
	}
}

func TestWholeLife(t *testing.T) {
	s, h := serve(t, Config{})
	sensor := tower("T-001")
	c := joinAs(t, s, sensor)
	h.wait(t, "registration", func(h *host) bool { return len(h.sensors) == 1 })
	if h.sensors[0] != sensor {
		t.Errorf("registered %+v, want %+v", h.sensors[0], sensor)
	}
	at := time.Now().UTC().Truncate(time.Millisecond)
	scan := &sense.Scan{Sensor: sensor.ID, Observed: at, Detections: []sense.Detection{
		{Shape: sense.BearingRange, Z: [3]float64{1, 1200}, Count: 4},
		{Shape: sense.Bearing, Z: [3]float64{2}},
	}}
	if err := c.Detections(scan); err != nil {
		t.Fatal(err)
	}
	h.wait(t, "scan", func(h *host) bool { return len(h.scans) == 1 })
	got := h.scans[0]
	if len(got.Detections) != 2 || !got.Observed.Equal(at) || got.Origin != sensor.Position || got.Declared {
		t.Errorf("delivered %+v", got)
	}
	h.cues[sensor.ID] <- sense.Cue{ID: "cue 1", Sensor: sensor.ID, At: sensor.Position, By: "Captain A"}
	h.wait(t, "refusal without a hook", func(h *host) bool { return len(h.answers) == 1 && !h.answers[0].accepted })
	looked := make(chan Task, 1)
	c.OnTask(func(t Task) (bool, string) { looked <- t; return true, "turning" })
	h.cues[sensor.ID] <- sense.Cue{ID: "cue 2", Sensor: sensor.ID, At: sensor.Position}
	h.wait(t, "answer", func(h *host) bool { return len(h.answers) == 2 })
	if h.answers[1] != (answer{"cue 2", true, "turning"}) || (<-looked).At != sensor.Position {
		t.Errorf("answers %v", h.answers)
	}
	if err := c.Goodbye(time.Now()); err != nil {
		t.Fatal(err)
	}
	h.wait(t, "goodbye", func(h *host) bool { return len(h.goodbyes) == 1 })
	c = joinAs(t, s, sensor)
	c.Close()
	h.wait(t, "drop", func(h *host) bool { return len(h.dropped) == 1 })
	if len(h.goodbyes) != 1 || len(h.dropped) != 1 {
		t.Errorf("goodbyes %v, dropped %v", h.goodbyes, h.dropped)
	}
}

// A node may come back while the connection that it left by is still closing.
func TestWhoSaidGoodbyeMayComeBackAtOnce(t *testing.T) {
	s, h := serve(t, Config{})
	now := time.Now()
	left := &session{srv: s, host: h, stop: func() {}, id: "node", heard: now}
	again := &session{srv: s, host: h, stop: func() {}, id: "node", heard: now}
	if err := s.claim("node", left, now); err != nil {
		t.Fatal(err)
	}
	if err := s.claim("node", again, now); err == nil {
		t.Error("a node that is there was pushed aside")
	}
	left.goodbye(&pb.StatusReport{})
	if err := s.claim("node", again, now); err != nil {
		t.Error(err)
	}
	left.end(whyLink)
	if len(h.goodbyes) != 1 || len(h.dropped) != 0 {
		t.Errorf("goodbyes %v, dropped %v", h.goodbyes, h.dropped)
	}
	if err := s.claim("node", left, now); err == nil {
		t.Error("the old connection's end gave the new one's id away")
	}
}

func TestEffectorsAreRefused(t *testing.T) {
	s, h := serve(t, Config{})
	for weapon := range effectors {
		c := dial(t, s)
		r := RegistrationOf(tower("E"))
		r.NodeDefinition = append(r.NodeDefinition, &pb.Registration_NodeDefinition{NodeType: ptr(weapon)})
		m := &pb.SapientMessage{Timestamp: now(), NodeId: ptr(NodeID("E")), Content: &pb.SapientMessage_Registration{Registration: r}}
		if err := c.Send(m); err != nil {
			t.Fatal(err)
		}
		ack := <-c.acks
		if ack.GetAcceptance() || !strings.Contains(strings.Join(ack.GetAckResponseReason(), ""), CodeEffector) {
			t.Errorf("%v: %v", weapon, ack)
		}
		<-c.Closed()
	}
	if len(h.sensors) != 0 {
		t.Errorf("the host was told of %v", h.sensors)
	}
	if n := s.Counters().Refused[CodeEffector]; n != 4 {
		t.Errorf("counted %d", n)
	}
}

func TestOneBadClientDisturbsNobody(t *testing.T) {
	s, h := serve(t, Config{MaxMessage: 64 << 10})
	good := joinAs(t, s, tower("good"))
	h.wait(t, "status", func(h *host) bool { return len(h.reports) == 1 })

	taken := dial(t, s)
	if err := taken.Register(context.Background(), tower("good"), time.Now()); err == nil || !strings.Contains(err.Error(), CodeTaken) {
		t.Errorf("a node id in use was given away: %v", err)
	}
	<-taken.Closed()

	early := dial(t, s)
	got := errorsOf(early)
	early.sensor = tower("early")
	if err := early.Status(Status{Fine: true}, time.Now()); err != nil {
		t.Fatal(err)
	}
	expectError(t, got, CodeOrder)
	<-early.Closed()

	rubbish := joinAs(t, s, tower("rubbish"))
	got = errorsOf(rubbish)
	rubbish.SendBytes([]byte{3, 0, 0, 0, 0xff, 0xff, 0xff})
	expectError(t, got, CodeProtobuf)
	bad := DetectionsOf(tower("rubbish"), &sense.Scan{Observed: time.Now(), Detections: []sense.Detection{{Shape: sense.Bearing, Z: [3]float64{1}}}})[0]
	bad.GetDetectionReport().GetRangeBearing().Datum = nil
	rubbish.Send(bad)
	expectError(t, got, "detection_report.range_bearing.datum")
	bad.NodeId = ptr(NodeID("another"))
	bad.GetDetectionReport().GetRangeBearing().Datum = &trueN
	rubbish.Send(bad)
	expectError(t, got, CodeNode)
	rubbish.SendBytes(binary.LittleEndian.AppendUint32(nil, 1<<31))
	expectError(t, got, CodeFrame)
	<-rubbish.Closed()

	if err := good.Detections(&sense.Scan{Observed: time.Now(), Detections: []sense.Detection{{Shape: sense.Bearing, Z: [3]float64{1}}}}); err != nil {
		t.Fatal(err)
	}
	h.wait(t, "the good client's scan", func(h *host) bool { return len(h.scans) == 1 && h.scans[0].Sensor == tower("good").ID })
}

func TestHostRefuses(t *testing.T) {
	s, h := serve(t, Config{})
	h.refuse = &say.Error{Code: "sensor.unknown", Text: say.Text{En: "not in the file"}}
	c := dial(t, s)
	if err := c.Register(context.Background(), tower("T"), time.Now()); err == nil || !strings.Contains(err.Error(), "sensor.unknown") {
		t.Errorf("got %v", err)
	}
	h.note(func() { h.refuse = nil })
	joinAs(t, s, tower("T")) // the id is free again
}
