package thermal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marsad/say"
)

// fakeFfmpeg gives a shell script that stands in ffmpeg's place.
func fakeFfmpeg(t *testing.T, script string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ffmpeg")
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return file
}

func sampleNut(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("testdata/cases/gray.in.nut")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMissingFfmpegSaysWhatToInstall(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := Open(t.Context(), sampleNut(t), Camera{})
	if e := say.As(err); e.Code != "thermal.ffmpeg_missing" || !strings.Contains(e.Hint.En, "apt install ffmpeg") || e.Hint.Ar == "" {
		t.Errorf("got %v", err)
	}
	s := Watch(t.Context(), "rtsp://127.0.0.1:9/x", quick(), Watching{})
	defer s.Close()
	eventually(t, "the state to say why", func() bool { return s.State().Why != nil })
	if e := say.As(s.State().Why); e.Code != "thermal.ffmpeg_missing" {
		t.Errorf("got %v", s.State().Why)
	}
}

func TestAFileIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	needs(t, "ffmpeg")
	for _, bits := range []int{8, 14} {
		file := filepath.Join(t.TempDir(), "clip.mkv")
		if b, err := exec.Command("ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=1.5", "-pix_fmt", "gray16le", "-c:v", "ffv1", file).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, b)
		}
		src, err := Open(t.Context(), file, Camera{Bits: bits})
		if err != nil {
			t.Fatal(err)
		}
		most := uint16(0)
		for i := range 15 {
			f, err := src.Next()
			if err != nil {
				t.Fatal(err)
			}
			if want := time.Unix(0, 0).Add(time.Duration(i) * 100 * time.Millisecond); f.Index != i || !f.At.Equal(want) || f.Width != 64 || f.Height != 48 || f.Bits != bits {
				t.Fatalf("frame %d: %d at %v, %d×%d of %d bits", i, f.Index, f.At, f.Width, f.Height, f.Bits)
			}
			for _, v := range f.Pix {
				most = max(most, v)
			}
		}
		if _, err := src.Next(); err != io.EOF {
			t.Errorf("after the last frame: %v", err)
		}
		if (most > 255) != (bits > 8) {
			t.Errorf("%d bits reach %d", bits, most)
		}
		src.Close()
	}
}

func TestWhatIsNoVideoIsRefusedInFfmpegsWords(t *testing.T) {
	t.Parallel()
	needs(t, "ffmpeg")
	file := filepath.Join(t.TempDir(), "-x.mp4")
	if err := os.WriteFile(file, []byte("no video at all"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), file, Camera{})
	if e := say.As(err); e.Code != "thermal.no_picture" || !strings.Contains(err.Error(), "Invalid data") {
		t.Errorf("got %v", err)
	}
	if _, err := Open(t.Context(), file+".absent", Camera{}); say.As(err).Kind != say.NotFound {
		t.Errorf("got %v", err)
	}
}

// A child that hangs before its first byte, in the middle of a frame, or with
// children of its own is killed with all of them and replaced.
func TestAHangingChildIsKilled(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{
		"says nothing":  "sleep 1000",
		"half a frame":  "head -c 1500 " + sampleNut(t) + "; sleep 1000",
		"grandchildren": "sleep 1000 & cat " + sampleNut(t) + "; sleep 1000; wait",
		"floods stderr": "yes broken >&2",
	} {
		t.Run(name, func(t *testing.T) {
			fake := fakeFfmpeg(t, script)
			c := quick()
			c.Watchdog.Start, c.Watchdog.Silence = Duration(200*time.Millisecond), Duration(200*time.Millisecond)
			s := Watch(t.Context(), "rtsp://127.0.0.1:9/x", c, Watching{ffmpeg: fake})
			eventually(t, "three starts", func() bool { return s.State().Starts >= 3 })
			if why := s.State().Why; why != nil && !errors.Is(why, errSilent) {
				t.Errorf("why: %v", why)
			}
			s.Close()
			if out, err := exec.Command("pgrep", "-P", fmt.Sprint(os.Getpid()), "-f", "sleep 1000").Output(); err == nil {
				t.Errorf("left behind: %s", out)
			}
		})
	}
}

func TestRestartsBackOff(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fake := fakeFfmpeg(t, "date +%s%N >> "+dir+"/starts; exit 1")
	c := quick()
	c.Watchdog.BackOff, c.Watchdog.BackOffMost = Duration(20*time.Millisecond), Duration(time.Hour)
	asked := 0
	s := Watch(t.Context(), "rtsp://127.0.0.1:9/x", c, Watching{ffmpeg: fake, Jitter: func() float64 { asked++; return 0.5 }})
	eventually(t, "five starts", func() bool { return s.State().Starts >= 5 })
	s.Close()
	if asked < 4 {
		t.Errorf("the jitter was asked for %d times", asked)
	}
	b, err := os.ReadFile(dir + "/starts")
	if err != nil {
		t.Fatal(err)
	}
	var at []int64
	for _, l := range strings.Fields(string(b)) {
		var v int64
		fmt.Sscan(l, &v)
		at = append(at, v)
	}
	// 20, 40, 80, 160 ms and a quarter more: no pause is shorter than that.
	for i := 1; i < len(at); i++ {
		if gap, least := time.Duration(at[i]-at[i-1]), 25*time.Millisecond<<(i-1); gap < least*9/10 {
			t.Errorf("start %d came after %v, not before %v", i, gap, least)
		}
	}
}

func TestPasswordsAreNotSaid(t *testing.T) {
	t.Parallel()
	fake := fakeFfmpeg(t, `echo "rtsp://guard:sesame@127.0.0.1:9/x: refused" >&2; exit 1`)
	s := Watch(t.Context(), "rtsp://guard:sesame@127.0.0.1:9/x", quick(), Watching{ffmpeg: fake})
	defer s.Close()
	eventually(t, "why", func() bool { return s.State().Why != nil })
	e := say.As(s.State().Why)
	if all := e.Error() + e.Text.Ar; strings.Contains(all, "sesame") || !strings.Contains(all, "guard@127.0.0.1:9") || !strings.Contains(all, "refused") {
		t.Errorf("said %q", all)
	}
}

// Of frames that nobody takes, the newest few are kept in their order and the
// rest are counted.
func TestTheNewestFramesWin(t *testing.T) {
	t.Parallel()
	fake := fakeFfmpeg(t, "cat "+sampleNut(t)+"; sleep 999")
	s := Watch(t.Context(), "rtsp://127.0.0.1:9/x", quick(), Watching{ffmpeg: fake})
	defer s.Close()
	eventually(t, "all frames", func() bool { return s.State().Frames == 6 })
	for i := 6 - waitingMost; i < 6; i++ {
		if f, ok := s.Within(time.Second); !ok || f.Index != i || s.State().Dropped != 6-waitingMost {
			t.Errorf("frame %d for %d, %+v", f.Index, i, s.State())
		}
	}
	if _, ok := s.Within(10 * time.Millisecond); ok {
		t.Error("a frame came twice")
	}
}
