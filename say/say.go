package say

import (
	"errors"
	"fmt"
	"strings"
)

// Text is one message in both languages.
type Text struct {
	En string `json:"en"`
	Ar string `json:"ar"`
}

// IsZero reports whether nothing is said.
func (t Text) IsZero() bool { return t == Text{} }

// In gives the message in a language: "ar" for Arabic, else English.
func (t Text) In(lang string) string {
	if lang == "ar" && t.Ar != "" {
		return t.Ar
	}
	return t.En
}

// LTR isolates a number, a km post or a coordinate inside Arabic text, so that
// 371+250 can never show as 250+371 (Unicode UAX #9, U+2066 and U+2069).
func LTR(s string) string { return "\u2066" + s + "\u2069" }

// Fill replaces {name} in both languages by the named values; in Arabic each
// value is isolated left to right unless it contains Arabic letters itself.
func (t Text) Fill(pairs ...string) Text {
	var en, ar []string
	for i := 0; i+1 < len(pairs); i += 2 {
		key := "{" + pairs[i] + "}"
		en = append(en, key, pairs[i+1])
		ar = append(ar, key, isolate(pairs[i+1]))
	}
	return Text{En: strings.NewReplacer(en...).Replace(t.En), Ar: strings.NewReplacer(ar...).Replace(t.Ar)}
}

// FillText replaces {name} by a message: its English in English, its Arabic in
// Arabic, isolated where the message has no Arabic of its own.
func (t Text) FillText(name string, v Text) Text {
	key := "{" + name + "}"
	return Text{En: strings.ReplaceAll(t.En, key, v.En), Ar: strings.ReplaceAll(t.Ar, key, isolate(v.In("ar")))}
}

func isolate(s string) string {
	if s == "" {
		return ""
	}
	for _, r := range s {
		if r >= 0x0600 && r <= 0x06ff {
			return s
		}
	}
	return LTR(s)
}

// Error is an error that a person can act upon.
type Error struct {
	Code  string // for programs: "alert.not_found", stable
	Kind  Kind   // which sort of failure, for status codes
	Text  Text   // what happened and why
	Hint  Text   // what to do next
	Cause error  // for the log, may be nil
}

// Kind sorts errors for callers that must answer with a status.
type Kind uint8

// The sorts of failure.
const (
	Internal    Kind = iota // our fault
	Invalid                 // the input is wrong
	NotFound                // there is no such thing
	Denied                  // not allowed for this person
	Conflict                // not possible in the present state
	Unavailable             // not now: full, locked, starting
)

// Error is the English message with its hint and cause.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Text.En)
	if e.Cause != nil {
		fmt.Fprintf(&b, " (%v)", e.Cause)
	}
	if e.Hint.En != "" {
		b.WriteString(": " + e.Hint.En)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// As gives the Error in err's chain, or wraps err as an Internal one. It gives
// nil for nil.
func As(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Code: "internal", Text: Text{En: "something failed inside Marsad", Ar: "حدث خلل داخل مرصد"}, Cause: err}
}
