package detect

import (
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// Scenes of long-range infrared video with pixel truth. They lie outside the
// repository, since no licence is stated; the test skips without them.
const remote = "../../shared/data/thermal/remote-scene-ir"

var sequences = []string{"seq1", "seq3", "seq5", "seq7-1", "seq7-3", "seq8-1"}

type clip struct {
	name   string
	frames []Frame
	truth  [][]byte
}

func loadClips(t testing.TB) []clip {
	if _, err := os.Stat(remote); err != nil {
		t.Skip("no evaluation data beside the repository: ", remote)
	}
	return readClips()
}

// readClips reads all sequences once; nobody writes to them.
var readClips = sync.OnceValue(func() (clips []clip) {
	for _, s := range sequences {
		c := clip{name: s}
		for i := 0; ; i++ {
			name := fmt.Sprintf("%06d.png", i)
			g, err := readGray(filepath.Join(remote, s, "in", name))
			if err != nil {
				break
			}
			f := Frame{Index: i, Width: g.Rect.Dx(), Height: g.Rect.Dy(), Bits: 8, Pix: make([]uint16, len(g.Pix))}
			for k, v := range g.Pix {
				f.Pix[k] = uint16(v)
			}
			c.frames = append(c.frames, f)
			if g, err := readGray(filepath.Join(remote, s, "gt", name)); err == nil {
				c.truth = append(c.truth, g.Pix)
			} else {
				c.truth = append(c.truth, nil)
			}
		}
		clips = append(clips, c)
	}
	return clips
})

func readGray(name string) (*image.Gray, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	im, err := png.Decode(f)
	if err != nil {
		return nil, err
	}
	g, ok := im.(*image.Gray)
	if !ok {
		return nil, fmt.Errorf("%s is not gray", name)
	}
	return g, nil
}

type count struct{ tp, fp, fn int }

func (c count) f() float64 { return 2 * float64(c.tp) / float64(max(1, 2*c.tp+c.fp+c.fn)) }
func (c count) p() float64 { return float64(c.tp) / float64(max(1, c.tp+c.fp)) }
func (c count) r() float64 { return float64(c.tp) / float64(max(1, c.tp+c.fn)) }

// scores runs a clip passes times in a row and scores each.
func scores(cfg Config, c clip, passes int) []count {
	d := New(cfg, c.frames[0].Width, c.frames[0].Height)
	out := make([]count, passes)
	for p := range passes {
		n := &out[p]
		for i, f := range c.frames {
			f.Index += p * len(c.frames)
			m := d.Step(f).Mask
			if c.truth[i] == nil {
				continue
			}
			for k, v := range c.truth[i] {
				switch {
				case v > 127 && m[k] > 127:
					n.tp++
				case v > 127:
					n.fn++
				case m[k] > 127:
					n.fp++
				}
			}
		}
	}
	return out
}

// allScores runs all clips, two at a time.
func allScores(cfg Config, clips []clip, passes int) [][]count {
	out := make([][]count, len(clips))
	var wait sync.WaitGroup
	turn := make(chan struct{}, 2)
	for i, c := range clips {
		wait.Go(func() {
			turn <- struct{}{}
			out[i] = scores(cfg, c, passes)
			<-turn
		})
	}
	wait.Wait()
	return out
}

// The marks of README.md: cold is one pass from nothing, warm is scored on the
// fourth pass of one stream.
func TestMarks(t *testing.T) {
	clips := loadClips(t)
	passes := 4
	if testing.Short() {
		passes = 1
	}
	of := allScores(Standard(), clips, passes)
	for _, c := range []struct {
		name         string
		pass         int
		pooled, mean float64
	}{{"cold", 1, 0.83, 0.74}, {"warm", 4, 0.88, 0.82}} {
		if c.pass > passes {
			continue
		}
		var all count
		mean := 0.0
		for i, clip := range clips {
			n := of[i][c.pass-1]
			all = count{all.tp + n.tp, all.fp + n.fp, all.fn + n.fn}
			mean += n.f() / float64(len(clips))
			t.Logf("%s %-8s F %.3f P %.3f R %.3f", c.name, clip.name, n.f(), n.p(), n.r())
		}
		t.Logf("%s pooled %.3f (P %.3f R %.3f) mean %.3f", c.name, all.f(), all.p(), all.r(), mean)
		if all.f() < c.pooled || mean < c.mean {
			t.Errorf("%s: pooled %.3f, mean %.3f; the marks are %.2f and %.2f", c.name, all.f(), mean, c.pooled, c.mean)
		}
	}
}
