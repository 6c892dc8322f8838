package thermal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"marsad/say"
)

// child is one ffmpeg process that decodes one input to raw pictures.
type child struct {
	cmd    *exec.Cmd
	nut    *nut
	raw    []byte
	out    io.ReadCloser
	last   tail
	ending sync.Once
	stop   context.CancelFunc
}

var errNoFFmpeg = &say.Error{Code: "thermal.ffmpeg_missing", Kind: say.Unavailable,
	Text: say.Text{En: "ffmpeg is not installed, so no video can be decoded", Ar: "برنامج ffmpeg غير مثبت، لذلك لا يمكن فك ترميز الفيديو"},
	Hint: say.Text{En: "install it (Debian: apt install ffmpeg), or give a folder of pictures", Ar: "ثبّته (في دبيان: apt install ffmpeg) أو استعمل مجلد صور"}}

// fromKey passes the first picture that stands by itself and all after it. Who
// joins a stream between two of these gets grey smears from an H.265 decoder
// until the next; a stream that has none for 12 s (it renews its picture bit by
// bit) is taken as it comes.
const fromKey = "select='st(0,max(ld(0),key+gte(t-start_t,12)));ld(0)'"

// arguments of ffmpeg for an input. Every picture comes out as it is, with the
// stream's time, as fine as the stream tells it, and its own size: a size that changes must be seen, not scaled
// away. A recording is played again and again in its own time where it stands in
// for a camera.
func arguments(input string, c Camera, again bool) []string {
	args := []string{"-nostdin", "-hide_banner", "-loglevel", "error", "-threads", "1",
		"-protocol_whitelist", "file,rtsp,rtsps,rtp,udp,tcp,tls,srtp,crypto"}
	if isRTSP(input) {
		// Nothing is waited for to guess the rate of a stream: every picture carries its
		// time. ffmpeg's "nobuffer" would throw away what it read to know the stream, and
		// with that the first key picture.
		args = append(args, "-rtsp_transport", c.Transport, "-fpsprobesize", "0", "-flags", "low_delay")
	} else {
		input = "file:" + input
		if again {
			args = append(args, "-re", "-stream_loop", "-1")
		}
	}
	format := "gray"
	if c.Bits > 8 {
		format = "gray16le"
	}
	args = append(args, "-i", input, "-map", "0:v:0", "-an", "-sn", "-dn", "-autoscale", "0", "-vsync", "passthrough", "-enc_time_base", "-1")
	var filters []string
	if IsLive(input) {
		filters = append(filters, fromKey)
	}
	if c.Width > 0 {
		filters = append(filters, "scale="+strconv.Itoa(c.Width)+":-2:flags=area")
	}
	if len(filters) > 0 {
		args = append(args, "-vf", strings.Join(filters, ","))
	}
	return append(args, "-pix_fmt", format, "-c:v", "rawvideo", "-flush_packets", "1", "-f", "nut", "pipe:1")
}

// IsLive reports whether an input is a stream.
func IsLive(input string) bool {
	return isRTSP(input) || isMotion(input)
}

func isRTSP(input string) bool {
	return strings.HasPrefix(input, "rtsp://") || strings.HasPrefix(input, "rtsps://")
}

// begin starts ffmpeg, "" for the machine's own, and waits for the first header.
// The process and all that it starts end with the context, or with end.
func begin(ctx context.Context, ffmpeg, input string, c Camera, again bool) (*child, error) {
	path, err := exec.LookPath(cmp.Or(ffmpeg, "ffmpeg"))
	if err != nil {
		return nil, errNoFFmpeg
	}
	ctx, stop := context.WithCancel(ctx)
	ch := &child{stop: stop}
	ch.cmd = exec.CommandContext(ctx, filepath.Clean(path), arguments(input, c, again)...)
	ch.cmd.Stderr = &ch.last
	ch.cmd.WaitDelay = 2 * time.Second
	ownGroup(ch.cmd)
	if ch.out, err = ch.cmd.StdoutPipe(); err == nil {
		err = ch.cmd.Start()
	}
	if err != nil {
		stop()
		return nil, &say.Error{Code: "thermal.ffmpeg_start", Kind: say.Unavailable, Cause: err,
			Text: say.Text{En: "ffmpeg cannot be started", Ar: "تعذر تشغيل ffmpeg"},
			Hint: say.Text{En: "try it by hand as the user that Marsad runs as", Ar: "جرّب تشغيله يدوياً بحساب مستخدم مرصد"}}
	}
	if ch.nut, err = openNut(ch.out); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = cmp.Or(ch.wait(), err) // it ended by itself, and says why
		}
		ch.end()
		return nil, ch.failed(input, err)
	}
	ch.raw = make([]byte, ch.nut.Width*ch.nut.Height*ch.nut.Bytes)
	return ch, nil
}

