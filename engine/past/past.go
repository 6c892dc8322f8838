package past

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"marsad/engine/picture"
	"marsad/say"
)

// Every is how far apart frames lie in event time.
const Every = 5 * time.Second

const (
	frames = 12                     // of a segment: a minute
	pace   = 500 * time.Millisecond // of the wall clock, however fast event time runs
	recent = 4                      // versions read last, kept for who asks again
	suffix = ".past"
)

// Options of a memory.
type Options struct {
	Dir      string
	Keep     time.Duration // event time; what is older goes
	MaxBytes int64         // of all segments together; the oldest go
	Log      *slog.Logger
}

// Past is the memory of the picture. Record is for one writer; At and Span may
// be called from anywhere.
type Past struct {
	options Options

	mu       sync.Mutex
	segments []segment // oldest first
	latest   time.Time // of the last frame
	file     *os.File  // the segment that is written
	written  int       // frames in it
	revision uint64    // of the last frame in it

	reading sync.Mutex // one reader at a time: it unpacks megabytes
	kept    []kept     // what was read last, newest first
}

type segment struct {
	from time.Time
	name string
	size int64
}

type kept struct {
	from, to time.Time // the answer for every time from the one to before the other
	version  *picture.Version
}

// Open reads which segments are there. A missing folder is made.
func Open(o Options) (*Past, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(o.Dir)
	if err != nil {
		return nil, err
	}
	p := &Past{options: o}
	for _, e := range entries {
		at, err := strconv.ParseInt(strings.TrimSuffix(e.Name(), suffix), 10, 64)
		if info, infoErr := e.Info(); err == nil && infoErr == nil && strings.HasSuffix(e.Name(), suffix) {
			p.segments = append(p.segments, segment{from: time.UnixMilli(at).UTC(), name: e.Name(), size: info.Size()})
		}
	}
	slices.SortFunc(p.segments, func(a, b segment) int { return a.from.Compare(b.from) })
	// A crash may have left a last segment without a whole frame: it says nothing.
	for n := len(p.segments); n > 0 && p.latest.IsZero(); n = len(p.segments) {
		last := p.segments[n-1]
		if err := p.walk(last, func(f *frame) bool { p.latest = f.Now; return true }); err != nil {
			return nil, err
		}
		if p.latest.IsZero() {
			if err := os.Remove(filepath.Join(o.Dir, last.name)); err != nil {
				return nil, err
			}
			p.segments = p.segments[:n-1]
		}
	}
	return p, nil
}

// Run records what the picture becomes until the context ends.
func (p *Past) Run(ctx context.Context, now func() *picture.Version) {
	trouble := ""
	for {
		if err := p.Record(now()); err == nil {
			trouble = ""
		} else if said := err.Error(); said != trouble { // once, not every half second
			trouble = said
			p.options.Log.Error("the past is not remembered", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pace):
		}
	}
}

// Record keeps a version if it is Every later than the last one kept. After an
// error the next frame begins a segment of its own.
func (p *Past) Record(v *picture.Version) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if v.Now.IsZero() || v.Now.Sub(p.latest) < Every {
		return nil
	}
	f := (*frame)(nil)
	if p.file != nil && p.written < frames {
		if d, ok := v.Since(p.revision); ok {
			f = deltaFrame(v, &d)
		}
	}
	if f == nil {
		f = wholeFrame(v)
	}
	b, err := f.encode()
	if err != nil {
		return err
	}
	if f.Whole {
		if err := p.begin(v.Now); err != nil {
			return err
		}
	}
	if _, err := p.file.Write(b); err != nil {
		return errors.Join(err, p.end())
	}
	p.segments[len(p.segments)-1].size += int64(len(b))
	p.written++
	p.revision, p.latest = v.Revision, v.Now
	return nil
}

