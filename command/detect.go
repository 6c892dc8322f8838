package command

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"marsad/adapter/thermal"
	"marsad/detect"
	"marsad/say"
)

// DetectCmd turns the frames of one camera into detections, off line.
type DetectCmd struct {
	Input  string `required:"" help:"Video file, folder of images (PNG, JPEG, TIFF, PGM) or rtsp:// address."`
	Camera string `required:"" help:"The camera's file, as adapter/thermal/sample.yaml."`
	Out    string `required:"" help:"JSON lines to write, one a frame."`
	Masks  string `help:"Folder for one 8-bit PNG a frame: 255 where something moves. It is made if absent."`
}

// detectLine is one frame in the output.
type detectLine struct {
	Frame  int          `json:"frame"`
	Name   string       `json:"name,omitempty"` // of the image in a folder
	At     time.Time    `json:"at"`
	Gain   float64      `json:"gain"`
	Offset float64      `json:"offset"`
	Reset  bool         `json:"reset,omitempty"`
	Movers []detectSeen `json:"movers"`
}

// detectSeen is one mover: lengths in pixels, speeds in pixels a second.
type detectSeen struct {
	ID       int        `json:"id"`
	Box      [4]int     `json:"box"` // left, top, width, height
	Area     int        `json:"area"`
	Centre   [2]float64 `json:"centre"`
	Velocity [2]float64 `json:"velocity"`
	Contrast float64    `json:"contrast"` // in units of the noise; warmer is positive
	Frames   int        `json:"frames"`
	Since    time.Time  `json:"since"`
	Declared bool       `json:"declared"`
	Sure     float64    `json:"sure"`
}

// Run reads the input to its end, or until it is interrupted.
func (c *DetectCmd) Run(s *Streams) error {
	b, err := os.ReadFile(c.Camera)
	if err != nil {
		return fileError("detect.camera", c.Camera, err)
	}
	camera, err := thermal.ReadCamera(b)
	if err != nil {
		return err
	}
	if c.Masks != "" {
		if err := os.MkdirAll(c.Masks, 0o755); err != nil {
			return fileError("detect.masks", c.Masks, err)
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	source, err := thermal.Open(ctx, c.Input, camera)
	if err != nil {
		return err
	}
	defer source.Close()
	return writeFile(c.Out, func(w io.Writer) error {
		buffered := bufio.NewWriter(w)
		if err := c.detect(ctx, source, buffered, s); err != nil {
			return err
		}
		return buffered.Flush()
	})
}

func (c *DetectCmd) detect(ctx context.Context, source thermal.Source, w io.Writer, s *Streams) error {
	var detector *detect.Detector
	lines := json.NewEncoder(w)
	folder, inFolder := source.(*thermal.Folder)
	frames, unread, declared := 0, 0, map[int]bool{}
	for ctx.Err() == nil {
		frame, err := source.Next()
		var broken *say.Error
		if inFolder && errors.As(err, &broken) && broken.Code == "thermal.frame" {
			Explain(s.Err, err)
			unread++
			continue
		}
		if err == io.EOF || err != nil && ctx.Err() != nil {
			break
		}
		if err != nil {
			return err
		}
		if detector == nil {
			detector = detect.New(detect.Standard(), frame.Width, frame.Height)
		}
		result := detector.Step(frame)
		line := detectLine{Frame: frame.Index, At: frame.At, Gain: result.Gain, Offset: result.Offset, Reset: result.Reset,
			Movers: []detectSeen{}}
		mask := fmt.Sprintf("%06d.png", frame.Index)
		if inFolder {
			line.Name = folder.Name(frame.Index)
			mask = strings.TrimSuffix(line.Name, filepath.Ext(line.Name)) + ".png"
		}
		for _, m := range result.Movers {
			line.Movers = append(line.Movers, detectSeen{ID: m.ID, Box: [4]int{m.Box.X, m.Box.Y, m.Box.W, m.Box.H}, Area: m.Area,
				Centre: [2]float64{m.X, m.Y}, Velocity: [2]float64{m.VX, m.VY}, Contrast: m.Contrast, Frames: m.Frames,
				Since: m.Since, Declared: m.Declared, Sure: m.Sure})
			if m.Declared {
				declared[m.ID] = true
			}
		}
		if err := lines.Encode(line); err != nil {
			return err
		}
		if c.Masks != "" {
			if err := writeMask(filepath.Join(c.Masks, mask), result.Mask, frame.Width, frame.Height); err != nil {
				return err
			}
		}
		frames++
	}
	fmt.Fprintf(s.Out, "%d frames, %d movers declared", frames, len(declared))
	if unread > 0 {
		fmt.Fprintf(s.Out, ", %d images could not be read", unread)
	}
	fmt.Fprintln(s.Out)
	if frames == 0 {
		return &say.Error{Code: "detect.empty", Kind: say.Invalid,
			Text: say.Text{En: "no frame could be read from " + c.Input, Ar: "لم يمكن قراءة أي صورة من " + say.LTR(c.Input)},
			Hint: say.Text{En: "check the input with a video player", Ar: "تحقق من المدخل ببرنامج عرض"}}
	}
	return nil
}

func writeMask(name string, mask []uint8, width, height int) error {
	f, err := os.Create(name)
	if err != nil {
		return fileError("detect.masks", name, err)
	}
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	err = encoder.Encode(f, &image.Gray{Pix: mask, Stride: width, Rect: image.Rect(0, 0, width, height)})
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fileError("detect.masks", name, err)
	}
	return nil
}
