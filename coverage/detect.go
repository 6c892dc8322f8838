package coverage

import (
	"math"

	"marsad/sense"
)

// Weather that carries or swallows light.
type Weather uint8

// The kinds of weather.
const (
	Clear Weather = iota
	Haze
	Dust
	Rain
	Fog
)

var weatherNames = [...]string{"clear", "haze", "dust", "rain", "fog"}

// String is the weather's word.
func (w Weather) String() string { return weatherNames[min(int(w), len(weatherNames)-1)] }

// ParseWeather reads the word.
func ParseWeather(s string) (Weather, bool) {
	for i, n := range weatherNames {
		if n == s {
			return Weather(i), true
		}
	}
	return Clear, false
}

// Condition is under what sensors look. The zero value is a clear night.
type Condition struct {
	Day     bool    `json:"day"`
	Weather Weather `json:"weather"`
}

// Threshold is the probability of detection in one scan from which a class
// counts as seen: Johnson's, by which makers state ranges.
const Threshold = 0.5

// target is what a class offers to a sensor. All figures are assumed.
type target struct {
	class sense.Class
	// least is the height above the ground above which enough of it shows:
	// 0.7 m of a person of 1.7 m, half a vehicle of 2 m. Slow air flies at 60 m,
	// a float shows 0.3 m of its 0.5.
	least float64
	// size is the critical dimension in metres (root of the area shown): 0.75
	// for a person, 2.3 for a vehicle (Johnson 1958; STANAG 4347).
	size float64
	// section is the radar cross section in m² (Skolnik, Radar Handbook, table
	// of typical values): a person 1, a pick-up 10, a small drone 0.03.
	section float64
}

// Classes are those that coverage is worked out for, in the order of all tables.
var Classes = [...]sense.Class{sense.Person, sense.Vehicle, sense.SlowAir, sense.Float}

const nClass = len(Classes)

var targets = [nClass]target{
	{sense.Person, 1.0, 0.75, 1},
	{sense.Vehicle, 1.0, 2.3, 10},
	{sense.SlowAir, 60, 0.6, 0.03},
	{sense.Float, 0.2, 0.6, 0.1},
}

// place gives the row of a class in targets: groups count as persons, convoys as
// vehicles, everything else as a person.
func place(c sense.Class) int {
	switch c {
	case sense.Vehicle, sense.Convoy:
		return 1
	case sense.SlowAir:
		return 2
	case sense.Float:
		return 3
	}
	return 0
}

// method is how a kind of sensor detects.
type method uint8

const (
	nothing method = iota // it watches no ground, or what it sees is not known
	thermal               // 8–12 µm imager
	echo                  // radar
	touch                 // feels what comes near: no line of sight
	eyes                  // a person with binoculars
)

func methodOf(k sense.Kind) method {
	switch k {
	case sense.Camera, sense.Aerostat, sense.UAV:
		return thermal
	case sense.Radar:
		return echo
	case sense.Presence:
		return touch
	case sense.Human:
		return eyes
	}
	return nothing
}

// Extinction beyond that of clear air, per kilometre and per weather: thermal
// infrared and visible light; for radar the two-way loss in dB per kilometre at
// X band. Assumed, of the order that Kopeika (A System Engineering Approach to
// Imaging, 1998) and ITU-R P.838 give.
var (
	dimThermal = [...]float64{0, 0.05, 0.4, 0.3, 1.5}
	dimLight   = [...]float64{0, 0.3, 1.5, 0.5, 6}
	lossRadar  = [...]float64{0, 0, 0.02, 0.2, 0.05}
)

// By day warm ground leaves less contrast to a thermal camera; at night eyes see
// little. Factors on the resolved detail; assumed.
const (
	thermalByDay = 0.8
	eyesByNight  = 0.25
)

// Pd is the probability that one scan of a sensor detects a class at a range in
// metres with the line of sight free. Its anchor is the registration: in a clear
// night (eyes: by day) a person at MaxRange is detected with probability 0.5;
// never more than the registered Pd, never beyond MaxRange or below MinRange.
//
// Cameras and eyes: the target task performance curve, P = r^E / (1 + r^E) with
// E = 2.7 + 0.7 r, r being the detail resolved over that for P = 0.5 (Johnson
// 1958; Ratches et al., Night Vision thermal model, 1975). Radar: Swerling 1,
// P = Pfa^(1/(1+SNR)) with Pfa = 1e-6 and SNR falling with the fourth power of
// range (Skolnik). Presence: the registered Pd inside the range.
func Pd(s *sense.Sensor, c sense.Class, rangeM float64, when Condition) float64 {
	if !(rangeM >= s.MinRange && rangeM <= s.MaxRange) || s.MaxRange <= 0 {
		return 0
	}
	t := targets[place(c)]
	w := min(int(when.Weather), len(weatherNames)-1)
	near := s.MaxRange / math.Max(rangeM, 1)
	km := rangeM / 1000
	p := 0.0
	switch methodOf(s.Kind) {
	case thermal:
		detail := near * t.size / targets[0].size * math.Exp(-dimThermal[w]*km)
		if when.Day {
			detail *= thermalByDay
		}
		p = performance(detail)
	case eyes:
		detail := near * t.size / targets[0].size * math.Exp(-dimLight[w]*km)
		if !when.Day {
			detail *= eyesByNight
		}
		p = performance(detail)
	case echo:
		const logFalse = -13.815510557964274 // ln 1e-6
		const atReach = logFalse/-math.Ln2 - 1
		snr := atReach * t.section * near * near * near * near * math.Pow(10, -lossRadar[w]*km/10)
		p = math.Exp(logFalse / (1 + snr))
	case touch:
		if c == sense.SlowAir || c == sense.Float {
			return 0
		}
		return s.Pd
	}
	return math.Min(p, s.Pd)
}

func performance(r float64) float64 {
	if r > 20 {
		return 1
	}
	v := math.Pow(r, 2.7+0.7*r)
	return v / (1 + v)
}

// reachOf is the farthest range at which a class counts as seen, 0 where there
// is none: the probability never grows with range.
func reachOf(s *sense.Sensor, c sense.Class, when Condition) float64 {
	// A hair off the threshold, so that the anchor itself counts.
	const least = Threshold - 1e-9
	if Pd(s, c, s.MaxRange, when) >= least {
		return s.MaxRange
	}
	low, high := s.MinRange, s.MaxRange
	if Pd(s, c, low, when) < least {
		return 0
	}
	for range 40 {
		if middle := (low + high) / 2; Pd(s, c, middle, when) >= least {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}
