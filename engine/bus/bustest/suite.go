package bustest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"marsad/engine/bus"
)

// Log is what an implementation offers.
type Log interface {
	Publish(subject string, data []byte) (bus.Ack, error)
	Read(ctx context.Context, from, to uint64, fn func(sequence uint64, subject string, data []byte) error) error
	Get(ctx context.Context, sequence uint64) (subject string, data []byte, err error)
	Range(ctx context.Context) (first, last uint64, err error)
	Close() error
}

// Run runs the suite; open makes an empty log each time it is called.
func Run(t *testing.T, open func(t *testing.T) Log) {
	for name, test := range map[string]func(*testing.T, Log){
		"an empty log has no messages":                     empty,
		"messages of one goroutine keep their order":       order,
		"many publishers get sequences without a gap":      many,
		"reading begins and ends where it is told":         span,
		"a reader that follows sees what comes":            follow,
		"a reader ends with its function's error":          stops,
		"the bytes may be reused after publishing":         reuse,
		"a message that is not there says so":              missing,
		"a subject outside the log is refused":             outside,
		"binary and empty bytes come back as they went in": binary,
		"two readers do not disturb one another":           twoReaders,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

// Put publishes and waits for the sequence.
func Put(t *testing.T, log Log, subject string, data []byte) uint64 {
	t.Helper()
	ack, err := log.Publish(subject, data)
	if err != nil {
		t.Fatalf("publish: %v", err)
	}
	sequence, err := ack.Wait(within(t))
	if err != nil {
		t.Fatalf("acknowledgement: %v", err)
	}
	return sequence
}

// within bounds what a test may take when something hangs.
func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func empty(t *testing.T, log Log) {
	first, last, err := log.Range(within(t))
	if err != nil || first != 1 || last != 0 {
		t.Fatalf("range = %d, %d, %v; want 1, 0", first, last, err)
	}
	if err := log.Read(within(t), 1, 5, func(uint64, string, []byte) error { return errors.New("there is nothing to read") }); err != nil {
		t.Fatal(err)
	}
}

func order(t *testing.T, log Log) {
	const n = 2000
	acks := make([]bus.Ack, n)
	for i := range acks {
		ack, err := log.Publish("in.scan", fmt.Appendf(nil, "message %d", i))
		if err != nil {
			t.Fatal(err)
		}
		acks[i] = ack
	}
	for i, ack := range acks {
		if sequence, err := ack.Wait(within(t)); err != nil || sequence != uint64(i+1) {
			t.Fatalf("message %d has sequence %d, %v", i, sequence, err)
		}
	}
	i := 0
	err := log.Read(within(t), 1, n, func(sequence uint64, subject string, data []byte) error {
		if want := fmt.Sprintf("message %d", i); sequence != uint64(i+1) || string(data) != want || subject != "in.scan" {
			return fmt.Errorf("read %d %q %q, want %q", sequence, subject, data, want)
		}
		i++
		return nil
	})
	if err != nil || i != n {
		t.Fatalf("read %d of %d messages: %v", i, n, err)
	}
}

func many(t *testing.T, log Log) {
	const publishers, each = 8, 100
	var mu sync.Mutex
	seen := map[uint64]bool{}
	var all sync.WaitGroup
	for range publishers {
		all.Go(func() {
			for range each {
				ack, err := log.Publish("in.x", []byte("x"))
				if err != nil {
					t.Error(err)
					return
				}
				sequence, err := ack.Wait(within(t))
				mu.Lock()
				if err != nil || seen[sequence] {
					t.Errorf("sequence %d, twice: %v, %v", sequence, seen[sequence], err)
				}
				seen[sequence] = true
				mu.Unlock()
			}
		})
	}
	all.Wait()
	for s := uint64(1); s <= publishers*each; s++ {
		if !seen[s] {
			t.Fatalf("sequence %d is missing", s)
		}
	}
}

func span(t *testing.T, log Log) {
	for i := range 20 {
		Put(t, log, "in.x", []byte{byte(i)})
	}
	for _, c := range []struct{ from, to, first, last uint64 }{
		{1, 20, 1, 20}, {5, 9, 5, 9}, {7, 7, 7, 7}, {0, 3, 1, 3}, {18, 99, 18, 20}, {21, 30, 0, 0},
	} {
		var got []uint64
		if err := log.Read(within(t), c.from, c.to, func(sequence uint64, _ string, _ []byte) error { got = append(got, sequence); return nil }); err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
		if c.first == 0 {
			if len(got) != 0 {
				t.Errorf("%+v read %v, want nothing", c, got)
			}
			continue
		}
		if uint64(len(got)) != c.last-c.first+1 || got[0] != c.first || got[len(got)-1] != c.last {
			t.Errorf("%+v read %v", c, got)
		}
	}
}

func follow(t *testing.T, log Log) {
	Put(t, log, "in.x", []byte("before"))
	ctx, cancel := context.WithCancel(within(t))
	got := make(chan string, 10)
	ended := make(chan error, 1)
	go func() {
		ended <- log.Read(ctx, 1, 0, func(_ uint64, _ string, data []byte) error { got <- string(data); return nil })
	}()
	next := func(want string) {
		t.Helper()
		select {
		case m := <-got:
			if m != want {
				t.Fatalf("read %q, want %q", m, want)
			}
		case <-within(t).Done():
			t.Fatalf("%q never came", want)
		}
	}
	next("before")
	Put(t, log, "in.x", []byte("after"))
	next("after")
	Put(t, log, "in.y", []byte("more"))
	next("more")
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Fatalf("the reader ended with %v, want the context's error", err)
	}
}

func stops(t *testing.T, log Log) {
	for range 5 {
		Put(t, log, "in.x", nil)
	}
	enough := errors.New("enough")
	n := 0
	err := log.Read(within(t), 1, 0, func(uint64, string, []byte) error {
		if n++; n == 3 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || n != 3 {
		t.Fatalf("read %d messages and ended with %v", n, err)
	}
}

func reuse(t *testing.T, log Log) {
	b := []byte("first")
	ack, err := log.Publish("in.x", b)
	if err != nil {
		t.Fatal(err)
	}
	copy(b, "XXXXX")
	if _, err := ack.Wait(within(t)); err != nil {
		t.Fatal(err)
	}
	if _, data, err := log.Get(within(t), 1); err != nil || string(data) != "first" {
		t.Fatalf("read %q, %v", data, err)
	}
}

func missing(t *testing.T, log Log) {
	Put(t, log, "in.x", nil)
	for _, s := range []uint64{0, 2, 1 << 40} {
		if _, data, err := log.Get(within(t), s); err == nil {
			t.Errorf("message %d is %q", s, data)
		}
	}
}

func outside(t *testing.T, log Log) {
	ack, err := log.Publish("out.x", nil)
	if err != nil {
		return
	}
	if s, err := ack.Wait(within(t)); err == nil {
		t.Fatalf("message %d was taken under a subject that is not of the log", s)
	}
}

func binary(t *testing.T, log Log) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	big := make([]byte, 1<<20)
	for i, data := range [][]byte{all, {}, big} {
		s := Put(t, log, "in.x", data)
		if _, back, err := log.Get(within(t), s); err != nil || string(back) != string(data) {
			t.Errorf("%d: %d bytes came back for %d: %v", i, len(back), len(data), err)
		}
	}
}

func twoReaders(t *testing.T, log Log) {
	const n = 300
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			next := uint64(1)
			err := log.Read(within(t), 1, 0, func(sequence uint64, _ string, _ []byte) error {
				if sequence != next {
					return fmt.Errorf("read %d, want %d", sequence, next)
				}
				if next++; next > n {
					return errDone
				}
				return nil
			})
			if !errors.Is(err, errDone) {
				t.Error(err)
			}
		})
	}
	for range n {
		Put(t, log, "in.x", []byte("x"))
	}
	both.Wait()
}

var errDone = errors.New("done")
