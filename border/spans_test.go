package border

import (
	"encoding/json"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The model of a set is the metres it holds, one bit each.
const metres = 60

type model [metres]bool

func drawSpan(t *rapid.T) Span {
	return Span{
		From: Chainage(rapid.IntRange(0, metres).Draw(t, "from")),
		To:   Chainage(rapid.IntRange(0, metres).Draw(t, "to")), // may be empty or reversed
	}
}

func drawSet(t *rapid.T) (Set, model) {
	spans := rapid.SliceOfN(rapid.Custom(drawSpan), 0, 8).Draw(t, "spans")
	var m model
	for _, s := range spans {
		for i := int(s.From); i < int(s.To); i++ {
			m[i] = true
		}
	}
	return NewSet(spans...), m
}

func (m model) is(t *rapid.T, what string, s Set) {
	t.Helper()
	count := 0
	for i := range m {
		if s.Contains(Chainage(i)) != m[i] || s.Contains(Chainage(i)+0.5) != m[i] {
			t.Fatalf("%s: %v at metre %d, want %v", what, s.Spans(), i, m[i])
		}
		if m[i] {
			count++
		}
	}
	if s.Length() != float64(count) {
		t.Fatalf("%s: length %v, want %d", what, s.Length(), count)
	}
	for i, p := range s.Spans() {
		if p.Empty() || i > 0 && p.From <= s.Spans()[i-1].To {
			t.Fatalf("%s: %v is not normal: sorted, not empty, apart", what, s.Spans())
		}
	}
}

func TestSetsAreSetsOfMetres(t *testing.T) {
	whole := Span{0, metres}
	rapid.Check(t, func(t *rapid.T) {
		a, am := drawSet(t)
		b, bm := drawSet(t)
		var union, both, minus, not model
		for i := range am {
			union[i], both[i] = am[i] || bm[i], am[i] && bm[i]
			minus[i], not[i] = am[i] && !bm[i], !am[i]
		}
		am.is(t, "set", a)
		union.is(t, "union", a.Union(b))
		both.is(t, "intersection", a.Intersect(b))
		minus.is(t, "difference", a.Minus(b))
		not.is(t, "complement", a.Complement(whole))
	})
}

func TestSetLaws(t *testing.T) {
	whole := Span{0, metres}
	rapid.Check(t, func(t *rapid.T) {
		a, _ := drawSet(t)
		b, _ := drawSet(t)
		c, _ := drawSet(t)
		not := func(s Set) Set { return s.Complement(whole) }
		for _, law := range []struct {
			name        string
			left, right Set
		}{
			{"De Morgan of a union", not(a.Union(b)), not(a).Intersect(not(b))},
			{"De Morgan of an intersection", not(a.Intersect(b)), not(a).Union(not(b))},
			{"a union with itself", a.Union(a), a},
			{"an intersection with itself", a.Intersect(a), a},
			{"twice not", not(not(a)), a},
			{"either order of a union", a.Union(b), b.Union(a)},
			{"distribution", a.Intersect(b.Union(c)), a.Intersect(b).Union(a.Intersect(c))},
			{"minus by complement", a.Minus(b), a.Intersect(not(b))},
			{"absorption", a.Union(a.Intersect(b)), a},
			{"normal form", NewSet(a.Spans()...), a},
		} {
			if !law.left.Equal(law.right) {
				t.Fatalf("%s: %v against %v", law.name, law.left.Spans(), law.right.Spans())
			}
		}
		if got, want := a.Union(b).Length()+a.Intersect(b).Length(), a.Length()+b.Length(); got != want {
			t.Fatalf("lengths add up to %v, want %v", got, want)
		}
	})
}

func TestComplementStaysWithinItsSpan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, am := drawSet(t)
		within := drawSpan(t)
		var want model
		for i := range am {
			want[i] = !am[i] && within.Contains(Chainage(i))
		}
		want.is(t, "complement", a.Complement(within))
	})
}

func TestSpansAreHalfOpen(t *testing.T) {
	a, b := Span{0, 10}, Span{10, 20}
	if a.Contains(10) || !b.Contains(10) || !a.Contains(0) || b.Contains(20) {
		t.Error("a span must hold its From and not its To")
	}
	if s := a.Intersect(b); !s.Empty() {
		t.Errorf("spans that meet share %v", s)
	}
	if s := NewSet(b, a); s.Count() != 1 || s.Length() != 20 {
		t.Errorf("spans that meet must join, got %v", s.Spans())
	}
}

func TestASetCannotBeChangedThroughItsSpans(t *testing.T) {
	s := NewSet(Span{0, 10}, Span{20, 30})
	s.Spans()[0].From = 5
	if !s.Contains(1) {
		t.Error("Spans must give a copy")
	}
}

func TestWiden(t *testing.T) {
	s := NewSet(Span{10, 20}, Span{24, 30})
	if got, want := s.Widen(2), NewSet(Span{8, 32}); !got.Equal(want) {
		t.Errorf("widened: %v, want %v", got.Spans(), want.Spans())
	}
	if got, want := s.Widen(-4), NewSet(Span{14, 16}); !got.Equal(want) {
		t.Errorf("narrowed: %v, want %v", got.Spans(), want.Spans())
	}
}

func TestNewSpanRefuses(t *testing.T) {
	nan, inf := Chainage(math.NaN()), Chainage(math.Inf(1))
	for _, s := range []Span{{5, 4}, {nan, 4}, {4, nan}, {4, inf}, {-inf, 4}} {
		if got, err := NewSpan(s.From, s.To); err == nil {
			t.Errorf("NewSpan(%v, %v) = %v, want an error", float64(s.From), float64(s.To), got)
		}
	}
	if s, err := NewSpan(3, 3); err != nil || !s.Empty() {
		t.Errorf("NewSpan(3, 3) = %v, %v, want the empty span", s, err)
	}
	if got := NewSet(Span{nan, 5}, Span{5, nan}, Span{1, 2}); got.Length() != 1 {
		t.Errorf("spans that are not numbers must be left out: %v", got.Spans())
	}
}

func TestSetsAndLanesPassThroughJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, m := drawSet(t)
		l, lm := drawLane(t)
		data, err := json.Marshal(struct {
			Set  Set
			Lane Lane[byte]
		}{s, l})
		if err != nil {
			t.Fatal(err)
		}
		var back struct {
			Set  Set
			Lane Lane[byte]
		}
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatal(err)
		}
		m.is(t, "set", back.Set)
		lm.is(t, &back.Lane)
	})
}
