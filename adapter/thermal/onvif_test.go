package thermal

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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
	case "head":
		v, err = readHead(b)
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
		if !strings.Contains(body, digestOfSesame) {
			w.WriteHeader(http.StatusBadRequest)
			io.WriteString(w, reply("head-refused"))
			return
		}
		for call, name := range map[string]string{"GetCapabilities": "services", "GetProfiles": "profiles", "GetStreamUri": "uri", "GetStatus": "head"} {
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
	if uri, err := d.StreamURI(t.Context(), profiles[1].Token); err != nil || uri != "rtsp://192.0.2.10:554/thermal?a=1&b=2" {
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
	found, strange, err := Discover(t.Context(), conn.LocalAddr().String(), id, time.Second)
	if err != nil || len(found) != 1 || strange != 2 || found[0].From != "127.0.0.1" || found[0].Addresses[0] != "http://192.0.2.10/onvif/device_service" {
		t.Errorf("%+v, %d strange, %v", found, strange, err)
	}
	ctx, end := context.WithCancel(t.Context())
	end()
	if _, _, err := Discover(ctx, conn.LocalAddr().String(), id, time.Hour); err == nil {
		t.Error("an ended context was listened through")
	}
}

func TestPointing(t *testing.T) {
	c := Camera{ID: "a", Position: Position{Lat: 36.8, Lon: 42.1, Height: 400}, Mast: 20, Azimuth: 270, Tilt: 0}.WithDefaults()
	frame := geo.NewFrame(geo.Position{Point: geo.Point{Lat: 36.8, Lon: 42.1}, Height: 420})
	for _, x := range []struct{ e, n, u, pan, tilt float64 }{
		{-1000, 0, 0, 0, 0}, {0, 1000, 0, 0.5, 0}, {0, -1000, 0, -0.5, 0}, {-1000, 0, -1000, 0, -0.5},
	} {
		pan, tilt, err := c.pointing(frame.FromENU(geo.ENU{E: x.e, N: x.n, U: x.u}))
		if err != nil || pan-x.pan > 1e-6 || x.pan-pan > 1e-6 || tilt-x.tilt > 1e-6 || x.tilt-tilt > 1e-6 {
			t.Errorf("%+v: pan %g, tilt %g, %v", x, pan, tilt, err)
		}
	}
	c.Onvif.Pan = 90
	if _, _, err := c.pointing(frame.FromENU(geo.ENU{E: 1000, N: 100})); say.As(err).Code != "thermal.cannot_look" {
		t.Errorf("behind a head that turns by 90°: %v", err)
	}
	if _, _, err := c.pointing(geo.Position{Point: geo.Point{Lat: 36.8, Lon: 42.1}, Height: 400}); err == nil {
		t.Error("a point below the camera has no direction")
	}
}

func FuzzOnvifReplies(f *testing.F) {
	for _, name := range []string{"services", "profiles", "uri", "head", "head-refused", "found"} {
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
		readMatches(b, "x")
	})
}
