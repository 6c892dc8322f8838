package recorded

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"marsad/fuse/pmb"
	"marsad/say"
)

// Scenario says which sensors scan, when and how well. Keys that it does not
// know are ignored. SI units, mathematical angles.
type Scenario struct {
	Name    string     `json:"name"`
	Seed    uint64     `json:"seed"`
	DT      float64    `json:"dt"`
	Scans   int        `json:"scans"`
	Area    [4]float64 `json:"area"` // xmin, ymin, xmax, ymax
	Targets int        `json:"targets"`
	NoiseQ  float64    `json:"process_noise_psd_hint"`
	Speed   float64    `json:"max_speed_hint"`
	Sensors []Sensor   `json:"sensors"`
	Score   struct {
		C         float64 `json:"c"`
		P         float64 `json:"p"`
		Threshold float64 `json:"siap_threshold"`
	} `json:"score"`
}

// The types of sensors.
const (
	XY           = "xy"
	BearingRange = "bearing_range"
	Bearing      = "bearing"
	Point        = "point"
)

// Sensor of a scenario.
type Sensor struct {
	ID         string      `json:"id"`
	Type       string      `json:"type"`
	Pos        [2]float64  `json:"pos"`
	Pd         float64     `json:"pd"`
	RMin       float64     `json:"rmin,omitempty"`
	RMax       float64     `json:"rmax,omitempty"`
	XMax       *float64    `json:"xmax_visible,omitempty"`
	Sector     *[2]float64 `json:"bearing,omitempty"`
	Radius     float64     `json:"radius,omitempty"`
	FalseAlarm float64     `json:"false_alarm_prob,omitempty"`
	Clutter    float64     `json:"clutter_per_scan"`
	Density    float64     `json:"clutter_density"`
	Unit       string      `json:"clutter_density_unit"`
	R          [][]float64 `json:"R"`
}

// No scenario is longer (s; nanoseconds must count it) or wider (m, beyond which
// a plane has nothing to do with the Earth).
const mostTime, mostLength = 1e9, 1e8

// ReadScenario reads and checks a scenario.
func ReadScenario(b []byte) (*Scenario, error) {
	var s Scenario
	if err := json.Unmarshal(bytes.TrimPrefix(b, bom), &s); err != nil {
		return nil, wrong("scenario.json", err.Error(), err)
	}
	if !(s.DT > 0) || s.Scans <= 0 || s.Scans > 10_000_000 {
		return nil, wrong("scenario.time", fmt.Sprintf("dt %v and scans %d must both be positive", s.DT, s.Scans), nil)
	}
	if s.DT*float64(s.Scans) > mostTime {
		return nil, wrong("scenario.time", fmt.Sprintf("%d scans of %v s are more than %v s", s.Scans, s.DT, mostTime), nil)
	}
	if !(s.Area[2] > s.Area[0] && s.Area[3] > s.Area[1]) || slices.ContainsFunc(s.Area[:], func(v float64) bool { return math.Abs(v) > mostLength }) {
		return nil, wrong("scenario.area", fmt.Sprintf("area %v must be [xmin, ymin, xmax, ymax] in metres, each within ±%v", s.Area, mostLength), nil)
	}
	seen := map[string]bool{}
	for i := range s.Sensors {
		q := &s.Sensors[i]
		switch q.Type {
		case XY, BearingRange, Bearing, Point:
		default:
			return nil, wrong("scenario.sensor", fmt.Sprintf("sensor %q has type %q; the types are xy, bearing_range, bearing, point", q.ID, q.Type), nil)
		}
		if q.ID == "" || seen[q.ID] {
			return nil, wrong("scenario.sensor", fmt.Sprintf("sensor %d has no id of its own (%q)", i, q.ID), nil)
		}
		seen[q.ID] = true
		if !(q.Pd >= 0 && q.Pd <= 1) || q.Clutter < 0 || math.Abs(q.Pos[0]) > mostLength || math.Abs(q.Pos[1]) > mostLength ||
			math.Abs(q.RMax) > mostLength || math.Abs(q.Radius) > mostLength {
			return nil, wrong("scenario.sensor", fmt.Sprintf("sensor %q: pd must lie in [0, 1], clutter_per_scan must not be negative, places and ranges must lie within ±%v m", q.ID, mostLength), nil)
		}
	}
	return &s, nil
}

// view of a sensor for the core.
func (q *Sensor) view(s *Scenario) *pmb.View {
	v := &pmb.View{MinRange: q.RMin, MaxRange: q.RMax, HalfWidth: math.Pi, Pd: min(q.Pd, 0.999), Clutter: q.Clutter}
	if q.Sector != nil {
		a, b := q.Sector[0], q.Sector[1]
		if b < a {
			b += 2 * math.Pi // across due west, where bearings jump
		}
		v.HalfWidth = min((b-a)/2, math.Pi)
		v.Az = azimuth((a + b) / 2)
	}
	if q.XMax != nil {
		v.EastMax = *q.XMax
	}
	if v.MaxRange <= 0 {
		v.MaxRange = math.Hypot(s.Area[2]-s.Area[0], s.Area[3]-s.Area[1]) + math.Hypot(q.Pos[0], q.Pos[1]) + math.Hypot(s.Area[0], s.Area[1])
	}
	area := (s.Area[2] - s.Area[0]) * (s.Area[3] - s.Area[1])
	wide := 2 * v.HalfWidth
	clutter := max(q.Clutter, 1e-3)
	switch q.Type {
	case XY:
		v.ClutterXY = orElse(q.Density, clutter/area)
	case BearingRange:
		v.ClutterAzRange = orElse(q.Density, clutter/(wide*(v.MaxRange-v.MinRange)))
	case Bearing:
		v.ClutterAz = orElse(q.Density, clutter/wide)
	case Point:
		v.Radius, v.FalseAlarm = q.Radius, max(q.FalseAlarm, 1e-6)
		if v.Radius <= 0 && len(q.R) > 0 && len(q.R[0]) > 0 {
			v.Radius = 2 * math.Sqrt(q.R[0][0])
		}
		v.MaxRange = v.Radius
	}
	return v
}

func orElse(v, other float64) float64 {
	if v > 0 {
		return v
	}
	return other
}

// azimuth turns a mathematical bearing into one clockwise from the y axis.
func azimuth(bearing float64) float64 { return math.Pi/2 - bearing }

func wrong(code, what string, cause error) error {
	return &say.Error{
		Code: "fuse." + code, Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: "the file cannot be used: " + what, Ar: "لا يمكن استخدام الملف: " + say.LTR(what)},
		Hint: say.Text{En: "Compare it with the format in fuse/README.md.", Ar: "قارنه بالصيغة الموصوفة في " + say.LTR("fuse/README.md") + "."},
	}
}
