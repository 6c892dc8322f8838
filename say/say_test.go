package say

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func TestIn(t *testing.T) {
	both := Text{En: "the line", Ar: "الخط الصفري"}
	for _, c := range []struct {
		text       Text
		lang, want string
	}{
		{both, "ar", "الخط الصفري"}, {both, "en", "the line"}, {both, "", "the line"}, {both, "ku", "the line"},
		{Text{En: "only English"}, "ar", "only English"},
	} {
		if got := c.text.In(c.lang); got != c.want {
			t.Errorf("%+v in %q is %q, want %q", c.text, c.lang, got, c.want)
		}
	}
}

func TestFill(t *testing.T) {
	got := Text{En: "{who} at {post}", Ar: "{who} عند {post}"}.Fill("post", "371+250", "who", "دورية")
	want := Text{En: "دورية at 371+250", Ar: "دورية عند \u2066371+250\u2069"}
	if got != want {
		t.Errorf("got %+q, want %+q", got, want)
	}
	// A value is never read as a pattern.
	got = Text{En: "{a}", Ar: "{a}"}.Fill("a", "{b}", "b", "x")
	if got.En != "{b}" {
		t.Errorf("a value was filled again: %q", got.En)
	}
	// What is not named stays to be seen.
	if got := (Text{En: "{a} {b}", Ar: ""}).Fill("a", "1"); got.En != "1 {b}" {
		t.Errorf("got %q", got.En)
	}
	if got := (Text{En: "[{a}]", Ar: "[{a}]"}).Fill("a", ""); got.Ar != "[]" {
		t.Errorf("nothing was isolated: %+q", got.Ar)
	}
}

func TestFillText(t *testing.T) {
	near := Text{En: "near {place}", Ar: "قرب {place}"}
	if got, want := near.FillText("place", Text{En: "Rabia", Ar: "ربيعة"}), (Text{En: "near Rabia", Ar: "قرب ربيعة"}); got != want {
		t.Errorf("got %+q, want %+q", got, want)
	}
	if got, want := near.FillText("place", Text{En: "OP 7-2"}).Ar, "قرب \u2066OP 7-2\u2069"; got != want {
		t.Errorf("a name without Arabic: got %+q, want %+q", got, want)
	}
}

// In Arabic text every figure stands inside an isolate, and isolates are
// balanced, whatever is filled in.
func TestFiguresAreIsolatedInArabic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.StringMatching(`[-+]?[0-9]{1,3}([+.:/ -][0-9]{1,3}){0,3}`).Draw(t, "value")
		got := Text{En: "{v}", Ar: "المحطة {v} على الخط"}.Fill("v", value).Ar
		depth := 0
		for _, r := range got {
			switch {
			case r == '\u2066':
				depth++
			case r == '\u2069':
				depth--
			case unicode.IsDigit(r) && depth != 1:
				t.Fatalf("%+q has a digit outside an isolate", got)
			}
			if depth < 0 || depth > 1 {
				t.Fatalf("%+q is not balanced", got)
			}
		}
		if depth != 0 || !strings.Contains(got, LTR(value)) {
			t.Fatalf("%+q does not hold %q whole and isolated", got, value)
		}
	})
}

func TestErrorsTellWhatToDo(t *testing.T) {
	err := fmt.Errorf("opening: %w", &Error{
		Code: "store.locked", Kind: Unavailable,
		Text:  Text{En: "the database is locked", Ar: "قاعدة البيانات مقفلة"},
		Hint:  Text{En: "stop the other server", Ar: "أوقف الخادم الآخر"},
		Cause: fs.ErrPermission,
	})
	if got, want := err.Error(), "opening: the database is locked (permission denied): stop the other server"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !errors.Is(err, fs.ErrPermission) {
		t.Error("the cause is lost")
	}
	if e := As(err); e.Code != "store.locked" || e.Kind != Unavailable {
		t.Errorf("As gave %+v", e)
	}
}

func TestAsWrapsWhatIsNotForPeople(t *testing.T) {
	e := As(fs.ErrClosed)
	if e.Kind != Internal || e.Text.Ar == "" || !errors.Is(e, fs.ErrClosed) {
		t.Errorf("As gave %+v", e)
	}
	if e := As(nil); e != nil {
		t.Errorf("no error became %+v", e)
	}
}

// What a library panics with is an error like its others; its errors and its silence
// are passed on.
func TestAPanicOfAReaderIsAnError(t *testing.T) {
	var none []int
	if err := Guard(func() error { none[3]++; return nil }); err == nil || !strings.Contains(err.Error(), "out of range") {
		t.Errorf("%v", err)
	}
	if err := Guard(func() error { return io.EOF }); err != io.EOF {
		t.Errorf("%v", err)
	}
	if err := Guard(func() error { return nil }); err != nil {
		t.Errorf("%v", err)
	}
}
