package bus

import (
	"bytes"
	"context"
	"strings"
	"sync"

	"marsad/say"
)

// Memory is the log without a disk, for drills and tests: the same guarantees
// as Bus, for as long as the process lives.
type Memory struct {
	mu       sync.Mutex
	first    uint64
	messages []message
	most     int
	grown    chan struct{} // closed and replaced when a message arrives
	closed   bool
}

type message struct {
	subject string
	data    []byte
}

// NewMemory makes an empty log that keeps the newest `most` messages, all of
// them for 0.
func NewMemory(most int) *Memory {
	return &Memory{first: 1, most: most, grown: make(chan struct{})}
}

// Publish appends a copy of the bytes.
func (m *Memory) Publish(subject string, data []byte) (Ack, error) {
	if !strings.HasPrefix(subject, "in.") {
		return nil, unwritten(errSubject(subject))
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return nil, unwritten(context.Canceled)
	}
	sequence := m.first + uint64(len(m.messages))
	m.messages = append(m.messages, message{subject, bytes.Clone(data)})
	// Cut in steps of a quarter, so that the copy is rare.
	if m.most > 0 && len(m.messages) > m.most+m.most/4 {
		cut := len(m.messages) - m.most
		m.messages = append([]message(nil), m.messages[cut:]...)
		m.first += uint64(cut)
	}
	close(m.grown)
	m.grown = make(chan struct{})
	return known(sequence), nil
}

type known uint64

func (k known) Wait(context.Context) (uint64, error) { return uint64(k), nil }

// Read is Bus.Read.
func (m *Memory) Read(ctx context.Context, from, to uint64, fn func(sequence uint64, subject string, data []byte) error) error {
	first, last, err := m.Range(ctx)
	if err != nil {
		return err
	}
	next := max(from, first)
	if to != 0 {
		if to = min(to, last); next > to {
			return nil
		}
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		m.mu.Lock()
		next = max(next, m.first)
		var found message
		at, ok := int(next-m.first), false
		if at < len(m.messages) {
			found, ok = m.messages[at], true
		}
		grown, closed := m.grown, m.closed
		m.mu.Unlock()
		if closed {
			return unreadable(context.Canceled)
		}
		if !ok {
			select {
			case <-grown:
				continue
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if to != 0 && next > to {
			return nil
		}
		if err := fn(next, found.subject, bytes.Clone(found.data)); err != nil {
			return err
		}
		if next == to {
			return nil
		}
		next++
	}
}

// Get is Bus.Get.
func (m *Memory) Get(_ context.Context, sequence uint64) (subject string, data []byte, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if sequence < m.first || sequence-m.first >= uint64(len(m.messages)) {
		return "", nil, missing(sequence)
	}
	found := m.messages[sequence-m.first]
	return found.subject, bytes.Clone(found.data), nil
}

// Range is Bus.Range.
func (m *Memory) Range(context.Context) (first, last uint64, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return 0, 0, &say.Error{Code: "bus.closed", Kind: say.Unavailable, Text: say.Text{En: "the log is closed", Ar: "سجل البيانات مغلق"}}
	}
	return m.first, m.first + uint64(len(m.messages)) - 1, nil
}

// Close ends all readers.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.closed {
		m.closed = true
		close(m.grown)
		m.grown = make(chan struct{})
	}
	return nil
}
