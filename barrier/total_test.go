package barrier

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"marsad/border"
	"marsad/say"
)

// drawPieces draws walls that overlap in all ways, on all sides and in all
// states, from metre to metre.
func drawPieces(t *rapid.T) []*Piece {
	var pieces []*Piece
	for i := range rapid.IntRange(0, 12).Draw(t, "pieces") {
		from := rapid.IntRange(0, 200).Draw(t, "from")
		p := wall(i, border.Chainage(from), border.Chainage(from+rapid.IntRange(0, 80).Draw(t, "long")), rapid.SampledFrom(States()).Draw(t, "state"))
		p.Side = rapid.SampledFrom(Sides()).Draw(t, "side")
		p.Kind = rapid.SampledFrom([]Kind{Wall, Trench}).Draw(t, "kind")
		pieces = append(pieces, p)
	}
	return pieces
}

func viewOf(t interface{ Fatal(...any) }, facts ...Fact) *View {
	l := NewLedger(border.Default())
	for i, f := range facts {
		must(t, l, put(i, 0, 0, f))
	}
	return l.At(day(1), day(1))
}

func viewOfPieces(t interface{ Fatal(...any) }, pieces []*Piece) *View {
	var facts []Fact
	for _, p := range pieces {
		facts = append(facts, Fact{Piece: p})
	}
	return viewOf(t, facts...)
}

// Metre by metre, in the plainest words: the state that counts most.
func metreByMetre(pieces []*Piece, k Kind, side Side, within border.Span) map[State]float64 {
	by := map[State]float64{}
	for m := border.Chainage(0); m < 300; m++ {
		if !within.Empty() && !within.Contains(m) {
			continue
		}
		best := State("")
		for _, p := range pieces {
			if p.Kind == k && (side == "" || p.Side == side) && p.State != Removed && p.Contains(m) && (best == "" || rank[p.State] > rank[best]) {
				best = p.State
			}
		}
		if best != "" {
			by[best]++
		}
	}
	return by
}

func TestTotalsReconcileToTheMetre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces := drawPieces(t)
		v := viewOfPieces(t, pieces)
		side := rapid.SampledFrom(append(Sides(), "")).Draw(t, "of side")
		within := border.Span{}
		if rapid.Bool().Draw(t, "part") {
			within.From = border.Chainage(rapid.IntRange(0, 200).Draw(t, "within"))
			within.To = within.From + border.Chainage(rapid.IntRange(1, 100).Draw(t, "width"))
		}
		for _, k := range []Kind{Wall, Trench} {
			got, want := v.Total(k, side, within), metreByMetre(pieces, k, side, within)
			sum := 0.0
			for _, s := range States() {
				if got.ByState[s] != want[s] {
					t.Fatalf("%s %s: %v m, want %v", k, s, got.ByState[s], want[s])
				}
				sum += got.ByState[s]
			}
			if got.Metres != sum || got.PieceMetres != got.Metres+got.Overlap {
				t.Fatalf("%s does not add up: %+v", k, got)
			}
			if side == "" && within.Empty() {
				long := 0.0
				for _, p := range pieces {
					if p.Kind == k && p.State != Removed {
						long += p.Length()
					}
				}
				if got.PieceMetres != long {
					t.Fatalf("the pieces of %s are %v m long, the total says %v", k, long, got.PieceMetres)
				}
			}
		}
	})
}

// The sections' totals add up to that of the line, whatever the pieces.
func TestSectionsAddUpToTheLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var pieces []*Piece
		axis := border.Default()
		for i := range rapid.IntRange(1, 30).Draw(t, "pieces") {
			from := rapid.Float64Range(0, axis.Length()-1).Draw(t, "from")
			to := rapid.Float64Range(from, axis.Length()).Draw(t, "to")
			pieces = append(pieces, wall(i, border.Chainage(from), border.Chainage(to), rapid.SampledFrom(States()).Draw(t, "state")))
		}
		v := viewOfPieces(t, pieces)
		whole := v.Total(Wall, "", border.Span{})
		sum := 0.0
		for _, s := range border.DefaultAtlas().Division.Level(border.LevelSection) {
			sum += v.Total(Wall, "", s.Span).Metres
		}
		if math.Abs(sum-whole.Metres) > 1e-6 {
			t.Fatalf("the sections have %v m, the line %v", sum, whole.Metres)
		}
	})
}

