package border

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestParseChainage(t *testing.T) {
	for _, c := range []struct {
		text string
		want Chainage
	}{
		{"371+250", 371250},
		{" 0+000 ", 0},
		{"43+200.5", 43200.5},
		{"371.25", 371250},
		{"44", 44000},
		{"٣٧١+٢٥٠", 371250},
		{"٣٧١٫٢٥", 371250},
		{"\u2066371+250\u2069", 371250},
	} {
		if got, err := ParseChainage(c.text); err != nil || math.Abs(float64(got-c.want)) > 1e-6 {
			t.Errorf("ParseChainage(%q) = %v, %v, want %v", c.text, float64(got), err, float64(c.want))
		}
	}
	for _, text := range []string{"", "+", "371+", "+250", "371+25", "371+2500", "371+1e2", "371+NaN", "NaN", "Inf", "-5", "1e3", "0x10", "371+-50", "1+000+1", "371+250.", "5.", "abc", "999999"} {
		if got, err := ParseChainage(text); err == nil {
			t.Errorf("ParseChainage(%q) = %v, want an error", text, float64(got))
		}
	}
}

func TestChainageReadsWhatItWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Chainage(rapid.IntRange(0, 9_999_999).Draw(t, "metres"))
		if got, err := ParseChainage(c.String()); err != nil || got != c {
			t.Fatalf("%v read back as %v, %v", c, got, err)
		}
	})
}

func TestChainageIsWrittenAsAKmPost(t *testing.T) {
	for c, want := range map[Chainage]string{
		371250: "371+250", 0: "0+000", 999.6: "1+000", 43200.4: "43+200", -1500: "-1+500",
		Chainage(math.NaN()): "?", Chainage(math.Inf(-1)): "?",
	} {
		if got := c.String(); got != want {
			t.Errorf("%v is written %q, want %q", float64(c), got, want)
		}
	}
}

func TestSideOfAnOffset(t *testing.T) {
	for o, want := range map[Offset]Side{0: OnLine, 0.9: OnLine, -0.9: OnLine, 1: Home, 300: Home, -1: Other, -5000: Other} {
		if got := o.Side(); got != want {
			t.Errorf("%v m lies on side %v, want %v", float64(o), got, want)
		}
	}
}

func FuzzParseChainage(f *testing.F) {
	for _, s := range []string{"371+250", "44.1", "٣٧١+٢٥٠", "371+NaN", "+", "1e9"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseChainage(s)
		if err == nil && !(c >= 0 && c < 1e8) {
			t.Errorf("ParseChainage(%q) = %v", s, float64(c))
		}
	})
}
