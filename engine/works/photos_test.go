package works_test

import (
	"strings"
	"testing"
	"time"

	"marsad/barrier"
)

// A photo's days count from the first statement that names it, however often it is
// named again, also after a restart.
func TestAPhotosDaysCountFromTheFirstStatement(t *testing.T) {
	d := &disk{}
	b := open(t, d)
	for n := range 3 {
		b.now = began.AddDate(0, 0, 80*n)
		e := wall(n, 10_000, 12_000)
		e.Piece.Evidence = []barrier.Evidence{{Kind: "photo", Ref: "p.jpg", SHA256: strings.Repeat("ab", 32), Nobody: n > 0}}
		if _, err := b.State(t.Context(), engineer, e); err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range []*bench{b, open(t, d)} {
		if use, named := b.Photo(strings.Repeat("ab", 32)); !named || !use.Known.Equal(began.Truncate(time.Nanosecond)) || use.Nobody || len(use.Things) == 0 {
			t.Errorf("%v %+v", named, use)
		}
	}
}
