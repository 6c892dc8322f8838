package border

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// The model of a lane is one value per metre; 0 is none.
type laneModel [metres]byte

func drawLane(t *rapid.T) (Lane[byte], laneModel) {
	var l Lane[byte]
	var m laneModel
	for range rapid.IntRange(0, 12).Draw(t, "steps") {
		s, v := drawSpan(t), byte(rapid.IntRange(0, 3).Draw(t, "value"))
		if v == 0 {
			l.Clear(s)
		} else {
			l.Set(s, v)
		}
		for i := int(s.From); i < int(s.To); i++ {
			m[i] = v
		}
	}
	return l, m
}

func (m laneModel) is(t *rapid.T, l *Lane[byte]) {
	t.Helper()
	for i := range m {
		got, ok := l.At(Chainage(i) + 0.5)
		if got != m[i] || ok != (m[i] != 0) {
			t.Fatalf("metre %d has %v, want %v of %v", i, got, m[i], l.All())
		}
	}
	all := l.All()
	for i, p := range all {
		if p.Empty() || i > 0 && (p.From < all[i-1].To || p.From == all[i-1].To && p.Value == all[i-1].Value) {
			t.Fatalf("%v is not normal: sorted, not empty, apart, neighbours differ", all)
		}
	}
}

func TestLanesAreValuesOfMetres(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, m := drawLane(t)
		m.is(t, &l)
		for v := byte(1); v <= 3; v++ {
			var where model
			for i := range m {
				where[i] = m[i] == v
			}
			where.is(t, "where", l.Where(v))
		}
		if got, want := l.Covered(), l.Where(1).Union(l.Where(2)).Union(l.Where(3)); !got.Equal(want) {
			t.Fatalf("covered %v, want %v", got.Spans(), want.Spans())
		}
	})
}

func TestPiecesOfAStretch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, m := drawLane(t)
		s := drawSpan(t)
		var got laneModel
		before := s.From
		for _, p := range l.Pieces(s.From, s.To) {
			if p.Empty() || p.From < before || p.To > s.To {
				t.Fatalf("%v of %v is empty, out of order or outside", p, s)
			}
			before = p.To
			for i := int(p.From); i < int(p.To); i++ {
				got[i] = p.Value
			}
		}
		for i := range m {
			if !s.Contains(Chainage(i)) {
				m[i] = 0
			}
		}
		if diff := cmp.Diff(m, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestMapAndCombine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, am := drawLane(t)
		b, bm := drawLane(t)
		half := func(v byte) byte { return (v + 1) / 2 }
		larger := func(v, w byte) byte { return max(v, w) }
		var mapped, combined laneModel
		for i := range am {
			if am[i] != 0 {
				mapped[i] = half(am[i])
			}
			if am[i] != 0 && bm[i] != 0 {
				combined[i] = larger(am[i], bm[i])
			}
		}
		m, c := Map(&a, half), Combine(&a, &b, larger)
		mapped.is(t, &m)
		combined.is(t, &c)
		// Neither changes what it was made from.
		am.is(t, &a)
		bm.is(t, &b)
	})
}

func TestClonesAreIndependent(t *testing.T) {
	a := NewLane(Piece[string]{Span{0, 100}, "wall"})
	b := a.Clone()
	b.Set(Span{40, 60}, "gap")
	if v, _ := a.At(50); v != "wall" {
		t.Errorf("the original has %q after its clone was changed", v)
	}
	if a.Equal(&b) || len(b.All()) != 3 {
		t.Errorf("the clone has %v", b.All())
	}
}
