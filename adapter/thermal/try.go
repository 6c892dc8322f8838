package thermal

import (
	"context"
	"errors"
	"io"
	"os/exec"
	"strings"
	"time"

	"marsad/say"
)

// FFmpeg says where the program is that decodes pictures, and which version; or
// that it is missing.
func FFmpeg(ctx context.Context) (path, version string, err error) {
	if path, err = exec.LookPath("ffmpeg"); err != nil {
		return "", "", errNoFFmpeg
	}
	ctx, stop := context.WithTimeout(ctx, 5*time.Second)
	defer stop()
	cmd := exec.CommandContext(ctx, path, "-version")
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	words := strings.Fields(string(out[:min(len(out), 200)]))
	if err != nil || len(words) < 3 || words[0] != "ffmpeg" || words[1] != "version" {
		return path, "", &say.Error{Code: "thermal.ffmpeg_start", Kind: say.Unavailable, Cause: err,
			Text: say.Text{En: "ffmpeg cannot be started, or is not ffmpeg: " + path, Ar: "تعذر تشغيل ffmpeg أو أن البرنامج غيره: " + say.LTR(path)},
			Hint: say.Text{En: "try ffmpeg -version by hand as the user that Marsad runs as", Ar: "جرّب " + say.LTR("ffmpeg -version") + " يدوياً بحساب مستخدم مرصد"}}
	}
	return path, words[2], nil
}

// Tried is what came of asking an input for a picture.
type Tried struct {
	Width, Height int
	After         time.Duration
}

// Try asks an input for one picture within a limit, once, and leaves nothing
// running.
func Try(ctx context.Context, input string, c Camera, limit time.Duration) (Tried, error) {
	began := time.Now()
	ctx, stop := context.WithTimeoutCause(ctx, limit, errTried)
	defer stop()
	c = c.WithDefaults()
	if !IsLive(input) {
		s, err := Open(ctx, input, c)
		if err != nil {
			return Tried{}, reason(ctx, err)
		}
		defer s.Close()
		f, err := s.Next()
		if errors.Is(err, io.EOF) {
			err = errNoPicture
		}
		return Tried{f.Width, f.Height, time.Since(began)}, reasonOf(ctx, err)
	}
	from, err := start(ctx, "", input, c)
	if err != nil {
		return Tried{}, reason(ctx, err)
	}
	defer from.end()
	of := from.shape()
	if _, err := from.next(make([]uint16, of.width*of.height)); err != nil {
		return Tried{}, reason(ctx, from.failed(input, err))
	}
	return Tried{of.width, of.height, time.Since(began)}, nil
}

func reasonOf(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	return reason(ctx, err)
}

var (
	errTried = &say.Error{Code: "thermal.tried", Kind: say.Unavailable,
		Text: say.Text{En: "no picture came in the time allowed", Ar: "لم تصل صورة ضمن الوقت المسموح"},
		Hint: say.Text{En: "look at the address, the camera and its network; or allow more time with --limit", Ar: "افحص العنوان والكاميرا وشبكتها، أو زد المهلة بالخيار " + say.LTR("--limit")}}
	errNoPicture = &say.Error{Code: "thermal.empty", Kind: say.Invalid,
		Text: say.Text{En: "there is no picture in it", Ar: "لا توجد فيه أي صورة"},
		Hint: say.Text{En: "check it with a video player", Ar: "تحقق منه ببرنامج عرض"}}
)
