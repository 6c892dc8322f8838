package barrier

import (
	"fmt"
	"math"

	"marsad/border"
	"marsad/geo"
	"marsad/say"
)

// Flaw is something wrong with a fact by itself, whatever else is known.
type Flaw struct {
	Code string `json:"code"` // "span.reversed"
	// Refused says that the fact cannot be taken in; otherwise it is flagged
	// and a person may take it in as it is.
	Refused bool     `json:"refused"`
	Text    say.Text `json:"text"`
	Hint    say.Text `json:"hint"`
}

// Flaws gives what is wrong with a fact on an axis, as seen on a day: nothing
// for a sound one. The fact must be about something.
func (f *Fact) Flaws(axis *border.Axis, today Day) []Flaw {
	c := &critic{axis: axis, today: today}
	switch {
	case f.Piece != nil:
		c.piece(f.Piece)
	case f.Claim != nil:
		c.claim(f.Claim)
	case f.Inspection != nil:
		c.inspection(f.Inspection)
	case f.WeakSpot != nil:
		c.spot(f.WeakSpot)
	case f.Package != nil:
		c.pack(f.Package)
	case f.Crew != nil:
		c.name(f.Crew.Name)
		for _, k := range Kinds() {
			c.within("rate", f.Crew.Rates[k], 20_000)
		}
	case f.Calendar != nil:
		c.name(f.Calendar.Name)
		if len(f.Calendar.Weekend) >= 7 {
			c.refuse("calendar.never", "a calendar needs a working day", "التقويم يحتاج إلى يوم عمل", "leave at least one day of the week", "اترك يوم عمل واحداً على الأقل")
		}
		for _, h := range f.Calendar.Holidays {
			c.inOrder(h.From, h.To)
		}
	case f.Stoppage != nil:
		c.stretch(&f.Stoppage.Stretch, true)
		c.past(f.Stoppage.Since)
		if f.Stoppage.Until != 0 {
			c.inOrder(f.Stoppage.Since, f.Stoppage.Until)
		}
	case f.Diary != nil:
		c.diary(f.Diary)
	case f.Rule != nil:
		c.name(f.Rule.Name)
		if _, err := Compile(f.Rule.When); err != nil {
			e := say.As(err)
			c.flaws = append(c.flaws, Flaw{Code: e.Code, Refused: true, Text: e.Text, Hint: e.Hint})
		}
	}
	evidence, _ := f.Evidence()
	for _, e := range evidence {
		if e.SHA256 != "" && !hash(e.SHA256) {
			c.refuse("evidence.hash", fmt.Sprintf("%q is not a SHA-256", e.SHA256), "البصمة ليست "+say.LTR("SHA-256"), "64 digits and letters from a to f, or leave it out", "64 رقماً وحرفاً من a إلى f أو اتركها")
			break
		}
	}
	return c.flaws
}

// critic collects what is wrong.
type critic struct {
	axis  *border.Axis
	today Day
	flaws []Flaw
}

func (c *critic) refuse(code, en, ar, hintEn, hintAr string) {
	c.flaws = append(c.flaws, Flaw{code, true, say.Text{En: en, Ar: ar}, say.Text{En: hintEn, Ar: hintAr}})
}

func (c *critic) flag(code, en, ar, hintEn, hintAr string) {
	c.flaws = append(c.flaws, Flaw{code, false, say.Text{En: en, Ar: ar}, say.Text{En: hintEn, Ar: hintAr}})
}

// stretch checks where something lies. A thing that is counted may have no
// length.
func (c *critic) stretch(s *Stretch, mayBePoint bool) {
	from, to, end := float64(s.From), float64(s.To), c.axis.Length()
	switch {
	case math.IsNaN(from) || math.IsNaN(to) || math.IsInf(from, 0) || math.IsInf(to, 0):
		c.refuse("span.number", "where it begins or ends is not a number", "بداية المقطع أو نهايته ليست رقماً", "write km posts as 371+250", "اكتب العلامة هكذا: "+say.LTR("371+250"))
	case from > to:
		c.refuse("span.reversed", fmt.Sprintf("it runs backwards, from %v to %v", s.From, s.To), "المقطع معكوس", "exchange the two ends if that is what was meant", "بدّل بين البداية والنهاية إن كان هذا هو المقصود")
	case from == to && !mayBePoint:
		c.refuse("span.empty", "it has no length", "المقطع بلا طول", "give where it begins and where it ends", "أعطِ البداية والنهاية")
	case from < 0 || to > end+0.5:
		c.refuse("span.beyond", fmt.Sprintf("it runs beyond the line, which ends at %v", border.Chainage(end)), "المقطع يتجاوز نهاية الخط", "check the unit: chainage is metres, km posts are kilometres", "تحقق من الوحدة: المسافة بالأمتار والعلامات بالكيلومترات")
	}
	if !s.Side.Known() {
		c.refuse("side", fmt.Sprintf("%q is not a side of the line", s.Side), "الجانب غير معروف", "home, line or other", "home أو line أو other")
	}
	if s.Ends != nil && (!s.Ends.From.Valid() || !s.Ends.To.Valid()) {
		c.refuse("position", "an end has a position that is not on the Earth", "أحد الموقعين ليس على الأرض", "latitude first, in degrees", "خط العرض أولاً بالدرجات")
	}
}