// begin lets go of what is too old or too much and opens a new segment. What
// cannot be let go stops the remembering: it would be kept for longer than is said.
func (p *Past) begin(at time.Time) error {
	if err := p.end(); err != nil {
		return err
	}
	if err := p.prune(at); err != nil {
		return err
	}
	name := strconv.FormatInt(at.UnixMilli(), 10) + suffix
	file, err := os.OpenFile(filepath.Join(p.options.Dir, name), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	p.file = file
	p.segments = append(p.segments, segment{from: time.UnixMilli(at.UnixMilli()).UTC(), name: name})
	return nil
}

// prune removes segments that began longer ago than is kept, and the oldest while
// all together are too large.
func (p *Past) prune(now time.Time) error {
	total := int64(0)
	for _, s := range p.segments {
		total += s.size
	}
	for len(p.segments) > 0 && (now.Sub(p.segments[0].from) > p.options.Keep || total > p.options.MaxBytes) {
		if err := os.Remove(filepath.Join(p.options.Dir, p.segments[0].name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		total -= p.segments[0].size
		p.segments = slices.Delete(p.segments, 0, 1)
	}
	return nil
}

func (p *Past) end() error {
	if p.file == nil {
		return nil
	}
	err := p.file.Close()
	p.file, p.written = nil, 0
	return err
}

// Close ends the segment that is written.
func (p *Past) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.end()
}

// Span is the stretch of event time that can be asked for, false while there is
// none.
func (p *Past) Span() (from, to time.Time, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.segments) == 0 {
		return time.Time{}, time.Time{}, false
	}
	return p.segments[0].from, p.latest, true
}

// At gives the picture as it was at a time: the last frame at or before it. Rows
// must not be written. What lies before the memory, or after its last frame, is
// an error of kind NotFound or Invalid. After a stretch in which Marsad did not
// run, the answer is the last frame before it, with its own time.
func (p *Past) At(t time.Time) (*picture.Version, error) {
	p.reading.Lock()
	defer p.reading.Unlock()
	p.mu.Lock()
	i, found := slices.BinarySearchFunc(p.segments, t, func(s segment, t time.Time) int { return s.from.Compare(t) })
	if !found {
		i--
	}
	latest := p.latest
	var s segment
	if i >= 0 {
		s = p.segments[i]
	}
	p.mu.Unlock()
	switch {
	case i < 0:
		return nil, &say.Error{Code: "past.gone", Kind: say.NotFound,
			Text: say.Text{En: "the picture of that time is not kept", Ar: "صورة ذلك الوقت غير محفوظة"},
			Hint: say.Text{En: "GET /api/v1/picture/past says what is kept; what was decided is in the record", Ar: "راجع المدة المحفوظة؛ أما القرارات فهي في السجل"}}
	case t.After(latest.Add(Every)):
		return nil, &say.Error{Code: "past.future", Kind: say.Invalid,
			Text: say.Text{En: "that time has not passed yet", Ar: "لم يأتِ ذلك الوقت بعد"},
			Hint: say.Text{En: "leave as_of away for the picture as it is now", Ar: "اترك الوقت فارغاً للصورة كما هي الآن"}}
	}
	for _, k := range p.kept {
		if !t.Before(k.from) && t.Before(k.to) {
			return k.version, nil
		}
	}
	v, next, err := p.read(s, t)
	if err != nil {
		return nil, err
	}
	if !next.IsZero() {
		p.kept = slices.Insert(p.kept, 0, kept{from: v.Now, to: next, version: v})
		p.kept = p.kept[:min(len(p.kept), recent)]
	}
	return v, nil
}

// read lays a segment's frames up to a time onto one another, and gives the time
// of the frame after them, zero at the segment's end.
func (p *Past) read(s segment, t time.Time) (v *picture.Version, next time.Time, err error) {
	at := newState()
	err = p.walk(s, func(f *frame) bool {
		// A segment's name has its time in whole milliseconds, its first frame may
		// be a little later.
		if f.Now.After(t) && !f.Whole {
			next = f.Now
			return false
		}
		at.lay(f)
		return true
	})
	return at.version(), next, err
}

// walk reads the frames of a segment, oldest first, until it is told to stop or
// until one is cut short.
func (p *Past) walk(s segment, each func(*frame) bool) error {
	file, err := os.Open(filepath.Join(p.options.Dir, s.name))
	if err != nil {
		return err
	}
	defer file.Close()
	r := bufio.NewReader(file)
	for {
		f, err := readFrame(r)
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, errCut):
			return nil // what a crash cut off was not shown to anybody as kept
		case err != nil:
			return err
		}
		if !each(f) {
			return nil
		}
	}
}
