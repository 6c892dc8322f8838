package bus

import (
	"context"
	"io/fs"
	"path/filepath"
	"sort"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// The log yields to the record: it never takes the last room on the disk.
const (
	lookEvery = 2 * time.Second
	// leastLog is what the log keeps even on a disk that others fill.
	leastLog = 16 << 20
)

// keepRoom looks at the disk from time to time until the bus closes.
func (b *Bus) keepRoom() {
	defer b.done.Done()
	if b.options.ReadOnly {
		return
	}
	b.forget(time.Now().Add(-b.options.Retention))
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	hour := time.NewTicker(time.Hour)
	defer hour.Stop()
	for {
		select {
		case <-b.stop:
			return
		case now := <-hour.C:
			b.forget(now.Add(-b.options.Retention))
		case <-tick.C:
			free, ok := freeBytes(b.dir)
			if ok {
				b.makeRoom(free)
			}
			if b.broken.Load() && !b.full.Load() {
				b.revive()
			}
		}
	}
}

// forget removes messages that were published before a time.
func (b *Bus) forget(before time.Time) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	first, last, err := b.Range(ctx)
	if err != nil || last < first {
		return
	}
	// The log is in order of publication: halve until the first young one stands.
	young := sort.Search(int(last-first+1), func(i int) bool {
		m, err := b.core.Load().stream.GetMsg(ctx, first+uint64(i))
		return err != nil || !m.Time.Before(before)
	})
	if young == 0 {
		return
	}
	if err := b.core.Load().stream.Purge(ctx, jetstream.WithPurgeSequence(first+uint64(young))); err != nil {
		b.options.Log.Warn("the log could not remove messages past their age", "cause", err)
	}
}

// makeRoom gives up the oldest messages when less than the reserve is free, and
// stops publishing when even that does not help.
func (b *Bus) makeRoom(free int64) {
	b.full.Store(free < b.options.Reserve/4)
	if free >= b.options.Reserve || b.broken.Load() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), lookEvery)
	defer cancel()
	info, err := b.core.Load().stream.Info(ctx)
	if err != nil {
		return
	}
	keep := max(leastLog, int64(info.State.Bytes)-(b.options.Reserve-free)*5/4)
	if keep >= info.Config.MaxBytes || keep >= int64(info.State.Bytes) {
		return
	}
	config := info.Config
	config.MaxBytes = keep
	if _, err := b.core.Load().js.UpdateStream(ctx, config); err != nil {
		return
	}
	b.shrunk.Add(1)
	b.options.Log.Warn("the disk is nearly full: the log gave up its oldest messages", "free", free, "log_bytes", keep)
}

// revive starts the server anew after a write failed, when there is room again.
// What it acknowledged is on disk; readers go on where they were.
func (b *Bus) revive() {
	b.core.Load().close()
	c, err := b.start()
	if err != nil {
		b.options.Log.Error("the log could not be opened again; the next try follows", "cause", err)
		return
	}
	b.core.Store(c)
	b.broken.Store(false)
	b.options.Log.Warn("the log takes messages again")
}

// Shrunk counts how often the log had to give up messages for want of room.
func (b *Bus) Shrunk() uint64 { return b.shrunk.Load() }

// usedBytes of a folder, as far as it can be read.
func usedBytes(dir string) (n int64) {
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // a file that went away takes no room
		}
		if info, err := d.Info(); err == nil {
			n += info.Size()
		}
		return nil
	})
	return n
}
