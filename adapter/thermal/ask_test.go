package thermal

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"marsad/say"
)

// All that a camera's file needs is told, and the clock first.
func TestACameraSaysWhatItOffers(t *testing.T) {
	f := newFakeDevice(t)
	o, err := NewDevice(f.URL, "marsad", "sesame", fixed()).Ask(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if o.Name != "Example Optics Ridge T640" || o.Firmware != "4.2.1 build 7" {
		t.Errorf("it is %q with %q", o.Name, o.Firmware)
	}
	// Ours is noon by the second, the camera's seven seconds later.
	if want := (Clock{Ahead: 7500 * time.Millisecond, Error: 500 * time.Millisecond, Network: true}); o.NoClock != nil || o.Clock != want || !o.Clock.Wrong() {
		t.Errorf("clock %+v, %v", o.Clock, o.NoClock)
	}
	if len(o.Profiles) != 2 || o.Profiles[0].Stream != "rtsp://127.0.0.1:554/thermal?a=1&b=2" || o.Profiles[0].PTZ || o.Profiles[0].Encoding != "H264" {
		t.Fatalf("profiles %+v", o.Profiles)
	}
	if turns := o.Profiles[1]; turns.NoHead != nil || turns.Head.Pan != 0.25 {
		t.Errorf("its head: %+v", turns)
	}
}

// Where the account is refused the clock is told all the same, being often why, and
// the account is given once: cameras lock one.
func TestARefusedAccountLeavesTheClock(t *testing.T) {
	f := newFakeDevice(t)
	o, err := NewDevice(f.URL, "marsad", "guess", fixed()).Ask(t.Context())
	if e := say.As(err); e == nil || e.Code != refusedCode || o.NoClock != nil || !o.Clock.Wrong() || len(f.asked) != 2 {
		t.Errorf("%v after %d questions, clock %+v", err, len(f.asked), o.Clock)
	}
}

// One that does not tell the one or the other is asked for the rest.
func TestACameraThatSaysLittle(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		for call, name := range map[string]string{"GetCapabilities": "services", "GetProfiles": "profiles-rate", "GetStreamUri": "uri-web", "GetStatus": "head-silent", "GetSystemDateAndTime": "clock-local", "GetDeviceInformation": "information-empty"} {
			if strings.Contains(string(b), "<"+call+" ") {
				io.WriteString(w, strings.ReplaceAll(reply(name), "http://192.0.2.10", "http://"+r.Host))
			}
		}
	}))
	defer s.Close()
	o, err := NewDevice(s.URL, "", "", DeviceOptions{}).Ask(t.Context())
	if err != nil || o.NoClock == nil || o.Name != "" || len(o.Profiles) != 2 || o.Profiles[0].NoStream == nil || o.Profiles[0].NoHead == nil || o.Profiles[1].NoHead != nil {
		t.Errorf("%+v, %v", o, err)
	}
	s.Close()
	if _, err := NewDevice(s.URL, "", "", DeviceOptions{}).Ask(t.Context()); say.As(err) == nil || say.As(err).Hint.Ar == "" {
		t.Errorf("one that does not answer: %v", err)
	}
}

// Some cameras write the account's password into the address of the stream.
func TestNoPasswordStandsInAStreamsAddress(t *testing.T) {
	for uri, want := range map[string]string{
		"rtsp://marsad:sesame@192.0.2.10/a":                             "rtsp://marsad@192.0.2.10/a",
		"rtsp://192.0.2.10/a?user=marsad&Password=other%26&channel=1":   "rtsp://192.0.2.10/a?user=marsad&Password=…&channel=1",
		"rtsp://192.0.2.10/user=marsad_password=x_y_channel=1/1.sdp":    "rtsp://192.0.2.10/user=marsad_password=…/1.sdp",
		"rtsp://192.0.2.10/open%20sesame/open sesame":                   "rtsp://192.0.2.10/open%20…/open …",
		"rtsp://192.0.2.10:554/thermal?channel=1&subtype=0&unicast=yes": "rtsp://192.0.2.10:554/thermal?channel=1&subtype=0&unicast=yes",
	} {
		if got := NewDevice("http://192.0.2.10/", "marsad", "sesame", DeviceOptions{}).withoutPassword(uri); got != want {
			t.Errorf("%s: %s, not %s", uri, got, want)
		}
	}
}

// A clock is wrong when it surely is, not when the way to the camera is slow.
func TestAClockIsWrongWhenItSurelyIs(t *testing.T) {
	for c, wrong := range map[Clock]bool{
		{Ahead: 4 * time.Second, Error: 600 * time.Millisecond}:  true,
		{Ahead: -4 * time.Second, Error: 600 * time.Millisecond}: true,
		{Ahead: 4 * time.Second, Error: 2 * time.Second}:         false,
		{Ahead: 2 * time.Second, Error: 0}:                       false,
	} {
		if c.Wrong() != wrong {
			t.Errorf("%+v: %v", c, c.Wrong())
		}
	}
}
