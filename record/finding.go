package record

import (
	"strconv"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"marsad/say"
)

// Report is what a verification found.
type Report struct {
	Entries int64     `json:"entries"`
	Rows    int64     `json:"rows"` // rows of the record that the chain binds
	Root    tlog.Hash `json:"root"`
	Last    time.Time `json:"last"` // of the last entry
	// Erasures are the runs of retention that erased personal fields.
	Erasures []Erasure `json:"erasures"`
	// Erased is the number of entries whose personal fields are erased.
	Erased int64 `json:"erased"`
	// Files is the number of evidence files that were compared with the chain.
	Files int64 `json:"files"`
	// Heads that the chain was compared with.
	Heads    []HeadCheck `json:"heads"`
	Problems []Problem   `json:"problems"`
	// More is the number of problems found beyond those listed.
	More int `json:"more,omitempty"`
}

// OK reports whether nothing was found wrong.
func (r *Report) OK() bool { return len(r.Problems) == 0 }

// HeadCheck is one head that the chain was compared with.
type HeadCheck struct {
	Source string    `json:"source"` // "record", a file's name, "witness"
	Size   int64     `json:"size"`
	At     time.Time `json:"at"`
	Holds  bool      `json:"holds"`
}

// Fault says which sort of thing a verification found.
type Fault string

// The faults.
const (
	Changed     Fault = "changed"
	Removed     Fault = "removed"
	Added       Fault = "added"
	Reordered   Fault = "reordered"
	Truncated   Fault = "truncated"
	Rewritten   Fault = "rewritten"   // history differs from a signed head
	Unexplained Fault = "unexplained" // personal fields gone, and no run erased them
	BadHead     Fault = "head"        // a head that cannot be trusted
	Doubted     Fault = "doubt"       // a start of Marsad found the chain changed since its last head
	Unreadable  Fault = "unreadable"
)

// Problem is one thing that a verification found.
type Problem struct {
	Fault   Fault    `json:"fault"`
	Seq     int64    `json:"seq,omitempty"`     // of the entry, 0 for none
	Subject string   `json:"subject,omitempty"` // "table/id" of a row, name of a head
	Text    say.Text `json:"text"`
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

var faultTexts = map[string]say.Text{
	"entry changed":    {En: "entry {seq} was changed after it was written", Ar: "القيد {seq} عُدّل بعد كتابته"},
	"entry removed":    {En: "entries {seq} to {to} were removed", Ar: "القيود من {seq} إلى {to} أُزيلت"},
	"entry reordered":  {En: "entry {seq} stands in the place of entry {to}: the order was changed", Ar: "القيد {seq} موضوع مكان القيد {to}: تغيّر الترتيب"},
	"entry unhashed":   {En: "entry {seq} was added without its hash", Ar: "القيد {seq} أُضيف بلا بصمته"},
	"tree changed":     {En: "the hashes stored with entry {seq} were changed", Ar: "البصمات المحفوظة مع القيد {seq} عُدّلت"},
	"tree over":        {En: "{to} stored hashes belong to no entry: entries after {seq} were removed", Ar: "توجد {to} بصمة بلا قيد: أُزيلت قيود بعد القيد {seq}"},
	"personal changed": {En: "the personal fields of entry {seq} were changed after they were written", Ar: "البيانات الشخصية في القيد {seq} عُدّلت بعد كتابتها"},
	"personal gone":    {En: "the personal fields of entry {seq} are gone, and no run of retention erased them", Ar: "البيانات الشخصية في القيد {seq} مفقودة ولم تحذفها أي عملية حذف مسجلة"},
	"personal back":    {En: "the personal fields of entry {seq} are there although the run of entry {to} erased them", Ar: "البيانات الشخصية في القيد {seq} موجودة مع أن العملية في القيد {to} حذفتها"},
	"entry unreadable": {En: "entry {seq} cannot be read", Ar: "تتعذر قراءة القيد {seq}"},
	"row changed":      {En: "{subject} was changed after it was written", Ar: "السجل {subject} عُدّل بعد كتابته"},
	"row removed":      {En: "{subject} was removed", Ar: "السجل {subject} أُزيل"},
	"row added":        {En: "{subject} was put in past the record", Ar: "السجل {subject} أُدخل من خارج النظام"},
	"file removed":     {En: "the file {subject}, kept by entry {seq}, is missing", Ar: "الملف {subject} المحفوظ في القيد {seq} مفقود"},
	"file changed":     {En: "the file {subject} is not the one that entry {seq} put on record", Ar: "الملف {subject} ليس هو الذي سجّله القيد {seq}"},
	"file unreadable":  {En: "the file {subject}, kept by entry {seq}, cannot be read", Ar: "تتعذر قراءة الملف {subject} المحفوظ في القيد {seq}"},
	"head broken":      {En: "the head from {subject} is damaged or falsely signed", Ar: "الختم {subject} تالف أو توقيعه مزوّر"},
	"head unknown":     {En: "the head from {subject} was signed by a key that this record does not know: either it is another Marsad's, or the record was replaced", Ar: "الختم {subject} موقّع بمفتاح لا يعرفه هذا السجل: إما أنه لنظام آخر أو أن السجل استُبدل"},
	"head missing":     {En: "the record has no signed head", Ar: "لا يوجد ختم موقّع في السجل"},
	"head behind":      {En: "entries after {seq} stand outside the signed head: they were put in past Marsad", Ar: "القيود بعد {seq} خارج الختم الموقّع: أُدخلت من خارج مرصد"},
	"doubted":          {En: "at entry {seq} Marsad started and found that the chain did not end where its last head said", Ar: "عند القيد {seq} بدأ مرصد ووجد أن السلسلة لا تنتهي حيث يقول آخر ختم"},
	"truncated":        {En: "the record ends at entry {seq}, but the head from {subject} has seen {to}: the end was cut off, or an older backup was restored", Ar: "ينتهي السجل عند القيد {seq} لكن الختم {subject} شهد {to}: قُطعت نهايته أو استُرجعت نسخة احتياطية أقدم"},
	"rewritten":        {En: "the first {to} entries are not those that the head from {subject} has seen: history was rewritten", Ar: "أول {to} قيداً ليست كما شهدها الختم {subject}: أُعيدت كتابة السجل"},
}

// problem fills in one of the texts above.
func problem(f Fault, text string, seq, to int64, subject string) Problem {
	return Problem{Fault: f, Seq: seq, Subject: subject, Text: faultTexts[text].Fill("seq", number(seq), "to", number(to), "subject", subject)}
}
