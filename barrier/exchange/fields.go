package exchange

import (
	"fmt"
	"strings"

	"marsad/barrier"
	"marsad/border"
	"marsad/geo"
	"marsad/ident"
	"marsad/say"
)

// The fields that a row may have, by subject: the names of the columns of a CSV
// file and of the properties of a GeoJSON feature. Exports write the same.
var fieldsOf = map[barrier.Subject][]string{
	barrier.SubjectPiece: {"kind", "from", "to", "side", "state", "unit", "height", "width", "depth", "length", "count",
		"specified_height", "specified_width", "specified_depth", "planned_start", "planned_finish", "surveyed", "started", "finished", "inspected_on",
		"cost", "currency", "evidence", "note", "marks"},
	barrier.SubjectInspection: {"kind", "from", "to", "side", "on", "inspector", "result", "height", "width", "depth", "length", "count", "evidence", "note", "marks"},
	barrier.SubjectWeakSpot:   {"weakness", "layer", "from", "to", "side", "risk", "state", "found_on", "found_by", "found_how", "reinspect", "evidence", "note", "marks"},
	barrier.SubjectDiary:      {"package", "crew", "on", "kind", "from", "to", "side", "quantity", "workers", "plant", "cost", "currency", "by", "evidence", "note", "marks"},
	barrier.SubjectClaim:      {"date", "date_precision", "metric", "value", "unit", "numerator", "denominator", "scope", "speaker", "source_url", "grade", "note"},
}

// Fields gives the fields of a subject, nil where it cannot be imported.
func Fields(s barrier.Subject) []string { return append([]string(nil), fieldsOf[s]...) }

// aliases are other names under which a field is known.
var aliases = map[string]string{
	"النوع": "kind", "الطبقة": "kind", "من": "from", "إلى": "to", "الى": "to", "الجانب": "side", "الحالة": "state", "الجهة": "unit", "الجهة المنفذة": "unit",
	"الارتفاع": "height", "العرض": "width", "العمق": "depth", "الطول": "length", "العدد": "count", "تاريخ المسح": "surveyed", "تاريخ البدء": "started", "تاريخ الإنجاز": "finished",
	"تاريخ الفحص": "on", "التاريخ": "on", "الفاحص": "inspector", "النتيجة": "result", "الكلفة": "cost", "العملة": "currency", "ملاحظة": "note", "الملاحظات": "note",
	"الكمية": "quantity", "حزمة العمل": "package", "الخطورة": "risk", "دليل": "evidence",
	"chainage_from": "from", "chainage_to": "to", "start": "from", "end": "to", "layer_kind": "kind", "executing_unit": "unit", "source": "source_url", "precision": "date_precision",
}

// words are other names under which a value of a closed list is known.
var words = func() map[string]string {
	m := map[string]string{
		"brc": "fence", "concertina": "wire", "under construction": "under-construction", "under repair": "under-repair", "completed": "built", "complete": "built", "done": "built", "passed": "pass", "failed": "fail",
	}
	for _, k := range barrier.Kinds() {
		m[k.Name().Ar], m[k.Name().En] = string(k), string(k)
	}
	for _, s := range barrier.States() {
		m[s.Name().Ar] = string(s)
	}
	for _, s := range barrier.Sides() {
		m[s.Name().Ar], m[s.Name().En] = string(s), string(s)
	}
	for _, w := range barrier.Weaknesses() {
		m[w.Name().Ar], m[w.Name().En] = string(w), string(w)
	}
	for _, r := range barrier.Risks() {
		m[r.Name().Ar] = string(r)
	}
	for _, r := range []barrier.Result{barrier.Pass, barrier.Fail} {
		m[r.Name().Ar] = string(r)
	}
	return m
}()

// record is one row on its way to a fact.
type record struct {
	get          map[string]string
	commaDecimal bool
	why          []barrier.Flaw
	ends         *barrier.Ends // positions from a geometry
	span         *border.Span  // chainages from a geometry
}

func (r *record) flaw(f *barrier.Flaw) {
	if f != nil {
		r.why = append(r.why, *f)
	}
}

func (r *record) text(name string) string { return strings.TrimSpace(r.get[name]) }

// word reads a value of a closed list, in either language.
func (r *record) word(name string) string {
	s := r.text(name)
	if w, ok := words[s]; ok {
		return w
	}
	low := strings.ToLower(s)
	if w, ok := words[low]; ok {
		return w
	}
	return low
}

func (r *record) number(name string) float64 {
	s := r.text(name)
	if s == "" {
		return 0
	}
	x, f := number(s, r.commaDecimal)
	if f != nil {
		f.Text = say.Text{En: name + ": " + f.Text.En, Ar: name + ": " + f.Text.Ar}
		r.flaw(f)
	}
	return x
}

func (r *record) count(name string) int {
	x := r.number(name)
	if x != float64(int(x)) || x < 0 || x > 1e9 {
		r.flaw(notANumber(r.text(name)))
		return 0
	}
	return int(x)
}

