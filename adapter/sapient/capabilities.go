package sapient

import (
	"strconv"
	"strings"

	pb "marsad/adapter/sapient/sapientpb"
	"marsad/sense"
)

// capability is a figure of a sensor that the standard has no field of its own
// for. It travels as a Capability {category, type, value, units}; README.md
// lists them. read and write work in SI units.
type capability struct {
	name  string // type, compared without regard to case
	units string // written; empty for words
	read  func(s *sense.Sensor, v float64, word string)
	write func(s *sense.Sensor) (v float64, word string)
}

func number(name, units string, at func(*sense.Sensor) *float64) capability {
	return capability{name: name, units: units,
		read:  func(s *sense.Sensor, v float64, _ string) { *at(s) = v },
		write: func(s *sense.Sensor) (float64, string) { return *at(s), "" }}
}

func word(name string, at func(*sense.Sensor) *string) capability {
	return capability{name: name,
		read:  func(s *sense.Sensor, _ float64, w string) { *at(s) = w },
		write: func(s *sense.Sensor) (float64, string) { return 0, *at(s) }}
}

func yesNo(name string, at func(*sense.Sensor) *bool) capability {
	return capability{name: name,
		read: func(s *sense.Sensor, _ float64, w string) { *at(s) = strings.EqualFold(w, "true") },
		write: func(s *sense.Sensor) (float64, string) {
			if *at(s) {
				return 0, "true"
			}
			return 0, ""
		}}
}

// capabilities in the order in which they are written.
var capabilities = []capability{
	number("Minimum Range", "m", func(s *sense.Sensor) *float64 { return &s.MinRange }),
	number("Maximum Range", "m", func(s *sense.Sensor) *float64 { return &s.MaxRange }),
	number("Field of View Azimuth", "rad", func(s *sense.Sensor) *float64 { return &s.Azimuth }),
	number("Field of View Half Width", "rad", func(s *sense.Sensor) *float64 { return &s.HalfWidth }),
	number("Probability of Detection", "probability", func(s *sense.Sensor) *float64 { return &s.Pd }),
	number("Clutter per Scan", "count", func(s *sense.Sensor) *float64 { return &s.Clutter }),
	{name: "Scan Period", units: "s",
		read:  func(s *sense.Sensor, v float64, _ string) { s.Period = seconds(v) },
		write: func(s *sense.Sensor) (float64, string) { return s.Period.Seconds(), "" }},
	number("Range Error", "m", func(s *sense.Sensor) *float64 { return &s.SigmaRange }),
	number("Azimuth Error", "rad", func(s *sense.Sensor) *float64 { return &s.SigmaAzimuth }),
	number("Elevation Error", "rad", func(s *sense.Sensor) *float64 { return &s.SigmaElevation }),
	number("Position Error", "m", func(s *sense.Sensor) *float64 { return &s.SigmaPosition }),
	number("Radial Velocity Error", "m/s", func(s *sense.Sensor) *float64 { return &s.SigmaDoppler }),
	number("Height above Ground", "m", func(s *sense.Sensor) *float64 { return &s.Above }),
	number("Height above Ground Error", "m", func(s *sense.Sensor) *float64 { return &s.SigmaAbove }),
	number("Latitude", "deg", func(s *sense.Sensor) *float64 { return &s.Position.Lat }),
	number("Longitude", "deg", func(s *sense.Sensor) *float64 { return &s.Position.Lon }),
	number("Ellipsoidal Height", "m", func(s *sense.Sensor) *float64 { return &s.Position.Height }),
	word("Mount", func(s *sense.Sensor) *string { return &s.Mount }),
	word("Link", func(s *sense.Sensor) *string { return &s.Link }),
	yesNo("Moving", func(s *sense.Sensor) *bool { return &s.Moving }),
	yesNo("Simulated", func(s *sense.Sensor) *bool { return &s.Simulated }),
	yesNo("Assumed Figures", func(s *sense.Sensor) *bool { return &s.Assumed }),
}

// unitFactors turn the units that nodes may write into SI; degrees of latitude
// and longitude stay degrees.
var unitFactors = map[string]float64{
	"": 1, "m": 1, "metres": 1, "meters": 1, "km": 1000, "rad": 1, "radians": 1, "s": 1, "seconds": 1, "ms": 1e-3,
	"m/s": 1, "probability": 1, "count": 1, "%": 0.01, "deg": rad, "degrees": rad, "km/h": 1 / 3.6,
}

const rad = 0.017453292519943295 // radians in a degree

func readCapabilities(s *sense.Sensor, list []*pb.Registration_Capability) {
	for _, c := range list {
		for i := range capabilities {
			known := &capabilities[i]
			if !strings.EqualFold(known.name, c.GetType()) {
				continue
			}
			if known.units == "" {
				known.read(s, 0, c.GetValue())
			} else if v, ok := measure(c.GetValue(), c.GetUnits(), known.units); ok {
				known.read(s, v, "")
			}
		}
	}
}

// measure reads a number with its units; false where either cannot be read.
func measure(value, units, want string) (float64, bool) {
	v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	units = strings.ToLower(strings.TrimSpace(units))
	factor, known := unitFactors[units]
	if err != nil || !known {
		return 0, false
	}
	if want == "deg" && (units == "deg" || units == "degrees" || units == "") {
		return v, true
	}
	if factor == 1 {
		return v, true
	}
	return v * factor, true
}
