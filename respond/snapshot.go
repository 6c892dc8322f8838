package respond

import (
	"encoding/json"
	"fmt"
	"sort"
	"time"

	"marsad/assess"
	"marsad/say"
)

// Schema is the version of the snapshot's form.
const Schema = 1

type image struct {
	Schema   int              `json:"schema"`
	Now      time.Time        `json:"now"`
	Ordinal  uint64           `json:"ordinal"`
	Cases    []*Case          `json:"cases"` // in order of opening
	Units    []*unitState     `json:"units"`
	Answers  []answer         `json:"answers"` // oldest first
	Declared []Action         `json:"declared"`
	Silences []assess.Silence `json:"silences"`
}

// Snapshot gives the whole state. Restoring it and stepping on equals stepping
// on without it.
func (r *Responder) Snapshot() ([]byte, error) {
	im := image{Schema: Schema, Now: r.now, Ordinal: r.ordinal, Units: r.units, Silences: r.silences}
	for _, id := range r.order {
		im.Cases = append(im.Cases, r.cases[id])
	}
	for _, id := range r.answered {
		im.Answers = append(im.Answers, r.answers[id])
	}
	for _, a := range r.declared {
		im.Declared = append(im.Declared, a)
	}
	sort.Slice(im.Declared, func(i, j int) bool { return im.Declared[i].ID.String() < im.Declared[j].ID.String() })
	return json.Marshal(im)
}

// Restore replaces the state by a snapshot's. On an error nothing is changed.
func (r *Responder) Restore(b []byte) error {
	var im image
	if err := json.Unmarshal(b, &im); err != nil {
		return snapshotError("it cannot be read", err)
	}
	if im.Schema != Schema {
		return snapshotError(fmt.Sprintf("its schema is %d, this program reads %d", im.Schema, Schema), nil)
	}
	for _, c := range im.Cases {
		if c == nil || c.Alert.ID.IsZero() {
			return snapshotError("a case has no id", nil)
		}
	}
	r.clear()
	r.now, r.ordinal, r.silences = im.Now, im.Ordinal, im.Silences
	for _, c := range im.Cases {
		r.cases[c.Alert.ID] = c
		r.order = append(r.order, c.Alert.ID)
	}
	for _, u := range im.Units {
		if u == nil {
			continue
		}
		if mine := r.unit(u.ID); mine != nil {
			mine.At, mine.Point = u.At, u.Point
		}
	}
	for _, a := range im.Answers {
		r.remember(a)
	}
	for _, a := range im.Declared {
		r.declared[assess.HandID(a.ID, a.At)] = a
	}
	r.occupy()
	return nil
}

func snapshotError(why string, cause error) error {
	return &say.Error{Code: "respond.snapshot", Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: "the snapshot of respond does not fit: " + why, Ar: "لقطة مرحلة الاستجابة غير صالحة: " + why},
		Hint: say.Text{En: "start from the beginning of the log", Ar: "ابدأ من أول السجل"}}
}
