package assess

import (
	"cmp"
	"math"
	"strings"
	"time"

	"marsad/border"
	"marsad/geo"
	"marsad/ident"
	"marsad/say"
)

var (
	handTitle  = say.Text{En: "Reported by {by}: {text}", Ar: "بلاغ من {by}: {text}"}
	handReason = say.Text{En: "{by} opened this by hand: {text}", Ar: "فتح {by} هذا التنبيه يدوياً: {text}"}
	handSilent = say.Text{En: "Nothing keeps an alert silent that a person opens.", Ar: "لا شيء يُسكت تنبيهاً يفتحه شخص."}
	handSteps  = []say.Text{
		{En: "Confirm receipt.", Ar: "أكّد الاستلام."},
		{En: "Call the reporter back: what, how many, which way, people in need?", Ar: "اتصل بالمبلّغ: ماذا، كم العدد، أي اتجاه، هل من يحتاج مساعدة؟"},
		{En: "Look with the nearest camera; propose the nearest free patrol.", Ar: "انظر بأقرب كاميرا واقترح أقرب دورية متاحة."},
	}
	handEmpty = say.Text{En: "no words given", Ar: "دون تفاصيل"}
)

// CheckRequest says what a request to open by hand lacks, nil for nothing.
func CheckRequest(l Line, q Request) error {
	wrong := func(en, ar string) error {
		return &say.Error{Code: "alert.bad_request", Kind: say.Invalid, Text: say.Text{En: en, Ar: ar},
			Hint: say.Text{En: "give a km post like 97+300, or a point", Ar: "اكتب الكيلومتر مثل " + say.LTR("97+300") + " أو نقطة على الخريطة"}}
	}
	switch {
	case q.ID.IsZero() || q.At.IsZero():
		return wrong("the request has no id or time", "الطلب بلا رمز أو وقت")
	case strings.TrimSpace(q.By) == "":
		return wrong("an alert opened by hand names who opened it", "التنبيه اليدوي يذكر اسم من فتحه")
	case q.Severity > Critical:
		return wrong("there is no such severity", "لا توجد درجة خطورة كهذه")
	case q.ByPoint && !(geo.Point{Lat: q.Lat, Lon: q.Lon}).Valid():
		return wrong("the point is not on Earth", "النقطة خارج حدود الأرض")
	case !q.ByPoint && (!finite(float64(q.Chainage)) || !(math.Abs(float64(q.Offset)) <= maxAside) || !l.Point(q.Chainage, q.Offset).Valid() || !stands(l, q.Chainage)):
		return wrong("the km post is not on the line", "الكيلومتر ليس على الخط")
	}
	return nil
}

// maxAside is how far off the line, in metres, a km post can still say a place.
const maxAside = 50000.0

// stands reports whether a chainage is one of the line: beyond its ends a line
// gives its last point, and a place that nobody meant.
func stands(l Line, c border.Chainage) bool {
	back, _, ok := l.Locate(l.Point(c, 0))
	return ok && math.Abs(float64(back-c)) < 100
}

// HandID is the id of the alert that a request opens: known beforehand, so that
// what was declared with the request finds it.
func HandID(request ident.ID, at time.Time) ident.ID {
	return ident.Derive("alert", at, "hand/"+request.String(), 0)
}

// OpenByHand opens the alert that a person asked for. It is never joined to
// another: whoever opens it sees it. Tracks that fire near it join it. The same
// request twice gives the same alert.
func (a *Assessor) OpenByHand(q Request, out *Output) (Alert, error) {
	if err := CheckRequest(a.cfg.Line, q); err != nil {
		return Alert{}, err
	}
	if th := a.byCause(aHand, q.ID.String()); th != nil {
		return th.Alert.clone(), nil
	}
	a.advance(q.At)
	p := geo.Point{Lat: q.Lat, Lon: q.Lon}
	if !q.ByPoint {
		p = a.cfg.Line.Point(q.Chainage, q.Offset)
	}
	th := &thing{Kind: aHand, Cause: q.ID.String(), At: q.At, Held: q.At, Point: p}
	th.Alert = Alert{ID: HandID(q.ID, q.At), Rule: byHand, Severity: q.Severity, Opened: q.At,
		Class: q.Class, ByHand: q.By, Where: WhereAt(a.cfg.Line, p), Sure: 1, Silent: handSilent, Steps: append([]say.Text(nil), handSteps...)}
	text := strings.TrimSpace(q.Text)
	words := say.Text{En: text, Ar: text}
	if text == "" {
		words = handEmpty
	}
	// What people write is quoted as it is: braces in it are no placeholders.
	th.Alert.Title = handTitle.Fill("by", q.By).FillText("text", words)
	th.Alert.Reason = handReason.Fill("by", q.By).FillText("text", words)
	th.Report = words
	th.Alert.Evidence = []Evidence{{Name: "report", At: q.At, Text: words}}
	a.things = append(a.things, th)
	a.emit(th, q.At, out)
	return th.Alert.clone(), nil
}

// describeHand follows the tracks that joined. The person's words stand as the
// title until a rule says something graver; the report stays the first evidence.
func (a *Assessor) describeHand(th *thing, r *Rule, at time.Time, b *blanks) {
	if a.lead(th) == nil && r == nil {
		return
	}
	a.describeMovement(th, cmp.Or(r, a.rule("approach-inbound")), at, b)
	report := Evidence{Name: "report", At: th.Alert.Opened, Text: th.Report}
	if len(th.Alert.Evidence) == 0 || th.Alert.Evidence[0].Name != report.Name {
		th.Alert.Evidence = append([]Evidence{report}, th.Alert.Evidence...)
	}
}

// byHand is the rule of an alert that a person opened.
const byHand = "by-hand"
