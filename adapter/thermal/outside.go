package thermal

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os/exec"
	"time"

	"marsad/detect"
	"marsad/detect/class"
)

// Outside is an optional program that judges pictures of movers in place of the
// network that comes with Marsad: an ONNX model, or any other. It is started once
// for each camera, reads one JSON object a line on its standard input and answers
// with one a line on its standard output, in its own time:
//
//	{"id":"3.17","width":12,"height":26,"box":[3,4,6,18],"pixels":"base64 of width*height bytes"}
//	{"id":"3.17","p":{"person":0.9,"unknown":0.1}}
//
// pixels are grey, row by row, the mover with what is around it; box is where the
// mover is in them: left, top, width, height. An answer names kinds of
// detect/class and may come late or never. It changes what a mover is likely to
// be and nothing else: no mover waits for it, and none is held back by it.
type Outside struct {
	Command []string
}

const (
	outsideEvery  = 5                // frames of a mover between looks
	outsideWait   = 4                // looks that may wait; more are passed over
	outsidePatch  = 128              // pixels, the longest side that is sent
	outsideAsked  = 256              // looks without an answer
	outsideAnswer = 4 << 10          // bytes of an answer
	outsideQuiet  = 20 * time.Second // without an answer to what was asked: started anew
	outsideRest   = 5 * time.Second  // between starts
)

type question struct {
	ID     string `json:"id"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Box    [4]int `json:"box"`
	Pixels string `json:"pixels"`

	generation, mover int
	box               detect.Box
}

type answer struct {
	generation, mover int
	box               detect.Box
	p                 [class.NKind]float64
}

// asking is one running program with what it is asked. Its methods are called by
// one watcher.
type asking struct {
	questions chan question
	answers   chan answer
	done      chan struct{}
}

// ask starts the program and keeps it running until the context ends.
func (o *Outside) ask(ctx context.Context) *asking {
	a := &asking{questions: make(chan question, outsideWait), answers: make(chan answer, 64), done: make(chan struct{})}
	go func() {
		defer close(a.done)
		for ctx.Err() == nil {
			a.once(ctx, o.Command)
			rest := time.NewTimer(outsideRest)
			select {
			case <-ctx.Done():
			case <-rest.C:
			}
			rest.Stop()
		}
	}()
	return a
}

// once runs one process until it ends, lies or is silent for too long.
func (a *asking) once(ctx context.Context, command []string) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.WaitDelay = time.Second
	ownGroup(cmd)
	in, err := cmd.StdinPipe()
	if err != nil {
		return
	}
	out, err := cmd.StdoutPipe()
	if err != nil || cmd.Start() != nil {
		return
	}
	dog := time.AfterFunc(outsideQuiet, stop)
	defer dog.Stop()
	dog.Stop()
	waiting := make(chan question, 64) // asked and not answered, in order
	read := make(chan struct{})
	go func() {
		defer close(read)
		defer stop()
		lines := bufio.NewScanner(out)
		lines.Buffer(make([]byte, outsideAnswer), outsideAnswer)
		asked := map[string]question{}
		for lines.Scan() {
			for more := true; more; {
				select {
				case q := <-waiting:
					asked[q.ID] = q
				default:
					more = false
				}
			}
			id, p, ok := readAnswer(lines.Bytes())
			q, known := asked[id]
			if !ok || !known || len(asked) > outsideAsked {
				return // it speaks another language, or answers next to nothing
			}
			delete(asked, id)
			dog.Stop()
			select {
			case a.answers <- answer{q.generation, q.mover, q.box, p}:
			default: // nobody reads: the mover is gone
			}
		}
	}()
	lines := json.NewEncoder(in)
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case q := <-a.questions:
			select {
			case waiting <- q:
			default:
				continue // it is behind: this look is passed over
			}
			dog.Reset(outsideQuiet)
			if lines.Encode(q) != nil {
				stop()
			}
		}
	}
	in.Close()
	<-read
	_ = cmd.Wait() // killed, or ended by itself: it is started anew either way
}

// readAnswer reads one line; kinds that are not known, shares below 0 or above 1
// and an empty answer are refused.
func readAnswer(b []byte) (id string, p [class.NKind]float64, ok bool) {
	var a struct {
		ID string             `json:"id"`
		P  map[string]float64 `json:"p"`
	}
	if json.Unmarshal(b, &a) != nil || a.ID == "" || len(a.P) == 0 {
		return "", p, false
	}
	for name, v := range a.P {
		kind, known := class.NKind, false
		for k := range class.NKind {
			if class.Kind(k).String() == name {
				kind, known = k, true
			}
		}
		if !known || !(v >= 0 && v <= 1) {
			return "", p, false
		}
		p[kind] = v
	}
	return a.ID, p, true
}

// look asks about a mover, unless too much waits already.
func (a *asking) look(f *detect.Frame, m *detect.Mover, generation int) {
	margin := max(4, m.Box.W/3, m.Box.H/3)
	x0, y0 := max(m.Box.X-margin, 0), max(m.Box.Y-margin, 0)
	x1, y1 := min(m.Box.X+m.Box.W+margin, f.Width), min(m.Box.Y+m.Box.H+margin, f.Height)
	if x1-x0 < 1 || y1-y0 < 1 || x1-x0 > outsidePatch || y1-y0 > outsidePatch || len(a.questions) == cap(a.questions) {
		return
	}
	low, high := uint16(65535), uint16(0)
	for y := y0; y < y1; y++ {
		for _, v := range f.Pix[y*f.Width+x0 : y*f.Width+x1] {
			low, high = min(low, v), max(high, v)
		}
	}
	if f.Bits <= 8 {
		low, high = 0, 255
	}
	pixels := make([]byte, 0, (x1-x0)*(y1-y0))
	for y := y0; y < y1; y++ {
		for _, v := range f.Pix[y*f.Width+x0 : y*f.Width+x1] {
			pixels = append(pixels, uint8((int(v)-int(low))*255/max(int(high)-int(low), 1)))
		}
	}
	a.questions <- question{ID: fmt.Sprintf("%d.%d.%d", generation, m.ID, f.Index), Width: x1 - x0, Height: y1 - y0, Box: [4]int{m.Box.X - x0, m.Box.Y - y0, m.Box.W, m.Box.H},
		Pixels: base64.StdEncoding.EncodeToString(pixels), generation: generation, mover: m.ID, box: m.Box}
}

// told gives the answers that came to the classes.
func (a *asking) told(to *class.Movers, generation int) {
	for {
		select {
		case x := <-a.answers:
			if x.generation == generation {
				to.Told(x.mover, x.box, x.p)
			}
		default:
			return
		}
	}
}
