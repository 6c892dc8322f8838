package pipeline

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"

	"marsad/fuse"
)

// Sum is a SHA-256 that prints as hexadecimal.
type Sum [sha256.Size]byte

// String is the sum in hexadecimal.
func (s Sum) String() string { return hex.EncodeToString(s[:]) }

// MarshalText writes hexadecimal.
func (s Sum) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads hexadecimal.
func (s *Sum) UnmarshalText(b []byte) error {
	if len(b) != 2*len(s) { // hex.Decode trusts that there is room
		return fmt.Errorf("%q is not a SHA-256", b)
	}
	if _, err := hex.Decode(s[:], b); err != nil {
		return fmt.Errorf("%q is not a SHA-256", b)
	}
	return nil
}

// Digest proves what stages gave: a chain of hashes over all revisions of
// tracks, and one over all revisions of alerts and everything else that goes on
// record, in log order. Two runs with equal digests gave the same, bit for bit.
type Digest struct {
	Tracks      Sum    `json:"tracks"`
	Alerts      Sum    `json:"alerts"`
	TrackCount  uint64 `json:"track_count"`  // revisions of tracks so far
	AlertCount  uint64 `json:"alert_count"`  // revisions of alerts
	CaseCount   uint64 `json:"case_count"`   // revisions of cases
	OtherCount  uint64 `json:"other_count"`  // events, notices, health changes, silences, things silenced
	ActionCount uint64 `json:"action_count"` // people's actions, refused ones too
}

// add chains what one step gave. buf is scratch, returned for the next step.
func (d *Digest) add(o *Outputs, buf []byte) []byte {
	if len(o.Tracks) > 0 {
		buf = append(buf[:0], d.Tracks[:]...)
		for i := range o.Tracks {
			buf = appendTrack(buf, &o.Tracks[i])
		}
		d.Tracks = sha256.Sum256(buf)
		d.TrackCount += uint64(len(o.Tracks))
	}
	a, r := &o.Assessed, &o.Responded
	others := len(o.Health) + len(a.Events) + len(a.Suppressed) + len(a.Silences) + len(r.Notices)
	if others+len(a.Alerts)+len(r.Cases)+len(o.Acts) == 0 {
		return buf
	}
	buf = append(buf[:0], d.Alerts[:]...)
	buf = appendAll(buf, 'h', o.Health)
	buf = appendAll(buf, 'a', a.Alerts)
	buf = appendAll(buf, 'e', a.Events)
	buf = appendAll(buf, 'q', a.Suppressed)
	buf = appendAll(buf, 's', a.Silences)
	buf = appendAll(buf, 'c', r.Cases)
	buf = appendAll(buf, 'n', r.Notices)
	for i := range o.Acts {
		buf = appendAll(buf, 'p', []any{o.Acts[i].Acted})
	}
	d.Alerts = sha256.Sum256(buf)
	d.AlertCount += uint64(len(a.Alerts))
	d.CaseCount += uint64(len(r.Cases))
	d.OtherCount += uint64(others)
	d.ActionCount += uint64(len(o.Acts))
	return buf
}

// appendAll appends values in their JSON form, which for the stages' values is
// one text for one value: fields in order, map keys sorted.
func appendAll[T any](buf []byte, tag byte, values []T) []byte {
	for i := range values {
		text, err := json.Marshal(&values[i])
		if err != nil {
			text = []byte(err.Error()) // NaN in a value: a fault, the same in every run
		}
		buf = append(buf, tag)
		buf = binary.LittleEndian.AppendUint32(buf, uint32(len(text)))
		buf = append(buf, text...)
	}
	return buf
}

// appendTrack appends every field of a track, each to its last bit.
func appendTrack(b []byte, t *fuse.Track) []byte {
	le := binary.LittleEndian
	float := func(v float64) { b = le.AppendUint64(b, math.Float64bits(v)) }
	text := func(s string) {
		b = le.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	flag := func(v bool) {
		if v {
			b = append(b, 1)
		} else {
			b = append(b, 0)
		}
	}
	b = append(b, t.ID[:]...)
	b = append(b, byte(t.Status))
	b = le.AppendUint64(b, uint64(t.At.UnixNano()))
	b = le.AppendUint64(b, uint64(t.First.UnixNano()))
	b = le.AppendUint64(b, uint64(t.LastSeen.UnixNano()))
	float(t.Point.Lat)
	float(t.Point.Lon)
	float(t.VE)
	float(t.VN)
	for _, v := range t.Cov {
		float(v)
	}
	float(t.Existence)
	for _, v := range t.Class {
		b = le.AppendUint32(b, math.Float32bits(v))
	}
	float(t.Count)
	text(t.Unit)
	text(t.Was)
	b = le.AppendUint64(b, uint64(t.UnitFix.UnixNano()))
	b = le.AppendUint32(b, uint32(len(t.Sensors)))
	for i := range t.Sensors {
		c := &t.Sensors[i]
		text(string(c.Sensor))
		b = le.AppendUint64(b, uint64(c.Count))
		b = le.AppendUint64(b, uint64(c.Last.UnixNano()))
		n := c.Node
		flag(n != nil)
		if n == nil {
			continue
		}
		text(n.Track)
		flag(n.Joined)
		float(n.Weight)
		flag(n.Ours)
		b = le.AppendUint32(b, uint32(len(n.Lineage)))
		for _, id := range n.Lineage {
			text(id)
		}
	}
	b = append(b, t.Into[:]...)
	b = append(b, t.From[:]...)
	flag(t.Simulated)
	return le.AppendUint64(b, t.Revision)
}
