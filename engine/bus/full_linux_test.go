package bus_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"marsad/engine/bus"
)

// A disk that somebody else fills to the last byte: messages are refused with a
// clear error, nothing that was acknowledged is lost, and when there is room
// again the log goes on by itself.
func TestAFullDisk(t *testing.T) {
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=24m"); err != nil {
		t.Skip("a small disk of its own needs the right to mount one: ", err)
	}
	t.Cleanup(func() { syscall.Unmount(disk, syscall.MNT_DETACH) })
	b := open(t, filepath.Join(disk, "log"), bus.Options{Reserve: 4 << 20, MaxBytes: 20 << 20, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	read := make(chan uint64, 10_000)
	go func() {
		_ = b.Read(ctx, 1, 0, func(sequence uint64, _ string, _ []byte) error { read <- sequence; return nil }) // ends with ctx
	}()
	put := func() (uint64, error) {
		ack, err := b.Publish("in.x", make([]byte, 50<<10))
		if err != nil {
			return 0, err
		}
		within, stop := context.WithTimeout(ctx, time.Second)
		defer stop()
		return ack.Wait(within)
	}
	last := uint64(0)
	for range 50 {
		var err error
		if last, err = put(); err != nil {
			t.Fatal(err)
		}
	}
	filler := filepath.Join(disk, "filler")
	f, err := os.Create(filler)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Write(make([]byte, 16<<10))
	}
	f.Close()
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	refused := false
	for !refused && ctx.Err() == nil {
		s, err := put()
		last = max(last, s)
		refused = code(err) == "bus.full"
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	again := uint64(0)
	for again == 0 && ctx.Err() == nil {
		if again, err = put(); err != nil {
			time.Sleep(50 * time.Millisecond)
		}
	}
	if !refused || again <= last {
		t.Fatalf("refused %v; the message after is %d, the one before was %d", refused, again, last)
	}
	for next := uint64(1); next <= again; next++ {
		select {
		case s := <-read:
			if s != next {
				t.Fatalf("read %d, want %d", s, next)
			}
		case <-ctx.Done():
			t.Fatalf("message %d of %d was never read", next, again)
		}
	}
}
