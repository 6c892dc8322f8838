package pipeline

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// Frozen is the state of all stages after an entry. It no longer changes, so
// that it can be packed while the stages go on.
type Frozen struct {
	head  frozenHead
	parts [nParts][]byte
}

const (
	registryPart = iota
	fuserPart
	assessorPart
	responderPart
	nParts
)

// frozenHead stands before the parts, as one line of JSON.
type frozenHead struct {
	Schema   int         `json:"schema"`
	Sequence uint64      `json:"sequence"`
	Digest   Digest      `json:"digest"`
	Marks    []Mark      `json:"marks"`
	Keyframe uint64      `json:"keyframe,omitempty"`
	Ticked   time.Time   `json:"ticked"`
	Opened   []opened    `json:"opened,omitempty"`
	Lengths  [nParts]int `json:"lengths"` // of the parts, in bytes
}

const frozenSchema = 1

// Sequence of the entry.
func (f *Frozen) Sequence() uint64 { return f.head.Sequence }

// Freeze takes the state of all stages.
func (s *Stages) Freeze() (*Frozen, error) {
	f := &Frozen{head: frozenHead{Schema: frozenSchema, Sequence: s.sequence, Digest: s.digest, Marks: slices.Clone(s.marks),
		Keyframe: s.keyframe, Ticked: s.ticked, Opened: slices.Clone(s.opened)}}
	for i, snapshot := range [nParts]func() ([]byte, error){s.registry.Snapshot, s.fuser.Snapshot, s.assessor.Snapshot, s.responder.Snapshot} {
		var err error
		if f.parts[i], err = snapshot(); err != nil {
			return nil, fmt.Errorf("snapshot of the stages: %w", err)
		}
		f.head.Lengths[i] = len(f.parts[i])
	}
	return f, nil
}

// Pack gives the state as compressed bytes for Restore: one line of JSON, then
// the parts.
func (f *Frozen) Pack() ([]byte, error) {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		return nil, err
	}
	if err := json.NewEncoder(w).Encode(&f.head); err != nil {
		return nil, err
	}
	for _, part := range f.parts {
		if _, err := w.Write(part); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Snapshot is Freeze and Pack.
func (s *Stages) Snapshot() ([]byte, error) {
	f, err := s.Freeze()
	if err != nil {
		return nil, err
	}
	return f.Pack()
}

// maxState bytes of an unpacked snapshot.
const maxState = 1 << 30

// Restore replaces the state by a snapshot's. After an error the stages are
// empty.
func (s *Stages) Restore(snapshot []byte) error {
	if err := s.clear(); err != nil {
		return err
	}
	f, err := unpack(snapshot)
	if err != nil {
		return err
	}
	for i, restore := range [nParts]func([]byte) error{s.registry.Restore, s.fuser.Restore, s.assessor.Restore, s.responder.Restore} {
		if err := restore(f.parts[i]); err != nil {
			return errors.Join(fmt.Errorf("snapshot of the stages: %w", err), s.clear())
		}
	}
	h := &f.head
	s.sequence, s.digest, s.marks, s.keyframe, s.opened, s.ticked = h.Sequence, h.Digest, h.Marks, h.Keyframe, h.Opened, h.Ticked
	return nil
}

func unpack(snapshot []byte) (*Frozen, error) {
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(snapshot)), maxState))
	if err != nil {
		return nil, fmt.Errorf("snapshot of the stages: %w", err)
	}
	head, rest, _ := bytes.Cut(text, []byte{'\n'})
	var f Frozen
	if err := json.Unmarshal(head, &f.head); err != nil {
		return nil, fmt.Errorf("snapshot of the stages: %w", err)
	}
	if f.head.Schema != frozenSchema {
		return nil, fmt.Errorf("snapshot of the stages has schema %d, this program reads %d", f.head.Schema, frozenSchema)
	}
	for i, n := range f.head.Lengths {
		if n < 0 || n > len(rest) {
			return nil, errors.New("snapshot of the stages is cut short")
		}
		f.parts[i], rest = rest[:n], rest[n:]
	}
	if len(rest) != 0 {
		return nil, errors.New("snapshot of the stages has bytes that belong to no stage")
	}
	return &f, nil
}
