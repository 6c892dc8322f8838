package barrier

import (
	"time"

	"marsad/say"
)

// Day is a calendar day in UTC, counted from 1 January 1970. The zero Day means
// that no day was given: nothing on this line was recorded that day.
type Day int

// DayOf is the day of an instant, in UTC.
func DayOf(t time.Time) Day {
	if t.IsZero() {
		return 0
	}
	s := t.Unix()
	d := s / 86400
	if s%86400 < 0 {
		d--
	}
	return Day(d)
}

// Date makes a day.
func Date(year int, month time.Month, day int) Day {
	return DayOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// ParseDay reads "2026-01-31".
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1900 || t.Year() > 2200 {
		return 0, &say.Error{Code: "barrier.day", Kind: say.Invalid,
			Text: say.Text{En: "{day} is not a day", Ar: "{day} ليس تاريخاً"}.Fill("day", s),
			Hint: say.Text{En: "write it as 2026-01-31", Ar: "اكتبه هكذا: " + say.LTR("2026-01-31")}}
	}
	return DayOf(t), nil
}

// Time is the beginning of the day; the zero time for no day.
func (d Day) Time() time.Time {
	if d == 0 {
		return time.Time{}
	}
	return time.Unix(int64(d)*86400, 0).UTC()
}

// Weekday of the day.
func (d Day) Weekday() time.Weekday { return time.Weekday(((int(d)+4)%7 + 7) % 7) }

// String is "2026-01-31", empty for no day.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// MarshalText writes String.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Day) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = 0
		return nil
	}
	parsed, err := ParseDay(string(b))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
