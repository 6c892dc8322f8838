package sapient

import (
	"bufio"
	"crypto/tls"
	"errors"
	"net"
	"os"
	"sync"
	"time"

	pb "marsad/adapter/sapient/sapientpb"
	"marsad/say"
	"marsad/sense"
)

const (
	queueLength  = 64 // messages waiting to be read by the node
	writeTimeout = 10 * time.Second
	flushTime    = time.Second // for last words
)

// conn is one node's connection: a goroutine that reads, one that writes. A
// node that does not read fills its own queue and is cut off; nobody waits for
// it. A host that is slow makes the reader wait, and TCP the node.
type conn struct {
	net.Conn
	srv     *Server
	session *session
	queue   chan *pb.SapientMessage
	done    chan struct{}
	once    sync.Once
	why     say.Text // set before done closes
}

func newConn(nc net.Conn, srv *Server, host sense.Host) *conn {
	c := &conn{Conn: nc, srv: srv, queue: make(chan *pb.SapientMessage, queueLength), done: make(chan struct{})}
	c.session = &session{srv: srv, host: host, send: c.send, stop: func() { c.close(whyLink) }, named: c.named, done: c.done, heard: srv.now()}
	c.session.group = group{gap: srv.config.Gap, emit: c.session.deliver}
	return c
}

// named gives the node id in the client certificate's common name, if there is
// a certificate and its name is a node id.
func (c *conn) named() string {
	secure, ok := c.Conn.(*tls.Conn)
	if !ok {
		return ""
	}
	chain := secure.ConnectionState().PeerCertificates
	if len(chain) == 0 || !ValidNodeID(chain[0].Subject.CommonName) {
		return ""
	}
	return chain[0].Subject.CommonName
}

// close ends the connection; the first reason holds. The writer says last words
// and then closes the socket.
func (c *conn) close(why say.Text) {
	c.once.Do(func() {
		c.why = why
		close(c.done)
		c.SetReadDeadline(time.Now()) // wakes the reader
	})
}

// send queues a message, or cuts the connection where the queue is full.
func (c *conn) send(m *pb.SapientMessage) {
	select {
	case c.queue <- m:
	default:
		c.srv.refusal(bad(CodeSlow, "", whySlow.En, whySlow.Ar, hintLater))
		c.close(whySlow)
	}
}

func (c *conn) read() {
	defer c.srv.gone(c)
	why := c.frames()
	c.close(why)
	c.session.end(c.why)
}

// frames reads until the connection is over and says why it is.
func (c *conn) frames() say.Text {
	r := bufio.NewReaderSize(c.Conn, 4096)
	var buf []byte
	p := newPace(c.srv.config.MaxRate, time.Now())
	for {
		if wait := p.spend(time.Now()); wait > 0 && !c.rest(wait) {
			return c.why
		}
		c.SetReadDeadline(time.Now().Add(c.session.patience()))
		select {
		case <-c.done: // close may have come between; its deadline must hold
			return c.why
		default:
		}
		frame, err := readFrame(r, buf, c.srv.config.MaxMessage)
		switch {
		case errors.Is(err, ErrTooLong):
			c.session.reject(bad(CodeFrame, "", err.Error(), "رسالة أطول من المسموح", hintFrame))
			return whyBad
		case errors.Is(err, os.ErrDeadlineExceeded):
			select {
			case <-c.done: // it was close that woke us
				return c.why
			default:
			}
			c.session.reject(bad(CodeSilent, "", whySilent.En, whySilent.Ar, hintLater))
			return whySilent
		case err != nil:
			return whyLink
		}
		buf = frame
		if !c.session.handle(frame, c.srv.now()) {
			return whyBad
		}
		if cap(buf) > 64<<10 {
			buf = nil // one large message is no reason to keep the room
		}
	}
}

// rest lets a node wait that sends too fast, and TCP makes it notice; false says
// that the connection ended meanwhile.
func (c *conn) rest(d time.Duration) bool {
	c.srv.count(func(c *Counters) { c.Slowed++ })
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-c.done:
		return false
	}
}

// pace is a bucket of tokens, filled at a rate a second up to twice that many.
type pace struct {
	rate, tokens float64
	at           time.Time
}

func newPace(rate int, now time.Time) pace {
	return pace{rate: float64(rate), tokens: 2 * float64(rate), at: now}
}

// spend takes a token and gives the time to wait for it: none as long as there
// are some, and else enough for a tenth of a second's worth to gather.
func (p *pace) spend(now time.Time) time.Duration {
	p.tokens = min(2*p.rate, p.tokens+p.rate*now.Sub(p.at).Seconds()) - 1
	p.at = now
	if p.tokens >= 0 {
		return 0
	}
	return 100 * time.Millisecond
}

func (c *conn) write() {
	defer c.Conn.Close()
	var out []byte
	put := func(m *pb.SapientMessage, within time.Duration) bool {
		var err error
		if out, err = appendFrame(out[:0], m); err != nil {
			return true // not sendable; the connection is none the worse
		}
		c.SetWriteDeadline(time.Now().Add(within))
		_, err = c.Conn.Write(out)
		return err == nil
	}
	for {
		select {
		case m := <-c.queue:
			if !put(m, writeTimeout) {
				c.close(whyLink)
				return
			}
		case <-c.done:
			for end := time.Now().Add(flushTime); time.Now().Before(end); {
				select {
				case m := <-c.queue:
					if !put(m, time.Until(end)) {
						return
					}
				default:
					return
				}
			}
			return
		}
	}
}
