package bus

import (
	"fmt"
	"strings"

	"marsad/say"
)

func unusable(dir string, cause error) error {
	return &say.Error{Code: "bus.unusable", Kind: say.Unavailable, Cause: cause,
		Text: say.Text{En: "the log in " + dir + " cannot be opened", Ar: "تعذّر فتح سجل البيانات في " + say.LTR(dir)},
		Hint: say.Text{En: "check that the folder may be written and that the disk has room; a damaged log can be moved away, decisions are kept in the record",
			Ar: "تأكد من إمكانية الكتابة في المجلد ومن وجود مساحة على القرص؛ يمكن نقل السجل التالف جانباً، فالقرارات محفوظة في قاعدة البيانات"}}
}

func none(dir string, cause error) error {
	return &say.Error{Code: "bus.none", Kind: say.NotFound, Cause: cause,
		Text: say.Text{En: "there is no log in " + dir, Ar: "لا يوجد سجل بيانات في " + say.LTR(dir)},
		Hint: say.Text{En: "give the data folder of a server that has run", Ar: "أعطِ مجلد البيانات لخادم سبق تشغيله"}}
}

func locked(dir string, cause error) error {
	return &say.Error{Code: "bus.locked", Kind: say.Unavailable, Cause: cause,
		Text: say.Text{En: "another Marsad is using the data folder " + dir, Ar: "يستخدم برنامج مرصد آخر مجلد البيانات " + say.LTR(dir)},
		Hint: say.Text{En: "stop the other one, or give this one a folder of its own with --data", Ar: "أوقف البرنامج الآخر أو أعطِ هذا مجلداً خاصاً به عبر " + say.LTR("--data")}}
}

func fullError(dir string) error {
	return &say.Error{Code: "bus.full", Kind: say.Unavailable,
		Text: say.Text{En: "the disk under " + dir + " is full: nothing more is taken in", Ar: "القرص الذي يحوي " + say.LTR(dir) + " ممتلئ: لا يُستقبل المزيد"},
		Hint: say.Text{En: "make room on the disk; Marsad goes on by itself", Ar: "أفرغ مساحة على القرص؛ يستأنف مرصد العمل تلقائياً"}}
}

func unwritten(cause error) error {
	return &say.Error{Code: "bus.unwritten", Kind: say.Unavailable, Cause: cause,
		Text: say.Text{En: "the log did not take a message", Ar: "لم يقبل سجل البيانات رسالة"},
		Hint: say.Text{En: "look at the disk; Marsad tries again by itself", Ar: "افحص القرص؛ يعيد مرصد المحاولة تلقائياً"}}
}

func unreadable(cause error) error {
	return &say.Error{Code: "bus.unreadable", Kind: say.Unavailable, Cause: cause,
		Text: say.Text{En: "the log cannot be read", Ar: "تعذّرت قراءة سجل البيانات"},
		Hint: say.Text{En: "look at the disk and start Marsad again; decisions are kept in the record", Ar: "افحص القرص وأعد تشغيل مرصد؛ القرارات محفوظة في قاعدة البيانات"}}
}

func missing(sequence uint64) error {
	return &say.Error{Code: "bus.no_message", Kind: say.NotFound,
		Text: say.Text{En: fmt.Sprintf("message %d is not in the log", sequence), Ar: "الرسالة " + say.LTR(fmt.Sprint(sequence)) + " غير موجودة في سجل البيانات"},
		Hint: say.Text{En: "it is older than the log keeps, or not yet written", Ar: "هي أقدم مما يُحفظ في السجل أو لم تُكتب بعد"}}
}

func damaged(from, to uint64) error {
	return &say.Error{Code: "bus.damaged", Kind: say.Unavailable,
		Text: say.Text{En: fmt.Sprintf("the log is damaged: its messages %d to %d cannot be read", from, to), Ar: fmt.Sprintf("سجل البيانات تالف: تعذرت قراءة الرسائل من %s إلى %s", say.LTR(fmt.Sprint(from)), say.LTR(fmt.Sprint(to)))},
		Hint: say.Text{En: "keep a copy of the folder and look at the disk; decisions are kept in the record (marsad verify), and what comes before can be replayed with --to", Ar: "احتفظ بنسخة من المجلد وافحص القرص؛ القرارات محفوظة في قاعدة البيانات (" + say.LTR("marsad verify") + ")، ويمكن إعادة تشغيل ما قبلها بالخيار " + say.LTR("--to")}}
}

func readOnly() error {
	return &say.Error{Code: "bus.read_only", Kind: say.Conflict, Text: say.Text{En: "the log was opened for reading", Ar: "فُتح سجل البيانات للقراءة فقط"}}
}

type errSubject string

func (e errSubject) Error() string { return "subject " + string(e) + " belongs to another stream" }

// listening passes the server's warnings and errors on, drops the rest, and
// hears when a write failed: the server says so in its log alone.
type listening struct{ bus *Bus }

const writeFailed = "JetStream failed to store a msg"

func (l listening) Errorf(format string, v ...any) {
	text := fmt.Sprintf(format, v...)
	if strings.Contains(text, writeFailed) && l.bus.broken.Swap(true) {
		return // said already
	}
	l.bus.options.Log.Error("log server: " + text)
}

func (l listening) Fatalf(format string, v ...any) { l.Errorf(format, v...) }

func (l listening) Warnf(format string, v ...any) {
	l.bus.options.Log.Warn("log server: " + fmt.Sprintf(format, v...))
}

func (listening) Noticef(string, ...any) {}
func (listening) Debugf(string, ...any)  {}
func (listening) Tracef(string, ...any)  {}
