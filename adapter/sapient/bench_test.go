package sapient

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	pb "marsad/adapter/sapient/sapientpb"
	"marsad/say"
	"marsad/sense"
)

// idle is a host that takes everything and keeps nothing.
type idle struct{ scans sync.WaitGroup }

func (*idle) Register(sense.Sensor) error          { return nil }
func (h *idle) Deliver(sense.Scan) error           { h.scans.Done(); return nil }
func (*idle) Report(sense.StatusReport) error      { return nil }
func (*idle) Dropped(sense.SensorID, say.Text)     {}
func (*idle) Goodbye(sense.SensorID, say.Text)     {}
func (*idle) Cues(sense.SensorID) <-chan sense.Cue { return nil }
func (*idle) CueAnswered(string, bool, string)     {}

func scanOf(n int, at time.Time) *sense.Scan {
	s := &sense.Scan{Observed: at}
	for i := range n {
		d := sense.Detection{Shape: sense.BearingRange, Z: [3]float64{float64(i), 3000}, R: [6]float64{1e-6, 0, 0, 100}, Confidence: 0.7}
		d.Class[sense.Person], d.Class[sense.Unknown] = 0.7, 0.3
		s.Detections = append(s.Detections, d)
	}
	return s
}

// One second of the whole border: 690 nodes, five detections each, from the
// client's value to the host's, over loopback TCP. 1 s divided by the time of
// one operation is how many times faster than real time one machine is.
func BenchmarkBorderSecond(b *testing.B) {
	h := &idle{}
	at := time.Now()
	s := New(Config{Addr: "127.0.0.1:0", Now: func() time.Time { return at }})
	if err := s.Listen(); err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx, h) }()
	const nodes = 690
	clients := make([]*Client, nodes)
	for i := range clients {
		c, err := Dial(ctx, s.Addr().String(), nil)
		if err == nil {
			err = c.Register(ctx, tower(fmt.Sprint("T", i)), at)
		}
		if err == nil {
			err = c.Status(Status{Fine: true}, at)
		}
		if err != nil {
			b.Fatal(err)
		}
		clients[i] = c
	}
	send := func(step int) {
		scan := scanOf(5, at.Add(time.Duration(step)*time.Microsecond))
		for _, c := range clients {
			if err := c.Detections(scan); err != nil {
				b.Fatal(err)
			}
		}
	}
	step := 0
	for b.Loop() {
		step++
		h.scans.Add(nodes)
		send(step)
		h.scans.Wait()
	}
	b.StopTimer()
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*nodes*5), "µs/detection")
	for _, c := range clients {
		c.Close()
	}
	cancel()
	<-ended
}

func BenchmarkEncodeScan(b *testing.B) {
	sensor, scan := tower("T"), scanOf(5, begin)
	var out []byte
	for b.Loop() {
		out = out[:0]
		for _, m := range DetectionsOf(sensor, scan) {
			out, _ = appendFrame(out, m)
		}
	}
	b.ReportMetric(float64(len(out))/5, "bytes/detection")
}

func BenchmarkValidate(b *testing.B) {
	m := DetectionsOf(tower("T"), scanOf(1, begin))[0]
	for b.Loop() {
		if err := validate(m); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHandle(b *testing.B) {
	s := newSession(Config{Now: func() time.Time { return begin }}, &idle{}, func(*pb.SapientMessage) {})
	h := s.host.(*idle)
	sensor := tower("T")
	register := &pb.SapientMessage{Timestamp: now(), NodeId: ptr(string(sensor.ID)), Content: &pb.SapientMessage_Registration{Registration: RegistrationOf(sensor)}}
	frame, err := proto.Marshal(register)
	if err != nil || !s.handle(frame, begin) {
		b.Fatal(err)
	}
	frame, err = proto.Marshal(DetectionsOf(sensor, scanOf(1, begin))[0])
	if err != nil {
		b.Fatal(err)
	}
	h.scans.Add(1 << 30)
	for b.Loop() {
		s.handle(frame, begin) // each report is a scan of its own
	}
	if n := s.srv.Counters().Detections; n == 0 {
		b.Fatal("nothing was taken")
	}
}
