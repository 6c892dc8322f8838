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
}

// Run reads, tracks and writes, and prints one JSON line.
func (c *FuseCmd) Run(s *Streams) error {
	before := cpuSeconds()
	b, err := os.ReadFile(c.Scenario)
	if err != nil {
		return err
	}
	scenario, err := recorded.ReadScenario(b)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Scenario, err)
	}
	detections, err := os.ReadFile(c.Detections)
	if err != nil {
		return err
	}
	file, err := os.Create(c.Tracks)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(file, 1<<16)
	var rows bytes.Buffer
	rows.WriteString(recorded.Header)
	cfg := recorded.For(scenario)
	if c.Threads > 1 {
		pool := newPool(min(c.Threads, 64))
		defer pool.close()
		cfg.Threads, cfg.Parallel = pool.lanes, pool.run
	}
	n, err := recorded.Run(scenario, detections, cfg, func(_ int, r []recorded.Row) {
		recorded.Append(&rows, r)
		_, _ = w.Write(rows.Bytes()) // bufio keeps the first error for Flush
		rows.Reset()
	})
	if err == nil {
		err = w.Flush()
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("%s: %w", c.Detections, err)
	}
	sum := fuseSummary{Detections: n.Detections, Scans: n.Scans, CPU: cpuSeconds() - before, PeakRSS: peakMiB()}
	if sum.CPU > 0 {
		sum.PerCPU = float64(n.Detections) / sum.CPU
	}
	return json.NewEncoder(s.Out).Encode(sum)
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