func look(n int, from, to border.Chainage, on int, r Result) *Inspection {
	return &Inspection{ID: idOf("look", n), Kind: Wall, On: DayOf(day(on)), Inspector: "insp", Result: r,
		Stretch: Anchor(border.Default(), border.Span{From: from, To: to}, OnLine)}
}

func TestClosedNamesItsTermsAndWhatIsMissing(t *testing.T) {
	l := NewLedger(border.Default())
	for i, f := range []Fact{
		{Piece: wall(0, 0, 1000, Accepted)}, {Piece: wall(1, 1000, 3000, Built)}, {Piece: wall(2, 5000, 6000, Planned)},
		{Inspection: look(0, 0, 1500, 10, Pass)}, {Inspection: look(1, 400, 500, 20, Fail)}, {Inspection: look(2, 450, 500, 30, Pass)},
	} {
		e := put(i, 0, i, f)
		if f.Inspection != nil {
			e.Valid = f.Inspection.On.Time()
		}
		must(t, l, e)
	}
	lanes := map[string]border.Set{"camera-working": border.NewSet(border.Span{From: 200, To: 10_000})}
	v := l.At(day(100), day(100))
	a, err := v.Closed(DefaultRule, lanes, Measured(v.Axis()))
	if err != nil {
		t.Fatal(err)
	}
	// 0–1500 was inspected, but 400–450 failed since; the camera begins at 200.
	want := border.NewSet(border.Span{From: 200, To: 400}, border.Span{From: 450, To: 1500})
	if !a.Set.Equal(want) || a.Metres != 1250 || len(a.Missing) != 0 {
		t.Errorf("closed is %v, %v m", a.Set.Spans(), a.Metres)
	}
	for i, w := range []struct{ metres, alone float64 }{{3000, 0}, {9800, 200}, {1450, 1550}} {
		if got := a.Terms[i]; got.Metres != w.metres || got.Alone != w.alone {
			t.Errorf("term %d: %+v, want %+v", i, got, w)
		}
	}
	if a, _ = v.Closed(DefaultRule, nil, Measured(v.Axis())); a.Metres != 0 || !slices.Equal(a.Missing, []string{"camera-working"}) {
		t.Errorf("without cameras: %+v", a)
	}
	// On day 190 that of day 10 still counts, a day later only that of day 30.
	for on, want := range map[int]float64{190: 1250, 191: 50} {
		if a, _ = l.At(day(on), day(on)).Closed(DefaultRule, lanes, Measured(v.Axis())); a.Metres != want {
			t.Errorf("on day %d %v m are closed, want %v", on, a.Metres, want)
		}
	}
}

func TestARuleIsTheAlgebraOfItsWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := viewOfPieces(t, drawPieces(t))
		of := func(when string) border.Set {
			a, err := v.Closed(Rule{When: when}, nil, Measured(v.Axis()))
			if err != nil {
				t.Fatal(err)
			}
			return a.Set
		}
		a, b := `stands("wall")`, `state("trench", "planned")`
		if got, want := of(a+" && !"+b), of(a).Minus(of(b)); !got.Equal(want) {
			t.Fatalf("and not: %v, want %v", got.Spans(), want.Spans())
		}
		if got, want := of("!("+a+" || "+b+")"), of("!"+a+" && !"+b); !got.Equal(want) {
			t.Fatalf("de Morgan: %v, want %v", got.Spans(), want.Spans())
		}
		if got := of(a + " || !" + a); got.Length() != v.Axis().Length() {
			t.Fatalf("one or the other: %v", got.Spans())
		}
	})
}

