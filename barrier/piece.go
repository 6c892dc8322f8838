package barrier

import (
	"strings"
	"time"

	"marsad/border"
	"marsad/geo"
	"marsad/ident"
)

// Piece is one stretch of one layer: this wall, from here to there. Pieces of
// one kind may overlap, and lie on both sides of the line.
type Piece struct {
	ID   ident.ID `json:"id"`
	Kind Kind     `json:"kind"`
	Stretch
	State State `json:"state"`
	// Specified is what the drawing asks, Measured what was found; a figure
	// that is not known is zero.
	Specified Dimensions `json:"specified,omitzero"`
	Measured  Dimensions `json:"measured,omitzero"`
	Dates     Dates      `json:"dates,omitzero"`
	// InspectedOn is the day of the last inspection that it passed.
	InspectedOn Day        `json:"inspected_on,omitzero"`
	Unit        string     `json:"unit,omitempty"` // who builds or built it
	Package     ident.ID   `json:"package,omitzero"`
	Cost        Money      `json:"cost,omitzero"`
	Evidence    []Evidence `json:"evidence,omitempty"`
	Note        string     `json:"note,omitempty"`
	// Marks say what the piece is not: "assumed", "simulated", "claimed".
	Marks []string `json:"marks,omitempty"`
}

// Dimensions in metres; the count is of towers, cameras, strands and the like.
type Dimensions struct {
	Height float64 `json:"height,omitzero"`
	Width  float64 `json:"width,omitzero"`
	Depth  float64 `json:"depth,omitzero"`
	// Length is the length as measured in the field, by tape or wheel. It
	// differs from the span's where the piece does not run along the line.
	Length float64 `json:"length,omitzero"`
	Count  int     `json:"count,omitzero"`
}

// Dates of a piece, each zero until it is known.
type Dates struct {
	PlannedStart  Day `json:"planned_start,omitzero"`
	PlannedFinish Day `json:"planned_finish,omitzero"`
	Surveyed      Day `json:"surveyed,omitzero"`
	Started       Day `json:"started,omitzero"`
	Finished      Day `json:"finished,omitzero"`
}

// Money is an amount of a currency by its ISO 4217 code, "IQD".
type Money struct {
	Amount   float64 `json:"amount"`
	Currency string  `json:"currency"`
}

// Evidence is why a fact is believed: a photo, a survey sheet, a delivery note.
// The file itself lies with the record; here is its name and its hash.
type Evidence struct {
	Kind   string    `json:"kind"` // photo, survey, document, measurement
	Ref    string    `json:"ref"`
	SHA256 string    `json:"sha256,omitempty"`
	At     time.Time `json:"at,omitzero"`
	// Where is the position that the camera or the surveyor's device gave.
	Where *geo.Point `json:"where,omitempty"`
	// Nobody says that who stated it looked and that no person is in the picture:
	// such a photo is kept, any other is erased when its time is over.
	Nobody bool   `json:"nobody,omitempty"`
	By     string `json:"by,omitempty"`
	Note   string `json:"note,omitempty"`
}

// Evidence gives the evidence of a fact and where it lies, none for a fact that
// has none.
func (f *Fact) Evidence() ([]Evidence, border.Span) {
	switch {
	case f.Piece != nil:
		return f.Piece.Evidence, f.Piece.Span
	case f.Inspection != nil:
		return f.Inspection.Evidence, f.Inspection.Span
	case f.WeakSpot != nil:
		return f.WeakSpot.Evidence, f.WeakSpot.Span
	case f.Package != nil:
		return f.Package.Evidence, f.Package.Span
	case f.Diary != nil:
		return f.Diary.Photos, f.Diary.Span
	}
	return nil, border.Span{}
}

// hash reports whether a text is a SHA-256 as Marsad writes one.
func hash(s string) bool {
	return len(s) == 64 && !strings.ContainsFunc(s, func(r rune) bool { return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'f') })
}
