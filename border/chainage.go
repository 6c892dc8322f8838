package border

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"marsad/say"
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
	if math.Abs(float64(c)) > maxLength || math.IsNaN(float64(c)) {
		return "?"
	}
	m := int64(math.Round(float64(c)))
	sign := ""
	if m < 0 {
		sign, m = "-", -m
	}
	return fmt.Sprintf("%s%d+%03d", sign, m/1000, m%1000)
}

// ParseChainage reads "371+250", or kilometres with a decimal point ("371.25"),
// in Latin or Arabic digits. It never gives a negative chainage; whether it
// lies on an axis is for the axis to say.
func ParseChainage(s string) (Chainage, error) {
	t := plainDigits.Replace(strings.TrimSpace(s))
	whole, rest, post := strings.Cut(t, "+")
	metres, fraction := rest, ""
	if post {
		metres, fraction, _ = strings.Cut(rest, ".")
		if len(metres) != 3 || strings.HasSuffix(rest, ".") {
			return 0, chainageError(s)
		}
	} else {
		whole, fraction, _ = strings.Cut(t, ".")
		if strings.HasSuffix(t, ".") {
			return 0, chainageError(s)
		}
	}
	if len(whole) < 1 || len(whole) > 5 || len(fraction) > 9 || !digits(whole) || !digits(metres) || !digits(fraction) {
		return 0, chainageError(s)
	}
	number := whole + "." + fraction
	if post {
		number = whole + metres + "." + fraction
	}
	v, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return 0, chainageError(s)
	}
	if !post {
		v *= 1000
	}
	return Chainage(v), nil
}

// plainDigits turns Arabic digits and separators into Latin ones, and drops the
// marks that keep a km post upright in Arabic text.
var plainDigits = strings.NewReplacer(
	"٠", "0", "١", "1", "٢", "2", "٣", "3", "٤", "4", "٥", "5", "٦", "6", "٧", "7", "٨", "8", "٩", "9",
	"٫", ".", "\u2066", "", "\u2069", "",
)

func digits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

func chainageError(s string) error {
	return &say.Error{
		Code: "border.chainage", Kind: say.Invalid,
		Text: say.Text{En: fmt.Sprintf("%q is not a km post", s), Ar: "هذه ليست علامة كيلومترية"},
		Hint: say.Text{En: "write it as 371+250 or 371.25", Ar: "اكتبها هكذا: " + say.LTR("371+250") + " أو " + say.LTR("371.25")},
	}
}
