package sapient

import (
	"marsad/say"
)

// Codes of the refusals, as they appear in Counters.Refused beside those of
// package sense.
const (
	CodeFrame     = "sapient.frame"        // longer than allowed
	CodeProtobuf  = "sapient.protobuf"     // not a SapientMessage
	CodeMissing   = "sapient.missing"      // a field that must be there is not
	CodeID        = "sapient.id"           // neither UUID version 4 nor ULID
	CodeEnum      = "sapient.enum"         // a value that the standard does not know
	CodeNumber    = "sapient.number"       // NaN or infinite
	CodeDeep      = "sapient.deep"         // nested without end
	CodeOrder     = "sapient.order"        // not now: the session's state forbids it
	CodeNode      = "sapient.node"         // another node's id on this connection
	CodeTaken     = "sapient.node_taken"   // the id is in use on another connection
	CodeEffector  = "sapient.effector"     // a weapon or jammer
	CodeRoster    = "sapient.roster"       // says it is an own patrol, the roster does not
	CodeVersion   = "sapient.version"      // not BSI Flex 335 v2.0
	CodeNorth     = "sapient.north"        // an azimuth from a north that is not known here
	CodePlace     = "sapient.place"        // coordinates that say nothing
	CodeFull      = "sapient.full"         // more connections than configured
	CodeUnasked   = "sapient.unasked"      // an answer to nothing
	CodeUnwanted  = "sapient.unwanted"     // a message that only a fusion node sends
	CodeAlert     = "sapient.alert"        // an alert that cannot be used
	CodeSlow      = "sapient.slow_reader"  // the node does not read what is sent to it
	CodeRepeated  = "sapient.too_many_bad" // nothing but bad messages
	CodeSilent    = "sapient.idle"         // nothing said for too long
	CodeDuplicate = "sapient.duplicate"    // a report id seen a moment ago
	CodeInternal  = "sapient.host"         // the host refused without a code
)

// bad makes the refusal of one field. The field is named as the standard names
// it, from the message down: detection_report.location.x.
func bad(code, field, en, ar string, hint say.Text) *say.Error {
	t := say.Text{En: en, Ar: ar}
	if field != "" {
		t = say.Text{En: field + ": " + en, Ar: say.LTR(field) + ": " + ar}
	}
	return &say.Error{Code: code, Kind: say.Invalid, Text: t, Hint: hint}
}

// in names the field that a refusal of package sense is about.
func in(field string, err error) *say.Error {
	e := *say.As(err)
	e.Text = say.Text{En: field + ": " + e.Text.En, Ar: say.LTR(field) + ": " + e.Text.Ar}
	return &e
}

// reason is what goes to the node on the wire: code, text and hint in English,
// as the standard's messages are.
func reason(e *say.Error) string {
	s := e.Code + ": " + e.Text.En
	if e.Hint.En != "" {
		s += " (" + e.Hint.En + ")"
	}
	return s
}

var (
	hintField       = say.Text{En: "fill the field as BSI Flex 335 v2.0 demands", Ar: "املأ الحقل كما تنص المواصفة"}
	hintNodeID      = say.Text{En: "node ids are UUID version 4 in lower case", Ar: "معرّف العقدة هو UUID من الإصدار الرابع بأحرف صغيرة"}
	hintULID        = say.Text{En: "report, object, task and alert ids are ULIDs in upper case", Ar: "معرّفات التقارير والأجسام من نوع ULID بأحرف كبيرة"}
	hintFrame       = say.Text{En: "each message is preceded by its length, 4 bytes, little endian", Ar: "يسبق كل رسالة طولها في أربعة بايتات"}
	hintFirst       = say.Text{En: "the first message of a connection is the registration", Ar: "أول رسالة في الاتصال هي التسجيل"}
	hintNew         = say.Text{En: "send a status report with info NEW first", Ar: "أرسل أولاً تقرير حالة جديداً"}
	hintOneNode     = say.Text{En: "one connection carries one node: open another for the other", Ar: "لكل عقدة اتصال واحد: افتح اتصالاً آخر"}
	hintTaken       = say.Text{En: "give each node its own id; after a restart, wait two status intervals", Ar: "أعط كل عقدة معرّفاً خاصاً بها؛ وبعد إعادة التشغيل انتظر مدتي تقرير"}
	hintEffector    = say.Text{En: "Marsad controls no weapons: connect the sensors alone", Ar: "مرصد لا يتحكم بأي سلاح: اربط المتحسسات فقط"}
	hintRoster      = say.Text{En: "enter the node in the roster of own units", Ar: "أدخل العقدة في جدول الوحدات الصديقة"}
	hintVersion     = say.Text{En: "speak BSI Flex 335 v2.0", Ar: "استخدم المواصفة BSI Flex 335 v2.0"}
	hintTrue        = say.Text{En: "send azimuths from true north, or configure the declination", Ar: "أرسل الاتجاهات من الشمال الحقيقي أو اضبط الانحراف المغناطيسي"}
	hintUnits       = say.Text{En: "check coordinate_system, datum and the order of x (longitude) and y (latitude)", Ar: "دقق نظام الإحداثيات وترتيبها"}
	hintLater       = say.Text{En: "try again later, or raise max_clients", Ar: "حاول لاحقاً أو ارفع حد الاتصالات"}
	hintAlert       = say.Text{En: "send the detection itself, or the alert with its location", Ar: "أرسل الكشف نفسه أو التنبيه مع موقعه"}
	hintCertificate = say.Text{En: "use the certificate of the node itself", Ar: "استخدم شهادة العقدة نفسها"}
	hintAsked       = say.Text{En: "answer the tasks that were sent to this node", Ar: "أجب عن المهام المرسلة إلى هذه العقدة"}
	hintRepeat      = say.Text{En: "give each report its own id", Ar: "أعط كل تقرير معرّفاً خاصاً به"}
)
