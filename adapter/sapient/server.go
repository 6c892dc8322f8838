package sapient

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"time"

	"marsad/say"
	"marsad/sense"
)

// Server lets SAPIENT nodes in. It is a sense.Adapter.
type Server struct {
	config Config
	world  world

	listening sync.Mutex
	listener  net.Listener

	mu     sync.Mutex
	nodes  map[sense.SensorID]*session // who speaks for a node
	conns  map[*conn]struct{}
	ending bool
	work   sync.WaitGroup

	countMu  sync.Mutex
	counters Counters
}

var _ sense.Adapter = (*Server)(nil)

// tickEvery is how often scans are closed and empty ones inferred, real time.
const tickEvery = 50 * time.Millisecond

// New makes a server; it does nothing before Listen or Run.
func New(c Config) *Server {
	c = c.withDefaults()
	return &Server{config: c, world: world{ground: c.Ground, geoid: c.Geoid, declination: c.Declination},
		nodes: map[sense.SensorID]*session{}, conns: map[*conn]struct{}{}}
}

// Listen opens the port, so that Addr is known before Run. A second call does
// nothing.
func (s *Server) Listen() error {
	s.listening.Lock()
	defer s.listening.Unlock()
	if s.listener != nil {
		return nil
	}
	if !ValidNodeID(s.config.NodeID) {
		return configError("our own node id is not a UUID version 4 in lower case", "معرّف العقدة الخاص بنا غير صحيح", nil)
	}
	secure, err := s.config.tls()
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", s.config.Addr)
	if err != nil {
		return &say.Error{Code: "sapient.listen", Kind: say.Unavailable, Cause: err,
			Text: say.Text{En: "the SAPIENT port cannot be opened", Ar: "تعذر فتح منفذ SAPIENT"},
			Hint: say.Text{En: "is another server running, or the address not of this machine?", Ar: "هل يعمل خادم آخر، أم أن العنوان ليس لهذا الجهاز؟"}}
	}
	if secure != nil {
		l = tls.NewListener(l, secure)
	}
	s.listener = l
	return nil
}

// Addr is the address listened on, nil before Listen.
func (s *Server) Addr() net.Addr {
	s.listening.Lock()
	defer s.listening.Unlock()
	if s.listener == nil {
		return nil
	}
	return s.listener.Addr()
}

// Run serves until the context ends; then it closes every connection and returns
// nil once nothing runs any more. The host is not told of sensors as lost that
// Marsad itself leaves. A server runs once.
func (s *Server) Run(ctx context.Context, host sense.Host) error {
	if err := s.Listen(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, s.shut)
	defer stop()
	s.work.Go(func() { s.ticks(ctx) })
	err := s.accept(host)
	cancel()
	s.shut()
	s.work.Wait()
	return err
}

func (s *Server) accept(host sense.Host) error {
	for wait := 5 * time.Millisecond; ; {
		nc, err := s.listener.Accept()
		switch {
		case err == nil:
			wait = 5 * time.Millisecond
			s.welcome(nc, host)
		case errors.Is(err, net.ErrClosed):
			return nil
		default: // out of file descriptors, or a connection that died in the queue
			time.Sleep(wait)
			wait = min(2*wait, time.Second)
		}
	}
}

func (s *Server) welcome(nc net.Conn, host sense.Host) {
	c := newConn(nc, s, host)
	s.mu.Lock()
	full := len(s.conns) >= s.config.MaxClients
	if full || s.ending {
		s.mu.Unlock()
		if full {
			s.refusal(bad(CodeFull, "", "too many connections", "عدد الاتصالات تجاوز الحد", hintLater))
		}
		nc.Close()
		return
	}
	s.conns[c] = struct{}{}
	s.work.Go(c.read)
	s.work.Go(c.write)
	s.mu.Unlock()
	s.count(func(c *Counters) { c.Connections++; c.Open++ })
}

// gone takes a finished connection off the list.
func (s *Server) gone(c *conn) {
	s.mu.Lock()
	delete(s.conns, c)
	s.mu.Unlock()
	s.count(func(c *Counters) { c.Open-- })
}

// shut closes the port and every connection.
func (s *Server) shut() {
	s.listener.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ending = true
	for c := range s.conns {
		c.close(whyEnding)
	}
}

// ticks moves every session on in time.
func (s *Server) ticks(ctx context.Context) {
	t := time.NewTicker(tickEvery)
	defer t.Stop()
	var all []*conn
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		s.mu.Lock()
		all = all[:0]
		for c := range s.conns {
			all = append(all, c)
		}
		s.mu.Unlock()
		now := s.now()
		for _, c := range all {
			c.session.tick(now)
		}
	}
}

// claim gives a node id to a session. An id in use on another connection is
// refused, so that nobody can push a node aside; only a connection whose node
// has said goodbye, or that has been silent for over two status intervals, as
// after a power cut, yields.
func (s *Server) claim(id sense.SensorID, by *session, now time.Time) *say.Error {
	s.mu.Lock()
	holder := s.nodes[id]
	if holder == nil || holder == by {
		s.nodes[id] = by
		s.mu.Unlock()
		return nil
	}
	s.mu.Unlock()
	yields := holder.yields(now) // takes the holder's lock, so not under ours
	s.mu.Lock()
	defer s.mu.Unlock()
	if current := s.nodes[id]; current != nil && (current != holder || !yields) {
		return bad(CodeTaken, "node_id", string(id)+" is in use on another connection", "المعرّف مستخدم في اتصال آخر", hintTaken)
	}
	s.nodes[id] = by
	holder.stop()
	return nil
}

// release takes a node id back from a session; false if it was not its own any
// more.
func (s *Server) release(id sense.SensorID, by *session) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.nodes[id] != by {
		return false
	}
	delete(s.nodes, id)
	return true
}

// follow passes a camera's cues on until its connection or the channel ends.
func (s *Server) follow(to *session, cues <-chan sense.Cue) {
	if cues == nil {
		return
	}
	done := to.done
	s.work.Go(func() {
		for {
			select {
			case <-done:
				return
			case c, open := <-cues:
				if !open {
					return
				}
				to.cue(c)
			}
		}
	})
}

func (s *Server) now() time.Time { return s.config.Now() }

var (
	whyEnding = say.Text{En: "Marsad is shutting down", Ar: "مرصد قيد الإيقاف"}
	whyLink   = say.Text{En: "the link broke", Ar: "انقطع الاتصال"}
	whySilent = say.Text{En: "nothing came for too long", Ar: "لم يرد شيء منذ مدة طويلة"}
	whySlow   = say.Text{En: "it does not read what is sent to it", Ar: "لا يقرأ ما يُرسل إليه"}
	whyBad    = say.Text{En: "it does not keep to the protocol", Ar: "لا يلتزم بالبروتوكول"}
)