func TestCompileRefuses(t *testing.T) {
	for _, text := range []string{
		"", "1", `stands("moat")`, `stands("wall", "up")`, `state("wall", "perfect")`, `inspected("wall", 0)`, `weak("grave")`,
		`measured("wall", "colour") > 1.0`, `measured("wall", "height")`, `stands("wall") == true`, `stands(lane("x"))`, `nobody("wall")`,
		`measured("wall", "height") >= measured("wall", "width")`, `[1,2].exists(x, x > 1)`, `true ? stands("wall") : false`,
	} {
		if _, err := Compile(text); err == nil || say.As(err).Text.Ar == "" {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzCompile(f *testing.F) {
	f.Add(DefaultRule.When)
	f.Add(`!(measured("wall", "height") >= 3) || weak("high") && lane("x")`)
	v := NewLedger(border.Default()).At(day(0), day(0))
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := Compile(text); err != nil {
			return
		}
		a, err := v.Closed(Rule{When: text}, nil, Measured(v.Axis()))
		if err != nil || a.Metres > v.Axis().Length() {
			t.Errorf("%q: %v, %v m", text, err, a.Metres)
		}
	})
}

func TestDenominatorsAreNamed(t *testing.T) {
	axis := border.Default()
	c, err := border.NewCalibration(axis, []border.Survey{{Post: 10, Chainage: 10_400}, {Post: 110, Chainage: 111_400}})
	if err != nil {
		t.Fatal(err)
	}
	bases := map[Basis]int{}
	for _, d := range Denominators(axis, c) {
		bases[d.Basis]++
		if d.Metres <= 0 || d.Source.En == "" || d.Source.Ar == "" || math.Abs(d.Share(d.Metres/2)-0.5) > 1e-12 {
			t.Errorf("%+v", d)
		}
		if d.Basis == BasisCalibrated && d.Metres != 100_000 {
			t.Errorf("between posts 10 and 110: %v m", d.Metres)
		}
	}
	if bases[BasisMeasured] != 1 || bases[BasisCalibrated] != 1 || bases[BasisPublished] != 9 || (Denominator{}).Share(1) != 0 {
		t.Errorf("%v", bases)
	}
}

func TestWhereARuleMeetsMeasuresAndWeakSpots(t *testing.T) {
	high, low := wall(0, 0, 1000, Built), wall(1, 1000, 2000, Built)
	high.Measured.Height, low.Measured.Height = 3.2, 2.4
	spot := &WeakSpot{ID: idOf("spot", 0), Kind: Breach, State: SpotOpen, Risk: High, Stretch: Anchor(border.Default(), border.Span{From: 200, To: 300}, OnLine)}
	v := viewOf(t, Fact{Piece: high}, Fact{Piece: low}, Fact{Piece: wall(2, 2000, 3000, Built)}, Fact{WeakSpot: spot})
	for when, want := range map[string]float64{
		`measured("wall", "height") >= 3`:                                     1000,
		`measured("wall", "height") < 3.0`:                                    1000, // not measured is neither
		`stands("wall") && !weak("high")`:                                     2900,
		`stands("wall") && !weak("critical")`:                                 3000,
		`stands("wall", "home")`:                                              0,
		`state("wall", "built") && false || measured("wall", "height") > 3.1`: 1000,
	} {
		a, err := v.Closed(Rule{When: when}, nil, Measured(v.Axis()))
		if err != nil || a.Metres != want {
			t.Errorf("%s: %v m, %v, want %v", when, a.Metres, err, want)
		}
		for _, term := range a.Terms {
			if term.Text.En == "" || term.Text.Ar == "" {
				t.Errorf("%s: a term without words", when)
			}
		}
	}
}