func (c *critic) kind(k Kind) {
	if !k.Known() {
		c.refuse("kind", fmt.Sprintf("%q is not a kind of layer", k), "نوع الطبقة غير معروف", "one of: wall, trench, berm, wire, fence, …", "مثلاً: wall، trench، berm، wire، fence")
	}
}

func (c *critic) name(n say.Text) {
	if n.En == "" && n.Ar == "" {
		c.refuse("name", "it needs a name", "يحتاج إلى اسم", "give one, in either language", "أعطِ اسماً بإحدى اللغتين")
	}
}

// past refuses a day that is given and lies ahead.
func (c *critic) past(d Day) {
	if d > c.today {
		c.refuse("date.future", fmt.Sprintf("%v lies in the future", d), "التاريخ في المستقبل", "what has not happened yet is a plan", "ما لم يحدث بعد هو خطة")
	}
}

func (c *critic) inOrder(from, to Day) {
	if from != 0 && to != 0 && to < from {
		c.refuse("date.order", fmt.Sprintf("%v comes before %v", to, from), "التواريخ معكوسة", "exchange them if that is what was meant", "بدّل بينهما إن كان هذا هو المقصود")
	}
}

// farFromLine is how far from its stretch a device may stand before somebody
// should look: a wrong km post, or an entry written back at the post.
const farFromLine = 2000 // metres

// device checks where the device stood that an entry was made on, and where its
// photos were taken.
func (c *critic) device(at *geo.Point, s *Stretch, photos []Evidence) {
	far := c.stood(at, s)
	for i := range photos {
		far = max(far, c.stood(photos[i].Where, s))
	}
	if far > farFromLine {
		c.flag("position.far", fmt.Sprintf("the device or a photo was %.1f km from there", far/1000), "الجهاز أو الصورة على بعد كبير من المكان المذكور", "check the km post", "تحقق من العلامة الكيلومترية")
	}
}

// stood gives how many metres from a stretch a position is.
func (c *critic) stood(at *geo.Point, s *Stretch) float64 {
	if at == nil || !(s.From >= 0 && s.To <= border.Chainage(c.axis.Length()+0.5) && s.From <= s.To) {
		return 0 // a stretch that is wrong is said to be so elsewhere
	}
	if !at.Valid() {
		c.refuse("position", "it was entered at a position that is not on the Earth", "موقع الإدخال ليس على الأرض", "latitude first, in degrees", "خط العرض أولاً بالدرجات")
		return 0
	}
	l := c.axis.Locate(*at)
	along := max(0, float64(s.From-l.Chainage), float64(l.Chainage-s.To))
	return math.Hypot(along, float64(l.Offset))
}

// within refuses what is not a figure and flags what no work of this sort has.
func (c *critic) within(what string, x, limit float64) {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 0) || x < 0:
		c.refuse("number", what+" is not a figure of zero or more", "القيمة ليست رقماً موجباً", "correct it", "صححها")
	case x > limit:
		c.flag("unit", fmt.Sprintf("%s of %g m: is it in another unit?", what, x), "قيمة كبيرة جداً: هل الوحدة مختلفة؟", "dimensions are metres", "الأبعاد بالأمتار")
	}
}

func (c *critic) dimensions(k Kind, d Dimensions, span float64) {
	c.within("height", d.Height, tallest(k))
	c.within("width", d.Width, 60)
	c.within("depth", d.Depth, 12)
	c.within("length", d.Length, 1_000_000)
	if d.Count < 0 {
		c.refuse("number", "a count below zero", "عدد سالب", "correct it", "صححه")
	}
	// A length ten times off, either way, is a unit mixed up.
	if d.Length > 0 && span > 0 && (d.Length > 10*span || d.Length < span/10) {
		c.flag("unit", fmt.Sprintf("measured %g m on a stretch of %.0f m: is it in another unit?", d.Length, span), "الطول المقاس بعيد عن طول المقطع: هل الوحدة مختلفة؟", "lengths are metres", "الأطوال بالأمتار")
	}
}

// tallest is what may be believed without asking, in metres.
func tallest(k Kind) float64 {
	if k == Tower || k == Camera {
		return 60
	}
	return 15
}

func (c *critic) money(m Money) {
	if math.IsNaN(m.Amount) || math.IsInf(m.Amount, 0) || m.Amount < 0 || (m.Amount > 0 && len(m.Currency) != 3) {
		c.refuse("money", "a cost needs an amount and a currency", "الكلفة تحتاج إلى مبلغ وعملة", "the currency by its three letters: IQD", "العملة بثلاثة أحرف: IQD")
	}
}

