package sapient

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"

	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	pb "marsad/adapter/sapient/sapientpb"
	"marsad/sense"
)

func TestFrames(t *testing.T) {
	m := &pb.SapientMessage{NodeId: ptr(goldenNode), Content: &pb.SapientMessage_Error{Error: &pb.Error{Packet: bytes.Repeat([]byte{7}, 40_000)}}}
	var stream []byte
	for range 3 {
		var err error
		if stream, err = appendFrame(stream, m); err != nil {
			t.Fatal(err)
		}
	}
	r := bytes.NewReader(stream)
	var buf []byte
	for i := range 3 {
		var err error
		if buf, err = readFrame(r, buf, DefaultMaxMessage); err != nil {
			t.Fatalf("frame %d: %v", i, err)
		}
		got := &pb.SapientMessage{}
		if err := proto.Unmarshal(buf, got); err != nil || !proto.Equal(m, got) {
			t.Fatalf("frame %d came back otherwise: %v", i, err)
		}
	}
	if _, err := readFrame(r, buf, DefaultMaxMessage); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
	for n := 1; n < 4+10; n++ {
		if _, err := readFrame(bytes.NewReader(stream[:n]), nil, DefaultMaxMessage); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("cut after %d bytes: %v", n, err)
		}
	}
	if _, err := readFrame(bytes.NewReader(stream), nil, 1000); !errors.Is(err, ErrTooLong) {
		t.Errorf("above the limit: %v", err)
	}
}

// A length alone must not cost memory.
func TestALengthIsNoReasonToTakeMemory(t *testing.T) {
	head := binary.LittleEndian.AppendUint32(nil, 900_000)
	buf, err := readFrame(bytes.NewReader(append(head, 1, 2, 3)), nil, DefaultMaxMessage)
	if !errors.Is(err, io.ErrUnexpectedEOF) || cap(buf) > 64<<10 {
		t.Errorf("%v with %d bytes taken", err, cap(buf))
	}
}

func FuzzFrames(f *testing.F) {
	frame, err := appendFrame(nil, &pb.SapientMessage{NodeId: ptr(goldenNode)})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(frame)
	f.Add([]byte{0, 0, 0, 0})
	f.Add([]byte{255, 255, 255, 255, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		r := bytes.NewReader(b)
		var buf []byte
		for range 1000 {
			var err error
			if buf, err = readFrame(r, buf, 4096); err != nil {
				return
			}
			if len(buf) > 4096 {
				t.Fatalf("a frame of %d bytes", len(buf))
			}
		}
	})
}

// FuzzSession gives a session any sequence of messages: whatever comes, it must
// not panic, and the host must be given only what can be used.
func FuzzSession(f *testing.F) {
	inputs, err := filepath.Glob("testdata/cases/*.in.json")
	if err != nil || len(inputs) == 0 {
		f.Fatal("no cases to start from")
	}
	for _, in := range inputs {
		b, err := os.ReadFile(in)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(frames(f, string(b)), uint16(300))
	}
	f.Fuzz(func(t *testing.T, stream []byte, step uint16) {
		clock := begin
		h := newHost()
		s := newSession(Config{Now: func() time.Time { return clock }, Own: map[sense.SensorID]string{goldenNode: "P4"}}, h, func(m *pb.SapientMessage) {
			if err := validate(m); err != nil {
				t.Fatalf("we sent a message that is not valid: %v in %v", err, m)
			}
		})
		r := bytes.NewReader(stream)
		var buf []byte
		for range 64 {
			var err error
			if buf, err = readFrame(r, buf, 64<<10); err != nil || !s.handle(buf, clock) {
				break
			}
			clock = clock.Add(time.Duration(step) * time.Millisecond)
			s.tick(clock)
		}
		s.end(whyLink)
		var registered *sense.Sensor
		for i := range h.sensors {
			registered = &h.sensors[i]
			if err := sense.CheckSensor(registered); err != nil {
				t.Fatalf("the host was given a sensor that it must refuse: %v", err)
			}
		}
		for i := range h.scans {
			sc := &h.scans[i]
			if registered == nil {
				t.Fatal("a scan without a registration")
			}
			wide := *registered
			wide.MaxRange = sense.MaxRange // a further registration may have shrunk it
			if err := sense.Check(sc, &wide, sc.Observed); err != nil {
				t.Fatalf("the host was given a scan that it must refuse: %v", err)
			}
		}
	})
}
