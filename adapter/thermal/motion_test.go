package thermal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"marsad/say"
)

// still is a gray picture of one value.
func still(t testing.TB, width, height int, value uint8) []byte {
	t.Helper()
	im := image.NewGray(image.Rect(0, 0, width, height))
	for i := range im.Pix {
		im.Pix[i] = value
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, im, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func part(stamp string, picture []byte) string {
	head := "--cut\r\nContent-Type: image/jpeg\r\n"
	if stamp != "" {
		head += "X-Timestamp: " + stamp + "\r\n"
	}
	return fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s\r\n", head, len(picture), picture)
}

const motionType = "multipart/x-mixed-replace; boundary=cut"

func TestMotionGivesPicturesWithTheirTimes(t *testing.T) {
	body := part("1700000000.250", still(t, 16, 8, 40)) + part("1700000000.450", still(t, 16, 8, 90)) + part("", still(t, 8, 8, 1))
	for _, kind := range []string{motionType, "multipart/x-mixed-replace;boundary=--cut"} {
		m, err := readMotion(strings.NewReader(body), kind)
		if err != nil {
			t.Fatal(kind, err)
		}
		if m.shape() != (shape{16, 8, 1}) {
			t.Fatal(m.shape())
		}
		pix := make([]uint16, 16*8)
		for _, want := range []struct {
			value uint16
			at    time.Duration
		}{{40, 1_700_000_000_250 * time.Millisecond}, {90, 1_700_000_000_450 * time.Millisecond}} {
			at, err := m.next(pix)
			if err != nil {
				t.Fatal(err)
			}
			if pix[5] != want.value || (at-want.at).Abs() > time.Microsecond {
				t.Errorf("value %d at %v, wanted %d at %v", pix[5], at, want.value, want.at)
			}
		}
		if _, err := m.next(pix); err != errResized {
			t.Errorf("a smaller picture: %v", err)
		}
	}
}

func TestMotionThatIsNoneIsRefused(t *testing.T) {
	for name, x := range map[string]struct{ kind, body string }{
		"a page":         {"text/html", "<html>"},
		"one picture":    {"image/jpeg", string(still(t, 8, 8, 1))},
		"no boundary":    {"multipart/x-mixed-replace", part("", still(t, 8, 8, 1))},
		"nothing":        {motionType, ""},
		"no picture":     {motionType, part("", []byte("camera is starting"))},
		"half a picture": {motionType, part("", still(t, 64, 64, 9)[:200])},
		"a vast picture": {motionType, part("", vast(t))},
	} {
		if _, err := readMotion(strings.NewReader(x.body), x.kind); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

// vast is a small file that says of itself that it is 60000 x 60000 pixels.
func vast(t *testing.T) []byte {
	b := still(t, 8, 8, 1)
	i := bytes.Index(b, []byte{0xff, 0xc0})
	copy(b[i+5:], []byte{0xea, 0x60, 0xea, 0x60})
	return b
}

// A camera that breaks off, wants a name, or changes its picture's size is
// watched on; its password is never said.
func TestMotionIsWatchedLikeAnyStream(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if user, word, _ := q.BasicAuth(); user != "marsad" || word != "secret" {
			w.Header().Set("WWW-Authenticate", `Basic realm="camera"`)
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", motionType)
		switch asked.Add(1) {
		case 1:
			http.Error(w, "starting", http.StatusServiceUnavailable)
		case 2: // breaks off in the middle of a picture
			io.WriteString(w, part("", still(t, 16, 8, 1))+part("", still(t, 16, 8, 2))[:90])
		case 3: // another size in the middle
			io.WriteString(w, part("", still(t, 16, 8, 3))+part("", still(t, 24, 8, 4)))
		default:
			io.WriteString(w, part("", still(t, 24, 8, 5)))
			w.(http.Flusher).Flush()
			<-q.Context().Done()
		}
	}))
	defer server.Close()
	input := strings.Replace(server.URL, "http://", "http://marsad:secret@", 1)
	c := Camera{FPS: 60, Watchdog: Watchdog{BackOff: Duration(time.Millisecond), BackOffMost: Duration(time.Millisecond)}}
	s := Watch(t.Context(), input, c, Watching{})
	defer s.Close()
	for {
		f, err := s.Next()
		if err != nil {
			t.Fatal(err)
		}
		if f.Pix[0] == 5 {
			if f.Width != 24 || f.Bits != 8 {
				t.Errorf("%d pixels of %d bits", f.Width, f.Bits)
			}
			break
		}
	}
	if st := s.State(); st.Resized != 1 || st.Starts != 4 || !st.Up {
		t.Errorf("%+v", st)
	}
	_, err := Try(t.Context(), strings.Replace(server.URL, "http://", "http://marsad:wrong@", 1), Camera{}, 10*time.Second)
	if e := say.As(err); e.Code != "thermal.no_picture" || strings.Contains(fmt.Sprint(e, errors.Unwrap(err)), "wrong") || !strings.Contains(fmt.Sprint(errors.Unwrap(err)), "401") {
		t.Errorf("a wrong password: %v, %v", e, errors.Unwrap(err))
	}
}

func TestMotionThatStandsStillIsLeft(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("Content-Type", motionType)
		io.WriteString(w, part("", still(t, 16, 8, 1)))
		w.(http.Flusher).Flush()
		<-q.Context().Done()
	}))
	defer server.Close()
	c := Camera{Watchdog: Watchdog{Start: Duration(10 * time.Second), Silence: Duration(20 * time.Millisecond), BackOff: Duration(time.Millisecond), BackOffMost: Duration(time.Millisecond)}}
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	s := Watch(ctx, server.URL, c, Watching{})
	defer s.Close()
	for s.State().Starts < 3 {
		if _, err := s.Next(); err != nil {
			t.Fatal("it was never asked again")
		}
	}
}

// Whatever a camera sends, reading it ends with an error and takes no more room
// than a large picture.
func FuzzMotion(f *testing.F) {
	f.Add([]byte(part("1.5", still(f, 8, 8, 1)) + part("", still(f, 8, 8, 2))))
	f.Add([]byte(part("nan", []byte{0xff, 0xd8, 0xff})))
	f.Add([]byte("--cut\r\n\r\n\r\n--cut--"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := readMotion(bytes.NewReader(b), motionType)
		if err != nil {
			return
		}
		s := m.shape()
		if s.width*s.height > maxArea || s.width < 1 || s.height < 1 {
			t.Fatalf("a picture of %d x %d", s.width, s.height)
		}
		pix := make([]uint16, s.width*s.height)
		for {
			if _, err := m.next(pix); err != nil {
				return
			}
		}
	})
}
