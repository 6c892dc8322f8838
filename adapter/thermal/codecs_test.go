package thermal

import (
	"fmt"
	"io"
	"math"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"marsad/detect"
	drawing "marsad/detect/scene"
	"marsad/sense"
)

// encoded renders a drawn scene of 10 pictures a second once and encodes it in
// several ways, all fed at the same time, at twice its pace.
func encoded(t *testing.T, s *drawing.Scene, length time.Duration, ways map[string][]string, each func(detect.Frame)) (files map[string]string) {
	t.Helper()
	files = map[string]string{}
	dir := t.TempDir()
	var into []io.Writer
	var ends []func()
	for name, how := range ways {
		files[name] = filepath.Join(dir, name+".mkv")
		cmd := exec.Command("ffmpeg", append(append([]string{"-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "gray", "-s", fmt.Sprintf("%dx%d", s.Camera().Width, s.Camera().Height), "-r", "20", "-i", "pipe:0"}, how...), files[name])...)
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		var said tail
		cmd.Stderr = &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		into = append(into, in)
		ends = append(ends, func() {
			in.Close()
			if err := cmd.Wait(); err != nil {
				t.Fatalf("%s: %v: %s", name, err, said.String())
			}
		})
	}
	all := io.MultiWriter(into...)
	var row []byte
	s.Play(length, func(shot *drawing.Shot) bool {
		each(shot.Frame)
		row = row[:0]
		for _, v := range shot.Frame.Pix {
			row = append(row, byte(v))
		}
		if _, err := all.Write(row); err != nil {
			t.Fatal(err)
		}
		return true
	})
	for _, end := range ends {
		end()
	}
	return files
}

// path is where a mover was shown, by the time since the first picture.
type path map[time.Duration][2]float64

// moved collects the paths of what was shown in ten pictures or more.
type moved struct {
	began time.Time
	paths map[int]path
}

func (m *moved) see(at time.Time, movers []detect.Mover) {
	if m.paths == nil {
		m.began, m.paths = at, map[int]path{}
	}
	for _, v := range movers {
		if v.Declared {
			if m.paths[v.ID] == nil {
				m.paths[v.ID] = path{}
			}
			m.paths[v.ID][at.Sub(m.began).Round(50*time.Millisecond)] = [2]float64{v.X, v.Y}
		}
	}
}

func (m *moved) long() (out []path) {
	for _, p := range m.paths {
		if len(p) >= 10 {
			out = append(out, p)
		}
	}
	return out
}

// between is how far in pixels two paths lie from one another on average, where one
// is later by a delay, and in how many pictures both are shown.
func between(a, b path, delay time.Duration) (mean float64, both int) {
	for at, p := range a {
		if q, ok := b[at+delay]; ok {
			mean += math.Hypot(p[0]-q[0], p[1]-q[1])
			both++
		}
	}
	return mean / float64(max(both, 1)), both
}

// What a drawn scene shows is found alike whichever way it comes: as H.264, H.265
// and MJPEG over RTSP, with pictures that refer to later ones and with none but
// the first that stands by itself, as in the drawn pictures themselves.
func TestAllCodecsShowTheSameMovers(t *testing.T) {
	t.Parallel()
	needs(t, "ffmpeg")
	start := time.Date(2026, 3, 4, 20, 0, 0, 0, time.UTC)
	s, err := drawing.New(drawing.Config{Seed: 4, ThingSeed: 4, Width: 320, Height: 240, FPS: 10, Start: start,
		PerHour: map[sense.Class]float64{sense.Person: 40, sense.Vehicle: 60}})
	if err != nil {
		t.Fatal(err)
	}
	var drawn moved
	plain := detect.New(detect.Standard(), 320, 240)
	files := encoded(t, s, 12*time.Second, map[string][]string{
		"h264":      {"-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "20", "-g", "20", "-bf", "0"},
		"h264later": {"-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "20", "-g", "20", "-bf", "3"},
		"h265":      {"-c:v", "libx265", "-pix_fmt", "yuv420p", "-crf", "20", "-g", "20", "-x265-params", "bframes=0:log-level=error"},
		"h265once":  {"-c:v", "libx265", "-pix_fmt", "yuv420p", "-crf", "24", "-x265-params", "bframes=4:keyint=250:log-level=error"},
		"mjpeg":     {"-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "3", "-huffman", "default"},
	}, func(f detect.Frame) { drawn.see(start.Add(f.At.Sub(start)/2), plain.Step(f).Movers) })
	want := drawn.long()
	if len(want) != 3 {
		t.Fatalf("%d movers in the drawn pictures", len(want))
	}
	if underRace { // the same code reads each: what codecs show is seen without
		for _, name := range []string{"h264", "h265", "mjpeg"} {
			delete(files, name)
		}
	}
	var served []string
	for name, file := range files {
		served = append(served, "/"+name+"="+file)
	}
	addr := rtspServer(t, served...)
	var all sync.WaitGroup // each as long as the recording: more at a time than tests may run
	for name := range files {
		all.Go(func() {
			c := quick()
			c.FPS, c.Watchdog.BackOff, c.Watchdog.BackOffMost = 20, Duration(time.Minute), Duration(time.Minute)
			stream := Watch(t.Context(), "rtsp://"+addr+"/"+name, c, Watching{})
			defer stream.Close()
			// Looked at when all have come: a machine that is slow to look would otherwise
			// drop pictures, and this is of codecs.
			var frames []detect.Frame
			for st := stream.State(); st.Up || st.Why == nil; st = stream.State() {
				if f, ok := stream.Within(500 * time.Millisecond); ok {
					f.Pix = slices.Clone(f.Pix)
					frames = append(frames, f)
				}
			}
			var got moved
			d := detect.New(detect.Standard(), 320, 240)
			for _, f := range frames {
				got.see(f.At, d.Step(f).Movers)
			}
			found := got.long()
			if len(found) != len(want) {
				t.Errorf("%s: %d movers, %d in the drawn pictures; %+v", name, len(found), len(want), stream.State())
			}
			for i, w := range want {
				least, missing := math.Inf(1), len(w)
				for _, g := range found {
					for delay := -time.Second; delay <= time.Second; delay += 50 * time.Millisecond {
						if mean, both := between(w, g, delay); both >= 10 && mean < least {
							least, missing = mean, len(w)-both
						}
					}
				}
				// Which picture a stream begins with is chance, and what is small is declared
				// some pictures earlier or later by it: three quarters of a second may be missing.
				if least > 2 || missing > 15 {
					t.Errorf("%s: mover %d is %.1f px away and not shown in %d of %d pictures", name, i, least, missing, len(w))
				}
			}
		})
	}
	all.Wait()
}
