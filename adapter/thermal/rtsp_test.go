package thermal

import (
	"bufio"
	"context"
	"flag"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

var long = flag.Bool("long", false, "100 reconnects instead of 20")

// Most tests wait for a camera, a process or a network and not for the processor:
// more of them run at a time than there are processors.
func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f != nil && f.Value.String() == f.DefValue {
		flag.Set("test.parallel", "8")
	}
	os.Exit(m.Run())
}

// computes passes over a test under the race detector that computes for long in one
// goroutine: it has nothing to race with, and costs ten times as much there.
func computes(t *testing.T) {
	t.Helper()
	if underRace {
		t.Skip("computes alone: nothing to race with")
	}
}

// needs skips where a program of the tests is absent; ./test installs them.
func needs(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("%s is not installed: ./test installs it", p)
		}
	}
}

// rtspServer starts GStreamer's RTSP server and gives its address. Recordings,
// as "/h264=FILE.mkv", are served beside its own pictures.
func rtspServer(t *testing.T, recordings ...string) string {
	t.Helper()
	needs(t, "ffmpeg", "/usr/bin/python3")
	if err := exec.Command("/usr/bin/python3", "-c", "import gi; gi.require_version('GstRtspServer','1.0'); from gi.repository import GstRtspServer").Run(); err != nil {
		t.Skip("GStreamer's RTSP server is not installed: ./test installs it")
	}
	cmd := exec.Command("/usr/bin/python3", append([]string{"testdata/rtspserver.py"}, recordings...)...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Process.Kill(); cmd.Wait() })
	port, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the RTSP server says nothing: %v", err)
	}
	return "127.0.0.1:" + strings.TrimSpace(port)
}

func quick() Camera {
	return Camera{ID: "t", FPS: 25, Watchdog: Watchdog{Silence: Duration(4 * time.Second), BackOff: Duration(20 * time.Millisecond), BackOffMost: Duration(200 * time.Millisecond)}}
}

// frames takes n frames or fails.
func frames(t *testing.T, s *Stream, n int) {
	t.Helper()
	var last time.Time
	for range n {
		f, ok := s.Within(20 * time.Second)
		if !ok {
			t.Fatalf("no frame within 20 s: %+v", s.State())
		}
		if len(f.Pix) != f.Width*f.Height || f.Bits != 8 {
			t.Fatalf("%d pixels of %d bits for %d×%d", len(f.Pix), f.Bits, f.Width, f.Height)
		}
		if !f.At.After(last) {
			t.Fatalf("time went from %v to %v", last, f.At)
		}
		last = f.At
	}
}

func TestRealStreamsOfThreeCodecs(t *testing.T) {
	t.Parallel()
	addr := rtspServer(t)
	for _, codec := range []string{"h264", "h265", "mjpeg"} {
		t.Run(codec, func(t *testing.T) {
			t.Parallel()
			s := Watch(t.Context(), "rtsp://"+addr+"/"+codec, quick(), Watching{})
			defer s.Close()
			frames(t, s, 12)
			f, _ := s.Within(5 * time.Second)
			bright := 0
			for _, v := range f.Pix {
				if v > 128 {
					bright++
				}
			}
			if f.Width != 320 || f.Height != 240 || bright == 0 || bright > len(f.Pix)/2 {
				t.Errorf("%d×%d with %d bright pixels is not the ball", f.Width, f.Height, bright)
			}
			if d := time.Since(f.At); d < -2*time.Second || d > 5*time.Second {
				t.Errorf("the frame is %v old", d)
			}
			if st := s.State(); st.Starts != 1 || !st.Up {
				t.Errorf("%+v", st)
			}
		})
	}
}

func TestKilledFfmpegIsReplaced(t *testing.T) {
	t.Parallel()
	addr := rtspServer(t)
	s := Watch(t.Context(), "rtsp://"+addr+"/mjpeg", quick(), Watching{})
	defer s.Close()
	for range 3 {
		frames(t, s, 3)
		starts := s.State().Starts
		// On a loaded machine the watchdog may be replacing it just then, so that there
		// is none to kill.
		eventually(t, "a new process", func() bool {
			for _, pid := range children(t, addr) {
				kill(pid)
			}
			return s.State().Starts > starts
		})
	}
	frames(t, s, 3)
}

func TestChangedSizeIsFollowed(t *testing.T) {
	t.Parallel()
	s := Watch(t.Context(), "rtsp://"+rtspServer(t)+"/resized", quick(), Watching{})
	defer s.Close()
	sizes := map[int]bool{}
	eventually(t, "both sizes", func() bool {
		if f, ok := s.Within(5 * time.Second); ok {
			if len(f.Pix) != f.Width*f.Height || f.Width*3 != f.Height*4 {
				t.Fatalf("%d pixels for %d×%d", len(f.Pix), f.Width, f.Height)
			}
			sizes[f.Width] = true
		}
		return sizes[320] && sizes[640]
	})
	if st := s.State(); st.Resized == 0 || st.Starts < 2 {
		t.Errorf("%+v", st)
	}
}

