package sapient

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "marsad/adapter/sapient/sapientpb"
	"marsad/geo"
	"marsad/say"
	"marsad/sense"
)

var update = flag.Bool("update", false, "write golden files anew")

// story is the input of a golden case: what a node sends, and when it arrives
// by our clock.
type story struct {
	About       string                    `json:"about"`
	Own         map[sense.SensorID]string `json:"own"`
	Declination float64                   `json:"declination_deg"`
	Steps       []event                   `json:"steps"`
}

// event is one thing that happens.
type event struct {
	At      string          `json:"at"`      // after the beginning: "1.5s"
	Stamp   string          `json:"stamp"`   // the message's own time, "" for At
	Sensor  *sense.Sensor   `json:"sensor"`  // send its registration
	Message json.RawMessage `json:"message"` // protobuf as JSON; time and node are filled in
	Bare    bool            `json:"bare"`    // fill in nothing
	Last    bool            `json:"last"`    // it is the last report of its instant
	Hex     string          `json:"hex"`     // or send these bytes
	Ticks   bool            `json:"tick"`    // or let time pass
	Ends    bool            `json:"end"`     // or break the link
}

const goldenNode = "2f1c7a44-9b1e-4d3a-8f00-0123456789ab"

var begin = time.Date(2026, 2, 19, 2, 10, 0, 0, time.UTC)

// teller writes down what a session says to the host and to the node.
type teller struct{ strings.Builder }

func (w *teller) Register(s sense.Sensor) error {
	b, _ := json.Marshal(s)
	fmt.Fprintf(w, "  host  register %s\n", b)
	return nil
}

func (w *teller) Deliver(s sense.Scan) error {
	fmt.Fprintf(w, "  host  scan at %s declared=%v origin=%.6f,%.6f,%.1f", s.Observed.Sub(begin), s.Declared, s.Origin.Lat, s.Origin.Lon, s.Origin.Height)
	if s.Unit != "" {
		fmt.Fprintf(w, " unit=%s", s.Unit)
	}
	fmt.Fprintln(w)
	for _, d := range s.Detections {
		fmt.Fprintf(w, "          %s\n", describe(d))
	}
	return nil
}

func (w *teller) Report(s sense.StatusReport) error {
	fmt.Fprintf(w, "  host  report fine=%v", s.Fine)
	if !s.Why.IsZero() {
		fmt.Fprintf(w, " why=%q %q", s.Why.En, s.Why.Ar)
	}
	if s.Position != (geo.Position{}) {
		fmt.Fprintf(w, " position=%.6f,%.6f,%.1f", s.Position.Lat, s.Position.Lon, s.Position.Height)
	}
	fmt.Fprintln(w)
	return nil
}

func (w *teller) Dropped(_ sense.SensorID, why say.Text) {
	fmt.Fprintf(w, "  host  dropped: %s\n", why.En)
}
func (w *teller) Goodbye(_ sense.SensorID, why say.Text) {
	fmt.Fprintf(w, "  host  goodbye: %s\n", why.En)
}
func (w *teller) Cues(sense.SensorID) <-chan sense.Cue { return nil }
func (w *teller) CueAnswered(cue string, accepted bool, why string) {
	fmt.Fprintf(w, "  host  cue %s accepted=%v %s\n", cue, accepted, why)
}

// reply writes down a message to the node; Errors without the packet.
func (w *teller) reply(m *pb.SapientMessage) {
	switch c := m.GetContent().(type) {
	case *pb.SapientMessage_Error:
		fmt.Fprintf(w, "  node  error %s\n", strings.Join(c.Error.GetErrorMessage(), " | "))
	case *pb.SapientMessage_RegistrationAck:
		fmt.Fprintf(w, "  node  registration_ack %v %s\n", c.RegistrationAck.GetAcceptance(), strings.Join(c.RegistrationAck.GetAckResponseReason(), " | "))
	case *pb.SapientMessage_AlertAck:
		fmt.Fprintf(w, "  node  alert_ack %v %s\n", c.AlertAck.GetAlertAckStatus(), strings.Join(c.AlertAck.GetReason(), " | "))
	default:
		fmt.Fprintf(w, "  node  %v\n", m)
	}
}

