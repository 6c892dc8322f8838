//go:build !unix

package pipeline

// cpuSeconds is not known here.
func cpuSeconds() float64 { return 0 }
