package sapient

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "marsad/adapter/sapient/sapientpb"
	"marsad/geo"
	"marsad/sense"
)

// Client is one node's connection to a SAPIENT server, for simulators and
// tests. Its methods may be called from any goroutine. It has one goroutine of
// its own that reads.
type Client struct {
	nc     net.Conn
	sensor sense.Sensor

	mu   sync.Mutex // guards what follows, and writing
	out  []byte
	news bool // a status NEW was sent since the registration
	last Status
	seq  uint64
	now  time.Time // of the newest message: the caller's clock

	acks   chan *pb.RegistrationAck
	closed chan struct{}
	err    error // why reading ended; set before closed closes

	hookMu sync.Mutex
	onTask func(Task) (accepted bool, why string)
	onFail func(messages []string)
}

// Task is a "look at" cue as the client got it.
type Task struct {
	ID string
	At geo.Position
}

// Status is what a client says of itself.
type Status struct {
	Fine     bool
	Why      string       // what is wrong, where Fine is false
	Position geo.Position // zero for unsaid
	Sigma    float64      // 1σ of the position in metres, 0 for unsaid
}

// Dial connects; t is nil for plain TCP.
func Dial(ctx context.Context, addr string, t *tls.Config) (*Client, error) {
	var nc net.Conn
	var err error
	if t != nil {
		nc, err = (&tls.Dialer{Config: t}).DialContext(ctx, "tcp", addr)
	} else {
		nc, err = (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	}
	if err != nil {
		return nil, err
	}
	c := &Client{nc: nc, acks: make(chan *pb.RegistrationAck, 4), closed: make(chan struct{})}
	go c.read()
	return c, nil
}

// OnTask sets what answers a cue; without it cues are refused. It is called
// from the reading goroutine.
func (c *Client) OnTask(f func(Task) (accepted bool, why string)) {
	c.hookMu.Lock()
	defer c.hookMu.Unlock()
	c.onTask = f
}

// OnError sets what is told of the server's Error messages.
func (c *Client) OnError(f func(messages []string)) {
	c.hookMu.Lock()
	defer c.hookMu.Unlock()
	c.onFail = f
}

// Register registers a sensor and waits for the answer. A refusal is an error
// that holds the server's reasons. The status report that the protocol wants
// next is the caller's to send.
func (c *Client) Register(ctx context.Context, s sense.Sensor, at time.Time) error {
	m := &pb.SapientMessage{Timestamp: timestamppb.New(at), NodeId: ptr(string(s.ID)),
		Content: &pb.SapientMessage_Registration{Registration: RegistrationOf(s)}}
	c.mu.Lock()
	c.sensor, c.news, c.now = s, false, at
	err := c.write(m)
	c.mu.Unlock()
	if err != nil {
		return err
	}
	select {
	case ack := <-c.acks:
		return verdictOf(ack)
	case <-c.closed:
		select { // a refusal and the end come together
		case ack := <-c.acks:
			return verdictOf(ack)
		default:
			return fmt.Errorf("no answer to the registration: %w", c.Err())
		}
	case <-ctx.Done():
		return ctx.Err()
	}
}

func verdictOf(ack *pb.RegistrationAck) error {
	if ack.GetAcceptance() {
		return nil
	}
	return fmt.Errorf("registration refused: %s", strings.Join(ack.GetAckResponseReason(), "; "))
}

// Status sends a heartbeat: New when something changed, else Unchanged.
func (c *Client) Status(st Status, at time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq, c.now = c.seq+1, at
	r := &pb.StatusReport{ReportId: ptr(derivedULID(at, string(c.sensor.ID)+"status", c.seq)), Mode: ptr(defaultMode),
		System: ptr(pb.StatusReport_SYSTEM_OK), Info: ptr(pb.StatusReport_INFO_UNCHANGED)}
	if !st.Fine {
		r.System = ptr(pb.StatusReport_SYSTEM_ERROR)
		r.Status = []*pb.StatusReport_Status{{StatusLevel: ptr(pb.StatusReport_STATUS_LEVEL_ERROR_STATUS),
			StatusType: ptr(pb.StatusReport_STATUS_TYPE_INTERNAL_FAULT), StatusValue: ptr(st.Why)}}
	}
	if !c.news || st != c.last || c.sensor.Kind == sense.OwnForce { // a patrol's fix is news each time
		r.Info = ptr(pb.StatusReport_INFO_NEW)
		if st.Position != (geo.Position{}) {
			r.NodeLocation = positionOf(st.Position)
			if st.Sigma > 0 {
				north, east := metresPerDegree(st.Position.Lat)
				r.NodeLocation.XError, r.NodeLocation.YError, r.NodeLocation.ZError = ptr(st.Sigma/east), ptr(st.Sigma/north), ptr(st.Sigma)
			}
		}
	}
	c.news, c.last = true, st
	return c.write(c.message(at, r))
}

// Detections sends all detections of one instant, at once and once only: the
// last one closes the scan. For an empty scan it sends nothing.
func (c *Client) Detections(scan *sense.Scan) error {
	if len(scan.Detections) == 0 {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = scan.Observed
	messages := DetectionsOf(c.sensor, scan)
	return c.write(messages...)
}

// Goodbye says that the node leaves and closes the connection.
func (c *Client) Goodbye(at time.Time) error {
	c.mu.Lock()
	c.seq++
	err := c.write(c.message(at, &pb.StatusReport{ReportId: ptr(derivedULID(at, string(c.sensor.ID)+"status", c.seq)), Mode: ptr(defaultMode),
		System: ptr(pb.StatusReport_SYSTEM_GOODBYE), Info: ptr(pb.StatusReport_INFO_NEW)}))
	c.mu.Unlock()
	return errors.Join(err, c.Close())
}

// Send sends any message as it is, for tests.
func (c *Client) Send(m *pb.SapientMessage) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.write(m)
}

// SendBytes sends bytes as they are, framed by nobody, for tests.
func (c *Client) SendBytes(b []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := c.nc.Write(b)
	return err
}

// Close breaks the link with no word and waits for the reading goroutine. It
// must not be called from a hook.
func (c *Client) Close() error {
	err := c.nc.Close()
	<-c.closed
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// Closed closes when the connection is over.
func (c *Client) Closed() <-chan struct{} { return c.closed }

// Err says why the connection ended; nil while it is open.
func (c *Client) Err() error {
	select {
	case <-c.closed:
		return c.err
	default:
		return nil
	}
}

func (c *Client) message(at time.Time, r *pb.StatusReport) *pb.SapientMessage {
	return &pb.SapientMessage{Timestamp: timestamppb.New(at), NodeId: ptr(string(c.sensor.ID)),
		Content: &pb.SapientMessage_StatusReport{StatusReport: r}}
}

// write sends messages in one system call.
func (c *Client) write(messages ...*pb.SapientMessage) error {
	c.out = c.out[:0]
	for _, m := range messages {
		var err error
		if c.out, err = appendFrame(c.out, m); err != nil {
			return err
		}
	}
	c.nc.SetWriteDeadline(time.Now().Add(writeTimeout))
	_, err := c.nc.Write(c.out)
	return err
}

func (c *Client) read() {
	defer close(c.closed)
	defer c.nc.Close()
	r := bufio.NewReaderSize(c.nc, 1024)
	var buf []byte
	for {
		frame, err := readFrame(r, buf, DefaultMaxMessage)
		if err != nil {
			c.err = err
			return
		}
		buf = frame
		m := &pb.SapientMessage{}
		if err := proto.Unmarshal(frame, m); err != nil {
			c.err = err
			return
		}
		switch v := m.GetContent().(type) {
		case *pb.SapientMessage_RegistrationAck:
			select {
			case c.acks <- v.RegistrationAck:
			default: // nobody asked
			}
		case *pb.SapientMessage_Error:
			if f := c.failHook(); f != nil {
				f(v.Error.GetErrorMessage())
			}
		case *pb.SapientMessage_Task:
			if err := c.answer(v.Task); err != nil {
				c.err = err
				return
			}
		}
	}
}

func (c *Client) failHook() func([]string) {
	c.hookMu.Lock()
	defer c.hookMu.Unlock()
	return c.onFail
}

func (c *Client) answer(t *pb.Task) error {
	c.hookMu.Lock()
	f := c.onTask
	c.hookMu.Unlock()
	ack := &pb.TaskAck{TaskId: ptr(t.GetTaskId()), TaskStatus: ptr(pb.TaskAck_TASK_STATUS_REJECTED), Reason: []string{"only look_at is done here"}}
	places := t.GetCommand().GetLookAt().GetLocationList().GetLocations()
	if f != nil && len(places) == 1 {
		at := geo.Position{Point: geo.Point{Lat: places[0].GetY(), Lon: places[0].GetX()}, Height: places[0].GetZ()}
		accepted, why := f(Task{ID: t.GetTaskId(), At: at})
		ack.Reason = nil
		if why != "" {
			ack.Reason = []string{why}
		}
		if accepted {
			ack.TaskStatus = ptr(pb.TaskAck_TASK_STATUS_ACCEPTED)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.write(&pb.SapientMessage{Timestamp: timestamppb.New(c.now), NodeId: ptr(string(c.sensor.ID)),
		Content: &pb.SapientMessage_TaskAck{TaskAck: ack}})
}
