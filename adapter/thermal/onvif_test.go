package thermal

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marsad/detect/view"
	"marsad/geo"
	"marsad/say"
)

// onvifCase reads a device's reply by the name of its case.
func onvifCase(name string, b []byte) string {
	if err := fault(b, http.StatusOK); err != nil {
		return err.Error() + "\n"
	}
	var v any
	var err error
	switch what, _, _ := strings.Cut(strings.TrimPrefix(name, "onvif-"), "-"); what {
	case "services":
		var media, ptz string
		media, ptz, err = readServices(b)
		v = []string{media, ptz}
	case "profiles":
		v, err = readProfiles(b)
	case "uri":
		v, err = readStreamURI(b)
	case "newerservices":
		media2, ptz := readNewerServices(b)
		v = []string{media2, ptz}
	case "newerprofiles":
		v = readNewerProfiles(b)
	case "neweruri":
		v, err = readNewerURI(b)
	case "head":
		v, err = readHead(b)
	case "clock":
		var at time.Time
		var network bool
		at, network, err = readClock(b)
		v = []any{at, network}
	case "information":
		var model, firmware string
		model, firmware, err = readInformation(b)
		v = []string{model, firmware}
	case "found":
		v, err = readMatches(b, "7c208633-8086-4a83-a9d4-b3fd8673b8f7")
	default:
		return "what is a reply of kind " + what + "?\n"
	}
	if err != nil {
		return err.Error() + "\n"
	}
	return fmt.Sprintf("%+v\n", v)
}

// fakeDevice answers as a camera does, keeps what it was asked, and knows one
// account.
type fakeDevice struct {
	*httptest.Server
	asked []string
	moved string
}

func reply(name string) string {
	b, err := os.ReadFile(filepath.Join("testdata", "cases", "onvif-"+name+".in.xml"))
	if err != nil {
		panic(err)
	}
	return string(b)
}

func newFakeDevice(t *testing.T) *fakeDevice {
	f := &fakeDevice{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		body := string(b)
		f.asked = append(f.asked, body)
		if strings.Contains(body, "<GetSystemDateAndTime ") && !strings.Contains(body, "UsernameToken") {
			io.WriteString(w, reply("clock"))
			return
		}
		if !strings.Contains(body, digestOfSesame) {
			w.WriteHeader(http.StatusBadRequest)
			io.WriteString(w, reply("head-refused"))
			return
		}
		for call, name := range map[string]string{"GetDeviceInformation": "information", "GetCapabilities": "services", "GetProfiles": "profiles", "GetStreamUri": "uri", "GetStatus": "head"} {
			if strings.Contains(body, "<"+call+" ") {
				io.WriteString(w, strings.ReplaceAll(reply(name), "http://192.0.2.10", f.URL))
				return
			}
		}
		if strings.Contains(body, "<AbsoluteMove ") {
			f.moved = body
			io.WriteString(w, `<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope"><Body><AbsoluteMoveResponse/></Body></Envelope>`)
			return
		}
		w.WriteHeader(http.StatusNotImplemented)
	}))
	t.Cleanup(f.Close)
	return f
}

// withoutPassword lets anybody in.
func withoutPassword(f *fakeDevice) http.Handler {
	inner := f.Server.Config.Handler
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(string(b) + digestOfSesame))
		inner.ServeHTTP(w, r)
	})
}

// The digest of nonce 0…15, 2026-03-01T12:00:00.000Z and the password sesame,
// made by Python's hashlib.
const digestOfSesame = "Y23RCNEe3XmJUknfGMCQuqDmxfM="

func fixed() DeviceOptions {
	nonces := make([]byte, 0, 160)
	for range 10 {
		for i := range 16 {
			nonces = append(nonces, byte(i))
		}
	}
	return DeviceOptions{Now: func() time.Time { return noon }, Random: bytes.NewReader(nonces)}
}

func TestAnExchangeWithADevice(t *testing.T) {
	f := newFakeDevice(t)
	d := NewDevice(f.URL+"/onvif/device_service", "marsad", "sesame", fixed())
	profiles, err := d.Profiles(t.Context())
	if err != nil || len(profiles) != 2 || !profiles[1].PTZ || profiles[0].Width != 640 {
		t.Fatalf("%+v, %v", profiles, err)
	}
	if uri, err := d.StreamURI(t.Context(), profiles[1].Token); err != nil || uri != "rtsp://127.0.0.1:554/thermal?a=1&b=2" {
		t.Errorf("%q, %v", uri, err)
	}
	if h, err := d.Head(t.Context(), "p<2>"); err != nil || h != (Head{Pan: 0.25, Tilt: -0.05, Zoom: 0.5, Moving: true}) {
		t.Errorf("%+v, %v", h, err)
	}
	if err := d.Move(t.Context(), "p<2>", -0.5, 0.125); err != nil {
		t.Error(err)
	}
	golden := "testdata/onvif-requests.golden"
	got := strings.Join(f.asked, "\n") + "\n"
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
	_, err = NewDevice(f.URL, "marsad", "guess", fixed()).Profiles(t.Context())
	if err == nil || !strings.Contains(err.Error(), "refuses the account") || strings.Contains(err.Error(), "guess") {
		t.Errorf("a wrong password: %v", err)
	}
}

