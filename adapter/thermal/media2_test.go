package thermal

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// newerDevice answers by the second media service too, and by the first unless it is
// of Profile T alone.
func newerDevice(t *testing.T, first bool) *httptest.Server {
	var s *httptest.Server
	s = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		newer := strings.HasSuffix(r.URL.Path, "/media2_service")
		for call, name := range map[string]string{"GetCapabilities": "services", "GetServices": "newerservices", "GetProfiles": "profiles", "GetStreamUri": "uri", "GetStatus": "head"} {
			switch {
			case !strings.Contains(string(b), "<"+call+" "):
				continue
			case newer:
				name = "newer" + name
			case !first && call != "GetServices" && call != "GetStatus":
				continue
			}
			io.WriteString(w, strings.ReplaceAll(reply(name), "http://192.0.2.10", s.URL))
			return
		}
		w.WriteHeader(http.StatusBadRequest)
	}))
	t.Cleanup(s.Close)
	return s
}

// A profile in H.265 is told of by the second media service: one that the first does
// not know, and one that it knows without its encoder. The first is heard on the rest.
func TestProfilesOfTheSecondMediaService(t *testing.T) {
	o, err := NewDevice(newerDevice(t, true).URL, "", "", DeviceOptions{}).Ask(t.Context())
	if err != nil || len(o.Profiles) != 3 {
		t.Fatalf("%+v, %v", o.Profiles, err)
	}
	old, turns, fine := o.Profiles[0], o.Profiles[1], o.Profiles[2]
	if old.Encoding != "H264" || old.Name != "wide" || old.Stream != "rtsp://127.0.0.1:554/thermal?a=1&b=2" {
		t.Errorf("what the first tells: %+v", old)
	}
	if turns.Encoding != "H265" || turns.Width != 1280 || turns.Rate != 12.5 || !turns.PTZ || turns.NoHead != nil || turns.Stream != "rtsp://127.0.0.1:554/fine?codec=h265&a=1" {
		t.Errorf("what the first tells without its encoder: %+v", turns)
	}
	if fine.Token != "new" || fine.Encoding != "H265" || fine.Reach != (Reach{Pan: Span{-1, 1}, Tilt: Span{-0.5, 0.5}}) || fine.NoStream != nil {
		t.Errorf("what the second alone tells: %+v", fine)
	}
}

// A camera of Profile T alone has no first media service.
func TestACameraWithTheSecondMediaServiceAlone(t *testing.T) {
	d := NewDevice(newerDevice(t, false).URL, "", "", DeviceOptions{})
	profiles, err := d.Profiles(t.Context())
	if err != nil || len(profiles) != 3 || profiles[0].Name != "wide again" {
		t.Fatalf("%+v, %v", profiles, err)
	}
	if h, err := d.Head(t.Context(), "new"); err != nil || h.Pan != 0.25 {
		t.Errorf("its head: %+v, %v", h, err)
	}
}
