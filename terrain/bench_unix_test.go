//go:build unix

package terrain

import (
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// cpu is the processor time that this process has used.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkViewshed is a 20 km disc at 30 m, 1.4 million cells. The last figure
// is gdal_viewshed's own processing over ours in processor time, which a busy
// machine does not change: its call less the same call over a range of one cell.
func BenchmarkViewshed(b *testing.B) {
	d := moderate(1401)
	v := Viewer{Column: 700, Row: 700, Height: 30, TargetHeight: 1.8, Range: 20_000, Refraction: 0.14286}
	begin := cpu(b)
	for b.Loop() {
		if _, err := d.Viewshed(v, false); err != nil {
			b.Fatal(err)
		}
	}
	ours := (cpu(b) - begin).Seconds() / float64(b.N)
	b.ReportMetric(1000*ours, "cpu-ms/op")
	b.ReportMetric(1.396/ours, "Mcells/cpu-s")
	needGDAL(b)
	file := saveDEM(b, d)
	short := v
	short.Range = 30
	theirs := 0.0
	const calls = 7
	for range calls {
		theirs += gdalCPU(b, d, file, v) - gdalCPU(b, d, file, short)
	}
	b.ReportMetric(theirs/calls/ours, "gdal-over-ours")
}

func gdalCPU(b *testing.B, d *DEM, dem string, v Viewer) float64 {
	cmd := exec.Command(needGDAL(b), gdalArguments(d, v, dem, filepath.Join(b.TempDir(), "out.tif"))...)
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("gdal_viewshed: %v\n%s", err, out)
	}
	return (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
}