func TestDevicesThatMisbehave(t *testing.T) {
	for name, answer := range map[string]func(http.ResponseWriter){
		"endless": func(w http.ResponseWriter) { io.Copy(w, io.LimitReader(zeros{}, 3<<20)) },
		"no soap": func(w http.ResponseWriter) { io.WriteString(w, "<html>") },
		"status":  func(w http.ResponseWriter) { w.WriteHeader(500) },
		"elsewhere": func(w http.ResponseWriter) {
			io.WriteString(w, strings.ReplaceAll(reply("services"), "http:", "file:"))
		},
		"no profile": func(w http.ResponseWriter) { io.WriteString(w, reply("services-bare")) },
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w) }))
		_, err := NewDevice(s.URL, "", "", DeviceOptions{}).Profiles(t.Context())
		if e := say.As(err); e == nil || e.Code != "thermal.onvif" || e.Text.Ar == "" {
			t.Errorf("%s: %v", name, err)
		}
		s.Close()
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestDiscover(t *testing.T) {
	t.Parallel()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const id = "7c208633-8086-4a83-a9d4-b3fd8673b8f7"
	named := func() string { return id }
	go func() {
		b := make([]byte, 4096)
		n, from, err := conn.ReadFrom(b)
		if err != nil || !strings.Contains(string(b[:n]), "uuid:"+id) || !strings.Contains(string(b[:n]), "NetworkVideoTransmitter") {
			return
		}
		for _, answer := range []string{"noise", reply("found"), reply("found"), strings.Replace(reply("found"), id, "another", 1)} {
			conn.WriteTo([]byte(answer), from)
		}
	}()
	found, strange, err := Discover(t.Context(), conn.LocalAddr().String(), named, time.Second)
	if err != nil || len(found) != 1 || strange != 2 || found[0].From != "127.0.0.1" || found[0].Addresses[0] != "http://192.0.2.10/onvif/device_service" {
		t.Errorf("%+v, %d strange, %v", found, strange, err)
	}
	ctx, end := context.WithCancel(t.Context())
	end()
	if _, _, err := Discover(ctx, conn.LocalAddr().String(), named, time.Hour); err == nil {
		t.Error("an ended context was listened through")
	}
}

func TestPointing(t *testing.T) {
	c := Camera{ID: "a", Position: Position{Lat: 36.8, Lon: 42.1, Height: 400}, Mast: 20, Azimuth: 270, Tilt: 0}.WithDefaults()
	frame := geo.NewFrame(geo.Position{Point: geo.Point{Lat: 36.8, Lon: 42.1}, Height: 420})
	for _, x := range []struct{ e, n, u, pan, tilt float64 }{
		{-1000, 0, 0, 0, 0}, {0, 1000, 0, 0.5, 0}, {0, -1000, 0, -0.5, 0}, {-1000, 0, -1000, 0, -0.5},
	} {
		pan, tilt, err := c.pointing(frame.FromENU(geo.ENU{E: x.e, N: x.n, U: x.u}), Reach{})
		if err != nil || pan-x.pan > 1e-6 || x.pan-pan > 1e-6 || tilt-x.tilt > 1e-6 || x.tilt-tilt > 1e-6 {
			t.Errorf("%+v: pan %g, tilt %g, %v", x, pan, tilt, err)
		}
	}
	c.Onvif.Pan = 90
	if _, _, err := c.pointing(frame.FromENU(geo.ENU{E: 1000, N: 100}), Reach{}); say.As(err).Code != "thermal.cannot_look" {
		t.Errorf("behind a head that turns by 90°: %v", err)
	}
	if _, _, err := c.pointing(geo.Position{Point: geo.Point{Lat: 36.8, Lon: 42.1}, Height: 400}, Reach{}); err == nil {
		t.Error("a point below the camera has no direction")
	}
}

