package scene

import (
	"math"
	"time"
)

// Weather is what the air does at an instant. Shares are 0…1.
type Weather struct {
	Hour   float64 // local solar hour, 0…24
	Air    float64 // °C
	Sun    float64 // heating of the ground by the sun, lagging it
	Direct float64 // direct sunlight: shadows and glints
	Cool   float64 // cooling of the ground to a clear night sky
	Cloud  float64
	Wind   float64
	Rain   float64
	Haze   float64 // extinction of contrast per kilometre
	Shake  float64 // heat shimmer
}

// zone is the local solar time of the border at 41.5° E.
const zone = 2*time.Hour + 46*time.Minute

// hourly is the weather drawn for one hour of the seeded day, before the sun.
type hourly struct{ cloud, wind, rain, haze float64 }

// almanac draws the hours of a day: two or three of rain in a row, wind that
// grows in the afternoon, and clouds that come and go.
func almanac(seed uint64) (hours [25]hourly) {
	s := keyed(seed, 'w')
	cloud, wind := s.unit(), s.unit()
	wet := s.below(22)
	for h := range hours {
		cloud = math.Min(math.Max(cloud+0.35*s.normal(), 0), 1)
		wind = math.Min(math.Max(wind+0.25*s.normal(), 0), 1)
		hours[h] = hourly{cloud: cloud, haze: s.between(0.05, 0.2),
			wind: math.Min(1, wind*(0.55+0.45*math.Max(0, math.Cos(2*math.Pi*float64(h-15)/24))))}
		if h >= wet && h < wet+2 {
			hours[h].rain, hours[h].cloud = s.between(0.4, 1), math.Max(0.8, cloud)
		}
	}
	hours[24] = hours[0]
	return hours
}

// drift is how far clouds have come by an instant, in pixels of a picture of 320:
// the integral over all days of 0.6 pixels a second and 2 more in a full wind.
func (s *Scene) drift(at time.Time) float64 {
	until := func(hour float64) (way float64) {
		for i := 0; float64(i) < hour; i++ {
			k, wind, next := math.Min(hour-float64(i), 1), s.hours[i].wind, s.hours[i+1].wind
			way += 3600 * k * (0.6 + 2*(wind+(next-wind)*k/2))
		}
		return way
	}
	const day = 24 * time.Hour
	local := at.UTC().Add(zone)
	midnight := local.Truncate(day)
	return float64(midnight.Unix()/int64(day/time.Second))*until(24) + until(local.Sub(midnight).Hours())
}

// weather at an instant: the hours' draws joined by lines, the sun above.
func (s *Scene) weather(at time.Time) Weather {
	local := at.UTC().Add(zone)
	h := float64(local.Hour()) + float64(local.Minute())/60 + float64(local.Second())/3600 + float64(local.Nanosecond())/3.6e12
	i := int(h)
	k := h - float64(i)
	a, b := s.hours[i], s.hours[i+1]
	lerp := func(x, y float64) float64 { return x + (y-x)*k }
	w := Weather{Hour: h, Cloud: lerp(a.cloud, b.cloud), Wind: lerp(a.wind, b.wind), Rain: lerp(a.rain, b.rain), Haze: lerp(a.haze, b.haze)}
	w.Air = 18 + 9*math.Cos(2*math.Pi*(h-15)/24)
	day := func(h float64) float64 { return math.Max(0, math.Sin(math.Pi*(h-6)/12)) }
	w.Direct = day(h) * (1 - 0.9*w.Cloud)
	w.Sun = day(h-1) * (1 - 0.7*w.Cloud) * (1 - w.Rain)
	w.Cool = (1 - day(h)) * (1 - 0.8*w.Cloud)
	w.Haze += 0.35 * w.Rain
	w.Shake = day(h-0.5) * (1 - 0.8*w.Cloud) * (1 - w.Rain)
	return w
}