func describe(d sense.Detection) string {
	var b strings.Builder
	sigma := func(k int) float64 { return math.Sqrt(d.R[k]) }
	switch d.Shape {
	case sense.AtPosition:
		fmt.Fprintf(&b, "at %.6f°, %.6f°, %.1f m; σ %.2f, %.2f, %.1f m", d.Z[0], d.Z[1], d.Z[2], sigma(0), sigma(3), sigma(5))
	case sense.Bearing:
		fmt.Fprintf(&b, "azimuth %.6f rad; σ %.6f", d.Z[0], sigma(0))
	case sense.BearingElevation:
		fmt.Fprintf(&b, "azimuth %.6f elevation %.6f rad; σ %.6f %.6f", d.Z[0], d.Z[1], sigma(0), sigma(3))
	case sense.BearingRange:
		fmt.Fprintf(&b, "azimuth %.6f rad range %.2f m; σ %.6f %.2f", d.Z[0], d.Z[1], sigma(0), sigma(3))
	case sense.BearingElevationRange:
		fmt.Fprintf(&b, "azimuth %.6f elevation %.6f rad range %.2f m; σ %.6f %.6f %.2f", d.Z[0], d.Z[1], d.Z[2], sigma(0), sigma(3), sigma(5))
	case sense.PresenceWithin:
		fmt.Fprintf(&b, "presence within %.1f m", d.Z[0])
	}
	if d.SigmaDoppler > 0 {
		fmt.Fprintf(&b, "; doppler %.3f σ %.3f m/s", d.Doppler, d.SigmaDoppler)
	}
	for c, p := range d.Class {
		if p > 0 {
			fmt.Fprintf(&b, "; %v %.3f", sense.Class(c), p)
		}
	}
	if d.Count > 0 {
		fmt.Fprintf(&b, "; count %d", d.Count)
	}
	if d.Confidence > 0 {
		fmt.Fprintf(&b, "; confidence %.2f", d.Confidence)
	}
	if d.VendorTrack != "" {
		fmt.Fprintf(&b, "; track %s", d.VendorTrack)
	}
	if n := d.Node; n != nil {
		fmt.Fprintf(&b, "; of a node: %.2f, %.2f m/s σ %.2f %.2f, over=%v, from %v", n.VE, n.VN, math.Sqrt(n.VarVE), math.Sqrt(n.VarVN), n.Over, n.Lineage)
	}
	return b.String()
}

// newSession is a session without a connection, which so passes no cues on.
func newSession(c Config, host sense.Host, send func(*pb.SapientMessage)) *session {
	srv, over := New(c), make(chan struct{})
	close(over)
	s := &session{srv: srv, host: host, send: send, stop: func() {}, named: func() string { return "" }, done: over, heard: srv.now()}
	s.group = group{gap: srv.config.Gap, emit: s.deliver}
	return s
}

// frame is the step's message as bytes.
func (s *event) frame(t testing.TB, stamp time.Time) []byte {
	if s.Hex != "" {
		frame, err := hex.DecodeString(s.Hex)
		if err != nil {
			t.Fatal(err)
		}
		return frame
	}
	m := &pb.SapientMessage{}
	if s.Message != nil {
		if err := protojson.Unmarshal(s.Message, m); err != nil {
			t.Fatal(err)
		}
	}
	if s.Sensor != nil {
		m.Content = &pb.SapientMessage_Registration{Registration: RegistrationOf(*s.Sensor)}
	}
	if s.Last {
		m.AdditionalInformation = ptr(EndOfScan)
	}
	if !s.Bare {
		m.Timestamp = timestamppb.New(stamp)
		if m.NodeId == nil {
			m.NodeId = ptr(goldenNode)
		}
	}
	frame, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return frame
}

// frames is all messages of a story as one stream.
func frames(t testing.TB, in string) []byte {
	var st story
	if err := json.Unmarshal([]byte(in), &st); err != nil {
		t.Fatal(err)
	}
	var stream []byte
	for _, s := range st.Steps {
		if d, err := time.ParseDuration(s.At); err == nil && !s.Ticks && !s.Ends {
			frame := s.frame(t, begin.Add(d))
			stream = append(binary.LittleEndian.AppendUint32(stream, uint32(len(frame))), frame...)
		}
	}
	return stream
}

func play(t *testing.T, st story) string {
	t.Helper()
	var w teller
	clock := begin
	c := Config{NodeID: NodeID("marsad"), Own: st.Own, Now: func() time.Time { return clock }}
	if st.Declination != 0 {
		c.Declination = FixedDeclination(st.Declination)
	}
	s := newSession(c, &w, w.reply)
	for i, step := range st.Steps {
		d, err := time.ParseDuration(step.At)
		if err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
		clock = begin.Add(d)
		stamp := clock
		if step.Stamp != "" {
			if d, err = time.ParseDuration(step.Stamp); err != nil {
				t.Fatalf("step %d: %v", i, err)
			}
			stamp = begin.Add(d)
		}
		fmt.Fprintf(&w, "%d after %s\n", i+1, step.At)
		if step.Ticks {
			s.tick(clock)
			continue
		}
		if step.Ends {
			s.end(whyLink)
			continue
		}
		frame := step.frame(t, stamp)
		if !s.handle(frame, clock) {
			fmt.Fprintf(&w, "  the connection ends\n")
		}
	}
	return w.String()
}

func TestGoldenCases(t *testing.T) {
	inputs, err := filepath.Glob("testdata/cases/*.in.json")
	if err != nil || len(inputs) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, in := range inputs {
		name := strings.TrimSuffix(filepath.Base(in), ".in.json")
		t.Run(name, func(t *testing.T) {
			b, err := os.ReadFile(in)
			if err != nil {
				t.Fatal(err)
			}
			var st story
			d := json.NewDecoder(strings.NewReader(string(b)))
			d.DisallowUnknownFields()
			if err := d.Decode(&st); err != nil {
				t.Fatal(err)
			}
			got := st.About + "\n\n" + play(t, st)
			out := strings.TrimSuffix(in, ".in.json") + ".out.txt"
			if *update {
				if err := os.WriteFile(out, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}
