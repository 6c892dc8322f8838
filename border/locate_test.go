package border

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"marsad/geo"
)

// brute finds the distance to the axis, and the chainage, by nothing but
// geodesics: every edge's distance is a search along it.
func brute(a *Axis, p geo.Point) (chainage, distance float64) {
	distance = math.Inf(1)
	for i, azimuth := range a.azimuths {
		length := a.chainages[i+1] - a.chainages[i]
		// No point of the edge is nearer than this.
		if geo.Distance(p, a.vertices[i])-length > distance {
			continue
		}
		at := func(s float64) float64 { return geo.Distance(p, geo.Direct(a.vertices[i], s, azimuth)) }
		lo, hi := 0.0, length
		for hi-lo > 1e-3 {
			l, r := lo+(hi-lo)/3, hi-(hi-lo)/3
			if at(l) < at(r) {
				hi = r
			} else {
				lo = l
			}
		}
		if d := at((lo + hi) / 2); d < distance {
			chainage, distance = a.chainages[i]+(lo+hi)/2, d
		}
	}
	return chainage, distance
}

func TestLocateAgreesWithBruteForce(t *testing.T) {
	a := Default()
	rapid.Check(t, func(t *rapid.T) {
		within := rapid.SampledFrom([]float64{50, 500, 5_000, 50_000}).Draw(t, "within")
		o := rapid.Float64Range(-within, within).Draw(t, "offset")
		p := a.Place(drawChainage(t, a), Offset(o))
		l := a.Locate(p)
		chainage, distance := brute(a, p)
		if got := math.Abs(float64(l.Offset)); math.Abs(got-distance) > 0.01 {
			t.Fatalf("%v lies %.4f m off the line at %v, want %.4f at %.1f", p, got, l.Chainage, distance, chainage)
		}
		// The distance is flat around its minimum, so that a millimetre of it is
		// many metres of chainage far off the line.
		if slack := 0.1 + math.Sqrt(2*distance*0.002); !l.Ambiguous && math.Abs(float64(l.Chainage)-chainage) > slack {
			t.Fatalf("%v lies at %.2f, want %.2f within %.2f", p, float64(l.Chainage), chainage, slack)
		}
	})
}

func TestTheTreeFindsWhatAScanFinds(t *testing.T) {
	a := Default()
	rapid.Check(t, func(t *rapid.T) {
		o := rapid.Float64Range(-60_000, 60_000).Draw(t, "offset")
		v := cartesian(a.Place(drawChainage(t, a), Offset(o)))
		var found search
		a.nearest(v, &found)
		best := math.Inf(1)
		for i := range a.pieces {
			d, _ := a.pieces[i].nearest(v)
			best = math.Min(best, d)
		}
		if found.best.squared != best {
			t.Fatalf("the tree found %v m, a scan %v m", math.Sqrt(found.best.squared), math.Sqrt(best))
		}
	})
}

func TestPlaceAndLocateAreInverse(t *testing.T) {
	a := Default()
	rapid.Check(t, func(t *rapid.T) {
		c := drawChainage(t, a)
		o := Offset(rapid.Float64Range(-5_000, 5_000).Draw(t, "offset"))
		l := a.Locate(a.Place(c, o))
		if math.Abs(float64(l.Offset)) > math.Abs(float64(o))+0.01 {
			t.Fatalf("placed %v m off the line, found %v m off", float64(o), float64(l.Offset))
		}
		// Where the line bends towards the point another chainage is nearer; it
		// is then not the place's own, and need not be.
		if math.Abs(math.Abs(float64(l.Offset))-math.Abs(float64(o))) > 0.01 || l.Ambiguous {
			return
		}
		if math.Abs(float64(l.Chainage-c)) > 15 || math.Abs(float64(l.Offset-o)) > 0.01 {
			t.Fatalf("placed at %v %.3f, found at %v %.3f", c, float64(o), l.Chainage, float64(l.Offset))
		}
	})
}

