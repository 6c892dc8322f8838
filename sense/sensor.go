package sense

import (
	"time"

	"marsad/geo"
	"marsad/say"
)

// SensorID names a sensor for life. For a SAPIENT node it is its UUID.
type SensorID string

// Kind of sensor, by what its detections can be.
type Kind uint8

// The kinds.
const (
	OtherKind Kind = iota
	Radar
	Camera
	Aerostat // a camera or radar below a tethered balloon
	Presence // seismic, fence, fibre: "something within r metres"
	OwnForce // a patrol's or vehicle's own GPS
	Human    // a sentry with a radio
	UAV
	Node // another fusion system: it reports tracks, never measurements
)

var kindNames = [...]string{"other", "radar", "camera", "aerostat", "presence", "own-force", "human", "uav", "node"}

// String is the kind's word.
func (k Kind) String() string { return kindNames[min(int(k), len(kindNames)-1)] }

// MarshalText writes the word.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the word; a word it does not know is OtherKind.
func (k *Kind) UnmarshalText(b []byte) error {
	*k = OtherKind
	for i, n := range kindNames {
		if n == string(b) {
			*k = Kind(i)
		}
	}
	return nil
}

// Sensor is what is known of a sensor from its registration and from the
// operator's file. Lengths in metres, angles in radians.
type Sensor struct {
	ID       SensorID     `json:"id"`
	Name     string       `json:"name"`
	Kind     Kind         `json:"kind"`
	Position geo.Position `json:"position"` // last known
	Moving   bool         `json:"moving,omitempty"`

	MinRange float64 `json:"min_range,omitempty"`
	MaxRange float64 `json:"max_range"`
	// Sector seen: centre azimuth and half width; HalfWidth 0 or ≥ π is all round.
	Azimuth   float64 `json:"azimuth,omitempty"`
	HalfWidth float64 `json:"half_width,omitempty"`
	// Pd is the registered detection probability inside the range, per scan.
	Pd float64 `json:"pd"`
	// Clutter is the mean number of false detections in one scan.
	Clutter float64 `json:"clutter"`

	// Period of declared scans; 0 means that silence is "no data", never a miss.
	Period time.Duration `json:"period"`
	// Heartbeat is the interval at which the sensor promised a status report.
	Heartbeat time.Duration `json:"heartbeat"`

	// Default 1σ errors for detections that state none; 0 means none is
	// registered, and such detections are refused.
	SigmaRange     float64 `json:"sigma_range,omitempty"`
	SigmaAzimuth   float64 `json:"sigma_azimuth,omitempty"`
	SigmaElevation float64 `json:"sigma_elevation,omitempty"`
	SigmaPosition  float64 `json:"sigma_position,omitempty"`
	SigmaDoppler   float64 `json:"sigma_doppler,omitempty"`

	// Above is the height in m at which the sensor stands over the ground that it
	// looks at, SigmaAbove how far that is from true across its view (1σ; a fifth
	// and a metre where unsaid). With it an elevation gives a range; 0 says that
	// the ground is not known.
	Above      float64 `json:"above,omitempty"`
	SigmaAbove float64 `json:"sigma_above,omitempty"`

	CanLookAt bool   `json:"can_look_at,omitempty"` // accepts "look at" cues
	Mount     string `json:"mount,omitempty"`       // tower or balloon it hangs on
	Link      string `json:"link,omitempty"`        // cable or radio it needs: what fails together
	Unit      string `json:"unit,omitempty"`        // OwnForce: the unit's id
	Simulated bool   `json:"simulated,omitempty"`   // marked on every view
	Assumed   bool   `json:"assumed,omitempty"`     // figures are assumptions, marked too
}

// Sees reports whether a point at a range and azimuth from the sensor lies in
// its registered view.
func (s *Sensor) Sees(rangeM, azimuth float64) bool {
	if rangeM < s.MinRange || rangeM > s.MaxRange {
		return false
	}
	if s.HalfWidth <= 0 || s.HalfWidth >= 3.14159 {
		return true
	}
	d := geo.WrapPi(azimuth - s.Azimuth)
	return d >= -s.HalfWidth && d <= s.HalfWidth
}

// Health of a sensor; the machine is in health.go.
type Health uint8

// The states of health.
const (
	Unheard  Health = iota // registered, nothing heard yet
	Good                   // heard in time
	Late                   // one interval missed
	Lost                   // two intervals missed, or the link broke
	Degraded               // says itself that something is wrong
	Gone                   // said goodbye, or was taken out by a person
)

var healthNames = [...]string{"unheard", "good", "late", "lost", "degraded", "gone"}

// String is the state's word.
func (h Health) String() string { return healthNames[min(int(h), len(healthNames)-1)] }

// MarshalText writes the word.
func (h Health) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads the word; unknown words are Unheard.
func (h *Health) UnmarshalText(b []byte) error {
	*h = Unheard
	for i, n := range healthNames {
		if n == string(b) {
			*h = Health(i)
		}
	}
	return nil
}

// Working reports whether the sensor's silence means anything and its metres
// count as watched.
func (h Health) Working() bool { return h == Good || h == Late }

// HealthChange is a transition of one sensor.
type HealthChange struct {
	Sensor SensorID  `json:"sensor"`
	From   Health    `json:"from"`
	To     Health    `json:"to"`
	At     time.Time `json:"at"`
	Why    say.Text  `json:"why"`
}
