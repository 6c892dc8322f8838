package sense

import (
	"time"

	"marsad/geo"
)

// Shape of a measurement.
type Shape uint8

// The shapes, with what Z and R hold.
const (
	// AtPosition: Z = latitude°, longitude°, height m; R in metres² of the
	// local east, north, up frame.
	AtPosition Shape = iota
	// Bearing: Z[0] = azimuth rad; R[0] rad².
	Bearing
	// BearingElevation: Z = azimuth, elevation rad; R rad².
	BearingElevation
	// BearingRange: Z = azimuth rad, range m (slant); R mixed.
	BearingRange
	// BearingElevationRange: Z = azimuth, elevation rad, range m.
	BearingElevationRange
	// PresenceWithin: Z[0] = radius m around the scan's origin.
	PresenceWithin
)

// Detection is one measurement in a scan.
type Detection struct {
	Shape Shape
	Z     [3]float64
	// R is the covariance, packed upper triangle: 00 01 02 11 12 22.
	R [6]float64
	// Doppler is the radial velocity in m/s, positive when receding; it counts
	// only where SigmaDoppler > 0.
	Doppler, SigmaDoppler float64
	Class                 Classes
	// Count of persons or things the sensor believes to see, 0 for unsaid.
	Count uint8
	// Confidence of the sensor that this is not clutter, 0 for unsaid.
	Confidence float32
	// VendorTrack is the sensor's own track id, empty for none: detections that
	// share one are correlated in time.
	VendorTrack string
	// Report is the protocol's id of this report, for evidence.
	Report string
	// Node is there for a track that another fusion node reports (Kind Node): it
	// is a whole state, at a position and under a VendorTrack, never a
	// measurement.
	Node *NodeTrack
}

// NodeTrack is what a fusion node says of a track beyond where it is.
type NodeTrack struct {
	// East and north velocity in m/s with their variances; variances of 0 say
	// that the velocity is not known.
	VE, VN, VarVE, VarVN float64
	// Lineage are the sensors and nodes whose data is in the track, the reporting
	// node itself left out; empty where the node does not say.
	Lineage []SensorID
	// Over says that the node has ended the track.
	Over bool
}

// Scan is all detections of one sensor at one instant, the empty scan
// included: the unit that flows on the bus.
type Scan struct {
	Sensor   SensorID
	Observed time.Time
	Received time.Time
	// Origin is where the sensor was at Observed.
	Origin     geo.Position
	Detections []Detection
	// Declared says that the sensor looked at its whole view at this instant, so
	// that what it does not report is a miss.
	Declared bool
	// Unit is set for a fix of an own unit (Kind OwnForce): one detection of
	// shape AtPosition.
	Unit string
}

// Shed marks scans that an overloaded engine dropped unread: "no data".
type Shed struct {
	Sensor   SensorID `json:"sensor"`
	From, To time.Time
	Scans    int `json:"scans"`
}

// Footprint says where a sensor can see: polar cells around its origin with a
// detection probability for each class of size. Coverage makes it, fuse reads
// it; where there is none, the registered range and probability stand in.
type Footprint struct {
	Sensor  SensorID     `json:"sensor"`
	Version uint64       `json:"version"`
	At      time.Time    `json:"at"`
	Origin  geo.Position `json:"origin"`
	// RangeStep in metres; cell (a, r) covers azimuths from a·2π/Azimuths and
	// ranges from r·RangeStep.
	RangeStep float64 `json:"range_step"`
	Azimuths  int     `json:"azimuths"`
	Ranges    int     `json:"ranges"`
	// Pd for cell a*Ranges+r by group of classes, in 1/255.
	OnFoot, Wheeled, Air []uint8 `json:"-"`
}

// Ground answers where a ray meets the ground. The host builds it on terrain
// and passes it to adapters.
type Ground interface {
	// Meet gives the point where the ray from a position along an azimuth and
	// an elevation (radians) first meets the ground, and false if it does not
	// within maxRange metres.
	Meet(from geo.Position, azimuth, elevation, maxRange float64) (geo.Position, bool)
	// Height of the ground at a point above the ellipsoid, and false where unknown.
	Height(p geo.Point) (float64, bool)
}
