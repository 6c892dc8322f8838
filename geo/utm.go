package geo

import (
	"fmt"
	"math"
)

// UTM is a position on the Universal Transverse Mercator grid: easting and
// northing in metres, in a zone of six degrees. Neighbouring zones do not
// agree; distances and storage stay in degrees.
type UTM struct {
	Zone     int // 1 to 60
	South    bool
	Easting  float64
	Northing float64
}

// Scale on the central meridian, false easting, and the southern half's false
// northing.
const (
	utmScale    = 0.9996
	falseEast   = 500_000.0
	falseNorth  = 10_000_000.0
	utmLowest   = -80.0
	utmHighest  = 84.0
	zoneDegrees = 6.0
)

// third is the third flattening; rectifying is the radius of the rectifying
// sphere, metres.
const (
	third      = Flattening / (2 - Flattening)
	rectifying = SemiMajor / (1 + third) * (1 + third*third/4 + third*third*third*third/64 + third*third*third*third*third*third/256)
)

// Krüger's series to the sixth order in the third flattening, as printed in
// Karney, "Transverse Mercator with an accuracy of a few nanometers", Journal
// of Geodesy 85 (2011), equations 35 and 36: forward, then inverse.
var (
	krugerForward = series([6][6]float64{
		{1. / 2, -2. / 3, 5. / 16, 41. / 180, -127. / 288, 7891. / 37800},
		{0, 13. / 48, -3. / 5, 557. / 1440, 281. / 630, -1983433. / 1935360},
		{0, 0, 61. / 240, -103. / 140, 15061. / 26880, 167603. / 181440},
		{0, 0, 0, 49561. / 161280, -179. / 168, 6601661. / 7257600},
		{0, 0, 0, 0, 34729. / 80640, -3418889. / 1995840},
		{0, 0, 0, 0, 0, 212378941. / 319334400},
	})
	krugerInverse = series([6][6]float64{
		{1. / 2, -2. / 3, 37. / 96, -1. / 360, -81. / 512, 96199. / 604800},
		{0, 1. / 48, 1. / 15, -437. / 1440, 46. / 105, -1118711. / 3870720},
		{0, 0, 17. / 480, -37. / 840, -209. / 4480, 5569. / 90720},
		{0, 0, 0, 4397. / 161280, -11. / 504, -830251. / 7257600},
		{0, 0, 0, 0, 4583. / 161280, -108847. / 3991680},
		{0, 0, 0, 0, 0, 20648693. / 638668800},
	})
)

// series sums each row as a polynomial in the third flattening.
func series(rows [6][6]float64) (sum [6]float64) {
	for j, row := range rows {
		power := third
		for _, c := range row {
			sum[j] += c * power
			power *= third
		}
	}
	return sum
}

// ZoneOf gives the UTM zone of a point, with the wider zones of Norway and
// Svalbard. A point on a zone's edge belongs to the zone east of it: 42° E is
// the beginning of zone 38.
func ZoneOf(p Point) int {
	lon := p.Lon
	if lon >= 180 {
		lon -= 360
	}
	zone := int(math.Floor((lon+180)/zoneDegrees)) + 1
	switch {
	case p.Lat >= 56 && p.Lat < 64 && lon >= 3 && lon < 12:
		return 32
	case p.Lat >= 72 && lon >= 0 && lon < 42:
		return [...]int{31, 33, 35, 37}[int(lon+3)/12]
	}
	return zone
}

// ToUTM gives the grid position of a point in its own zone. It refuses points
// off the grid, beyond 84° N and 80° S.
func ToUTM(p Point) (UTM, error) { return ToUTMZone(p, ZoneOf(p)) }

