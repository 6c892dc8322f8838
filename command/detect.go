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
	"marsad/say"
)

// DetectCmd turns the frames of one camera into detections, off line.
type DetectCmd struct {
	Input  string `required:"" help:"Video file, folder of images (PNG, JPEG, TIFF, PGM), rtsp:// address, or http:// address of motion JPEG."`
	Camera string `required:"" help:"The camera's file, as adapter/thermal/sample.yaml."`
	Out    string `required:"" help:"JSON lines to write, one a frame."`
	Masks  string `help:"Folder for one 8-bit PNG a frame: 255 where something moves. It is made if absent."`
	// Terrain makes places of pixels; without it the ground is taken for flat.
	Terrain string `type:"existingdir" help:"Folder of elevation files (SRTM .hgt, GeoTIFF). Without one the ground is taken for flat at the camera's foot, and each place says so."`
}

// firstPicture is how long a stream may take to give one.
const firstPicture = 20 * time.Second

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
	follow, done, err := c.follower(camera)
	if err != nil {
		return err
	}
	defer done()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if thermal.IsLive(c.Input) { // a stream is asked for again and again: say at once where it gives nothing
		if _, err := thermal.Try(ctx, c.Input, camera, firstPicture); err != nil {
			return err
		}
	}
	source, err := thermal.Open(ctx, c.Input, camera)
	if err != nil {
		return err
	}
	defer source.Close()
	unread := 0
	err = writeFile(c.Out, func(w io.Writer) (err error) {
		buffered := bufio.NewWriter(w)
		if unread, err = c.detect(ctx, source, follow, buffered, s); err != nil {
			return err
		}
		return buffered.Flush()
	})
	if err == nil && unread > 0 {
		err = &say.Error{Code: "detect.unread", Kind: say.Invalid,
			Text: say.Text{En: fmt.Sprintf("%d images were passed over; what the others show is in %s", unread, c.Out), Ar: fmt.Sprintf("جرى تجاوز %d من الصور؛ وما تُظهره البقية في %s", unread, say.LTR(c.Out))},
			Hint: say.Text{En: "each is named above with the reason; where nobody looked, nothing was found", Ar: "ذُكر اسم كل منها أعلاه مع السبب؛ وما لم يُنظر فيه لم يوجد فيه شيء"}}
	}
	return err
}

// detect writes a line for each frame, and counts the images of a folder that
// were passed over.
func (c *DetectCmd) detect(ctx context.Context, source thermal.Source, follow *follower, w io.Writer, s *Streams) (unread int, err error) {
	lines := json.NewEncoder(w)
	folder, inFolder := source.(*thermal.Folder)
	frames, declared := 0, map[int]bool{}
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
			return unread, err
		}
		result, err := follow.step(&frame)
		if err != nil {
			return unread, err
		}
		line := detectLine{Frame: frame.Index, At: frame.At, Gain: result.Gain, Offset: result.Offset, Reset: result.Reset,
			Movers: []detectSeen{}}
		mask := fmt.Sprintf("%06d.png", frame.Index)
		if inFolder {
			line.Name = folder.Name(frame.Index)
			mask = strings.TrimSuffix(line.Name, filepath.Ext(line.Name)) + ".png"
		}
		for _, m := range result.Movers {
			line.Movers = append(line.Movers, follow.seen(m))
			if m.Declared {
				declared[m.ID] = true
			}
		}
		if err := lines.Encode(line); err != nil {
			return unread, err
		}
		if c.Masks != "" {
			if err := writeMask(filepath.Join(c.Masks, mask), result.Mask, frame.Width, frame.Height); err != nil {
				return unread, err
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
		return unread, &say.Error{Code: "detect.empty", Kind: say.Invalid,
			Text: say.Text{En: "no frame could be read from " + thermal.Redact(c.Input), Ar: "لم يمكن قراءة أي صورة من " + say.LTR(thermal.Redact(c.Input))},
			Hint: say.Text{En: "check the input with a video player", Ar: "تحقق من المدخل ببرنامج عرض"}}
	}
	return unread, nil
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
