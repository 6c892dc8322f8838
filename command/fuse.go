package command

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"marsad/fuse/recorded"
	"marsad/say"
)

// FuseCmd runs the tracker on a recorded or generated file.
type FuseCmd struct {
	Scenario   string `required:"" type:"existingfile" help:"Scenario file (JSON): which sensors there are."`
	Detections string `required:"" type:"existingfile" help:"Detections file (CSV)."`
	Tracks     string `required:"" help:"Tracks file to write (CSV)."`
	Threads    int    `default:"1" help:"Threads that share the work of a large scan; the tracks are the same for any number."`
}

// fuseSummary is the one line that the command prints.
type fuseSummary struct {
	Detections int     `json:"detections"`
	Scans      int     `json:"scans"`
	CPU        float64 `json:"cpu_s"`
	PerCPU     float64 `json:"detections_per_cpu_s"`
	PeakRSS    float64 `json:"peak_rss_mib"`
	// Rows that could not be used, and that a scan had already; unsaid where none.
	Refused int `json:"refused_rows,omitempty"`
	Doubles int `json:"duplicate_rows,omitempty"`
}

// mostFile is the largest detections file: it is held in memory, and line and
// place of every row are counted.
const mostFile = 4 << 30

// Run reads, tracks and writes, and prints one JSON line.
func (c *FuseCmd) Run(s *Streams) error {
	before := cpuSeconds()
	b, err := os.ReadFile(c.Scenario)
	if err != nil {
		return err
	}
	scenario, err := recorded.ReadScenario(b)
	if err != nil {
		return of(c.Scenario, err)
	}
	detections, err := c.read()
	if err != nil {
		return err
	}
	// Made once there is something to write, so that detections that cannot be used
	// leave the tracks of a run before as they are.
	var file *os.File
	var w *bufio.Writer
	var failed error
	var rows bytes.Buffer
	open := func() {
		if file, failed = os.Create(c.Tracks); failed == nil {
			w = bufio.NewWriterSize(file, 1<<16)
		}
	}
	rows.WriteString(recorded.Header)
	cfg := recorded.For(scenario)
	if c.Threads > 1 {
		pool := newPool(min(c.Threads, 64))
		defer pool.close()
		cfg.Threads, cfg.Parallel = pool.lanes, pool.run
	}
	n, err := recorded.Run(scenario, detections, cfg, func(_ int, r []recorded.Row) {
		recorded.Append(&rows, r)
		if file == nil && failed == nil {
			open()
		}
		if failed != nil {
			rows.Reset()
			return
		}
		_, _ = w.Write(rows.Bytes()) // bufio keeps the first error for Flush
		rows.Reset()
	})
	if err != nil {
		return of(c.Detections, err)
	}
	if file == nil && failed == nil {
		open()
	}
	if failed == nil {
		_, _ = w.Write(rows.Bytes()) // the header, where nothing was shown
		failed = w.Flush()
		if closing := file.Close(); failed == nil {
			failed = closing
		}
	}
	if failed != nil {
		return &say.Error{Code: "fuse.output", Kind: say.Unavailable, Cause: failed,
			Text: say.Text{En: "the tracks cannot be written to " + c.Tracks, Ar: "تعذرت كتابة المسارات في " + say.LTR(c.Tracks)},
			Hint: say.Text{En: "name a file in a folder that is there and may be written, with room for it", Ar: "اختر ملفاً في مجلد موجود تُسمح الكتابة فيه وفيه متسع"}}
	}
	sum := fuseSummary{
		Detections: n.Detections, Scans: n.Scans, CPU: cpuSeconds() - before, PeakRSS: peakMiB(),
		Refused: n.Refused.Rows, Doubles: n.Refused.Doubles,
	}
	if sum.CPU > 0 {
		sum.PerCPU = float64(n.Detections) / sum.CPU
	}
	for _, why := range n.Refused.First {
		fmt.Fprintf(s.Err, "%s: %v\n", c.Detections, why)
	}
	if more := n.Refused.Rows - len(n.Refused.First); more > 0 {
		fmt.Fprintf(s.Err, "%s: and %d more rows that could not be used\n", c.Detections, more)
	}
	return json.NewEncoder(s.Out).Encode(sum)
}

// read gives the detections file, unless writing the tracks would destroy it or
// the scenario.
func (c *FuseCmd) read() ([]byte, error) {
	info, err := os.Stat(c.Detections)
	if err != nil {
		return nil, err
	}
	if info.Size() > mostFile {
		return nil, unusable("too_large", "the detections file is larger than 4 GiB; split it by time", "ملف الكشوف أكبر من 4 غيغابايت؛ قسّمه بحسب الوقت")
	}
	for _, in := range []string{c.Detections, c.Scenario} {
		a, errA := os.Stat(in)
		b, errB := os.Stat(c.Tracks)
		if errA == nil && errB == nil && os.SameFile(a, b) {
			return nil, unusable("same_file", "the tracks would be written over "+in+"; name another file", "ستُكتب المسارات فوق "+say.LTR(in)+"؛ اختر ملفا آخر")
		}
	}
	return os.ReadFile(c.Detections)
}

// of names the file in what is said of it.
func of(path string, err error) error {
	e := *say.As(err)
	e.Text = say.Text{En: path + ": " + e.Text.En, Ar: say.LTR(path) + ": " + e.Text.Ar}
	return &e
}

func unusable(code, en, ar string) error {
	return &say.Error{Code: "fuse." + code, Kind: say.Invalid, Text: say.Text{En: en, Ar: ar}, Hint: say.Text{
		En: "Nothing was read or written.", Ar: "لم يُقرأ شيء ولم يُكتب شيء.",
	}}
}

// pool is threads that work for the tracker: itself and lanes − 1 others.
type pool struct {
	lanes int
	jobs  chan job
}

type job struct {
	work func(int)
	i    int
	done *sync.WaitGroup
}

func newPool(lanes int) *pool {
	p := &pool{lanes: lanes, jobs: make(chan job)}
	for range lanes - 1 {
		go func() {
			for j := range p.jobs {
				j.work(j.i)
				j.done.Done()
			}
		}()
	}
	return p
}

// run calls work with 0 … n−1 and returns when all are done.
func (p *pool) run(n int, work func(i int)) {
	var done sync.WaitGroup
	done.Add(n - 1)
	for i := 1; i < n; i++ {
		p.jobs <- job{work, i, &done}
	}
	work(0)
	done.Wait()
}

func (p *pool) close() { close(p.jobs) }

// cpuSeconds is the user and system time of this process so far.
func cpuSeconds() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return (time.Duration(u.Utime.Nano()) + time.Duration(u.Stime.Nano())).Seconds()
}

// peakMiB is the largest resident size of this process so far.
func peakMiB() float64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return float64(u.Maxrss) / 1024
}