// next reads a picture. io.EOF says that ffmpeg came to the end of its input;
// any other error is final too.
func (ch *child) next(pix []uint16) (time.Duration, error) { return ch.nut.next(pix, ch.raw) }

// end kills the process with all that it started and waits for it, so that
// nothing is left behind. It may be called twice.
func (ch *child) end() (err error) {
	ch.ending.Do(func() {
		ch.stop()
		err = ch.cmd.Wait()
	})
	return err
}

// wait waits for a process that has closed its output by itself, and says
// whether it came to a good end.
func (ch *child) wait() (err error) {
	ch.ending.Do(func() {
		err = ch.cmd.Wait()
		ch.stop()
	})
	return err
}

func (ch *child) shape() shape { return shape{ch.nut.Width, ch.nut.Height, ch.nut.Bytes} }

func (ch *child) ended(input string) error {
	return ch.failed(input, cmp.Or(ch.wait(), errors.New("the stream ended")))
}

// atAddress is where in its memory ffmpeg keeps what it speaks of: of no use to
// people.
var atAddress = regexp.MustCompile(` @ 0x[0-9a-f]+`)

// failed says why an input gives no pictures, in ffmpeg's own last words and
// without its password.
func (ch *child) failed(input string, cause error) error {
	words := atAddress.ReplaceAllString(strings.ReplaceAll(ch.last.String(), input, Redact(input)), "")
	if words == "" {
		words = "no picture came"
	}
	if !IsLive(input) {
		return &say.Error{Code: "thermal.no_picture", Kind: say.Invalid, Cause: fmt.Errorf("%w; ffmpeg says: %s", cause, words),
			Text: say.Text{En: "no pictures come from the file " + input, Ar: "لا تُستخرج صور من الملف " + say.LTR(input)},
			Hint: say.Text{En: "look at it with a video player: it may be no video, or cut short", Ar: "افحصه ببرنامج عرض: فقد لا يكون فيديو أو يكون مبتوراً"}}
	}
	return &say.Error{Code: "thermal.no_picture", Kind: say.Unavailable, Cause: fmt.Errorf("%w; ffmpeg says: %s", cause, words),
		Text: say.Text{En: "no pictures come from " + Redact(input), Ar: "لا تصل صور من " + say.LTR(Redact(input))},
		Hint: say.Text{En: "look at the address, the camera and its network", Ar: "افحص العنوان والكاميرا وشبكتها"}}
}

// Redact takes the password out of an address.
func Redact(input string) string {
	u, err := url.Parse(input)
	if err != nil || u.User == nil {
		if scheme, _, live := strings.Cut(input, "://"); live && err != nil {
			return scheme + "://…"
		}
		return input
	}
	u.User = url.User(u.User.Username())
	return u.String()
}

// tail keeps the last words that a process says.
type tail struct {
	mu sync.Mutex
	b  []byte
}

const tailMost = 1000

// Write never fails and keeps the end only.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, p[max(0, len(p)-tailMost):]...)
	t.b = append(t.b[:0], t.b[max(0, len(t.b)-tailMost):]...)
	return len(p), nil
}

// String is the last words on one line.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.ToValidUTF8(strings.Join(strings.Fields(string(t.b)), " "), "")
}
