package assess

import (
	"encoding/json"
	"fmt"
	"sort"
	"time"

	"marsad/geo"
	"marsad/ident"
	"marsad/say"
	"marsad/sense"
)

// Schema is the version of the snapshot's form.
const Schema = 1

// image is the whole state, lists in a fixed order so that the same state
// gives the same bytes.
type image struct {
	Schema     int               `json:"schema"`
	Now        time.Time         `json:"now"`
	Ticked     time.Time         `json:"ticked,omitzero"`
	Ordinal    uint64            `json:"ordinal"`
	Movers     []*mover          `json:"movers"`
	Things     []*thing          `json:"things"`
	Members    []membership      `json:"members"`
	Fixes      []fixImage        `json:"fixes"`
	Sensors    []*watched        `json:"sensors"`
	Touched    []touchImage      `json:"touched"`
	Silences   []Silence         `json:"silences"`
	Suppressed []suppressedImage `json:"suppressed"`
}

type membership struct {
	Track ident.ID `json:"track"`
	Alert ident.ID `json:"alert"`
}

type fixImage struct {
	Unit  string    `json:"unit"`
	Fix   time.Time `json:"fix"`
	Point geo.Point `json:"point"`
	Woke  time.Time `json:"woke,omitzero"`
	Fault time.Time `json:"fault,omitzero"`
}

type touchImage struct {
	ID    sense.SensorID `json:"id"`
	Touch *touch         `json:"touch"`
}

type suppressedImage struct {
	Key   suppressedKey `json:"key"`
	Value Suppressed    `json:"value"`
}

// Snapshot gives the whole state. Restoring it and stepping on equals stepping
// on without it.
func (a *Assessor) Snapshot() ([]byte, error) {
	im := image{Schema: Schema, Now: a.now, Ticked: a.ticked, Ordinal: a.ordinal, Things: a.things, Silences: a.silences}
	for _, m := range a.movers {
		im.Movers = append(im.Movers, m)
	}
	sort.Slice(im.Movers, func(i, j int) bool { return less(im.Movers[i].id(), im.Movers[j].id()) })
	for id, th := range a.member {
		im.Members = append(im.Members, membership{id, th.Alert.ID})
	}
	sort.Slice(im.Members, func(i, j int) bool { return less(im.Members[i].Track, im.Members[j].Track) })
	for _, p := range a.patrols {
		im.Fixes = append(im.Fixes, fixImage{p.Unit, p.Fix, p.Point, p.woke, p.fault})
	}
	for _, id := range sortedSensors(a.sensors) {
		im.Sensors = append(im.Sensors, a.sensors[id])
	}
	for _, id := range sortedSensors(a.touched) {
		im.Touched = append(im.Touched, touchImage{id, a.touched[id]})
	}
	for k, s := range a.suppressed {
		im.Suppressed = append(im.Suppressed, suppressedImage{k, *s})
	}
	sort.Slice(im.Suppressed, func(i, j int) bool { return less(im.Suppressed[i].Value.ID, im.Suppressed[j].Value.ID) })
	return json.Marshal(im)
}

// Restore replaces the state by a snapshot's. On an error nothing is changed.
func (a *Assessor) Restore(b []byte) error {
	var im image
	if err := json.Unmarshal(b, &im); err != nil {
		return snapshotError("it cannot be read", err)
	}
	if im.Schema != Schema {
		return snapshotError(fmt.Sprintf("its schema is %d, this program reads %d", im.Schema, Schema), nil)
	}
	byID := map[ident.ID]*thing{}
	for _, th := range im.Things {
		if th == nil {
			return snapshotError("it names no thing", nil)
		}
		byID[th.Alert.ID] = th
	}
	for _, ms := range im.Members {
		if byID[ms.Alert] == nil {
			return snapshotError("a track belongs to an alert that is not there", nil)
		}
	}
	for _, m := range im.Movers {
		if m == nil {
			return snapshotError("it names no track", nil)
		}
	}
	a.clear()
	a.now, a.ticked, a.ordinal, a.things, a.silences = im.Now, im.Ticked, im.Ordinal, im.Things, im.Silences
	for _, m := range im.Movers {
		if m.Since == nil {
			m.Since = map[string]time.Time{}
		}
		a.movers[m.id()] = m
		a.encell(m)
	}
	for _, ms := range im.Members {
		a.member[ms.Track] = byID[ms.Alert]
	}
	for _, f := range im.Fixes {
		for _, p := range a.patrols {
			if p.Unit == f.Unit {
				p.Fix, p.Point, p.woke, p.fault = f.Fix, f.Point, f.Woke, f.Fault
			}
		}
	}
	for _, w := range im.Sensors {
		if w != nil {
			a.sensors[w.Sensor.ID] = w
		}
	}
	for _, t := range im.Touched {
		if t.Touch != nil {
			a.touched[t.ID] = t.Touch
		}
	}
	for _, s := range im.Suppressed {
		v := s.Value
		a.suppressed[s.Key] = &v
	}
	return nil
}

func snapshotError(why string, cause error) error {
	return &say.Error{Code: "assess.snapshot", Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: "the snapshot of assess does not fit: " + why, Ar: "لقطة مرحلة التقييم غير صالحة: " + why},
		Hint: say.Text{En: "start from the beginning of the log", Ar: "ابدأ من أول السجل"}}
}

// forget drops what no rule looks back to: touches and counts of the day before.
func (a *Assessor) forget() {
	for id, t := range a.touched {
		if n := len(t.Hits); n > 0 && a.now.Sub(t.Hits[n-1].At) > time.Hour {
			delete(a.touched, id)
		}
	}
	for k, s := range a.suppressed {
		if a.now.Sub(s.Last) > 24*time.Hour {
			delete(a.suppressed, k)
		}
	}
}