// straight is an axis along one geodesic, southwards like the real one.
func straight(t testing.TB) *Axis {
	from := geo.Point{Lat: 37, Lon: 42}
	var points []geo.Point
	for k := range 21 {
		points = append(points, geo.Direct(from, float64(k)*15_000, geo.Radians(200)))
	}
	a, err := NewAxis("straight", points)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestOnAStraightLineTheRoundTripIsExact(t *testing.T) {
	a := straight(t)
	rapid.Check(t, func(t *rapid.T) {
		c := drawChainage(t, a)
		o := Offset(rapid.Float64Range(-55_000, 55_000).Draw(t, "offset"))
		l := a.Locate(a.Place(c, o))
		if math.Abs(float64(l.Chainage-c)) > 0.1 || math.Abs(float64(l.Offset-o)) > 0.02 {
			t.Fatalf("placed at %.3f %.3f, found at %.3f %.3f", float64(c), float64(o), float64(l.Chainage), float64(l.Offset))
		}
		if math.Abs(float64(o)) < 5_000 && math.Abs(float64(l.Chainage-c)) > 0.001 {
			t.Fatalf("placed at %.4f %.3f, found at %.4f", float64(c), float64(o), float64(l.Chainage))
		}
		if far := math.Abs(float64(o)) - MaxOffset; l.Ambiguous || far > 1 && !l.Far || far < -1 && l.Far {
			t.Fatalf("a straight line gave %+v", l)
		}
	})
}

func TestHomeIsIraq(t *testing.T) {
	for _, c := range []struct {
		name string
		p    geo.Point
		want Side
	}{
		{"Sinjar", geo.Point{Lat: 36.322, Lon: 41.868}, Home},
		{"Mosul", geo.Point{Lat: 36.34, Lon: 43.13}, Home},
		{"Al-Qaim", geo.Point{Lat: 34.37, Lon: 41.09}, Home},
		{"Baghdad", geo.Point{Lat: 33.31, Lon: 44.36}, Home},
		{"Al-Malikiyah", geo.Point{Lat: 37.177, Lon: 42.14}, Other},
		{"Albu Kamal", geo.Point{Lat: 34.453, Lon: 40.919}, Other},
		{"Damascus", geo.Point{Lat: 33.51, Lon: 36.29}, Other},
		{"the line", Default().At(123_456), OnLine},
	} {
		if got := Default().Locate(c.p).Side; got != c.want {
			t.Errorf("%s lies on side %v, want %v", c.name, got, c.want)
		}
	}
}

func TestTheSidesOfASharpBend(t *testing.T) {
	// South, then back north-east: the bend turns by 160 degrees to the left.
	corner := geo.Point{Lat: 36, Lon: 41}
	a, err := NewAxis("bend", []geo.Point{
		geo.Direct(corner, 20_000, 0), corner, geo.Direct(corner, 20_000, geo.Radians(20)),
	})
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		way := rapid.Float64Range(0, 360).Draw(t, "way")
		metres := rapid.Float64Range(10, 5_000).Draw(t, "metres")
		if math.Abs(way) < 0.5 || math.Abs(way-20) < 0.5 || way > 359.5 {
			return // along the line itself
		}
		l := a.Locate(geo.Direct(corner, metres, geo.Radians(way)))
		want := Other
		if way > 0 && way < 20 {
			want = Home
		}
		if l.Side != want && l.Side != OnLine {
			t.Fatalf("%v m off the corner at %v°: %+v, want %v", metres, way, l, want)
		}
	})
}

func TestACornerIsTheSameFromBothItsEdges(t *testing.T) {
	corner := geo.Point{Lat: 36, Lon: 41}
	a, err := NewAxis("bend", []geo.Point{
		geo.Direct(corner, 900, 0), corner, geo.Direct(corner, 900, geo.Radians(20)),
	})
	if err != nil {
		t.Fatal(err)
	}
	for way := 115.0; way < 270; way += 5 { // all of these are nearest to the corner
		for _, metres := range []float64{3, 400, 45_000} {
			v := cartesian(geo.Direct(corner, metres, geo.Radians(way)))
			squared, t0 := a.pieces[1].nearest(v)
			before := a.candidate(v, foot{squared, 1, 0})
			after := a.candidate(v, foot{squared, t0, 1})
			if t0 != 0 || before != after || math.Abs(float64(before.Offset)+metres) > 0.005 {
				t.Errorf("%v m off at %v°: %+v by one edge, %+v by the other", metres, way, before, after)
			}
		}
	}
}