// A head that counts from 0 to a full turn, as one of the devices tried does and
// refuses what lies below 0, is sent there the other way round.
func TestPointingWithinTheReachOfTheHead(t *testing.T) {
	c := Camera{ID: "a", Position: Position{Lat: 36.8, Lon: 42.1, Height: 400}, Azimuth: 90, Onvif: Onvif{Pan: 1, Tilt: 1}}.WithDefaults()
	frame := geo.NewFrame(geo.Position{Point: geo.Point{Lat: 36.8, Lon: 42.1}, Height: 400})
	north := frame.FromENU(geo.ENU{N: 1000})
	full := Reach{Pan: Span{0, 360}, Tilt: Span{-10, 180}}
	for _, x := range []struct {
		reach Reach
		pan   float64
		fails bool
	}{{Reach{}, -90, false}, {full, 270, false}, {Reach{Pan: Span{-350, -200}}, 0, true}, {Reach{Pan: Span{200, 300}}, 270, false},
		{Reach{Pan: Span{0, 269}}, 0, true}, {Reach{Pan: Span{0, 360}, Tilt: Span{5, 90}}, 0, true}} {
		pan, _, err := c.pointing(north, x.reach)
		if (err != nil) != x.fails || !x.fails && math.Abs(pan-x.pan) > 1e-6 {
			t.Errorf("%+v: pan %g, %v", x.reach, pan, err)
		}
	}
	if !apart(view.PTZ{Pan: 0}, view.PTZ{Pan: geo.Radians(1)}) || apart(view.PTZ{Pan: geo.Radians(359.9)}, view.PTZ{Pan: geo.Radians(0.1)}) {
		t.Error("a fifth of a degree across north is a turn")
	}
}

// Behind a router that translates, a camera names the address that it has inside.
func TestServicesAreAskedWhereTheCameraWasReached(t *testing.T) {
	for _, x := range []struct{ service, at, want string }{
		{"http://192.0.2.10/onvif/media", "http://192.0.2.10:80/onvif/device_service", "http://192.0.2.10/onvif/media"},
		{"http://192.0.2.10:8080/media", "http://192.0.2.10/device", "http://192.0.2.10:8080/media"},
		{"http://10.0.0.7/media?a=1", "https://192.0.2.10:8443/device", "https://192.0.2.10:8443/media?a=1"},
		{"rtsp://10.0.0.7:8554/live?a=1&b=2", "http://192.0.2.10:8080/device", "rtsp://192.0.2.10:8554/live?a=1&b=2"},
		{"rtsp://0.0.0.0/live", "http://[2001:db8::7]:8080/device", "rtsp://[2001:db8::7]/live"},
		{"", "http://192.0.2.10/device", ""},
	} {
		if got := reached(x.service, x.at); got != x.want {
			t.Errorf("%s, reached at %s: %s", x.service, x.at, got)
		}
	}
}

// A camera that wants its account by HTTP Digest gets it so, without a token beside
// it; what it may not hear is the password.
func TestADeviceThatAsksForHTTPDigest(t *testing.T) {
	for _, algorithm := range []string{"MD5", "SHA-256"} {
		var asked, refused int
		var s *httptest.Server
		s = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			body, header := string(b), r.Header.Get("Authorization")
			asked++
			offer := `Digest realm="camera", qop="auth", nonce="n1", algorithm=` + algorithm
			got := readChallenges([]string{header})
			if len(got) == 1 && !strings.Contains(body, "UsernameToken") {
				want, err := credentials(readChallenges([]string{offer}), "POST", r.URL.RequestURI(), url.UserPassword("marsad", "sesame"), got[0].params["cnonce"])
				if err == nil && want == header && strings.Contains(body, "<Body><GetCapabilities ") {
					io.WriteString(w, strings.ReplaceAll(reply("services"), "http://192.0.2.10", s.URL))
					return
				} else if err == nil && want == header {
					io.WriteString(w, reply("profiles"))
					return
				}
			}
			if strings.Contains(header+body, "sesame") || strings.HasPrefix(header, "Basic") {
				t.Errorf("the password is said: %s", header)
			}
			refused++
			w.Header().Add("WWW-Authenticate", `Basic realm="camera"`)
			if asked < 100 { // later only what says the password
				w.Header().Add("WWW-Authenticate", offer)
			}
			w.WriteHeader(http.StatusUnauthorized)
		}))
		d := NewDevice(s.URL+"/device?x=1", "marsad", "sesame", DeviceOptions{})
		if p, err := d.Profiles(t.Context()); err != nil || len(p) != 2 || asked != 7 || refused != 4 {
			t.Errorf("%s: %d profiles after %d questions, %d refused: %v", algorithm, len(p), asked, refused, err)
		}
		_, err := NewDevice(s.URL, "marsad", "guess", DeviceOptions{}).Profiles(t.Context())
		if e := say.As(err); e == nil || e.Code != refusedCode || strings.Contains(e.Error(), "guess") || asked != 10 {
			t.Errorf("%s: a wrong password: %v after %d questions", algorithm, err, asked-7)
		}
		asked = 100
		if _, err = d.Profiles(t.Context()); err == nil {
			t.Errorf("%s: a camera that takes Basic alone is told the password", algorithm)
		}
		s.Close()
	}
}