func (r *record) day(name string) barrier.Day {
	s := latin.Replace(r.text(name))
	if s == "" {
		return 0
	}
	d, err := barrier.ParseDay(strings.ReplaceAll(s, "/", "-"))
	if err != nil {
		e := say.As(err)
		r.flaw(&barrier.Flaw{Code: e.Code, Refused: true, Text: e.Text, Hint: e.Hint})
	}
	return d
}

func (r *record) id(name string) ident.ID {
	s := r.text(name)
	if s == "" {
		return ident.ID{}
	}
	id, err := ident.Parse(s)
	if err != nil {
		r.flaw(&barrier.Flaw{Code: "id", Refused: true,
			Text: say.Text{En: "{s} is not an identifier", Ar: "{s} ليس معرفاً"}.Fill("s", s),
			Hint: say.Text{En: "copy it from the list of packages", Ar: "انسخه من قائمة حزم العمل"}})
	}
	return id
}

func (r *record) dimensions() barrier.Dimensions {
	return barrier.Dimensions{Height: r.number("height"), Width: r.number("width"), Depth: r.number("depth"), Length: r.number("length"), Count: r.count("count")}
}

func (r *record) money() barrier.Money {
	return barrier.Money{Amount: r.number("cost"), Currency: strings.ToUpper(r.text("currency"))}
}

func (r *record) evidence() []barrier.Evidence {
	var out []barrier.Evidence
	for _, ref := range strings.FieldsFunc(r.text("evidence"), func(c rune) bool { return c == '|' }) {
		out = append(out, barrier.Evidence{Kind: "document", Ref: strings.TrimSpace(ref)})
	}
	return out
}

func (r *record) marks() []string {
	if m := strings.Fields(strings.ReplaceAll(r.text("marks"), "|", " ")); len(m) > 0 {
		return m
	}
	return nil
}

// stretch reads where the row lies: from its geometry, from its km posts, or
// from both where they agree within 500 m.
func (r *record) stretch(axis *border.Axis) barrier.Stretch {
	side := barrier.Side(r.word("side"))
	if side == "" {
		side = barrier.OnLine
	}
	written := r.text("from") != ""
	if !written && r.span == nil {
		r.flaw(&barrier.Flaw{Code: "span.missing", Refused: true, Text: say.Text{En: "it does not say where it is", Ar: "لم يُذكر الموقع"},
			Hint: say.Text{En: "give from and to as km posts", Ar: "أعطِ البداية والنهاية كعلامات كيلومترية"}})
		return barrier.Stretch{Side: side}
	}
	var s border.Span
	if written {
		from, u1, f1 := chainage(r.text("from"), r.commaDecimal)
		to, u2, f2 := from, u1, f1
		if r.text("to") != "" {
			to, u2, f2 = chainage(r.text("to"), r.commaDecimal)
		}
		r.flaw(f1)
		if f2 != f1 {
			r.flaw(f2)
		}
		if (u1 == inMetres) != (u2 == inMetres) {
			r.flaw(&barrier.Flaw{Code: "unit", Text: say.Text{En: "one end is in metres, the other in kilometres", Ar: "إحدى النهايتين بالأمتار والأخرى بالكيلومترات"},
				Hint: say.Text{En: "check both", Ar: "تحقق من كلتيهما"}})
		}
		s = border.Span{From: from, To: to}
	}
	if r.span == nil {
		at := barrier.Anchor(axis, s, side)
		if s.From > s.To || s.To > axis.Whole().To || s.From < 0 {
			at.Ends = nil // refused in a moment; nothing lies there
		}
		return at
	}
	if written && (far(s.From, r.span.From) || far(s.To, r.span.To)) {
		r.flaw(&barrier.Flaw{Code: "span.two", Text: say.Text{En: "its km posts say {a}, its positions {b}", Ar: "علاماته تقول {a} ومواقعه {b}"}.Fill("a", s.String(), "b", r.span.String()),
			Hint: say.Text{En: "the positions are taken; check the posts", Ar: "اعتُمدت المواقع؛ تحقق من العلامات"}})
	}
	return barrier.Stretch{Span: *r.span, Side: side, Axis: axis.Version(), Ends: r.ends}
}

func far(a, b border.Chainage) bool { return a-b > 500 || b-a > 500 }

