package pipeline

import (
	"fmt"
	"time"

	"marsad/fuse"
	"marsad/geo"
	"marsad/ident"
	"marsad/record"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

// Stages is the way from an entry of the log to its outputs: the same in the
// live engine, in a replay and in a drill. It does no I/O and reads no clock.
// It is for one goroutine.
type Stages struct {
	parts     Parts
	registry  sense.Registry
	fuser     Fuser
	assessor  Assessor
	responder Responder
	sequence  uint64
	digest    Digest
	marks     []Mark    // digests at ticks that a Mark may name, oldest first
	keyframe  uint64    // where the newest keyframe stands in the log, 0 for none
	opened    []opened  // by hand, oldest first: a repeat must be answered with the same case
	ticked    time.Time // the newest tick
	scratch   []byte
	blind     []fuse.Overlook
	alerted   int // alerts of this step that the responder has seen
}

// NewStages makes empty stages.
func NewStages(parts Parts) (*Stages, error) {
	s := &Stages{parts: parts}
	return s, s.clear()
}

func (s *Stages) clear() (err error) {
	s.registry, s.digest, s.marks, s.opened, s.keyframe, s.ticked = sense.Registry{}, Digest{}, nil, nil, 0, time.Time{}
	s.fuser, s.assessor, s.responder, err = s.parts()
	return err
}

// opened is the case that a person's action opened.
type opened struct {
	Action ident.ID `json:"action"`
	Case   ident.ID `json:"case"`
}

const openedKept = 1000

// markEvery seconds of event time the digest is kept, so that a Mark can be
// compared with it; marksKept of them.
const (
	markEvery = 10
	marksKept = 60
)

// Sequence of the last entry stepped.
func (s *Stages) Sequence() uint64 { return s.sequence }

// Digest of everything given so far.
func (s *Stages) Digest() Digest { return s.digest }

// Sensors that the registry knows, by id.
func (s *Stages) Sensors() []sense.Known { return s.registry.All() }

// Tracks that are shown, in the order of their birth.
func (s *Stages) Tracks() []fuse.Track { return s.fuser.Tracks(nil) }

// Ground is what fusion knows of the ground.
func (s *Stages) Ground() fuse.Ground { return s.fuser.Ground() }

// Responder gives the fourth stage, for what a face asks about a case. The
// caller sees to it that no step runs meanwhile.
func (s *Stages) Responder() Responder { return s.responder }

// LastMark is the newest digest that a Mark may name, false for none.
func (s *Stages) LastMark() (Mark, bool) {
	if len(s.marks) == 0 {
		return Mark{}, false
	}
	return s.marks[len(s.marks)-1], true
}

// Compare says whether these stages know what the digest was where a mark says,
// and whether it was the same.
func (s *Stages) Compare(m *Mark) (mine Digest, known, same bool) {
	for i := range s.marks {
		if s.marks[i].Sequence == m.Sequence {
			return s.marks[i].Digest, true, s.marks[i].Digest == m.Digest
		}
	}
	return Digest{}, false, false
}

// With goes on with stages made in another way, from where these stand: what a
// restart with another configuration does.
func (s *Stages) With(parts Parts) error {
	state, err := s.Snapshot()
	if err != nil {
		return err
	}
	s.parts = parts
	return s.Restore(state)
}

// Step takes one entry through all stages and appends what they give to out.
// An error is a fault in making empty stages; a refusal is an output.
func (s *Stages) Step(sequence uint64, e *Entry, out *Outputs) error {
	s.alerted = len(out.Assessed.Alerts)
	s.sequence = sequence
	switch b := e.Body.(type) {
	case *sense.Scan:
		s.scan(b, out)
	case nil: // a tick is the only entry without a body
		s.tick(e.At, out)
	case *sense.Sensor:
		s.register(b, e.At, out)
	case *sense.StatusReport:
		s.report(b, e.At, out)
	case *Left:
		s.left(e.Kind, b, e.At, out)
	case *sense.Footprint:
		s.fuser.Footprint(*b)
	case *fuse.Ground:
		s.fuser.Learn(*b)
	case *respond.Action:
		s.act(b, out)
	case *Start:
		if b.Cold {
			if err := s.clear(); err != nil {
				return err
			}
		}
	case *Adopt:
		s.responder.Adopt(b.Cases)
	case *Gap:
		if b.To != 0 {
			out.Assessed.Events = append(out.Assessed.Events, gapEvent(b, e.At))
		}
	case *sense.Cue:
		out.Assessed.Events = append(out.Assessed.Events, cueEvent(b, e.At))
	case *CueAnswer:
		out.Assessed.Events = append(out.Assessed.Events, answerEvent(b, e.At))
	case *Keyframe:
		s.keyframe = sequence
	case *Mark:
		if b.Sequence+1 == sequence { // the last word of a run: nothing came between
			s.mark(b.Sequence)
		}
	case *Shed:
		// No data for fuse, and a sign of life all the same: an overload of ours
		// must not look like a sensor that is lost.
		for i := range b.Sensors {
			shed := &b.Sensors[i]
			if k, ok := s.registry.Get(shed.Sensor); ok && !k.Since.After(shed.To) { // else later news stands
				s.health(s.registry.Heard(shed.Sensor, shed.To, nil), out)
			}
		}
	}
	s.raise(out)
	s.scratch = s.digest.add(out, s.scratch)
	if e.Kind == KindTick && e.At.Unix()%markEvery == 0 {
		s.mark(sequence)
	}
	return nil
}

// mark remembers the digest as that after an entry.
func (s *Stages) mark(sequence uint64) {
	if len(s.marks) == marksKept {
		s.marks = append(s.marks[:0], s.marks[1:]...)
	}
	s.marks = append(s.marks, Mark{Sequence: sequence, Digest: s.digest, Keyframe: s.keyframe})
}

func (s *Stages) scan(scan *sense.Scan, out *Outputs) {
	sensor := s.registry.Sensor(scan.Sensor)
	if sensor == nil {
		return // registered in a part of the log that is lost: it will register again
	}
	s.health(s.registry.Heard(scan.Sensor, scan.Received, nil), out)
	from := len(out.Tracks)
	out.Tracks = s.fuser.Scan(scan, out.Tracks)
	s.tracks(out, from)
	s.assessor.Scan(scan, sensor, &out.Assessed)
	if scan.Unit != "" && len(scan.Detections) == 1 {
		at := geo.Point{Lat: scan.Detections[0].Z[0], Lon: scan.Detections[0].Z[1]}
		s.responder.Fix(scan.Unit, at, scan.Observed)
		out.Fixes = append(out.Fixes, UnitFix{Unit: scan.Unit, Point: at, At: scan.Observed})
	} else if sensor.Moving && sense.Placed(scan.Origin) && scan.Origin != sensor.Position {
		moved := *sensor
		moved.Position = scan.Origin
		out.Sensors = append(out.Sensors, moved)
	}
}

// asleep is how long no tick may come before nobody can be blamed for silence.
const asleep = 5 * time.Second

// wake gives sensors their time again after Marsad itself was away: stopped,
// restarted or suspended. It heard nobody because it did not listen.
func (s *Stages) wake(now time.Time, out *Outputs) {
	for _, k := range s.registry.All() {
		if k.Health.Working() {
			s.health(s.registry.Heard(k.Sensor.ID, now, nil), out)
		}
	}
}

// biasEvery seconds what fusion knows of the sensors is shown anew.
const biasEvery = 10

func (s *Stages) tick(now time.Time, out *Outputs) {
	if now.Sub(s.ticked) > asleep && !s.ticked.IsZero() {
		s.wake(now, out)
	}
	s.ticked = now
	s.health(s.registry.Tick(now, nil), out)
	from := len(out.Tracks)
	out.Tracks = s.fuser.Tick(now, out.Tracks)
	s.tracks(out, from)
	if now.Unix()%biasEvery == 0 {
		out.Biases = s.fuser.Biases(out.Biases)
		s.overlooks(now, out)
	}
	s.assessor.Tick(now, &out.Assessed)
	s.raise(out)
	s.responder.Tick(now, &out.Responded)
}

// overlooks tells the registry which sensors do not see what their neighbours
// follow: they watch nothing, whatever they say of themselves.
func (s *Stages) overlooks(now time.Time, out *Outputs) {
	s.blind = s.fuser.Overlooks(s.blind[:0])
	s.health(s.registry.Blind(func(id sense.SensorID) say.Text {
		for i := range s.blind {
			if s.blind[i].Sensor == id {
				return whyBlind(len(s.blind[i].Things))
			}
		}
		return say.Text{}
	}, now, nil), out)
}

// whyBlind says what was found of a sensor.
func whyBlind(things int) say.Text {
	ar := fmt.Sprintf("%d أجسام", things)
	if things == 2 {
		ar = "جسمين"
	}
	return say.Text{
		En: fmt.Sprintf("others followed %d things where it used to see, and it saw none: covered, turned away or blind. It counts again once it sees what others follow, a patrol with GPS for one.", things),
		Ar: fmt.Sprintf("تابعت متحسسات أخرى %s حيث كان يرى عادة ولم يرَ شيئاً: مغطى أو محوَّل عن اتجاهه أو لا يرى. يُحتسب من جديد متى رأى ما تتابعه غيره، كدورية معها GPS.", ar),
	}
}

func (s *Stages) register(sensor *sense.Sensor, at time.Time, out *Outputs) {
	changes, err := s.registry.Register(*sensor, at, nil)
	if err != nil {
		out.Refused++
		return
	}
	known := *s.registry.Sensor(sensor.ID)
	s.fuser.Register(known)
	out.Sensors = append(out.Sensors, known)
	s.health(changes, out)
}

func (s *Stages) report(r *sense.StatusReport, at time.Time, out *Outputs) {
	sensor := s.registry.Sensor(r.Sensor)
	if sensor == nil {
		return
	}
	was := sensor.Position
	changes := s.registry.Report(*r, at, nil)
	if known := *s.registry.Sensor(r.Sensor); known.Position != was {
		s.fuser.Register(known)
		out.Sensors = append(out.Sensors, known)
	}
	s.health(changes, out)
}

func (s *Stages) left(kind Kind, l *Left, at time.Time, out *Outputs) {
	if kind == KindGoodbye {
		s.health(s.registry.Goodbye(l.Sensor, l.Why, at, nil), out)
	} else {
		s.health(s.registry.Dropped(l.Sensor, l.Why, at, nil), out)
	}
}

func (s *Stages) health(changes []sense.HealthChange, out *Outputs) {
	for i := range changes {
		s.fuser.Health(changes[i])
		s.assessor.Health(changes[i], *s.registry.Sensor(changes[i].Sensor), &out.Assessed)
	}
	out.Health = append(out.Health, changes...)
}

func (s *Stages) tracks(out *Outputs, from int) {
	for i := from; i < len(out.Tracks); i++ {
		s.assessor.Track(&out.Tracks[i], &out.Assessed)
	}
}

// raise passes the alerts that the responder has not seen on to it.
func (s *Stages) raise(out *Outputs) {
	for ; s.alerted < len(out.Assessed.Alerts); s.alerted++ {
		s.responder.Alert(out.Assessed.Alerts[s.alerted], &out.Responded)
	}
}

// act takes a person's action. Respond judges whether the person may; what
// concerns alerts and silences themselves is then assess's to do, and the alert
// that it opens goes back to respond.
func (s *Stages) act(a *respond.Action, out *Outputs) {
	r := &out.Responded
	r.Taken = nil
	err := s.responder.Act(*a, r)
	done := Acted{Acted: record.Acted{Action: *a, Case: a.Case}, Repeated: len(r.Taken) == 0}
	if !done.Repeated {
		done.Case = r.Taken[0].Case
	}
	for i := range r.Opens {
		alert, failed := s.assessor.OpenByHand(r.Opens[i], &out.Assessed)
		if failed != nil {
			err = failed
		} else {
			done.Case = alert.ID
			if s.opened = append(s.opened, opened{a.ID, alert.ID}); len(s.opened) > openedKept {
				s.opened = append(s.opened[:0], s.opened[1:]...)
			}
		}
	}
	for i := range r.Silences {
		if failed := s.assessor.Silence(r.Silences[i], &out.Assessed); failed != nil {
			err = failed
		}
	}
	for _, id := range r.EndSilences {
		if failed := s.assessor.EndSilence(id, &out.Assessed); failed != nil {
			err = failed
		}
	}
	r.Taken, r.Opens, r.Silences, r.EndSilences = nil, nil, nil, nil
	for i := range s.opened {
		if done.Repeated && s.opened[i].Action == a.ID {
			done.Case = s.opened[i].Case
		}
	}
	if err != nil {
		done.Refusal = say.As(err)
		done.Refused = done.Refusal.Code
	}
	out.Acts = append(out.Acts, done)
}