// A camera that refuses the account is left alone for minutes: it would lock it.
func TestARefusedAccountIsNotTriedAgainAtOnce(t *testing.T) {
	f := newFakeDevice(t)
	c := Camera{ID: "ptz", Position: Position{Lat: 36.8, Lon: 42.1}, FieldOfView: FieldOfView{Horizontal: 10}, Onvif: Onvif{Address: f.URL, User: "marsad"}}
	w := newWatcher(New(Config{}), Live{Camera: c}, &fakeHost{})
	w.connect()
	if again := w.where(t.Context()); again != refusedEvery || len(f.asked) != 1 {
		t.Errorf("asked again after %s, %d questions", again, len(f.asked))
	}
	f.Close()
	if again := w.where(t.Context()); again != headEvery {
		t.Errorf("a camera that does not answer is asked again after %s", again)
	}
}

// The group is asked on the network of each address that the machine has, without a
// route to it, for cameras by the old name and by the new.
func TestDiscoverAsksTheGroupOnItsOwnNetworks(t *testing.T) {
	t.Parallel()
	var lo *net.Interface
	cards, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, card := range cards {
		if card.Flags&net.FlagLoopback != 0 {
			lo = &card
		}
	}
	conn, err := net.ListenMulticastUDP("udp4", lo, &net.UDPAddr{IP: net.IPv4(239, 255, 255, 250)})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	go func() {
		b := make([]byte, 4096)
		for n, from, err := conn.ReadFromUDP(b); err == nil; n, from, err = conn.ReadFromUDP(b) {
			for kind, id := range map[string]string{":NetworkVideoTransmitter<": "old", ":Device<": "new"} {
				if asked, rest, ok := strings.Cut(string(b[:n]), "</a:MessageID>"); ok && strings.Contains(rest, kind) {
					_, question, _ := strings.Cut(asked, "uuid:")
					conn.WriteToUDP([]byte(strings.NewReplacer("7c208633-8086-4a83-a9d4-b3fd8673b8f7", question, "00000000000a", id).Replace(reply("found"))), from)
				}
			}
		}
	}()
	questions := 0
	id := func() string { questions++; return fmt.Sprintf("question-%d", questions) }
	ctx, end := context.WithTimeout(t.Context(), time.Second)
	defer end()
	group := fmt.Sprintf("239.255.255.250:%d", conn.LocalAddr().(*net.UDPAddr).Port)
	found, strange, _ := discover(ctx, group, []net.IP{net.IPv4(127, 0, 0, 1), net.IPv4(203, 0, 113, 99)}, id, time.Hour)
	if len(found) != 2 || strange != 0 || found[0].From != "127.0.0.1" {
		t.Errorf("%+v, %d strange", found, strange)
	}
	if _, _, err := discover(t.Context(), group, []net.IP{net.IPv4(203, 0, 113, 99)}, id, time.Hour); err == nil {
		t.Error("asked from an address that is not this machine's")
	}
	if !slices.ContainsFunc(here(), net.IP.IsLoopback) {
		t.Errorf("the loopback is not among %v", here())
	}
}

func FuzzOnvifReplies(f *testing.F) {
	for _, name := range []string{"services", "profiles", "profiles-rate", "uri", "head", "head-refused", "found", "clock", "information", "newerservices", "newerprofiles", "neweruri"} {
		f.Add([]byte(reply(name)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		fault(b, http.StatusOK)
		if ps, err := readProfiles(b); err == nil && (len(ps) == 0 || len(ps) > maxProfiles) {
			t.Fatal(len(ps))
		}
		if uri, err := readStreamURI(b); err == nil && !isRTSP(uri) {
			t.Fatal(uri)
		}
		if media, _, err := readServices(b); err == nil && !web(media) {
			t.Fatal(media)
		}
		if h, err := readHead(b); err == nil && !(h.Pan > -1e5 && h.Pan < 1e5) {
			t.Fatal(h)
		}
		if at, _, err := readClock(b); err == nil && (at.Year() < 1970 || at.Year() > 2201) {
			t.Fatal(at)
		}
		if ps, err := readProfiles(b); err == nil && !(ps[0].Rate >= 0 && ps[0].Rate <= 1000) {
			t.Fatal(ps[0].Rate)
		}
		for _, p := range readNewerProfiles(b) {
			if p.Token == "" || !(p.Rate >= 0 && p.Rate <= 1000) {
				t.Fatal(p)
			}
		}
		if uri, err := readNewerURI(b); err == nil && !isRTSP(uri) {
			t.Fatal(uri)
		}
		if media2, ptz := readNewerServices(b); media2 != "" && !web(media2) || ptz != "" && !web(ptz) {
			t.Fatal(media2, ptz)
		}
		readInformation(b)
		readMatches(b, "x")
	})
}
