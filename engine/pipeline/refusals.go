package pipeline

import (
	"fmt"

	"marsad/say"
)

// What the ingress refuses, and what to do about it.
var (
	errTooManySensors = &say.Error{Code: "sensor.too_many", Kind: say.Unavailable,
		Text: say.Text{En: fmt.Sprintf("more than %d sensors are registered", maxSensors), Ar: "عدد المتحسسات المسجلة تجاوز الحد المسموح"},
		Hint: say.Text{En: "look for a client that registers under ever new ids", Ar: "ابحث عن جهة تسجل بمعرّفات جديدة باستمرار"}}
	errTooOften = &say.Error{Code: "sensor.too_often", Kind: say.Unavailable,
		Text: say.Text{En: "the sensor registers or reports too often", Ar: "المتحسس يسجل أو يبلغ عن حالته بتكرار مفرط"},
		Hint: say.Text{En: "at most 10 a second are taken; look at its link", Ar: "يُقبل عشرة في الثانية على الأكثر؛ افحص خط الاتصال به"}}
	errUnknownSensor = &say.Error{Code: "sensor.unknown", Kind: say.Invalid,
		Text: say.Text{En: "the sensor is not registered", Ar: "المتحسس غير مسجل"},
		Hint: say.Text{En: "send the registration first", Ar: "أرسل التسجيل أولاً"}}
	errNotInRoster = &say.Error{Code: "unit.unknown", Kind: say.Denied,
		Text: say.Text{En: "this node is not in the roster of own units, so its position does not count as own force", Ar: "هذا الجهاز غير مدرج في جدول الوحدات الصديقة، فلا يُعد موقعه موقع قوة صديقة"},
		Hint: say.Text{En: "add the node to a unit of the roster", Ar: "أضف الجهاز إلى إحدى وحدات الجدول"}}
	errCannotLook = &say.Error{Code: "sensor.cannot_look", Kind: say.Conflict,
		Text: say.Text{En: "this sensor cannot be told to look at a point", Ar: "لا يمكن توجيه هذا المتحسس إلى نقطة"},
		Hint: say.Text{En: "choose a camera that offers it", Ar: "اختر كاميرا تتيح ذلك"}}
	errNotListening = &say.Error{Code: "sensor.not_listening", Kind: say.Unavailable,
		Text: say.Text{En: "the camera does not take orders at present", Ar: "الكاميرا لا تستقبل الأوامر حالياً"},
		Hint: say.Text{En: "look at its health, then try again", Ar: "افحص حالتها ثم أعد المحاولة"}}
	errStuck = &say.Error{Code: "log.stuck", Kind: say.Unavailable,
		Text: say.Text{En: "the log takes nothing at present", Ar: "سجل البيانات لا يقبل شيئاً حالياً"},
		Hint: say.Text{En: "look at the disk of the server; sensors try again by themselves", Ar: "افحص قرص الخادم؛ تعيد المتحسسات المحاولة تلقائياً"}}
	errClosing = &say.Error{Code: "engine.closing", Kind: say.Unavailable,
		Text: say.Text{En: "Marsad is shutting down", Ar: "مرصد قيد الإيقاف"},
		Hint: say.Text{En: "try again when it runs", Ar: "أعد المحاولة بعد تشغيله"}}
)