func TestInsideABendBothChainagesAreTold(t *testing.T) {
	corner := geo.Point{Lat: 36, Lon: 41}
	a, err := NewAxis("bend", []geo.Point{
		geo.Direct(corner, 30_000, 0), corner, geo.Direct(corner, 30_000, geo.Radians(90)),
	})
	if err != nil {
		t.Fatal(err)
	}
	on := func(metres, degrees float64) Location {
		return a.Locate(geo.Direct(corner, metres, geo.Radians(degrees)))
	}

	// On the bisector the feet lie metres·cos 45° before and after the corner.
	l := on(4_000, 45)
	foot := 4_000 * math.Cos(math.Pi/4)
	got := []float64{float64(l.Chainage), float64(l.Second.Chainage)}
	if got[0] > got[1] {
		got[0], got[1] = got[1], got[0]
	}
	if !l.Ambiguous || math.Abs(got[0]-(30_000-foot)) > 5 || math.Abs(got[1]-(30_000+foot)) > 5 {
		t.Errorf("on the bisector: %+v, want chainages %.0f and %.0f", l, 30_000-foot, 30_000+foot)
	}
	if l.Side != Home || l.Second.Offset.Side() != Home {
		t.Errorf("on the bisector both offsets are on the home side: %+v", l)
	}
	for name, l := range map[string]Location{
		"well to one side of the bisector": on(4_000, 40),
		"outside the bend":                 on(4_000, 225),
		"at the corner":                    on(0, 0),
	} {
		if l.Ambiguous {
			t.Errorf("%s: %+v, want one chainage", name, l)
		}
	}
	if l := on(4_000, 225); l.Chainage != Chainage(a.chainages[1]) {
		t.Errorf("outside the bend the corner is nearest: %+v", l)
	}
}

// Inside a wide arc the distance is flat over more than the stretch that a
// straight line would explain, but there is one foot only.
func TestAFlatValleyIsNotTwo(t *testing.T) {
	centre := geo.Point{Lat: 36, Lon: 41}
	var arc []geo.Point
	for k := range 200 {
		arc = append(arc, geo.Direct(centre, 20_000, -float64(k)*0.005))
	}
	a, err := NewAxis("arc", arc)
	if err != nil {
		t.Fatal(err)
	}
	for way := 0.2; way < 0.8; way += 0.0077 {
		if l := a.Locate(geo.Direct(centre, 2_000, -way)); l.Ambiguous || math.Abs(float64(l.Chainage)-20_000*way) > 60 {
			t.Errorf("at %v rad: %+v, want the one foot at %.0f", way, l, 20_000*way)
		}
	}
}

// On the real line: whatever is flagged is another foot as near, and whatever
// is not flagged has none.
func TestAmbiguityAgreesWithAScan(t *testing.T) {
	a := Default()
	flagged := 0
	for _, p := range points(4_000, 8_000) {
		l := a.Locate(p)
		if l.Far {
			continue
		}
		distance := math.Abs(float64(l.Offset))
		limit := distance + AmbiguousWithin
		g := math.Sqrt(limit*limit-distance*distance) + apart
		v := cartesian(p)
		second := math.Inf(1)
		for i := range a.pieces {
			s := &a.pieces[i]
			if s.start+s.length > float64(l.Chainage)-g && s.start < float64(l.Chainage)+g {
				continue
			}
			if d, t := s.nearest(v); a.isFoot(v, i, t) {
				second = math.Min(second, math.Sqrt(d))
			}
		}
		switch {
		case l.Ambiguous && (math.Abs(math.Abs(float64(l.Second.Offset))-second) > 0.05 || math.Abs(float64(l.Second.Chainage-l.Chainage)) < apart):
			t.Fatalf("%v: %+v, a scan finds the second at %.2f m", p, l, second)
		case !l.Ambiguous && second < limit-0.05:
			t.Fatalf("%v: %+v, but another foot is %.2f m away", p, l, second)
		}
		if l.Ambiguous {
			flagged++
		}
	}
	if flagged == 0 {
		t.Error("no point of 4,000 beside the line is ambiguous: the test has tested nothing")
	}
}

