package past

import (
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io"
	"slices"
	"time"

	"marsad/engine/picture"
	"marsad/ident"
	"marsad/sense"
)

// frame is one moment on disk: a whole picture, or what changed since the frame
// before it.
type frame struct {
	Whole    bool              `json:"whole,omitempty"`
	Revision uint64            `json:"revision"`
	Now      time.Time         `json:"now"`
	Tracks   []*picture.Track  `json:"tracks,omitempty"`
	Alerts   []*picture.Alert  `json:"alerts,omitempty"`
	Sensors  []*picture.Sensor `json:"sensors,omitempty"`
	Units    []*picture.Unit   `json:"units,omitempty"`
	Gone     picture.Gone      `json:"gone,omitzero"`
	Counts   picture.Counts    `json:"counts"`
}

func wholeFrame(v *picture.Version) *frame {
	return &frame{Whole: true, Revision: v.Revision, Now: v.Now, Tracks: v.Tracks, Alerts: v.Alerts, Sensors: v.Sensors, Units: v.Units, Counts: v.Counts}
}

func deltaFrame(v *picture.Version, d *picture.Delta) *frame {
	return &frame{Revision: v.Revision, Now: v.Now, Tracks: d.Tracks, Alerts: d.Alerts, Sensors: d.Sensors, Units: d.Units, Gone: d.Gone, Counts: v.Counts}
}

// A frame on disk: length and CRC-32 of what follows, both little-endian, then
// JSON packed with DEFLATE.
const headerSize = 8

// maxFrame bounds what a broken length can make the reader take in.
const maxFrame = 64 << 20

var errCut = errors.New("a frame is cut short or broken")

func (f *frame) encode() ([]byte, error) {
	var b bytes.Buffer
	b.Write(make([]byte, headerSize))
	z, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		return nil, err
	}
	if err := json.NewEncoder(z).Encode(f); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	out := b.Bytes()
	binary.LittleEndian.PutUint32(out, uint32(len(out)-headerSize))
	binary.LittleEndian.PutUint32(out[4:], crc32.ChecksumIEEE(out[headerSize:]))
	return out, nil
}

// readFrame reads the next frame: io.EOF at the end, errCut for one that is not
// whole.
func readFrame(r io.Reader) (*frame, error) {
	var head [headerSize]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		return nil, errCut
	}
	size := binary.LittleEndian.Uint32(head[:])
	if size > maxFrame {
		return nil, errCut
	}
	var packed bytes.Buffer
	if n, err := io.CopyN(&packed, r, int64(size)); err != nil || n != int64(size) {
		return nil, errCut
	}
	if crc32.ChecksumIEEE(packed.Bytes()) != binary.LittleEndian.Uint32(head[4:]) {
		return nil, errCut
	}
	f := &frame{}
	if err := json.NewDecoder(io.LimitReader(flate.NewReader(&packed), 8*maxFrame)).Decode(f); err != nil {
		return nil, errCut
	}
	return f, nil
}

// state is a picture that frames are laid onto.
type state struct {
	revision uint64
	now      time.Time
	tracks   map[ident.ID]*picture.Track
	alerts   map[ident.ID]*picture.Alert
	sensors  map[sense.SensorID]*picture.Sensor
	units    map[string]*picture.Unit
	counts   picture.Counts
}

func newState() *state {
	return &state{tracks: map[ident.ID]*picture.Track{}, alerts: map[ident.ID]*picture.Alert{}, sensors: map[sense.SensorID]*picture.Sensor{}, units: map[string]*picture.Unit{}}
}

func (s *state) lay(f *frame) {
	s.revision, s.now, s.counts = f.Revision, f.Now, f.Counts
	for _, id := range f.Gone.Tracks {
		delete(s.tracks, id)
	}
	for _, id := range f.Gone.Alerts {
		delete(s.alerts, id)
	}
	for _, id := range f.Gone.Sensors {
		delete(s.sensors, id)
	}
	for _, id := range f.Gone.Units {
		delete(s.units, id)
	}
	for _, r := range f.Tracks {
		if r != nil {
			s.tracks[r.ID] = r
		}
	}
	for _, r := range f.Alerts {
		if r != nil {
			s.alerts[r.Case.Alert.ID] = r
		}
	}
	for _, r := range f.Sensors {
		if r != nil {
			s.sensors[r.ID] = r
		}
	}
	for _, r := range f.Units {
		if r != nil {
			s.units[r.ID] = r
		}
	}
}

func compareID(a, b ident.ID) int { return bytes.Compare(a[:], b[:]) }

// version gives the state as a version of the picture, rows in order of their id.
func (s *state) version() *picture.Version {
	return &picture.Version{Revision: s.revision, Now: s.now, Counts: s.counts,
		Tracks:  inOrder(s.tracks, compareID),
		Alerts:  inOrder(s.alerts, compareID),
		Sensors: inOrder(s.sensors, cmp.Compare[sense.SensorID]),
		Units:   inOrder(s.units, cmp.Compare[string]),
	}
}

func inOrder[K comparable, R any](rows map[K]*R, compare func(a, b K) int) []*R {
	keys := make([]K, 0, len(rows))
	for k := range rows {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, compare)
	out := make([]*R, len(keys))
	for i, k := range keys {
		out[i] = rows[k]
	}
	return out
}
