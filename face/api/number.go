package api

import (
	"context"
	"strings"
	"time"

	"marsad/engine/access"
	"marsad/ident"
	"marsad/respond"
)

// baghdad is UTC+3 all the year; it needs no table of zones.
var baghdad = time.FixedZone("C", 3*3600)

const numberDay = "060102"

// numberOf is an incident's number as people say it by radio and write it on
// paper: the day it was opened in Baghdad and the last five letters of its id. It
// is derived, so that it is the same on every machine and after a restore.
func numberOf(opened time.Time, id ident.ID) string {
	text := id.String()
	return opened.In(baghdad).Format(numberDay) + "-" + strings.ToUpper(text[max(0, len(text)-5):])
}

// short is the end of a track's id, by which people tell tracks apart: its
// beginning is the minute it came in, and the same for all of that minute.
func short(id ident.ID) string { text := id.String(); return text[max(0, len(text)-6):] }

// numbered reads a number, or as much of one as names a day and a letter: the day
// and the beginning of the letters, which may be none.
func numbered(q string) (day time.Time, letters string, ok bool) {
	days, letters, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(q)), "-")
	if len(days) != len(numberDay) || len(letters) > 5 {
		return day, "", false
	}
	day, err := time.ParseInLocation(numberDay, days, baghdad)
	return day, letters, err == nil
}

// mostNumbered bounds how many cases of one day a search reads.
const mostNumbered = 1000

// byNumber finds cases by their number in the record, those of long ago too.
func (s *Server) byNumber(ctx context.Context, a *access.Account, q string) ([]respond.Case, error) {
	day, letters, ok := numbered(q)
	if !ok || !a.May(access.ReadPicture) {
		return nil, nil
	}
	query := s.query(a, &listInput{Limit: mostNumbered})
	query.Since, query.Until = day, day.AddDate(0, 0, 1)
	cases, _, err := s.record.Cases(ctx, query)
	var out []respond.Case
	for _, c := range cases {
		if _, mine, _ := strings.Cut(numberOf(c.Alert.Opened, c.Alert.ID), "-"); strings.HasPrefix(mine, letters) {
			out = append(out, c)
		}
	}
	return out, err
}
