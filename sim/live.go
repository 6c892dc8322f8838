package sim

import (
	"context"
	"crypto/tls"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"marsad/adapter/sapient"
	"marsad/border"
	"marsad/geo"
	"marsad/sense"
	"marsad/sim/scn"
)

// Options of a live run against a SAPIENT port.
type Options struct {
	Addr     string // host:port of the SAPIENT server
	TLS      *tls.Config
	Scenario *scn.Scenario
	Estate   *Estate // nil: the shared estate; the scenario takes its stretch of it
	Seed     uint64
	Recorded Recordings
	// Simulated time is Start + (wall − Anchor) · Speed. Zero Anchor: now; zero
	// Start: Anchor, so that a server on the wall clock agrees; Speed 0: 1.
	Start, Anchor time.Time
	Speed         float64
	// Orders that units get over the radio; nil for none.
	Orders <-chan Order
	// Radio is told the words of the script when their time comes; nil for none.
	Radio func(at time.Time, w scn.Words)
	// Truth is told what is true, second by second, for pictures of it; nil for
	// nobody. What it is told never travels inside a scan.
	Truth func(*Moment)
	// Once: end with the scenario; else the sensors go on reporting.
	Once bool
	Log  *slog.Logger // nil: silent
}

// Order sends a unit to a place on the home side.
type Order struct {
	Unit     string          `json:"unit"`
	Chainage border.Chainage `json:"chainage"`
	Offset   border.Offset   `json:"offset"`
}

// Run connects one client for each sensor and plays the scenario to the pace of
// the clock until the context ends. Links that break are made again. The error
// is nil after an orderly end.
func Run(ctx context.Context, o Options) error {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Anchor.IsZero() {
		o.Anchor = time.Now()
	}
	if o.Start.IsZero() {
		o.Start = o.Anchor
	}
	if o.Speed <= 0 {
		o.Speed = 1
	}
	if o.Estate == nil {
		o.Estate = NewEstate(border.Default(), EstateSeed, func(c border.Chainage) string {
			s, _ := border.SectionAt(c)
			return s.ID
		})
	}
	e := o.Estate.Within(o.Scenario.From, o.Scenario.To)
	if o.Scenario.Empty {
		e = &Estate{Axis: o.Estate.Axis, Seed: o.Estate.Seed}
	}
	w, err := NewWorld(e, o.Scenario, o.Start, o.Seed, o.Recorded)
	if err != nil {
		return err
	}
	l := &live{Options: o, world: w, lines: make([]*line, len(e.Nodes)), said: make([]bool, len(o.Scenario.Words))}
	ctx, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	// A hundred connections at a time: a port that comes up is not flooded.
	gate := make(chan struct{}, 100)
	for i := range l.lines {
		l.lines[i] = &line{node: e.Nodes[i], letters: make(chan letter, 64)}
		all.Add(1)
		go func() {
			defer all.Done()
			l.lines[i].keep(ctx, l, gate)
		}()
	}
	return l.pace(ctx)
}

type live struct {
	Options
	world *World
	lines []*line
	said  []bool  // which words were passed on
	shown float64 // the second that was told last
}

// now is the simulated instant of the wall clock.
func (l *live) now() time.Time {
	return l.Start.Add(time.Duration(float64(time.Since(l.Anchor)) * l.Speed))
}

// pace steps the world whenever the clock has passed a tenth of its second.
func (l *live) pace(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	quiet := mute{}
	for {
		select {
		case <-ctx.Done():
			return nil
		case order, open := <-l.Orders:
			if !open {
				l.Orders = nil
				continue
			}
			if err := l.world.Order(order.Unit, order.Chainage, order.Offset); err != nil {
				l.Log.Warn("order", "unit", order.Unit, "error", err)
			}
			continue
		case <-timer.C:
		}
		now := l.now()
		for n := 0; !l.world.Now().After(now); n++ {
			// What lies far in the past is not sent: a sensor has no memory.
			if now.Sub(l.world.Now()) > 5*time.Second {
				l.world.Step(quiet)
				if n%1000 == 999 && ctx.Err() != nil {
					return nil
				}
				continue
			}
			l.world.Step(l)
		}
		if l.Truth != nil && l.world.moved != l.shown {
			l.shown = l.world.moved
			l.Truth(l.world.Moment())
		}
		l.mark()
		l.speak()
		if l.Once && l.world.Over() {
			return nil
		}
		wait := time.Duration(float64(l.world.Now().Sub(l.now())) / l.Speed)
		timer.Reset(max(wait, time.Millisecond))
	}
}