// fact builds what the row states.
func (j *judge) fact(r *record) *barrier.Fact {
	for name, value := range j.Defaults {
		if r.text(name) == "" {
			r.get[name] = value
		}
	}
	switch j.About {
	case barrier.SubjectPiece:
		p := &barrier.Piece{Kind: barrier.Kind(r.word("kind")), Stretch: r.stretch(j.axis), State: barrier.State(r.word("state")), Unit: r.text("unit"),
			Measured:  r.dimensions(),
			Specified: barrier.Dimensions{Height: r.number("specified_height"), Width: r.number("specified_width"), Depth: r.number("specified_depth")},
			Dates: barrier.Dates{PlannedStart: r.day("planned_start"), PlannedFinish: r.day("planned_finish"), Surveyed: r.day("surveyed"),
				Started: r.day("started"), Finished: r.day("finished")},
			InspectedOn: r.day("inspected_on"), Cost: r.money(), Evidence: r.evidence(), Note: r.text("note"), Marks: r.marks()}
		return &barrier.Fact{Piece: p}
	case barrier.SubjectInspection:
		return &barrier.Fact{Inspection: &barrier.Inspection{Kind: barrier.Kind(r.word("kind")), Stretch: r.stretch(j.axis), On: r.day("on"),
			Inspector: r.text("inspector"), Result: barrier.Result(r.word("result")), Measured: r.dimensions(), Evidence: r.evidence(), Note: r.text("note"), Marks: r.marks()}}
	case barrier.SubjectWeakSpot:
		w := &barrier.WeakSpot{Kind: barrier.Weakness(r.word("weakness")), Layer: barrier.Kind(r.word("layer")), State: barrier.SpotState(r.word("state")), Risk: barrier.Risk(r.word("risk")),
			Stretch: r.stretch(j.axis), Found: barrier.Finding{On: r.day("found_on"), By: r.text("found_by"), How: r.text("found_how")}, Reinspect: r.day("reinspect"),
			Evidence: r.evidence(), Note: r.text("note"), Marks: r.marks()}
		if w.State == "" {
			w.State = barrier.SpotOpen
		}
		return &barrier.Fact{WeakSpot: w}
	case barrier.SubjectDiary:
		return &barrier.Fact{Diary: &barrier.DiaryEntry{Package: r.id("package"), Crew: r.id("crew"), On: r.day("on"), Kind: barrier.Kind(r.word("kind")), Stretch: r.stretch(j.axis),
			Quantity: r.number("quantity"), Workers: r.count("workers"), Plant: r.count("plant"), Cost: r.money(), By: r.text("by"), Photos: r.evidence(), Note: r.text("note"), Marks: r.marks()}}
	case barrier.SubjectClaim:
		return &barrier.Fact{Claim: r.claim(j.axis)}
	}
	return nil
}

func (r *record) claim(axis *border.Axis) *barrier.Claim {
	c := &barrier.Claim{Metric: r.text("metric"), Value: r.number("value"), Unit: r.text("unit"), Numerator: r.number("numerator"), Denominator: r.number("denominator"),
		Scope: r.text("scope"), Date: r.day("date"), Precision: barrier.Precision(r.word("date_precision")), Speaker: r.text("speaker"), Source: r.text("source_url"), Note: r.text("note")}
	if g := strings.ToUpper(r.text("grade")); g != "" {
		grade, err := barrier.ParseGrade(g)
		if err != nil {
			e := say.As(err)
			r.flaw(&barrier.Flaw{Code: e.Code, Refused: true, Text: e.Text, Hint: e.Hint})
		}
		c.Grade = grade
	}
	if c.Precision.Name().IsZero() {
		c.Precision = barrier.ToDay
	}
	barrier.Scope(c, axis)
	return c
}

// locate gives where a line of positions lies: its ends, and the stretch
// between the chainages of the nearest points of the axis. Positions farther
// off the line than reach are refused.
func locate(axis *border.Axis, points []geo.Point, reach float64) (*barrier.Ends, *border.Span, []barrier.Flaw) {
	var why []barrier.Flaw
	at := make([]border.Chainage, len(points))
	for i, p := range points {
		l := axis.Locate(p)
		off := float64(l.Offset)
		if l.Far || off > reach || off < -reach {
			return nil, nil, []barrier.Flaw{{Code: "position.far", Refused: true,
				Text: say.Text{En: "a position of it lies farther than {m} m from the line", Ar: "أحد مواقعه أبعد من {m} م عن الخط"}.Fill("m", fmt.Sprintf("%.0f", reach)),
				Hint: say.Text{En: "check the order: GeoJSON has the longitude first", Ar: "تحقق من الترتيب: خط الطول أولاً في GeoJSON"}}}
		}
		at[i] = l.Chainage
	}
	first, last := at[0], at[len(at)-1]
	ends := &barrier.Ends{From: points[0], To: points[len(points)-1]}
	if first > last {
		first, last = last, first
		ends = &barrier.Ends{From: ends.To, To: ends.From}
		if len(points) > 1 {
			why = append(why, barrier.Flaw{Code: "span.reversed", Text: say.Text{En: "it was drawn against the line and is turned round", Ar: "رُسم عكس اتجاه الخط فقُلب"},
				Hint: say.Text{En: "nothing needs to be done if that is right", Ar: "لا يلزم شيء إن كان ذلك صحيحاً"}})
		}
	}
	return ends, &border.Span{From: first, To: last}, why
}
