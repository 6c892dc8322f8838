package thermal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/jpeg"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"time"

	"marsad/say"
)

// pictures is a running stream: raw pictures of one size, each with the time
// that the stream gives it.
type pictures interface {
	shape() shape
	// next reads a picture of that shape. Any error is final: errResized, or io.EOF
	// and io.ErrUnexpectedEOF where the stream came to its end.
	next(pix []uint16) (time.Duration, error)
	// ended says why the stream from an input came to its end, and failed what an
	// error of its means.
	ended(input string) error
	failed(input string, cause error) error
	// end stops it and what it started; it may be called twice.
	end() error
}

// shape of a picture: pixels, and bytes of one.
type shape struct{ width, height, bytes int }

// start opens a live stream, or a recording that stands in for one.
func start(ctx context.Context, ffmpeg, input string, c Camera) (pictures, error) {
	if isMotion(input) {
		return openMotion(ctx, input)
	}
	return begin(ctx, ffmpeg, input, c, true)
}

// isMotion reports whether an input is motion JPEG over HTTP.
func isMotion(input string) bool {
	return strings.HasPrefix(input, "http://") || strings.HasPrefix(input, "https://")
}

// motion reads motion JPEG over HTTP (multipart/x-mixed-replace), which most
// network cameras offer beside RTSP. It needs no ffmpeg. A part may carry its
// time as X-Timestamp in seconds, as mjpg-streamer does; where it carries none, a
// picture's time is that of its arrival.
type motion struct {
	parts *multipart.Reader
	body  io.Closer
	stop  context.CancelFunc
	buf   bytes.Buffer
	first []uint16 // the picture that told the shape, until it is taken
	at    time.Duration
	now   func() time.Duration
	shp   shape
}

const (
	maxPart  = 16 << 20 // bytes of one picture
	maxArea  = 16 << 20 // pixels of one picture
	dialTime = 10 * time.Second
)

// motionClient asks no proxy: cameras stand in the same network.
var motionClient = &http.Client{Transport: &http.Transport{ResponseHeaderTimeout: dialTime, TLSHandshakeTimeout: dialTime, DisableCompression: true}}

// openMotion asks for a stream and waits for its first picture.
func openMotion(ctx context.Context, input string) (*motion, error) {
	ctx, stop := context.WithCancel(ctx)
	fail := func(err error) (*motion, error) {
		stop()
		return nil, motionError(input, err)
	}
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, input, nil)
	if err != nil {
		return fail(errors.New("the address cannot be read"))
	}
	user := q.URL.User
	q.URL.User = nil // or it is said without being asked for
	r, err := admitted(motionClient, q, user, "digest", "basic")
	if err != nil {
		return fail(err)
	}
	if r.StatusCode != http.StatusOK {
		r.Body.Close()
		return fail(fmt.Errorf("the camera answered %s", r.Status))
	}
	m, err := readMotion(r.Body, r.Header.Get("Content-Type"))
	if err != nil {
		r.Body.Close()
		return fail(err)
	}
	m.body, m.stop = r.Body, stop
	return m, nil
}

// readMotion reads the first picture of a stream of a type.
func readMotion(r io.Reader, contentType string) (*motion, error) {
	kind, p, err := mime.ParseMediaType(contentType)
	if err != nil || kind != "multipart/x-mixed-replace" || p["boundary"] == "" {
		return nil, fmt.Errorf("it gives %q, not multipart/x-mixed-replace", contentType)
	}
	began := time.Now()
	// Many cameras write the dashes of the boundary into its name.
	m := &motion{parts: multipart.NewReader(r, strings.TrimPrefix(p["boundary"], "--")), now: func() time.Duration { return time.Since(began) }}
	m.first, m.at, err = m.read(nil)
	return m, err
}

func (m *motion) shape() shape { return m.shp }

func (m *motion) next(pix []uint16) (time.Duration, error) {
	if m.first != nil {
		copy(pix, m.first)
		m.first = nil
		return m.at, nil
	}
	_, at, err := m.read(pix)
	return at, err
}

// read a picture into pix, or into new room where there is none yet.
func (m *motion) read(pix []uint16) ([]uint16, time.Duration, error) {
	part, err := m.parts.NextRawPart()
	if err != nil {
		return nil, 0, err
	}
	at := m.now()
	if s, err := strconv.ParseFloat(part.Header.Get("X-Timestamp"), 64); err == nil && s > 0 && s < 1e10 {
		at = time.Duration(s * 1e9)
	}
	m.buf.Reset()
	// The end of a part shows when the next begins: a picture that says how long it
	// is need not wait for that.
	most := int64(maxPart + 1)
	if n, err := strconv.ParseInt(part.Header.Get("Content-Length"), 10, 64); err == nil && n > 0 {
		most = n
	}
	if most > maxPart+1 {
		return nil, 0, errLarge
	}
	if n, err := io.Copy(&m.buf, io.LimitReader(part, most)); err != nil {
		return nil, 0, err
	} else if n > maxPart {
		return nil, 0, errLarge
	}
	head, err := jpeg.DecodeConfig(bytes.NewReader(m.buf.Bytes()))
	if err != nil {
		return nil, 0, err
	}
	s := shape{head.Width, head.Height, 1}
	if s.width < 1 || s.height < 1 || s.width*s.height > maxArea {
		return nil, 0, fmt.Errorf("a picture of %d x %d pixels", s.width, s.height)
	}
	if m.shp == (shape{}) {
		m.shp, pix = s, make([]uint16, s.width*s.height)
	}
	if s != m.shp {
		return nil, 0, errResized
	}
	if _, err := decodeFrame(m.buf.Bytes(), pix); err != nil {
		return nil, 0, err
	}
	return pix, at, nil
}

var errLarge = errors.New("a picture is larger than 16 MB")

func (m *motion) ended(input string) error {
	return motionError(input, errors.New("the stream ended"))
}

func (m *motion) failed(input string, cause error) error { return motionError(input, cause) }

func (m *motion) end() error {
	m.stop()
	return m.body.Close()
}

func motionError(input string, cause error) error {
	return &say.Error{Code: "thermal.no_picture", Kind: say.Unavailable, Cause: errors.New(strings.ReplaceAll(cause.Error(), input, Redact(input))),
		Text: say.Text{En: "no pictures come from " + Redact(input), Ar: "لا تصل صور من " + say.LTR(Redact(input))},
		Hint: say.Text{En: "look at the address, the camera and its network", Ar: "افحص العنوان والكاميرا وشبكتها"}}
}
