package geo

import "math"

// Inverse gives the length of the geodesic from a to b in metres and its
// azimuth at a in radians clockwise from true north (Vincenty 1975). For
// nearly antipodal points, where the method does not converge, the spherical
// result stands in: no border is that long.
func Inverse(a, b Point) (metres, azimuth float64) {
	l := Radians(b.Lon - a.Lon)
	u1 := math.Atan((1 - Flattening) * math.Tan(Radians(a.Lat)))
	u2 := math.Atan((1 - Flattening) * math.Tan(Radians(b.Lat)))
	sinU1, cosU1 := math.Sincos(u1)
	sinU2, cosU2 := math.Sincos(u2)
	lambda := l
	for range 100 {
		sinL, cosL := math.Sincos(lambda)
		sinSigma := math.Hypot(cosU2*sinL, cosU1*sinU2-sinU1*cosU2*cosL)
		if sinSigma == 0 {
			return 0, 0
		}
		cosSigma := sinU1*sinU2 + cosU1*cosU2*cosL
		sigma := math.Atan2(sinSigma, cosSigma)
		sinAlpha := cosU1 * cosU2 * sinL / sinSigma
		cos2Alpha := 1 - sinAlpha*sinAlpha
		cos2SigmaM := 0.0
		if cos2Alpha != 0 {
			cos2SigmaM = cosSigma - 2*sinU1*sinU2/cos2Alpha
		}
		c := Flattening / 16 * cos2Alpha * (4 + Flattening*(4-3*cos2Alpha))
		previous := lambda
		lambda = l + (1-c)*Flattening*sinAlpha*(sigma+c*sinSigma*(cos2SigmaM+c*cosSigma*(-1+2*cos2SigmaM*cos2SigmaM)))
		if math.Abs(lambda-previous) > 1e-12 {
			continue
		}
		uSq := cos2Alpha * (SemiMajor*SemiMajor - SemiMinor*SemiMinor) / (SemiMinor * SemiMinor)
		aa := 1 + uSq/16384*(4096+uSq*(-768+uSq*(320-175*uSq)))
		bb := uSq / 1024 * (256 + uSq*(-128+uSq*(74-47*uSq)))
		delta := bb * sinSigma * (cos2SigmaM + bb/4*(cosSigma*(-1+2*cos2SigmaM*cos2SigmaM)-
			bb/6*cos2SigmaM*(-3+4*sinSigma*sinSigma)*(-3+4*cos2SigmaM*cos2SigmaM)))
		sinL, cosL = math.Sincos(lambda)
		return SemiMinor * aa * (sigma - delta), Wrap2Pi(math.Atan2(cosU2*sinL, cosU1*sinU2-sinU1*cosU2*cosL))
	}
	return spherical(a, b)
}

// Distance is the length of the geodesic in metres.
func Distance(a, b Point) float64 {
	d, _ := Inverse(a, b)
	return d
}

// Direct gives the point reached from p over a distance in metres along an
// azimuth in radians clockwise from true north (Vincenty 1975).
func Direct(p Point, metres, azimuth float64) Point {
	sinA, cosA := math.Sincos(azimuth)
	tanU1 := (1 - Flattening) * math.Tan(Radians(p.Lat))
	cosU1 := 1 / math.Sqrt(1+tanU1*tanU1)
	sinU1 := tanU1 * cosU1
	sigma1 := math.Atan2(tanU1, cosA)
	sinAlpha := cosU1 * sinA
	cos2Alpha := 1 - sinAlpha*sinAlpha
	uSq := cos2Alpha * (SemiMajor*SemiMajor - SemiMinor*SemiMinor) / (SemiMinor * SemiMinor)
	aa := 1 + uSq/16384*(4096+uSq*(-768+uSq*(320-175*uSq)))
	bb := uSq / 1024 * (256 + uSq*(-128+uSq*(74-47*uSq)))
	sigma := metres / (SemiMinor * aa)
	var sinS, cosS, cos2SigmaM float64
	for range 100 {
		cos2SigmaM = math.Cos(2*sigma1 + sigma)
		sinS, cosS = math.Sincos(sigma)
		delta := bb * sinS * (cos2SigmaM + bb/4*(cosS*(-1+2*cos2SigmaM*cos2SigmaM)-
			bb/6*cos2SigmaM*(-3+4*sinS*sinS)*(-3+4*cos2SigmaM*cos2SigmaM)))
		next := metres/(SemiMinor*aa) + delta
		if math.Abs(next-sigma) < 1e-12 {
			break
		}
		sigma = next
	}
	t := sinU1*sinS - cosU1*cosS*cosA
	lat := math.Atan2(sinU1*cosS+cosU1*sinS*cosA, (1-Flattening)*math.Hypot(sinAlpha, t))
	lambda := math.Atan2(sinS*sinA, cosU1*cosS-sinU1*sinS*cosA)
	c := Flattening / 16 * cos2Alpha * (4 + Flattening*(4-3*cos2Alpha))
	l := lambda - (1-c)*Flattening*sinAlpha*(sigma+c*sinS*(cos2SigmaM+c*cosS*(-1+2*cos2SigmaM*cos2SigmaM)))
	return Point{Lat: Degrees(lat), Lon: Degrees(WrapPi(Radians(p.Lon) + l))}
}

func spherical(a, b Point) (metres, azimuth float64) {
	sin1, cos1 := math.Sincos(Radians(a.Lat))
	sin2, cos2 := math.Sincos(Radians(b.Lat))
	sinL, cosL := math.Sincos(Radians(b.Lon - a.Lon))
	y, x := cos2*sinL, cos1*sin2-sin1*cos2*cosL
	return 6371008.8 * math.Atan2(math.Hypot(y, x), sin1*sin2+cos1*cos2*cosL), Wrap2Pi(math.Atan2(y, x))
}
