package pipeline

import (
	"sync"
	"sync/atomic"
	"time"

	"marsad/say"
	"marsad/sense"
)

// Counters of the pipeline, for the metrics and for doctor. All may be read at
// any time.
type Counters struct {
	Received  atomic.Uint64 // scans that adapters delivered
	Logged    atomic.Uint64 // entries that the log took
	Stepped   atomic.Uint64 // entries that stages saw in this run
	Scans     atomic.Uint64 // scans among them
	Shed      atomic.Uint64 // scans shed by overload
	Late      atomic.Uint64 // scans that came after the roll-back window
	Refused   atomic.Uint64 // inputs refused
	Bad       atomic.Uint64 // log entries that could not be read
	Batches   atomic.Uint64 // transactions committed
	Failures  atomic.Uint64 // commits that failed and were tried again
	Differ    atomic.Uint64 // marks in the log that a second step did not reach: never, unless something is broken
	Waiting   atomic.Int64  // inputs that wait for the log
	InFlight  atomic.Int64  // entries on the log that stages have not seen
	Unsaved   atomic.Int64  // outputs that wait for the disk
	Sequence  atomic.Uint64 // of the last entry stepped
	Committed atomic.Uint64 // cursor of the last batch on disk
	Degraded  atomic.Bool   // the record does not take anything at present

	// Latency from a scan's arrival to the first picture that used it, and
	// Commit from a step to its batch on disk.
	Latency Histogram
	Commit  Histogram

	mu       sync.Mutex
	byCode   map[string]uint64
	refusals []Refusal // ring of the newest
	next     int
}

// Refusal of an input.
type Refusal struct {
	At     time.Time // wall clock
	Sensor sense.SensorID
	Error  *say.Error
}

const keepRefusals = 64

func (c *Counters) refuse(id sense.SensorID, err error) {
	c.Refused.Add(1)
	e := say.As(err)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byCode == nil {
		c.byCode = map[string]uint64{}
	}
	c.byCode[e.Code]++
	r := Refusal{At: time.Now(), Sensor: id, Error: e}
	if len(c.refusals) < keepRefusals {
		c.refusals = append(c.refusals, r)
		return
	}
	c.refusals[c.next] = r
	c.next = (c.next + 1) % keepRefusals
}

// Refusals gives the count by code and the newest refusals, oldest first.
func (c *Counters) Refusals() (byCode map[string]uint64, newest []Refusal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	byCode = make(map[string]uint64, len(c.byCode))
	for k, v := range c.byCode {
		byCode[k] = v
	}
	return byCode, append(append([]Refusal(nil), c.refusals[c.next:]...), c.refusals[:c.next]...)
}

// Histogram counts durations in buckets that grow by a quarter, from half a
// millisecond to two minutes. The zero value is ready.
type Histogram struct {
	counts [histogramBuckets]atomic.Uint64
	sum    atomic.Int64
}

const histogramBuckets = 56

// bounds of the buckets: durations up to and including bounds[i].
var bounds = func() (b [histogramBuckets]time.Duration) {
	at := 500e3
	for i := range b {
		b[i] = time.Duration(at)
		at *= 1.25
	}
	return b
}()

// Observe counts a duration. Longer ones than the last bound are counted there.
func (h *Histogram) Observe(d time.Duration) {
	h.sum.Add(int64(d))
	lo, hi := 0, histogramBuckets-1
	for lo < hi {
		if mid := (lo + hi) / 2; d <= bounds[mid] {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	h.counts[lo].Add(1)
}

// Quantile gives the upper bound of the bucket in which a share of the
// durations ends, 0 where nothing was counted.
func (h *Histogram) Quantile(share float64) time.Duration {
	total := uint64(0)
	var counts [histogramBuckets]uint64
	for i := range h.counts {
		counts[i] = h.counts[i].Load()
		total += counts[i]
	}
	if total == 0 {
		return 0
	}
	want, n := uint64(share*float64(total)), uint64(0)
	for i, c := range counts {
		if n += c; n > want || n == total {
			return bounds[i]
		}
	}
	return bounds[histogramBuckets-1]
}

// Buckets gives the histogram as Prometheus wants it: how many durations were
// at most so many seconds, their number and their sum in seconds.
func (h *Histogram) Buckets() (cumulative map[float64]uint64, count uint64, sum float64) {
	cumulative = make(map[float64]uint64, histogramBuckets)
	for i := range h.counts {
		count += h.counts[i].Load()
		cumulative[bounds[i].Seconds()] = count
	}
	return cumulative, count, time.Duration(h.sum.Load()).Seconds()
}
