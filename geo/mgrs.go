package geo

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// The Military Grid Reference System names squares of the UTM grid: zone and
// latitude band, the 100 km square, then easting and northing in it (NGA.STND.
// 0037, "Universal Grids and Grid Reference Systems", 2014; lettering AA of WGS
// 84). The polar areas off the UTM grid are not covered.

const (
	bands       = "CDEFGHJKLMNPQRSTUVWX"     // from 80° S, 8° each, X 12°
	gridLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ" // neither I nor O
	rowLetters  = "ABCDEFGHJKLMNPQRSTUV"     // repeats every 2,000 km
	square      = 100_000.0
	rowCycle    = 2_000_000.0
)

// ErrMGRS is returned for text that is not a grid reference.
var ErrMGRS = errors.New("a grid reference is written like 38S KF 81234 56789: zone, band, two letters of the 100 km square, then as many digits east as north")

// MGRS gives the grid reference of a point with 1 to 5 digits each way: 5 for a
// square of a metre, 4 for 10 m, down to 1 for 10 km. As the standard wants,
// digits are cut off and not rounded, so that the reference names the square
// which holds the point. Points off the UTM grid have none.
func MGRS(p Point, digits int) (string, error) {
	if digits < 1 || digits > 5 {
		return "", fmt.Errorf("%d digits: a grid reference has 1 to 5 each way", digits)
	}
	u, err := ToUTM(p)
	if err != nil {
		return "", err
	}
	band := bands[min(int((p.Lat-utmLowest)/8), len(bands)-1)]
	// A micrometre more keeps a point on a square's corner in that square.
	east, north := math.Max(u.Easting+1e-6, 0), math.Max(u.Northing+1e-6, 0)
	column := gridLetters[(u.Zone-1)%3*8+int(east/square)-1]
	row := rowLetters[(int(math.Mod(north, rowCycle)/square)+rowShift(u.Zone))%len(rowLetters)]
	unit := math.Pow10(5 - digits)
	return fmt.Sprintf("%02d%c %c%c %0*d %0*d", u.Zone, band, column, row,
		digits, int(math.Mod(east, square)/unit), digits, int(math.Mod(north, square)/unit)), nil
}

// rowShift: even zones begin their rows with F instead of A.
func rowShift(zone int) int {
	if zone%2 == 0 {
		return 5
	}
	return 0
}

// ParseMGRS reads a grid reference, with or without spaces, in capitals or
// not. It gives the middle of the square and the length of the square's side
// in metres: 1 to 10,000 for 5 to 1 digits, 100,000 without any.
func ParseMGRS(s string) (middle Point, side float64, err error) {
	t := strings.ToUpper(strings.Join(strings.Fields(s), ""))
	if len(t) > 15 {
		return Point{}, 0, ErrMGRS
	}
	n := 0
	for n < len(t) && n < 2 && t[n] >= '0' && t[n] <= '9' {
		n++
	}
	zone, numberErr := strconv.Atoi(t[:n])
	if numberErr != nil || zone < 1 || zone > 60 || len(t) < n+3 {
		return Point{}, 0, ErrMGRS
	}
	band := strings.IndexByte(bands, t[n])
	column := strings.IndexByte(gridLetters, t[n+1]) - (zone-1)%3*8
	row := strings.IndexByte(rowLetters, t[n+2])
	numbers := t[n+3:]
	if band < 0 || column < 0 || column > 7 || row < 0 || len(numbers)%2 != 0 {
		return Point{}, 0, ErrMGRS
	}
	digits := len(numbers) / 2
	east, err1 := gridNumber(numbers[:digits])
	north, err2 := gridNumber(numbers[digits:])
	if err1 != nil || err2 != nil {
		return Point{}, 0, ErrMGRS
	}
	side = math.Pow10(5 - digits)
	u := UTM{Zone: zone, South: band < 10}
	u.Easting = float64(column+1)*square + east*side + side/2
	within := float64((row-rowShift(zone)+len(rowLetters))%len(rowLetters))*square + north*side + side/2
	u.Northing, err = bandNorthing(zone, band, within, side)
	if err != nil {
		return Point{}, 0, err
	}
	p, err := u.Point()
	if err != nil {
		return Point{}, 0, fmt.Errorf("%s: %w", s, ErrMGRS)
	}
	return p, side, nil
}

// gridNumber reads digits; none are zero.
func gridNumber(s string) (float64, error) {
	if s == "" {
		return 0, nil
	}
	v, err := strconv.ParseUint(s, 10, 32)
	return float64(v), err
}

// bandNorthing finds the northing of a square's middle that is a given distance
// past a multiple of 2,000 km, such that the square shares something with its
// latitude band; where there is none, the band holds no such row.
func bandNorthing(zone, band int, within, side float64) (float64, error) {
	south := utmLowest + 8*float64(band)
	north := south + 8
	if band == len(bands)-1 {
		north = utmHighest
	}
	lowest, highest := math.Inf(1), math.Inf(-1)
	for _, lat := range [...]float64{south, north} {
		for _, off := range [...]float64{0, 3} {
			p := Point{Lat: lat, Lon: Degrees(WrapPi(Radians(meridian(zone) + off)))}
			u, err := ToUTMZone(p, zone)
			if err != nil {
				return 0, err
			}
			// The equator is the end of the southern half as well as the
			// beginning of the northern.
			if band < 10 && !u.South {
				u.Northing += falseNorth
			}
			lowest, highest = math.Min(lowest, u.Northing), math.Max(highest, u.Northing)
		}
	}
	n := within + rowCycle*math.Ceil((lowest-side/2-within)/rowCycle)
	if n > highest+side/2 {
		return 0, fmt.Errorf("the band %c holds no such row: %w", bands[band], ErrMGRS)
	}
	return n, nil
}
