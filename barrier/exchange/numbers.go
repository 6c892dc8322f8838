package exchange

import (
	"math"
	"strconv"
	"strings"

	"marsad/barrier"
	"marsad/border"
	"marsad/say"
)

// latin turns Arabic and Persian digits into Latin ones and drops the marks
// that keep figures upright in Arabic text.
var latin = strings.NewReplacer(
	"٠", "0", "١", "1", "٢", "2", "٣", "3", "٤", "4", "٥", "5", "٦", "6", "٧", "7", "٨", "8", "٩", "9",
	"۰", "0", "۱", "1", "۲", "2", "۳", "3", "۴", "4", "۵", "5", "۶", "6", "۷", "7", "۸", "8", "۹", "9",
	"\u2066", "", "\u2069", "", "\u200e", "", "\u200f", "", "\u00a0", " ", "−", "-",
)

// number reads a figure in either digits and with either decimal separator. A
// comma before exactly three digits can be read two ways and is refused, unless
// the file itself is separated by semicolons, where a comma is decimal.
func number(s string, commaDecimal bool) (float64, *barrier.Flaw) {
	t := strings.TrimSpace(latin.Replace(s))
	t = strings.ReplaceAll(t, "٬", "") // groups thousands in Arabic
	t = strings.ReplaceAll(t, "٫", ".")
	dot, comma := strings.LastIndexByte(t, '.'), strings.LastIndexByte(t, ',')
	switch {
	case comma >= 0 && dot >= 0:
		group, decimal := ",", "."
		if comma > dot {
			group, decimal = ".", ","
		}
		whole, fraction, _ := strings.Cut(t, decimal)
		if strings.Contains(fraction, group) || strings.Contains(fraction, decimal) || !grouped(whole, group) {
			return 0, notANumber(s)
		}
		t = strings.ReplaceAll(whole, group, "") + "." + fraction
	case comma >= 0 && strings.Count(t, ",") > 1:
		if !grouped(t, ",") {
			return 0, notANumber(s)
		}
		t = strings.ReplaceAll(t, ",", "")
	case comma >= 0:
		if !commaDecimal && len(t)-comma == 4 && grouped(t, ",") {
			return 0, &barrier.Flaw{Code: "number.two_ways", Refused: true,
				Text: say.Text{En: "{n} can be read two ways", Ar: "يمكن قراءة {n} بطريقتين"}.Fill("n", s),
				Hint: say.Text{En: "write 1234 or 1.234", Ar: "اكتب " + say.LTR("1234") + " أو " + say.LTR("1.234")}}
		}
		t = strings.Replace(t, ",", ".", 1)
	}
	if strings.ContainsAny(t, "xXpPnNiI_") { // hexadecimal, not a number, infinite
		return 0, notANumber(s)
	}
	x, err := strconv.ParseFloat(t, 64)
	if err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
		return 0, notANumber(s)
	}
	return x, nil
}

// grouped reports whether digits stand in groups of three.
func grouped(s, by string) bool {
	parts := strings.Split(strings.TrimPrefix(s, "-"), by)
	for i, p := range parts {
		if strings.Trim(p, "0123456789") != "" || i == 0 && (len(p) < 1 || len(p) > 3) || i > 0 && len(p) != 3 {
			return false
		}
	}
	return true
}

func notANumber(s string) *barrier.Flaw {
	return &barrier.Flaw{Code: "number", Refused: true,
		Text: say.Text{En: "{n} is not a number", Ar: "{n} ليس رقماً"}.Fill("n", s),
		Hint: say.Text{En: "write digits and one decimal point", Ar: "اكتب أرقاماً وفاصلة عشرية واحدة"}}
}

// unit of a chainage as written.
type unit byte

const (
	asPost unit = iota // 371+250
	inKm
	inMetres
)

// chainage reads a km post, or a figure with its unit: "371+250", "371.25 km",
// "371250 m". A bare figure is kilometres, as everywhere in Marsad.
func chainage(s string, commaDecimal bool) (border.Chainage, unit, *barrier.Flaw) {
	t := strings.ToLower(strings.TrimSpace(latin.Replace(s)))
	if strings.Contains(t, "+") {
		c, err := border.ParseChainage(strings.ReplaceAll(t, ",", "."))
		if err != nil {
			e := say.As(err)
			return 0, asPost, &barrier.Flaw{Code: e.Code, Refused: true, Text: e.Text, Hint: e.Hint}
		}
		return c, asPost, nil
	}
	u, scale := inKm, 1000.0
	for _, suffix := range []struct {
		text  string
		unit  unit
		scale float64
	}{{"km", inKm, 1000}, {"كم", inKm, 1000}, {"m", inMetres, 1}, {"م", inMetres, 1}} {
		if cut, ok := strings.CutSuffix(t, suffix.text); ok {
			t, u, scale = cut, suffix.unit, suffix.scale
			break
		}
	}
	x, flaw := number(t, commaDecimal)
	if flaw != nil {
		return 0, u, flaw
	}
	return border.Chainage(math.Round(x*scale*1000) / 1000), u, nil
}
