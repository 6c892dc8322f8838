package bus_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"marsad/engine/bus"
	"marsad/engine/bus/bustest"
	"marsad/say"
)

func open(t testing.TB, dir string, o bus.Options) *bus.Bus {
	t.Helper()
	b, err := bus.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func TestBus(t *testing.T) {
	bustest.Run(t, func(t *testing.T) bustest.Log { return open(t, t.TempDir(), bus.Options{MaxBytes: 1 << 28}) })
}

func TestMemory(t *testing.T) {
	bustest.Run(t, func(*testing.T) bustest.Log { return bus.NewMemory(0) })
}

func code(err error) string {
	var e *say.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func TestWhatWasAcknowledgedIsThereAfterARestart(t *testing.T) {
	dir := t.TempDir()
	b := open(t, dir, bus.Options{MaxBytes: 1 << 28})
	for i := range 500 {
		bustest.Put(t, b, "in.x", fmt.Append(nil, i))
	}
	b.Close()
	b = open(t, dir, bus.Options{MaxBytes: 1 << 28})
	n := 0
	if err := b.Read(context.Background(), 1, 1000, func(sequence uint64, _ string, data []byte) error {
		if string(data) != fmt.Sprint(n) {
			return fmt.Errorf("message %d is %q", sequence, data)
		}
		n++
		return nil
	}); err != nil || n != 500 {
		t.Fatalf("read %d of 500: %v", n, err)
	}
	if s := bustest.Put(t, b, "in.x", nil); s != 501 {
		t.Fatalf("the next message has sequence %d, want 501", s)
	}
}

func TestTwoOnOneFolder(t *testing.T) {
	dir := t.TempDir()
	open(t, dir, bus.Options{})
	if _, err := bus.Open(dir, bus.Options{}); code(err) != "bus.locked" {
		t.Fatalf("the second one: %v", err)
	}
	if _, err := bus.Open(dir, bus.Options{ReadOnly: true}); code(err) != "bus.locked" {
		t.Fatalf("a reader beside a running one: %v", err)
	}
}

func TestAFileInTheWay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := bus.Open(path, bus.Options{}); code(err) != "bus.unusable" {
		t.Fatalf("got %v", err)
	}
}

func TestReadOnly(t *testing.T) {
	dir := t.TempDir()
	if _, err := bus.Open(dir, bus.Options{ReadOnly: true}); code(err) != "bus.none" {
		t.Fatalf("an empty folder: %v", err)
	}
	b := open(t, dir, bus.Options{})
	bustest.Put(t, b, "in.x", []byte("kept"))
	b.Close()
	time.Sleep(20 * time.Millisecond)
	// A retention that would take everything must take nothing from a reader.
	b = open(t, dir, bus.Options{ReadOnly: true, Retention: time.Millisecond})
	if _, data, err := b.Get(context.Background(), 1); err != nil || string(data) != "kept" {
		t.Fatalf("read %q, %v", data, err)
	}
	if _, err := b.Publish("in.x", nil); code(err) != "bus.read_only" {
		t.Fatalf("publishing: %v", err)
	}
}

func TestAgeTakesTheOldest(t *testing.T) {
	dir := t.TempDir()
	b := open(t, dir, bus.Options{})
	for range 100 {
		bustest.Put(t, b, "in.x", []byte("old"))
	}
	time.Sleep(50 * time.Millisecond)
	middle := time.Now()
	for range 10 {
		bustest.Put(t, b, "in.x", []byte("young"))
	}
	b.Forget(middle)
	first, last, err := b.Range(context.Background())
	if err != nil || first != 101 || last != 110 {
		t.Fatalf("the log holds %d to %d, %v; want 101 to 110", first, last, err)
	}
	b.Forget(time.Now().Add(time.Hour))
	if first, last, err = b.Range(context.Background()); err != nil || first != 111 || last != 110 {
		t.Fatalf("the emptied log holds %d to %d, %v; want 111 to 110", first, last, err)
	}
	if s := bustest.Put(t, b, "in.x", nil); s != 111 {
		t.Fatalf("sequence %d was used again", s)
	}
}

func TestANewLogBeginsBeyondTheRecord(t *testing.T) {
	b := open(t, t.TempDir(), bus.Options{First: 5001})
	if first, last, err := b.Range(context.Background()); err != nil || first != 5001 || last != 5000 {
		t.Fatalf("range %d, %d, %v", first, last, err)
	}
	if s := bustest.Put(t, b, "in.x", nil); s != 5001 {
		t.Fatalf("the first message has sequence %d", s)
	}
}

func TestSizeTakesTheOldest(t *testing.T) {
	b := open(t, t.TempDir(), bus.Options{MaxBytes: 1 << 20})
	data := make([]byte, 64<<10)
	for range 64 {
		bustest.Put(t, b, "in.x", data)
	}
	first, last, err := b.Range(context.Background())
	if err != nil || first == 1 || last != 64 {
		t.Fatalf("the log holds %d to %d, %v", first, last, err)
	}
}

func TestTheLogYieldsToTheRecord(t *testing.T) {
	b := open(t, t.TempDir(), bus.Options{Reserve: 1 << 30})
	data := make([]byte, 1<<20)
	for range 40 {
		bustest.Put(t, b, "in.x", data)
	}
	b.MakeRoom(1<<30 - 16<<20) // 16 MB too little
	first, last, err := b.Range(context.Background())
	if err != nil || first == 1 || last != 40 || b.Shrunk() != 1 {
		t.Fatalf("the log holds %d to %d after %d cuts, %v", first, last, b.Shrunk(), err)
	}
	bustest.Put(t, b, "in.x", nil)
	b.MakeRoom(1 << 27) // an eighth of the reserve
	if _, err := b.Publish("in.x", nil); code(err) != "bus.full" {
		t.Fatalf("publishing on a full disk: %v", err)
	}
	b.MakeRoom(2 << 30)
	bustest.Put(t, b, "in.x", nil)
}

// A log whose files lost what their index knows is said to be damaged, by the
// message: nobody waits for it for ever.
func TestALogThatLostItsEnd(t *testing.T) {
	dir := t.TempDir()
	b := open(t, dir, bus.Options{MaxBytes: 1 << 28})
	data := make([]byte, 4<<10)
	for range 200 {
		bustest.Put(t, b, "in.x", data)
	}
	b.Close()
	files, err := filepath.Glob(filepath.Join(dir, "jetstream", "*", "streams", "in", "msgs", "*.blk"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	last := files[len(files)-1]
	info, err := os.Stat(last)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(last, info.Size()/2); err != nil {
		t.Fatal(err)
	}
	b = open(t, dir, bus.Options{MaxBytes: 1 << 28})
	first, end, err := b.Range(t.Context())
	if err != nil || first != 1 || end == 0 {
		t.Fatal(first, end, err)
	}
	n := uint64(0)
	err = b.Read(t.Context(), 1, end, func(sequence uint64, _ string, _ []byte) error { n = sequence; return nil })
	if n < 50 || n > 120 {
		t.Errorf("%d of 200 messages were read of a file that lost half", n)
	}
	if (end > n) != (code(err) == "bus.damaged") {
		t.Errorf("the log says that it goes to %d, %d were read: %v", end, n, err)
	}
	bustest.Put(t, b, "in.x", data) // and it goes on
}

// A reader whose work stands still for long is forgotten by the server, and goes
// on all the same; so does one whose connection breaks.
func TestAReaderThatPauses(t *testing.T) {
	b := open(t, t.TempDir(), bus.Options{})
	b.ForgetReaders(200 * time.Millisecond)
	const n = 3000
	for range n {
		bustest.Put(t, b, "in.x", nil)
	}
	next := uint64(1)
	err := b.Read(context.Background(), 1, n, func(sequence uint64, _ string, _ []byte) error {
		if sequence != next {
			return fmt.Errorf("read %d, want %d", sequence, next)
		}
		next++
		switch sequence {
		case 700:
			time.Sleep(time.Second)
		case 1800:
			return b.Drop()
		}
		return nil
	})
	if err != nil || next != n+1 {
		t.Fatalf("read up to %d of %d: %v", next-1, n, err)
	}
}

func TestMemoryKeepsTheNewest(t *testing.T) {
	m := bus.NewMemory(100)
	for i := range 1000 {
		if s := bustest.Put(t, m, "in.x", nil); s != uint64(i+1) {
			t.Fatalf("message %d has sequence %d", i, s)
		}
	}
	first, last, _ := m.Range(context.Background())
	if last != 1000 || last-first+1 < 100 || last-first+1 > 125 {
		t.Fatalf("keeps %d to %d", first, last)
	}
}

// BenchmarkPublish prints the cost of a scan of 250 bytes on its way into the log.
func BenchmarkPublish(b *testing.B) {
	log := open(b, b.TempDir(), bus.Options{MaxBytes: 1 << 30})
	data := make([]byte, 250)
	acks := make(chan bus.Ack, 1024)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for a := range acks {
			if _, err := a.Wait(context.Background()); err != nil {
				b.Error(err)
			}
		}
	}()
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		a, err := log.Publish("in.scan", data)
		if err != nil {
			b.Fatal(err)
		}
		acks <- a
	}
	close(acks)
	<-done
	b.StopTimer()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.Sys)/1e6, "MB-sys")
}

// BenchmarkRead prints the cost of reading it back.
func BenchmarkRead(b *testing.B) {
	log := open(b, b.TempDir(), bus.Options{MaxBytes: 1 << 30})
	data := make([]byte, 250)
	var last bus.Ack
	for range b.N {
		a, err := log.Publish("in.scan", data)
		if err != nil {
			b.Fatal(err)
		}
		last = a
	}
	if _, err := last.Wait(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	n := 0
	if err := log.Read(context.Background(), 1, uint64(b.N), func(uint64, string, []byte) error { n++; return nil }); err != nil || n != b.N {
		b.Fatalf("read %d of %d: %v", n, b.N, err)
	}
}