func TestWhatLiesPastTheEndsOrFarOff(t *testing.T) {
	a := Default()
	north := geo.Direct(a.Vertices()[0], 3_000, 0)
	if l := a.Locate(north); !l.Beyond || l.Chainage != 0 || l.Far {
		t.Errorf("3 km north of the northern end: %+v", l)
	}
	if l := a.Locate(a.Place(300_000, 400)); l.Beyond {
		t.Errorf("beside the middle of the line: %+v", l)
	}
	if l := a.Locate(geo.Point{Lat: 33.3, Lon: 44.4}); !l.Far {
		t.Errorf("Baghdad: %+v", l)
	}
	for _, p := range []geo.Point{{Lat: math.NaN(), Lon: 41}, {Lat: 35, Lon: math.Inf(1)}, {Lat: 91, Lon: 0}} {
		if l := a.Locate(p); l != (Location{Far: true}) {
			t.Errorf("%v is nowhere: %+v", p, l)
		}
	}
}

func TestALineThatClosesIsSearched(t *testing.T) {
	c := geo.Point{Lat: 35, Lon: 41}
	var ring []geo.Point
	for k := range 33 {
		ring = append(ring, geo.Direct(c, 10_000, -2*math.Pi*float64(k%32)/32))
	}
	a, err := NewAxis("ring", ring)
	if err != nil {
		t.Fatal(err)
	}
	for k := range 64 {
		p := geo.Direct(c, 9_000, -2*math.Pi*float64(k)/64)
		_, want := brute(a, p)
		if l := a.Locate(p); math.Abs(float64(l.Offset)-want) > 0.01 {
			t.Errorf("inside a ring: %+v, want %v m on the home side", l, want)
		}
	}
}

func TestLocateAllocatesNothing(t *testing.T) {
	a, p := Default(), points(64, 20_000)
	i := 0
	if got := testing.AllocsPerRun(200, func() { a.Locate(p[i&63]); i++ }); got != 0 {
		t.Errorf("Locate allocates %v times", got)
	}
}

// points lie at random beside the line.
func points(n int, within float64) []geo.Point {
	a := Default()
	r := rand.New(rand.NewPCG(1, 2))
	p := make([]geo.Point, n)
	for i := range p {
		p[i] = a.Place(Chainage(r.Float64()*a.Length()), Offset((2*r.Float64()-1)*within))
	}
	return p
}

func BenchmarkLocate500m(b *testing.B) { benchmarkLocate(b, 500) }
func BenchmarkLocate5km(b *testing.B)  { benchmarkLocate(b, 5_000) }
func BenchmarkLocate20km(b *testing.B) { benchmarkLocate(b, 20_000) }

func benchmarkLocate(b *testing.B, within float64) {
	a, p := Default(), points(1<<14, within)
	sum := 0.0
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		sum += float64(a.Locate(p[i&(1<<14-1)]).Chainage)
		i++
	}
	if math.IsNaN(sum) {
		b.Fatal("a chainage is not a number")
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "M/s")
}

func BenchmarkNewAxis(b *testing.B) {
	v := Default().Vertices()
	for b.Loop() {
		if _, err := NewAxis("x", v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDescribe(b *testing.B) {
	p, i := points(1<<10, 5_000), 0
	for b.Loop() {
		if d := Describe(p[i&(1<<10-1)]); d.Section == "" {
			b.Fatalf("%+v", d)
		}
		i++
	}
}
