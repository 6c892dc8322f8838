//go:build unix

package thermal

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"marsad/say"
	"marsad/sense"
)

// spent is the processor time of this process and of the children that it waited
// for, in seconds.
func spent(b *testing.B) (seconds float64) {
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if err := syscall.Getrusage(who, &u); err != nil {
			b.Fatal(err)
		}
		seconds += float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
	}
	return seconds
}

// Ten cameras of 640×480 H.264 at 10 pictures a second for half a minute:
// decoding, detector, geometry, classes, masks. What counts is processor time for
// each second of each camera, children included: 0.2 is what two cores have.
func BenchmarkTenCameras(b *testing.B) {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		b.Skip("ffmpeg is not installed: ./test installs it")
	}
	const cameras, seconds = 10, 30
	clip := filepath.Join(b.TempDir(), "clip.mkv")
	graph := "nullsrc=s=640x480:r=10:d=12,geq=lum='90+20*sin(X/17)*cos(Y/23)+6*random(1)',format=gray[b];color=white:s=8x18:r=10:d=12,format=gray[w];[b][w]overlay=x='20+t*40':y=300,format=yuv420p"
	if out, err := exec.Command("ffmpeg", "-loglevel", "error", "-filter_complex", graph, "-c:v", "libx264", "-preset", "veryfast", "-g", "50", clip).CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	var live []Live
	for i := range cameras {
		live = append(live, Live{Input: clip, Camera: Camera{ID: fmt.Sprint("c", i), Position: Position{Lat: 36.8, Lon: 42.1, Height: 400}, Mast: 20, Azimuth: 90, Tilt: -3,
			FieldOfView: FieldOfView{Horizontal: 12}, FPS: 10}})
	}
	for b.Loop() {
		var mu sync.Mutex
		frames, movers := 0, 0
		cs := New(Config{Cameras: live, See: func(s Seen) {
			mu.Lock()
			defer mu.Unlock()
			frames++
			movers += len(s.Movers)
		}})
		before := spent(b)
		ctx, end := context.WithTimeout(b.Context(), seconds*time.Second)
		host := crowd{}
		if err := cs.Run(ctx, host); err != nil {
			b.Fatal(err)
		}
		end()
		dropped := uint64(0)
		for i := range cameras {
			st, _ := cs.State(fmt.Sprint("c", i))
			dropped += st.Stream.Dropped
		}
		b.ReportMetric((spent(b)-before)/(cameras*seconds), "cpu-s/camera-s")
		b.ReportMetric(float64(frames)/(cameras*seconds), "frames/camera-s")
		b.ReportMetric(float64(dropped), "dropped")
		b.ReportMetric(float64(movers)/float64(max(frames, 1)), "movers/frame")
		b.ReportMetric(1000*(spent(b)-before)/float64(max(frames, 1)), "cpu-ms/frame")
	}
}

// crowd is a host that takes everything and keeps nothing.
type crowd struct{}

func (crowd) Register(sense.Sensor) error          { return nil }
func (crowd) Deliver(sense.Scan) error             { return nil }
func (crowd) Report(sense.StatusReport) error      { return nil }
func (crowd) Dropped(sense.SensorID, say.Text)     {}
func (crowd) Goodbye(sense.SensorID, say.Text)     {}
func (crowd) Cues(sense.SensorID) <-chan sense.Cue { return nil }
func (crowd) CueAnswered(string, bool, string)     {}