// mark tells the lines which of them a failure holds.
func (l *live) mark() {
	for i := range l.lines {
		l.lines[i].cut.Store(l.world.down[i] > 0)
	}
}

// speak passes on the words whose time has come; those of before the run are
// past.
func (l *live) speak() {
	if l.Radio == nil {
		return
	}
	for i := range l.Scenario.Words {
		at := l.world.start.Add(l.Scenario.Words[i].At)
		if late := l.world.Now().Sub(at); late < 0 || l.said[i] {
			continue
		} else if l.said[i] = true; late < time.Minute {
			l.Radio(at, l.Scenario.Words[i])
		}
	}
}

// Scan and Status hand over to the node's own line, and never wait for it.
func (l *live) Scan(i int, s sense.Scan) {
	if len(s.Detections) > 0 { // the protocol knows no empty scan
		l.lines[i].send(letter{scan: s, isScan: true})
	}
}

// Status of a node.
func (l *live) Status(i int, r sense.StatusReport) { l.lines[i].send(letter{report: r}) }

type mute struct{}

func (mute) Scan(int, sense.Scan)           {}
func (mute) Status(int, sense.StatusReport) {}

type letter struct {
	scan   sense.Scan
	report sense.StatusReport
	isScan bool
}

// line is the connection of one node.
type line struct {
	node    Node
	letters chan letter
	up      atomic.Bool
	cut     atomic.Bool
}

// send drops what the line cannot take: a sensor does not queue the past.
func (l *line) send(m letter) {
	if !l.up.Load() {
		return
	}
	select {
	case l.letters <- m:
	default:
	}
}

// keep connects, speaks, and connects again until the context ends.
func (l *line) keep(ctx context.Context, o *live, gate chan struct{}) {
	pause := 200 * time.Millisecond
	told := false
	for ctx.Err() == nil {
		if !l.cut.Load() {
			select {
			case gate <- struct{}{}:
			case <-ctx.Done():
				return
			}
			c, err := l.connect(ctx, o)
			<-gate
			if err == nil {
				pause, told = 200*time.Millisecond, false
				l.speak(ctx, o, c)
				continue
			}
			if !told && ctx.Err() == nil {
				o.Log.Warn("cannot connect", "sensor", l.node.Name, "to", o.Addr, "error", err)
				told = true
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, 5*time.Second)
	}
}

func (l *line) connect(ctx context.Context, o *live) (*sapient.Client, error) {
	ctx, stop := context.WithTimeout(ctx, 10*time.Second)
	defer stop()
	c, err := sapient.Dial(ctx, o.Addr, o.TLS)
	if err != nil {
		return nil, err
	}
	c.OnTask(func(t sapient.Task) (bool, string) {
		if geo.Distance(l.node.Position.Point, t.At.Point) > l.node.MaxRange {
			return false, "out of reach"
		}
		return l.node.CanLookAt, ""
	})
	c.OnError(func(messages []string) {
		o.Log.Warn("the server found an error", "sensor", l.node.Name, "messages", messages)
	})
	now := o.now()
	if err := c.Register(ctx, l.node.Sensor, now); err != nil {
		c.Close()
		return nil, err
	}
	if err := c.Status(sapient.Status{Fine: true, Position: l.node.Position}, now); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// speak sends letters until the connection or the context ends.
func (l *line) speak(ctx context.Context, o *live, c *sapient.Client) {
	l.up.Store(true)
	defer l.up.Store(false)
	position := l.node.Position
	for {
		var err error
		select {
		case <-ctx.Done():
			if c.Goodbye(o.now()) != nil {
				c.Close()
			}
			return
		case <-c.Closed():
			o.Log.Debug("link lost", "sensor", l.node.Name, "error", c.Err())
			return
		case m := <-l.letters:
			if m.isScan {
				err = c.Detections(&m.scan)
				break
			}
			if m.report.Position != (geo.Position{}) {
				position = m.report.Position
			}
			err = c.Status(sapient.Status{Fine: m.report.Fine, Why: m.report.Why.En, Position: position}, m.report.At)
		}
		if err != nil {
			c.Close()
			return
		}
	}
}
