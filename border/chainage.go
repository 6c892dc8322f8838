package border

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Chainage is a measured distance along the axis, in metres from km 0.
type Chainage float64

// Offset is a distance off the line in metres, positive on the home side.
type Offset float64

// Side of the line.
type Side uint8

// The sides. OnLine is within a metre of the line.
const (
	OnLine Side = iota
	Home
	Other
)

// Side of an offset.
func (o Offset) Side() Side {
	switch {
	case math.Abs(float64(o)) < 1:
		return OnLine
	case o > 0:
		return Home
	default:
		return Other
	}
}

// String is "line", "home" or "other".
func (s Side) String() string { return [...]string{"line", "home", "other"}[s] }

// String is the km post, kilometres and metres: 371+250.
func (c Chainage) String() string {
	m := int64(math.Round(float64(c)))
	sign := ""
	if m < 0 {
		sign, m = "-", -m
	}
	return fmt.Sprintf("%s%d+%03d", sign, m/1000, m%1000)
}

// ParseChainage reads "371+250", or kilometres with a decimal point ("371.25").
func ParseChainage(s string) (Chainage, error) {
	s = strings.TrimSpace(s)
	km, m, post := strings.Cut(s, "+")
	if !post {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsNaN(v) || math.Abs(v) > 10000 {
			return 0, fmt.Errorf("%q is not a km post: write it as 371+250 or 371.25", s)
		}
		return Chainage(v * 1000), nil
	}
	k, err1 := strconv.ParseUint(km, 10, 16)
	v, err2 := strconv.ParseFloat(m, 64)
	if err1 != nil || err2 != nil || len(m) < 3 || v < 0 || v >= 1000 {
		return 0, fmt.Errorf("%q is not a km post: write it as 371+250", s)
	}
	return Chainage(float64(k)*1000 + v), nil
}