// ToUTMZone gives the grid position of a point in a given zone, which may be a
// neighbour of its own: better than a millimetre within 30° of the central
// meridian.
func ToUTMZone(p Point, zone int) (UTM, error) {
	if !p.Valid() {
		return UTM{}, fmt.Errorf("%v, %v: %w", p.Lat, p.Lon, ErrPosition)
	}
	if zone < 1 || zone > 60 {
		return UTM{}, fmt.Errorf("zone %d: a UTM zone lies in 1 to 60", zone)
	}
	if p.Lat < utmLowest || p.Lat > utmHighest {
		return UTM{}, fmt.Errorf("latitude %v: the UTM grid ends at 80° south and 84° north", p.Lat)
	}
	lambda := WrapPi(Radians(p.Lon - meridian(zone)))
	if math.Abs(lambda) > math.Pi/6 {
		return UTM{}, fmt.Errorf("longitude %v is too far from zone %d", p.Lon, zone)
	}
	sinLambda, cosLambda := math.Sincos(lambda)
	tau := math.Tan(Radians(p.Lat))
	// Conformal latitude (Karney 2011, equations 7 to 9).
	e := math.Sqrt(eccentricity)
	hyp := math.Hypot(1, tau)
	sigma := math.Sinh(e * math.Atanh(e*tau/hyp))
	conformal := tau*math.Hypot(1, sigma) - sigma*hyp
	xi0 := math.Atan2(conformal, cosLambda)
	eta0 := math.Asinh(sinLambda / math.Hypot(conformal, cosLambda))
	xi, eta := xi0, eta0
	for j, a := range krugerForward {
		k := float64(2 * (j + 1))
		xi += a * math.Sin(k*xi0) * math.Cosh(k*eta0)
		eta += a * math.Cos(k*xi0) * math.Sinh(k*eta0)
	}
	u := UTM{
		Zone: zone, South: p.Lat < 0,
		Easting:  falseEast + utmScale*rectifying*eta,
		Northing: utmScale * rectifying * xi,
	}
	if u.South {
		u.Northing += falseNorth
	}
	return u, nil
}

// Point gives the point of a grid position.
func (u UTM) Point() (Point, error) {
	if u.Zone < 1 || u.Zone > 60 {
		return Point{}, fmt.Errorf("zone %d: a UTM zone lies in 1 to 60", u.Zone)
	}
	// NaN compares false.
	if !(u.Easting > -3e6 && u.Easting < 4e6 && u.Northing > -1e6 && u.Northing < 1.1e7) {
		return Point{}, fmt.Errorf("easting %v, northing %v: not on the UTM grid", u.Easting, u.Northing)
	}
	north := u.Northing
	if u.South {
		north -= falseNorth
	}
	xi := north / (utmScale * rectifying)
	eta := (u.Easting - falseEast) / (utmScale * rectifying)
	xi0, eta0 := xi, eta
	for j, b := range krugerInverse {
		k := float64(2 * (j + 1))
		xi0 -= b * math.Sin(k*xi) * math.Cosh(k*eta)
		eta0 -= b * math.Cos(k*xi) * math.Sinh(k*eta)
	}
	sinhEta, cosXi := math.Sinh(eta0), math.Cos(xi0)
	tau := latitudeTangent(math.Sin(xi0) / math.Hypot(sinhEta, cosXi))
	lon := meridian(u.Zone) + Degrees(math.Atan2(sinhEta, cosXi))
	return NewPoint(Degrees(math.Atan(tau)), Degrees(WrapPi(Radians(lon))))
}

// latitudeTangent solves for the tangent of the latitude, given that of the
// conformal latitude, by Newton's method (Karney 2011, equations 19 to 21).
func latitudeTangent(conformal float64) float64 {
	e := math.Sqrt(eccentricity)
	tau := conformal / (1 - eccentricity)
	for range 5 {
		hyp := math.Hypot(1, tau)
		sigma := math.Sinh(e * math.Atanh(e*tau/hyp))
		guess := tau*math.Hypot(1, sigma) - sigma*hyp
		step := (conformal - guess) / math.Hypot(1, guess) *
			(1 + (1-eccentricity)*tau*tau) / ((1 - eccentricity) * hyp)
		tau += step
		if math.Abs(step) < 1e-14*math.Max(1, math.Abs(tau)) {
			break
		}
	}
	return tau
}

// meridian is the central meridian of a zone in degrees.
func meridian(zone int) float64 { return float64(zone)*zoneDegrees - 183 }
