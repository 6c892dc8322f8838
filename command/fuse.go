package command

import (
	"bytes"
	"encoding/json"
	"os"
	"runtime"
	"syscall"

	"marsad/fuse/recorded"
)

// FuseCmd runs the tracker over a file of detections.
type FuseCmd struct {
	Scenario   string `required:"" type:"existingfile" help:"The scenario (JSON): sensors, scan instants, area."`
	Detections string `required:"" type:"existingfile" help:"The detections (CSV)."`
	Tracks     string `required:"" type:"path" help:"Where to write the tracks (CSV)."`
	Threads    int    `default:"1" help:"How many threads the runtime may use; the tracks are the same with any number."`
}

// FuseReport is the one line that fuse prints.
type FuseReport struct {
	Detections       int     `json:"detections"`
	Scans            int     `json:"scans"`
	CPU              float64 `json:"cpu_s"`
	DetectionsPerCPU float64 `json:"detections_per_cpu_s"`
	PeakRSS          float64 `json:"peak_rss_mib"`
}

// Run writes the tracks instant by instant, each after all sensors of that
// instant and before the next, and prints what it cost.
func (c *FuseCmd) Run(s *Streams) error {
	text, err := os.ReadFile(c.Scenario)
	if err != nil {
		return err
	}
	scenario, err := recorded.ReadScenario(text)
	if err != nil {
		return err
	}
	detections, err := os.ReadFile(c.Detections)
	if err != nil {
		return err
	}
	runtime.GOMAXPROCS(max(1, c.Threads))
	var out bytes.Buffer
	out.WriteString(recorded.Header)
	counts, err := recorded.Run(scenario, detections, recorded.For(scenario), func(_ int, rows []recorded.Row) { recorded.Append(&out, rows) })
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.Tracks, out.Bytes(), 0o644); err != nil {
		return err
	}
	report := FuseReport{Detections: counts.Detections, Scans: counts.Scans}
	var use syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &use) == nil {
		report.CPU = seconds(use.Utime) + seconds(use.Stime)
		report.PeakRSS = float64(use.Maxrss) / 1024
	}
	if report.CPU > 0 {
		report.DetectionsPerCPU = float64(report.Detections) / report.CPU
	}
	return json.NewEncoder(s.Out).Encode(report)
}

func seconds(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
