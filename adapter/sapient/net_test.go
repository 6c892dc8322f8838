package sapient

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	pb "marsad/adapter/sapient/sapientpb"
	"marsad/say"
	"marsad/sense"
)

// authority makes certificates for a test.
type authority struct {
	t    *testing.T
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
	dir  string
}

func newAuthority(t *testing.T) *authority {
	a := &authority{t: t, dir: t.TempDir()}
	a.key, a.cert = a.issue("authority", nil)
	return a
}

func (a *authority) issue(name string, by *authority) (*ecdsa.PrivateKey, *x509.Certificate) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: by == nil, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	parent, signer := template, key
	if by != nil {
		parent, signer = by.cert, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		a.t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	raw, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	a.write(name+".crt", "CERTIFICATE", der)
	a.write(name+".key", "EC PRIVATE KEY", raw)
	return key, cert
}

func (a *authority) write(name, kind string, der []byte) {
	if err := os.WriteFile(a.file(name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		a.t.Fatal(err)
	}
}

func (a *authority) file(name string) string { return filepath.Join(a.dir, name) }

func (a *authority) client(names ...string) *tls.Config {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	c := &tls.Config{RootCAs: pool}
	for _, n := range names {
		pair, err := tls.LoadX509KeyPair(a.file(n+".crt"), a.file(n+".key"))
		if err != nil {
			a.t.Fatal(err)
		}
		c.Certificates = append(c.Certificates, pair)
	}
	return c
}

func TestTLSWithClientCertificates(t *testing.T) {
	a := newAuthority(t)
	a.issue("server", a)
	a.issue("node", a)
	s, h := serve(t, Config{CertFile: a.file("server.crt"), KeyFile: a.file("server.key"), ClientCAFile: a.file("authority.crt")})
	ctx, addr := context.Background(), s.Addr().String()

	c, err := Dial(ctx, addr, a.client("node"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Register(ctx, tower("T"), time.Now()); err != nil {
		t.Fatal(err)
	}
	h.wait(t, "registration over TLS", func(h *host) bool { return len(h.sensors) == 1 })

	// A certificate issued for a node speaks for that node alone.
	a.issue(NodeID("mine"), a)
	c, err = Dial(ctx, addr, a.client(NodeID("mine")))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Register(ctx, tower("other"), time.Now()); err == nil || !strings.Contains(err.Error(), CodeNode) {
		t.Errorf("another node's certificate: %v", err)
	}
	c.Close()
	if c, err = Dial(ctx, addr, a.client(NodeID("mine"))); err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Register(ctx, tower("mine"), time.Now()); err != nil {
		t.Errorf("its own certificate: %v", err)
	}

	stranger := newAuthority(t)
	stranger.issue("node", stranger)
	bare := a.client()
	forged := a.client()
	forged.Certificates = stranger.client("node").Certificates
	for name, config := range map[string]*tls.Config{"no certificate": bare, "another authority's": forged, "no TLS": nil} {
		c, err := Dial(ctx, addr, config)
		if err == nil { // the refusal comes with the first read
			err = c.Register(ctx, tower("X"), time.Now())
			c.Close()
		}
		if err == nil {
			t.Errorf("%s: let in", name)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.sensors) != 2 {
		t.Errorf("%d sensors registered", len(h.sensors))
	}
}

func TestListenSaysWhatIsWrong(t *testing.T) {
	a := newAuthority(t)
	empty := a.file("empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	for name, c := range map[string]Config{
		"key without certificate": {KeyFile: a.file("authority.key")},
		"no such authority":       {CertFile: a.file("authority.crt"), KeyFile: a.file("authority.key"), ClientCAFile: a.file("none")},
		"an empty authority":      {CertFile: a.file("authority.crt"), KeyFile: a.file("authority.key"), ClientCAFile: empty},
		"a port in use":           {Addr: busy.Addr().String()},
		"an address elsewhere":    {Addr: "192.0.2.1:5020"},
		"a bad node id":           {NodeID: "marsad"},
	} {
		if c.Addr == "" {
			c.Addr = "127.0.0.1:0"
		}
		s := New(c)
		err := s.Run(context.Background(), newHost())
		e := (*say.Error)(nil)
		if !errors.As(err, &e) || e.Hint.En == "" || e.Text.Ar == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTooManyConnections(t *testing.T) {
	s, h := serve(t, Config{MaxClients: 2})
	joinAs(t, s, tower("one"))
	second := joinAs(t, s, tower("two"))
	h.wait(t, "two sensors", func(h *host) bool { return len(h.reports) == 2 })
	third := dial(t, s)
	<-third.Closed()
	if n := s.Counters().Refused[CodeFull]; n != 1 {
		t.Errorf("counted %d", n)
	}
	second.Goodbye(time.Now())
	h.wait(t, "a place", func(h *host) bool { return len(h.goodbyes) == 1 })
	for { // the place is free a moment after the goodbye
		c := dial(t, s)
		if c.Register(context.Background(), tower("three"), time.Now()) == nil {
			return
		}
	}
}

func TestASilentConnectionIsClosed(t *testing.T) {
	s, h := serve(t, Config{IdleTimeout: 50 * time.Millisecond})
	sensor := tower("T")
	sensor.Heartbeat = 100 * time.Millisecond // three of them outlast IdleTimeout
	c := joinAs(t, s, sensor)
	got := errorsOf(c)
	<-c.Closed()
	expectError(t, got, CodeSilent)
	h.wait(t, "drop", func(h *host) bool { return len(h.dropped) == 1 })
}

// A node that does not read is cut off; meanwhile the others go on.
func TestASlowReaderIsCutOff(t *testing.T) {
	s, h := serve(t, Config{})
	nc, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	nc.(*net.TCPConn).SetReadBuffer(1024)
	register := &pb.SapientMessage{Timestamp: now(), NodeId: ptr(NodeID("deaf")), Content: &pb.SapientMessage_Registration{Registration: RegistrationOf(tower("deaf"))}}
	frame, err := appendFrame(nil, register)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := nc.Write(frame); err != nil {
		t.Fatal(err)
	}
	h.wait(t, "registration", func(h *host) bool { return len(h.sensors) == 1 })
	var deaf *conn
	s.mu.Lock()
	for c := range s.conns {
		deaf = c
	}
	s.mu.Unlock()
	big := &pb.SapientMessage{Content: &pb.SapientMessage_Error{Error: &pb.Error{Packet: make([]byte, 256<<10)}}}
	for range 10_000 {
		deaf.send(big)
		select {
		case <-deaf.done:
		default:
			continue
		}
		break
	}
	h.wait(t, "drop", func(h *host) bool { return len(h.dropped) == 1 })
	if n := s.Counters().Refused[CodeSlow]; n == 0 {
		t.Error("not counted")
	}
}

// After a power cut a node comes back while its old connection still hangs.
func TestANodeComesBack(t *testing.T) {
	var mu sync.Mutex
	clock := time.Now()
	ahead := func(d time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		clock = clock.Add(d)
	}
	read := func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return clock
	}
	s, h := serve(t, Config{Now: read})
	sensor := tower("T")
	old := dial(t, s)
	if err := old.Register(context.Background(), sensor, read()); err != nil {
		t.Fatal(err)
	}
	again := dial(t, s)
	if err := again.Register(context.Background(), sensor, read()); err == nil || !strings.Contains(err.Error(), CodeTaken) {
		t.Fatalf("taken over at once: %v", err)
	}
	ahead(10*time.Second + time.Millisecond)
	again = dial(t, s)
	if err := again.Register(context.Background(), sensor, read()); err != nil {
		t.Fatal(err)
	}
	<-old.Closed()
	if err := again.Detections(&sense.Scan{Observed: read(), Detections: []sense.Detection{{Shape: sense.Bearing, Z: [3]float64{1}}}}); err != nil {
		t.Fatal(err)
	}
	again.Status(Status{Fine: true, Position: sensor.Position}, read()) // both have arrived once this has
	h.wait(t, "status", func(h *host) bool { return len(h.reports) == 1 })
	ahead(DefaultGap)
	h.wait(t, "scan", func(h *host) bool { return len(h.scans) == 1 })
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.dropped) != 0 {
		t.Errorf("the host was told of a drop: %v", h.dropped)
	}
}

func TestAFloodOfRubbishEndsTheConnection(t *testing.T) {
	s, _ := serve(t, Config{})
	c := joinAs(t, s, tower("T"))
	answers := errorsOf(c)
	rubbish := []byte{2, 0, 0, 0, 0xff, 0xff}
	for range maxBadInARow {
		if c.SendBytes(rubbish) != nil {
			break
		}
	}
	<-c.Closed()
	if n := len(answers); n > 2*maxErrorsASecond+1 {
		t.Errorf("%d answers to rubbish", n)
	}
	counts := s.Counters()
	if counts.Refused[CodeProtobuf] != maxBadInARow || counts.Refused[CodeRepeated] != 1 {
		t.Errorf("counted %v", counts.Refused)
	}
}

// A node that floods is slowed down, loses nothing, and holds up nobody.
func TestAFloodIsSlowedDown(t *testing.T) {
	s, h := serve(t, Config{MaxRate: 100})
	flood := joinAs(t, s, tower("flood"))
	const reports = 300
	at := time.Now()
	sent := make(chan error, 1)
	go func() {
		for i := range reports {
			scan := &sense.Scan{Observed: at.Add(time.Duration(i) * time.Millisecond), Detections: []sense.Detection{{Shape: sense.Bearing, Z: [3]float64{1}}}}
			if err := flood.Detections(scan); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	joinAs(t, s, tower("good"))
	h.wait(t, "the other node", func(h *host) bool { return len(h.reports) == 2 })
	h.wait(t, "the flood", func(h *host) bool { return len(h.scans) == reports })
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	if n := s.Counters().Slowed; n == 0 {
		t.Error("it was not slowed down")
	}
}

func TestPace(t *testing.T) {
	p := newPace(10, begin)
	for i := range 20 {
		if w := p.spend(begin); w != 0 {
			t.Fatalf("message %d waits %v", i, w)
		}
	}
	if p.spend(begin) == 0 {
		t.Error("the 21st does not wait")
	}
	if p.spend(begin.Add(200*time.Millisecond)) != 0 {
		t.Error("after a wait there is none")
	}
	taken := 0
	for ms := range 10_000 { // ten seconds of as many as possible
		if p.spend(begin.Add(time.Second+time.Duration(ms)*time.Millisecond)) == 0 {
			taken++
		} else {
			p.tokens++ // it was not sent
		}
	}
	if taken < 90 || taken > 120 {
		t.Errorf("%d messages in 10 s at 10 a second", taken)
	}
}

// The end of the server leaves nothing running, calls no sensor lost, and blames
// none for a silence.
func TestShutdown(t *testing.T) {
	s, h := New(Config{Addr: "127.0.0.1:0"}), newHost()
	if err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx, h) }()
	var clients []*Client
	var blamed []<-chan string
	for _, name := range []string{"a", "b", "c"} {
		clients = append(clients, joinAs(t, s, tower(name)))
		blamed = append(blamed, errorsOf(clients[len(clients)-1]))
	}
	h.wait(t, "three", func(h *host) bool { return len(h.reports) == 3 })
	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if len(h.dropped) != 0 {
		t.Errorf("dropped %v", h.dropped)
	}
	for i, c := range clients {
		<-c.Closed()
		if len(blamed[i]) > 0 {
			t.Errorf("a node that did nothing wrong was told: %s", <-blamed[i])
		}
	}
	if _, err := net.Dial("tcp", s.Addr().String()); err == nil {
		t.Error("the port is still open")
	}
}
