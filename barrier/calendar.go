package barrier

import (
	"slices"
	"time"

	"marsad/say"
)

// DefaultCalendar works from Sunday to Thursday and knows no holidays: those of
// the lunar calendar are proclaimed, and must be entered.
var DefaultCalendar = Calendar{
	Name:    say.Text{En: "Friday and Saturday off, holidays not entered", Ar: "عطلة الجمعة والسبت، دون إدخال العطل الرسمية"},
	Weekend: []time.Weekday{time.Friday, time.Saturday},
}

// Works reports whether a day is worked.
func (c *Calendar) Works(d Day) bool {
	return !slices.Contains(c.Weekend, d.Weekday()) &&
		!slices.ContainsFunc(c.Holidays, func(h Holiday) bool { return h.From <= d && d <= max(h.To, h.From) })
}

// Workdays counts the working days from one day on, before another.
func (c *Calendar) Workdays(from, before Day) int {
	n := 0
	for d := from; d < before; d++ {
		if c.Works(d) {
			n++
		}
	}
	return n
}

// After gives the day on which the n-th working day from a day on is worked;
// the day itself for n below one, and no day where the calendar has none within
// a century.
func (c *Calendar) After(from Day, n int) Day {
	for d := from; d < from+36_525; d++ {
		if n < 1 {
			return d
		}
		if c.Works(d) {
			if n--; n == 0 {
				return d
			}
		}
	}
	return 0
}

// CalendarOf gives the calendar of a package: its own, its crew's, else the one
// that comes with Marsad.
func (v *View) CalendarOf(p *Package) *Calendar {
	id := p.Calendar
	if crew, ok := v.Crew(p.Crew); ok && id.IsZero() {
		id = crew.Calendar
	}
	if c, ok := one(v.calendars, func(c *Calendar) bool { return c.ID == id }); ok {
		return c
	}
	return &DefaultCalendar
}
