package assess

import (
	"math"
	"strconv"
	"time"

	"marsad/say"
)

// noun is a counted thing: English singular and plural; Arabic for one, for
// two, for three to ten, for eleven to ninety-nine, and for round hundreds.
type noun struct {
	en, ens                         string
	one, two, few, many, afterRound string
}

var (
	nMetres   = noun{"m", "m", "متر واحد", "مترين", "أمتار", "متراً", "متر"}
	nMinutes  = noun{"min", "min", "دقيقة واحدة", "دقيقتين", "دقائق", "دقيقة", "دقيقة"}
	nVehicles = noun{"vehicle", "vehicles", "مركبة واحدة", "مركبتين", "مركبات", "مركبة", "مركبة"}
	nSensors  = noun{"sensor", "sensors", "متحسس واحد", "متحسسين اثنين", "متحسسات", "متحسساً", "متحسس"}
	nTimes    = noun{"time", "times", "مرة واحدة", "مرتين", "مرات", "مرة", "مرة"}
	nPlaces   = noun{"place", "places", "مكان واحد", "مكانين", "أماكن", "مكاناً", "مكان"}
)

// of counts a noun.
func (n noun) of(k int) say.Text {
	en := n.ens
	if k == 1 {
		en = n.en
	}
	d := strconv.Itoa(k)
	t := say.Text{En: d + " " + en}
	switch r := k % 100; {
	case k == 1:
		t.Ar = n.one
	case k == 2:
		t.Ar = n.two
	case r >= 3 && r <= 10:
		t.Ar = say.LTR(d) + " " + n.few
	case r >= 11:
		t.Ar = say.LTR(d) + " " + n.many
	default:
		t.Ar = say.LTR(d) + " " + n.afterRound
	}
	return t
}

// metres in words, rounded to what a person can use: a metre below 100, ten
// metres above.
func metres(m float64) say.Text {
	if m >= 100 {
		m = math.Round(m/10) * 10
	}
	return nMetres.of(int(math.Round(m)))
}

// minutes in words.
func minutes(d time.Duration) say.Text {
	m := int(math.Round(d.Minutes()))
	if m > 180 {
		return say.Text{En: "more than 3 hours", Ar: "أكثر من 3 ساعات"}
	}
	if m < 1 {
		return say.Text{En: "less than a minute", Ar: "أقل من دقيقة"}
	}
	return nMinutes.of(m)
}
