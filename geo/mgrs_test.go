package geo

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestKnownMGRS(t *testing.T) {
	for _, c := range []struct {
		p      Point
		digits int
		want   string
	}{
		// The example in GeographicLib's manual of GeoConvert.
		{Point{Lat: 33.3, Lon: 44.4}, 5, "38S MB 44140 84706"},
		{Point{Lat: 33.3, Lon: 44.4}, 3, "38S MB 441 847"},
		{Point{Lat: 33.3, Lon: 44.4}, 1, "38S MB 4 8"},
		// The published reference of latitude and longitude zero.
		{Point{}, 5, "31N AA 66021 00000"},
		// On both sides of the zone's edge on the line.
		{Point{Lat: 36.72, Lon: 41.9999}, 4, "37S GA 6793 6800"},
		{Point{Lat: 36.72, Lon: 42.0001}, 4, "38S KF 3206 6800"},
	} {
		if got, err := MGRS(c.p, c.digits); err != nil || got != c.want {
			t.Errorf("MGRS(%v, %d) = %q, %v, want %q", c.p, c.digits, got, err, c.want)
		}
	}
}

func TestMGRSNamesTheSquareThatHoldsThePoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Point{Lat: rapid.Float64Range(-79.9, 83.9).Draw(t, "lat"), Lon: rapid.Float64Range(-180, 180).Draw(t, "lon")}
		digits := rapid.IntRange(1, 5).Draw(t, "digits")
		s, err := MGRS(p, digits)
		if err != nil {
			t.Fatal(err)
		}
		middle, side, err := ParseMGRS(s)
		if err != nil || side != math.Pow10(5-digits) {
			t.Fatalf("%v is %s, which reads %v, %v", p, s, side, err)
		}
		want, _ := ToUTM(p)
		got, err := ToUTMZone(middle, want.Zone)
		if err != nil {
			t.Fatal(err)
		}
		// The equator separates two ways of counting northings.
		if got.South != want.South {
			if got.South {
				got.Northing -= falseNorth
			} else {
				got.Northing += falseNorth
			}
		}
		if math.Abs(got.Easting-want.Easting) > side/2+1e-3 || math.Abs(got.Northing-want.Northing) > side/2+1e-3 {
			t.Fatalf("%v is %s, whose middle %+v is not within %v of %+v", p, s, got, side/2, want)
		}
	})
}

func TestParseMGRSIsLenientInForm(t *testing.T) {
	want, _, err := ParseMGRS("38S MB 44140 84706")
	if err != nil {
		t.Fatal(err)
	}
	if d := Distance(want, Point{Lat: 33.3, Lon: 44.4}); d > 1 {
		t.Errorf("the reference lies %v m from the point it was made of", d)
	}
	for _, s := range []string{"38SMB4414084706", "38s mb 44140 84706", " 38S MB4414084706 ", "38SMB 4414084706"} {
		if got, side, err := ParseMGRS(s); err != nil || got != want || side != 1 {
			t.Errorf("ParseMGRS(%q) = %v, %v, %v, want %v", s, got, side, err, want)
		}
	}
	if _, side, err := ParseMGRS("38SMB"); err != nil || side != 100_000 {
		t.Errorf("the 100 km square alone: %v, %v", side, err)
	}
}

func TestParseMGRSRefuses(t *testing.T) {
	for _, s := range []string{
		"", "38", "38S", "38SM", "S MB 44140 84706", "61S MB 44140 84706", "00S MB 44140 84706",
		"38I MB 44140 84706", "38S IB 44140 84706", "38S MW 44140 84706", "38S AB 44140 84706",
		"38S MB 4414 84706", "38S MB 4414a 84706", "38S MB 444140 884706", "38S MB +4140 -4706",
		"38S MV 44140 84706", // the band S holds no such row
		"38S MB 44140 8470٦",
	} {
		if p, _, err := ParseMGRS(s); err == nil {
			t.Errorf("ParseMGRS(%q) = %v, want an error", s, p)
		}
	}
}

func TestMGRSRefuses(t *testing.T) {
	for _, digits := range []int{0, 6, -1} {
		if s, err := MGRS(Point{Lat: 36, Lon: 41}, digits); err == nil {
			t.Errorf("%d digits: %q", digits, s)
		}
	}
	if s, err := MGRS(Point{Lat: 89, Lon: 41}, 5); err == nil {
		t.Errorf("near the pole: %q", s)
	}
}

func FuzzParseMGRS(f *testing.F) {
	for _, s := range []string{"38S MB 44140 84706", "37SGA", "1CAA0000000000", "60XXX9", "32VKN9723000510", "38S mb 4", "31N AA 00", "٣٨S"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, side, err := ParseMGRS(s)
		if err != nil {
			return
		}
		if !p.Valid() || !(side >= 1 && side <= 100_000) {
			t.Fatalf("ParseMGRS(%q) = %v, %v", s, p, side)
		}
		// Where the square's middle lies in its own zone and band, it is named
		// the same again.
		digits := 5 - int(math.Round(math.Log10(side)))
		if digits == 0 {
			return
		}
		again, err := MGRS(p, digits)
		plain := strings.ToUpper(strings.Join(strings.Fields(s), ""))
		if len(plain) > 1 && (plain[1] < '0' || plain[1] > '9') {
			plain = "0" + plain
		}
		if err == nil && again[:3] == plain[:3] && strings.ReplaceAll(again, " ", "") != plain {
			t.Errorf("%q reads %v, which is %q", s, p, again)
		}
	})
}

func BenchmarkMGRS(b *testing.B) {
	p := Point{Lat: 36.5, Lon: 41.3}
	for b.Loop() {
		if _, err := MGRS(p, 5); err != nil {
			b.Fatal(err)
		}
	}
}