// In a file a changed size is an error that says where.
func TestChangedSizeInAFile(t *testing.T) {
	t.Parallel()
	needs(t, "ffmpeg")
	dir := t.TempDir()
	whole := filepath.Join(dir, "resized.h264")
	out, err := os.Create(whole)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []string{"320x240", "640x480"} {
		part := filepath.Join(dir, size+".h264")
		if b, err := exec.Command("ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc=s="+size+":r=25:d=3",
			"-c:v", "libx264", "-pix_fmt", "yuv420p", "-bf", "0", "-g", "5", "-f", "h264", part).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, b)
		}
		b, err := os.ReadFile(part)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(b)
	}
	out.Close()
	src, err := Open(t.Context(), whole, quick())
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	n := 0
	for err == nil {
		if _, err = src.Next(); err == nil {
			n++
		}
	}
	if n != 75 || !strings.Contains(err.Error(), "after frame 75") {
		t.Errorf("%d frames, then %v", n, err)
	}
}

// wire stands between a camera and its reader and does to the bytes what it is
// told.
type wire struct {
	net.Listener
	to    string
	mu    sync.Mutex
	spoil func([]byte) bool // false cuts the connection
	conns map[net.Conn]bool
}

func newWire(t *testing.T, to string) *wire {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{Listener: l, to: to, conns: map[net.Conn]bool{}}
	t.Cleanup(func() { l.Close(); w.cut() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			up, err := net.Dial("tcp", to)
			if err != nil {
				c.Close()
				continue
			}
			w.mu.Lock()
			w.conns[c], w.conns[up] = true, true
			w.mu.Unlock()
			go func() { io.Copy(up, c); up.Close(); c.Close() }()
			go func() { w.down(c, up); up.Close(); c.Close() }()
		}
	}()
	return w
}

func (w *wire) down(to, from net.Conn) {
	b := make([]byte, 4096)
	for {
		n, err := from.Read(b)
		w.mu.Lock()
		spoil := w.spoil
		w.mu.Unlock()
		if err != nil || spoil != nil && !spoil(b[:n]) {
			return
		}
		if _, err := to.Write(b[:n]); err != nil {
			return
		}
	}
}

func (w *wire) set(spoil func([]byte) bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.spoil = spoil
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.conns {
		c.Close()
	}
	clear(w.conns)
}

// A network that swallows everything without closing is found by the watchdog
// alone.
func TestCutNetwork(t *testing.T) {
	t.Parallel()
	w := newWire(t, rtspServer(t))
	c := quick()
	c.Watchdog.Silence = Duration(time.Second)
	s := Watch(t.Context(), "rtsp://"+w.Addr().String()+"/mjpeg", c, Watching{})
	defer s.Close()
	frames(t, s, 3)
	hole := make(chan struct{})
	w.set(func([]byte) bool { <-hole; return false })
	eventually(t, "the watchdog", func() bool { st := s.State(); return !st.Up && st.Starts > 1 })
	w.set(nil)
	close(hole)
	w.cut()
	frames(t, s, 3)
}

func TestCorruptedStream(t *testing.T) {
	t.Parallel()
	w := newWire(t, rtspServer(t))
	s := Watch(t.Context(), "rtsp://"+w.Addr().String()+"/h264", quick(), Watching{})
	defer s.Close()
	frames(t, s, 3)
	i := 0
	w.set(func(b []byte) bool {
		for ; i < len(b); i += 97 {
			b[i] ^= 0x55
		}
		i -= len(b)
		return true
	})
	for range 40 {
		s.Within(50 * time.Millisecond) // whatever comes, it has its size
	}
	w.set(nil)
	w.cut()
	frames(t, s, 10)
}

// heap is what is in use after everything that nobody holds is gone, in bytes.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// Many reconnects leave no process, no goroutine, no descriptor and no memory
// behind.
func TestReconnectsLeaveNothingBehind(t *testing.T) {
	times := 20
	if *long {
		times = 100
	}
	w := newWire(t, rtspServer(t))
	addr := w.Addr().String()
	s := Watch(t.Context(), "rtsp://"+addr+"/mjpeg", quick(), Watching{})
	defer s.Close()
	frames(t, s, 2)
	routines, files, held := runtime.NumGoroutine(), descriptors(), heap()
	for range times {
		starts := s.State().Starts
		w.cut()
		eventually(t, "a reconnect", func() bool { st := s.State(); return st.Starts > starts && st.Up })
	}
	frames(t, s, 2)
	eventually(t, "the same goroutines and descriptors as before", func() bool {
		runtime.GC() // the test wire's splices keep pipes until then
		return runtime.NumGoroutine() <= routines && descriptors() <= files
	})
	after := heap()
	t.Logf("%d reconnects: goroutines %d and %d, descriptors %d and %d, heap %d and %d KiB", times, routines, runtime.NumGoroutine(), files, descriptors(), held>>10, after>>10)
	if after > held+(1<<20) { // one child's buffers are 64 KiB and its pictures'
		t.Errorf("the heap grew from %d to %d bytes", held, after)
	}
	run(t, addr, 1)
	s.Close()
	run(t, addr, 0)
}

func TestEndWithTheContext(t *testing.T) {
	t.Parallel()
	addr := rtspServer(t)
	ctx, end := context.WithCancel(t.Context())
	s := Watch(ctx, "rtsp://"+addr+"/mjpeg", quick(), Watching{})
	frames(t, s, 1)
	end()
	for {
		if _, err := s.Next(); err == io.EOF {
			break
		}
	}
	run(t, addr, 0)
}
