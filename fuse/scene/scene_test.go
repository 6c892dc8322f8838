package scene

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEqualSeedsGiveEqualScenes(t *testing.T) {
	for _, f := range Families() {
		if f == "many" || f == "dense" || f == "b x10" || strings.HasPrefix(f, "line") {
			continue // as b, only larger
		}
		a, err := Make(f, 3)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := Make(f, 3)
		other, _ := Make(f, 4)
		if !bytes.Equal(a.Detections, b.Detections) || cmp.Diff(a.Truth, b.Truth) != "" {
			t.Errorf("%s: equal seeds differ", f)
		}
		if bytes.Equal(a.Detections, other.Detections) {
			t.Errorf("%s: different seeds are equal", f)
		}
	}
	if _, err := Make("none", 1); err == nil {
		t.Error("a family that is none was made")
	}
}