func (c *critic) piece(p *Piece) {
	c.kind(p.Kind)
	c.stretch(&p.Stretch, p.Kind.Counted())
	if !p.State.Known() {
		c.refuse("state", fmt.Sprintf("%q is not a state", p.State), "الحالة غير معروفة", "one of: planned, surveyed, cleared, under-construction, built, …", "مثلاً: planned، built")
	}
	c.dimensions(p.Kind, p.Specified, 0)
	c.dimensions(p.Kind, p.Measured, p.Length())
	c.money(p.Cost)
	for _, d := range []Day{p.Dates.Surveyed, p.Dates.Started, p.Dates.Finished, p.InspectedOn} {
		c.past(d)
	}
	c.inOrder(p.Dates.PlannedStart, p.Dates.PlannedFinish)
	c.inOrder(p.Dates.Started, p.Dates.Finished)
	if s := p.Dates.Surveyed; s != 0 && (p.Dates.Started != 0 && p.Dates.Started < s || p.Dates.Finished != 0 && p.Dates.Finished < s) {
		c.refuse("date.survey", "work that began before the stretch was surveyed", "بدأ العمل قبل مسح المقطع", "correct one of the dates", "صحح أحد التاريخين")
	}
	if f := p.Dates.Finished; f != 0 && p.InspectedOn != 0 && p.InspectedOn < f {
		c.refuse("date.inspected", "inspected before it was finished", "فُحص قبل إنجازه", "correct one of the dates", "صحح أحد التاريخين")
	}
}

func (c *critic) claim(m *Claim) {
	if math.IsNaN(m.Value) || math.IsInf(m.Value, 0) || m.Metric == "" || m.Speaker == "" || m.Date == 0 {
		c.refuse("claim", "a claim needs what is claimed, a figure, who said it and when", "الادعاء يحتاج إلى الموضوع والرقم والقائل والتاريخ", "write them down as the source has them", "اكتبها كما وردت في المصدر")
	}
	c.past(m.Date)
	if m.Source == "" {
		c.flag("claim.source", "no source is named", "لم يُذكر المصدر", "grade it F6 or name one", "صنّفه F6 أو اذكر المصدر")
	}
}

func (c *critic) inspection(i *Inspection) {
	c.kind(i.Kind)
	c.stretch(&i.Stretch, i.Kind.Counted())
	c.dimensions(i.Kind, i.Measured, i.Length())
	c.device(i.Where, &i.Stretch, i.Evidence)
	c.past(i.On)
	if i.On == 0 || i.Inspector == "" || (i.Result != Pass && i.Result != Fail) {
		c.refuse("inspection", "an inspection needs a day, an inspector and a result", "الفحص يحتاج إلى تاريخ وفاحص ونتيجة", "the result is pass or fail", "النتيجة pass أو fail")
	}
	if len(i.Evidence) == 0 {
		c.flag("inspection.evidence", "no evidence is given", "لا يوجد دليل", "add a photo or the survey sheet", "أضف صورة أو ورقة القياس")
	}
}

func (c *critic) spot(w *WeakSpot) {
	if w.Kind.Name().IsZero() || w.Risk.Name().IsZero() {
		c.refuse("spot", "a weak spot needs a kind and a risk", "نقطة الضعف تحتاج إلى نوع ودرجة خطورة", "the risk is low, medium, high or critical", "الخطورة low أو medium أو high أو critical")
	}
	c.stretch(&w.Stretch, true)
	c.device(w.Where, &w.Stretch, w.Evidence)
	c.past(w.Found.On)
	c.past(w.ClosedOn)
	c.inOrder(w.Found.On, w.ClosedOn)
}

func (c *critic) pack(p *Package) {
	c.kind(p.Kind)
	c.name(p.Name)
	c.stretch(&p.Stretch, false)
	c.within("rate", p.Rate, 20_000)
	c.inOrder(p.Start, p.Finish)
	c.money(p.Budget)
	for _, q := range p.Predecessors {
		if q.Package == p.ID || q.Package.IsZero() || !(q.Metres >= 0) || q.Days < 0 {
			c.refuse("predecessor", "a predecessor is another package, at no distance below zero", "السابق حزمة عمل أخرى بمسافة غير سالبة", "correct the list", "صحح القائمة")
		}
	}
}

func (c *critic) diary(d *DiaryEntry) {
	c.kind(d.Kind)
	c.stretch(&d.Stretch, true)
	c.device(d.Where, &d.Stretch, d.Photos)
	c.past(d.On)
	c.within("quantity", d.Quantity, 20_000)
	c.money(d.Cost)
	if d.On == 0 || d.Package.IsZero() || d.Workers < 0 || d.Plant < 0 {
		c.refuse("diary", "a day in the diary needs its date and its package", "اليومية تحتاج إلى تاريخ وحزمة عمل", "open it from the package", "افتحها من حزمة العمل")
	}
	if span := d.Length(); span > 0 && d.Quantity > 0 && (d.Quantity > 2*span || d.Quantity < span/2) {
		c.flag("unit", fmt.Sprintf("%g m reported on a stretch of %.0f m", d.Quantity, span), "الكمية المذكورة بعيدة عن طول المقطع", "both are metres; correct one or say why", "كلاهما بالأمتار: صحح أحدهما أو بيّن السبب")
	}
}
