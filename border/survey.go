package border

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"marsad/geo"
)

// maxSurveys of one table: a post every ten metres.
const maxSurveys = 60000

// surveyedWithin is how far off the line a post may stand, in metres: a post that
// is farther marks another line.
const surveyedWithin = 1000

// ReadCalibration reads an operator's survey of official posts: a table with a
// head and commas between, one post a line. Column `post` is the official
// kilometre; where it stands is `chainage` in metres along the axis, or `lat` and
// `lon` in degrees. Columns of other names are passed over, and so are empty lines
// and those that begin with #. A line that cannot be read refuses the table, since
// a survey with holes would give posts that nobody measured; the error names it.
func ReadCalibration(table []byte, axis *Axis) (*Calibration, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(table, []byte("\ufeff"))))
	r.Comment, r.TrimLeadingSpace, r.FieldsPerRecord = '#', true, -1
	head, err := r.Read()
	if err != nil {
		return nil, calibrationError("the survey has no head: post, chainage, or post, lat, lon", "جدول المسح بلا سطر عناوين: post, chainage أو post, lat, lon")
	}
	for i := range head {
		head[i] = strings.ToLower(strings.TrimSpace(head[i]))
	}
	post, chainage, lat, lon := slices.Index(head, "post"), slices.Index(head, "chainage"), slices.Index(head, "lat"), slices.Index(head, "lon")
	if post < 0 || chainage < 0 && (lat < 0 || lon < 0) {
		return nil, calibrationError("the head of the survey needs post and chainage, or post, lat and lon", "يحتاج سطر العناوين إلى post وchainage أو post وlat وlon")
	}
	var surveys []Survey
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return NewCalibration(axis, surveys)
		}
		if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
			return nil, surveyError(wrong.Line, wrong.Err.Error())
		} else if err != nil {
			return nil, err
		}
		line, _ := r.FieldPos(0)
		if len(surveys) == maxSurveys {
			return nil, surveyError(line, fmt.Sprintf("more than %d posts", maxSurveys))
		}
		s := Survey{}
		if s.Post, err = cell(row, post); err != nil {
			return nil, surveyError(line, "post: "+err.Error())
		}
		if chainage >= 0 {
			c, err := cell(row, chainage)
			if err != nil {
				return nil, surveyError(line, "chainage: "+err.Error())
			}
			s.Chainage = Chainage(c)
		} else if s.Chainage, err = standsAt(row, lat, lon, axis); err != nil {
			return nil, surveyError(line, err.Error())
		}
		surveys = append(surveys, s)
	}
}

func cell(row []string, column int) (float64, error) {
	if column >= len(row) {
		return 0, errors.New("the line is too short")
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(row[column]), 64)
	if err != nil {
		return 0, fmt.Errorf("%.40q is no number", row[column])
	}
	return v, nil
}

// standsAt gives the chainage of a post that was surveyed by its position.
func standsAt(row []string, lat, lon int, axis *Axis) (Chainage, error) {
	y, err := cell(row, lat)
	if err != nil {
		return 0, fmt.Errorf("lat: %w", err)
	}
	x, err := cell(row, lon)
	if err != nil {
		return 0, fmt.Errorf("lon: %w", err)
	}
	p, err := geo.NewPoint(y, x)
	if err != nil {
		return 0, errors.New("the position is not on the Earth")
	}
	l := axis.Locate(p)
	switch {
	case l.Far || l.Offset > surveyedWithin || l.Offset < -surveyedWithin:
		return 0, fmt.Errorf("the post stands farther than %d m from the line", surveyedWithin)
	case l.Ambiguous:
		return 0, errors.New("the nearest place on the line is not unique there: give its chainage")
	}
	return l.Chainage, nil
}

func surveyError(line int, why string) error {
	return calibrationError(fmt.Sprintf("line %d of the survey: %s", line, why), fmt.Sprintf("السطر %d من جدول المسح غير صالح", line))
}
