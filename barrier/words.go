package barrier

import "marsad/say"

// Names for people of what else has a closed list.

// Name is the weakness for people, empty for one that is not known.
func (w Weakness) Name() say.Text { return weaknessNames[w] }

// Name is the risk for people, empty for one that is not known.
func (r Risk) Name() say.Text { return riskNames[r] }

// Name is the cause for people.
func (c Cause) Name() say.Text { return causeNames[c] }

// Name is the state of a weak spot for people.
func (s SpotState) Name() say.Text { return spotNames[s] }

// Name is the state of a package for people.
func (s PackageState) Name() say.Text { return packageNames[s] }

// Name is the result for people.
func (r Result) Name() say.Text { return resultNames[r] }

// Name is the basis for people.
func (b Basis) Name() say.Text { return basisNames[b] }

// Name is the precision for people.
func (p Precision) Name() say.Text { return precisionNames[p] }

// Name is the verb for people, as on a button.
func (v Verb) Name() say.Text { return verbNames[v] }

var weaknessNames = map[Weakness]say.Text{
	Gap:          {En: "gap", Ar: "فجوة"},
	Fragile:      {En: "fragile place", Ar: "موضع هش"},
	Breach:       {En: "breach", Ar: "خرق"},
	WashedOut:    {En: "washed-out berm", Ar: "ساتر جرفته المياه"},
	SiltedTrench: {En: "silted trench", Ar: "خندق مطمور"},
	Tunnel:       {En: "tunnel", Ar: "نفق"},
	Cave:         {En: "cave", Ar: "كهف"},
	Culvert:      {En: "culvert", Ar: "قنطرة مائية"},
}

var riskNames = map[Risk]say.Text{
	Low: {En: "low", Ar: "منخفضة"}, Medium: {En: "medium", Ar: "متوسطة"}, High: {En: "high", Ar: "عالية"}, Critical: {En: "critical", Ar: "حرجة"},
}

var causeNames = map[Cause]say.Text{
	Weather: {En: "weather", Ar: "الأحوال الجوية"}, Security: {En: "security", Ar: "أمني"}, Material: {En: "material", Ar: "نقص المواد"}, Other: {En: "other", Ar: "سبب آخر"},
}

var spotNames = map[SpotState]say.Text{
	SpotOpen: {En: "open", Ar: "مفتوحة"}, SpotRepair: {En: "under repair", Ar: "قيد الإصلاح"}, SpotClosed: {En: "closed", Ar: "مغلقة"},
}

var packageNames = map[PackageState]say.Text{
	PackageDraft: {En: "draft", Ar: "مسودة"}, PackageApproved: {En: "approved", Ar: "مصادق عليها"}, PackageRunning: {En: "running", Ar: "جارية"},
	PackagePaused: {En: "paused", Ar: "متوقفة"}, PackageDone: {En: "done", Ar: "منجزة"}, PackageHanded: {En: "handed over", Ar: "مسلّمة"}, PackageDropped: {En: "dropped", Ar: "ملغاة"},
}

var resultNames = map[Result]say.Text{Pass: {En: "passed", Ar: "مطابق"}, Fail: {En: "failed", Ar: "غير مطابق"}}

var basisNames = map[Basis]say.Text{
	BasisMeasured: {En: "measured", Ar: "مقاس"}, BasisCalibrated: {En: "calibrated", Ar: "معاير"}, BasisPublished: {En: "published", Ar: "منشور"}, BasisPlanned: {En: "planned", Ar: "مخطط"},
}

var precisionNames = map[Precision]say.Text{
	ToDay: {En: "to the day", Ar: "باليوم"}, ToMonth: {En: "to the month", Ar: "بالشهر"}, ToYear: {En: "to the year", Ar: "بالسنة"},
}

var verbNames = map[Verb]say.Text{
	Enter: {En: "enter", Ar: "إدخال"}, Describe: {En: "describe", Ar: "تعديل الوصف"}, Survey: {En: "surveyed", Ar: "تم المسح"}, Clear: {En: "cleared", Ar: "تم التطهير"},
	Start: {En: "start", Ar: "بدء العمل"}, Finish: {En: "finished", Ar: "أُنجز"}, Inspect: {En: "inspected", Ar: "تم الفحص"}, Accept: {En: "accept", Ar: "استلام"},
	Damage: {En: "damaged", Ar: "تضرر"}, Repair: {En: "repair", Ar: "إصلاح"}, Remove: {En: "remove", Ar: "إزالة"}, Replan: {En: "plan again", Ar: "إعادة التخطيط"},
	Approve: {En: "approve", Ar: "أصادق"}, Pause: {En: "pause", Ar: "إيقاف"}, Resume: {En: "resume", Ar: "استئناف"}, HandOver: {En: "hand over", Ar: "تسليم"},
	Drop: {En: "drop", Ar: "إلغاء"}, Close: {En: "close", Ar: "إغلاق"}, Reopen: {En: "reopen", Ar: "إعادة فتح"},
}
