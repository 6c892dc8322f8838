package respond

import (
	"slices"
	"strconv"
	"strings"

	"marsad/assess"
	"marsad/say"
	"marsad/sense"
)

// maxText is the longest text that an action may carry, in bytes.
const maxText = 8000

// check gives what a need misses, nil for nothing. With ofCase it asks only
// what the case itself can answer, before anything is typed.
func (r *Responder) check(n Need, c *Case, a *Action, ofCase bool) *say.Error {
	switch n {
	case needProposal:
		if p := c.asked(); p == nil {
			return missing("case.no_proposal", "no proposal waits for an answer", "لا يوجد مقترح ينتظر الجواب", "propose a unit first", "اقترح وحدة أولاً")
		}
	case needTask:
		if c.Task == nil || c.Task.ApproverID == "" || !c.Task.Ended.IsZero() {
			return missing("case.no_task", "there is no approved task", "لا توجد مهمة مصادق عليها", "a commander approves a proposal first", "يصادق الآمر على المقترح أولاً")
		}
	case needReferral:
		if c.Referral == nil || !c.Referral.Acked.IsZero() {
			return missing("case.no_referral", "no referral waits for an acknowledgement", "لا توجد إحالة تنتظر التأكيد", "refer to a partner first", "أحِل إلى جهة شريكة أولاً")
		}
	case needOutcome:
		if c.Result == nil {
			return missing("case.no_outcome", "the case has no outcome", "لا توجد نتيجة للقضية", "give the outcome first", "سجّل النتيجة أولاً")
		}
	case needAcked:
		if c.Result != nil && c.Result.Counts.Referred > 0 && (c.Referral == nil || c.Referral.Acked.IsZero()) {
			return missing("case.referral_open", "people were referred and no partner has acknowledged", "أُحيل أشخاص ولم تؤكد أي جهة شريكة استلامهم", "record the partner and the acknowledgement", "سجّل الجهة الشريكة وتأكيدها")
		}
	case needFree:
		if c.Custody != nil && c.Custody.Ended.IsZero() {
			return missing("case.custody", "people are still in custody", "ما زال أشخاص قيد الاحتجاز", "record how the custody ended", "سجّل كيف انتهى الاحتجاز")
		}
	case needCustody:
		if c.Custody == nil || !c.Custody.Ended.IsZero() {
			return missing("case.no_custody", "nobody of this case is in custody", "لا أحد من هذه القضية قيد الاحتجاز", "give the outcome first", "سجّل النتيجة أولاً")
		}
	case needScene:
		if !c.met() {
			return missing("case.no_contact", "nobody was on scene", "لم يصل أحد إلى الموقع", "record the arrival first", "سجّل الوصول أولاً")
		}
	case needKept:
		return checkProtection(c, c.Result)
	case needUnit:
		if ofCase {
			if len(r.candidates(c)) == 0 {
				return missing("unit.none", "no unit is free", "لا توجد وحدة متاحة", "end a task, or ask the neighbouring section", "أنهِ مهمة أو اطلب من القاطع المجاور")
			}
			return nil
		}
		return r.checkUnit(c, a)
	}
	if ofCase {
		return nil
	}
	return r.checkWords(n, c, a)
}

func (r *Responder) checkUnit(c *Case, a *Action) *say.Error {
	id := a.Unit
	if a.Verb == Approve {
		id = c.asked().Unit
	}
	if id == "" {
		if len(r.candidates(c)) == 0 {
			return missing("unit.none", "no unit is free", "لا توجد وحدة متاحة", "end a task, or ask the neighbouring section", "أنهِ مهمة أو اطلب من القاطع المجاور")
		}
		return nil
	}
	u := r.unit(id)
	if u == nil {
		return missing("unit.unknown", "there is no such unit in the roster", "لا توجد وحدة كهذه في القائمة", "choose one from the list", "اختر وحدة من القائمة")
	}
	if u.Task != (noCase) && u.Task != c.Alert.ID {
		return missing("unit.busy", "the unit has a task already", "الوحدة مكلفة بمهمة أخرى", "choose a free unit, or stand the other task down", "اختر وحدة متاحة أو ألغِ المهمة الأخرى")
	}
	return nil
}

// checkWords asks what the person typed.
func (r *Responder) checkWords(n Need, c *Case, a *Action) *say.Error {
	blank := func(s string) bool { return strings.TrimSpace(s) == "" }
	switch n {
	case needClass:
		if int(a.Class) >= sense.NClass {
			return missing("action.class", "there is no such class", "لا يوجد صنف كهذا", "choose one from the list", "اختر صنفاً من القائمة")
		}
	case needReason:
		if blank(a.Text) {
			return missing("action.no_reason", "this needs words", "يجب كتابة السبب أو النص", "write a sentence", "اكتب جملة")
		}
	case needPartner:
		if blank(a.To) {
			return missing("action.no_partner", "no partner is named", "لم تُذكر الجهة الشريكة", "name the partner", "اذكر اسم الجهة الشريكة")
		}
	case needAnswer:
		if !slices.Contains([]string{AsksProtection, OwnRequest, NoFear, NotPossible}, a.Answer) {
			return missing("protection.answer", "the protection question has four answers", "لسؤال الحماية أربعة أجوبة",
				"asks-protection, own-request, no-fear or not-possible", "يطلب الحماية، بطلبه، لا يخشى شيئاً، أو تعذّر السؤال")
		}
		if a.Answer == NotPossible && blank(a.Text) {
			return missing("protection.why", "say why the question could not be asked", "اذكر لماذا تعذّر السؤال", "write a sentence", "اكتب جملة")
		}
	case needWitness:
		own := a.Answer == OwnRequest || a.Verb == HandOver && c.Protection == OwnRequest
		w := strings.TrimSpace(a.Witness)
		if own && (w == "" || strings.EqualFold(w, a.By.Name) || strings.EqualFold(w, a.By.ID)) {
			return missing("protection.witness", "an own request needs an independent witness who is not the one who writes it down", "الطلب الشخصي يحتاج إلى شاهد مستقل غير من يدوّنه", "name the witness", "اذكر اسم الشاهد")
		}
	case needBasis:
		if blank(a.Text) || !a.Yes {
			return missing("handover.basis", "nobody is handed to another State without a legal basis and each person's protection screening", "لا يُسلّم أحد إلى دولة أخرى دون أساس قانوني وفحص حماية لكل شخص",
				"write the legal basis and confirm the screening of each person", "اكتب الأساس القانوني وأكّد فحص الحماية لكل شخص")
		}
		if !c.AskedAt.IsZero() {
			return missing("handover.protection", "somebody of this case asked for protection", "طلب أحد أشخاص هذه القضية الحماية", "refer to a partner instead", "أحِل إلى جهة شريكة بدلاً من ذلك")
		}
		if c.Protection == "" {
			return missing("protection.unasked", "the protection question has no answer yet", "لم يُجَب بعد عن سؤال الحماية", "ask it and record the answer", "اسأل وسجّل الجواب")
		}
		if a.Children < 0 || a.Children > 100000 {
			return missing("handover.children", "a number of children cannot be negative", "لا يكون عدد الأطفال سالباً", "count again", "أعد العد")
		}
		if h := c.Handover; h != nil && h.Done.IsZero() {
			for _, p := range h.Approvals {
				if p.ByID == a.By.ID {
					return missing("handover.same", "the second approver must be another person", "يجب أن يكون المصادق الثاني شخصاً آخر", "ask another commander", "اطلب من آمر آخر")
				}
			}
		}
	case needHow:
		if !slices.Contains([]string{"released", "handed-over", "transferred"}, a.Answer) {
			return missing("custody.how", "custody ends by release, hand-over or transfer", "ينتهي الاحتجاز بالإطلاق أو التسليم أو النقل", "released, handed-over or transferred", "أُطلق أو سُلّم أو نُقل")
		}
		if a.Answer == "handed-over" && (c.Handover == nil || c.Handover.Done.IsZero()) {
			return missing("handover.open", "the hand-over has not all its approvals", "التسليم لم يستكمل المصادقات", "complete the hand-over first", "أكمل التسليم أولاً")
		}
	case needResult:
		return checkResult(c, a.Result)
	case needContact:
		if k := a.Result.Counts; k.Apprehended+k.TurnedBack+k.Referred+k.Released > 0 && !c.met() {
			return missing("outcome.contact", "apprehended, turned back, referred and released need somebody on scene", "الضبط والإعادة والإحالة والإخلاء تحتاج وجود من في الموقع",
				"withdrew alone, got away, animal, false alarm, other force or unresolved can be given from here", "يمكن من هنا: انسحب وحده، أفلت، حيوان، إنذار كاذب، قوة أخرى، غير محسوم")
		}
	case needProtection:
		return checkProtection(c, a.Result)
	}
	return nil
}

// checkProtection: turned back after contact stands only beside an answer.
func checkProtection(c *Case, x *Result) *say.Error {
	switch {
	case x == nil || x.Counts.TurnedBack == 0:
		return nil
	case c.Protection == "" || c.Protection == NotPossible:
		return missing("protection.unasked", "turned back after contact cannot be saved before the protection question and its answer", "لا تُحفظ الإعادة بعد اللقاء قبل سؤال الحماية وجوابه",
			"ask whether anybody fears to return, and record the answer", "اسأل هل يخشى أحد العودة، وسجّل الجواب")
	case !c.AskedAt.IsZero() && x.Counts.Referred == 0:
		return missing("protection.asked", "somebody asked for protection and nobody was referred", "طلب أحدهم الحماية ولم يُحَل أحد", "refer those who ask for protection to a partner", "أحِل من يطلب الحماية إلى جهة شريكة")
	}
	return nil
}

// met reports whether somebody of ours was ever on scene.
func (c *Case) met() bool {
	for _, t := range c.Earlier {
		if !t.Arrived.IsZero() {
			return true
		}
	}
	return c.Task != nil && !c.Task.Arrived.IsZero()
}

// checkResult says what is wrong with an outcome.
func checkResult(c *Case, x *Result) *say.Error {
	if x == nil {
		return missing("outcome.empty", "the outcome has no counts", "لا توجد أعداد في النتيجة", "give counts by result and the direction", "أدخل الأعداد حسب النتيجة والاتجاه")
	}
	k := x.Counts
	all := []int{k.Apprehended, k.TurnedBack, k.WithdrewAlone, k.GotAway, k.Referred, k.Released, k.Animal, k.FalseAlarm, k.OtherForce, k.Unresolved, x.Children, x.Injured, x.Dead}
	sum := 0
	for i, n := range all {
		if n < 0 || n > 100000 {
			return missing("outcome.counts", "counts lie between 0 and 100,000", "الأعداد بين 0 و 100000", "count again", "أعد العد")
		}
		if i < 10 {
			sum += n
		}
	}
	people := k.Apprehended + k.TurnedBack + k.WithdrewAlone + k.GotAway + k.Referred + k.Released + k.OtherForce + k.Unresolved
	switch {
	case !slices.Contains([]string{"inbound", "outbound", "along", "none"}, x.Direction):
		return missing("outcome.direction", "the direction is compulsory", "الاتجاه إلزامي", "inbound, outbound, along or none", "نحو جانبنا، نحو الجانب الآخر، بمحاذاة الخط، أو لا اتجاه")
	case sum == 0 && (moved(&c.Alert) || strings.TrimSpace(x.Text) == ""):
		return missing("outcome.zero", "all counts are zero", "كل الأعداد صفر", "count at least one: false alarm and unresolved are counts too", "سجّل عدداً واحداً على الأقل: الإنذار الكاذب وغير المحسوم يُعدّان")
	case x.Children > people || x.Injured > people || x.Dead > people:
		return missing("outcome.people", "children, injured or dead are more than the people counted ("+strconv.Itoa(people)+")", "الأطفال أو الجرحى أو الوفيات أكثر من عدد الأشخاص ("+say.LTR(strconv.Itoa(people))+")", "count again", "أعد العد")
	case x.Direction == "none" && k.Apprehended+k.TurnedBack+k.GotAway > 0:
		return missing("outcome.direction", "people who were met or seen had a direction", "للأشخاص الذين شوهدوا أو قوبلوا اتجاه", "inbound, outbound or along", "نحو جانبنا، نحو الجانب الآخر، أو بمحاذاة الخط")
	case x.Force && strings.TrimSpace(x.Text) == "":
		return missing("outcome.force", "the use of force needs words: who, what, why", "استخدام القوة يحتاج إلى وصف: من وماذا ولماذا", "write what happened", "اكتب ما حدث")
	case len(x.Text) > maxText:
		return missing("action.too_long", "the text is too long", "النص طويل جداً", "8,000 bytes at most", "8000 بايت كحد أقصى")
	}
	return nil
}

// moved reports whether an alert is about something that moves or was seen, so
// that its outcome must count something; an outage or an overdue patrol is not.
func moved(a *assess.Alert) bool {
	return len(a.Tracks) > 0 || a.ByHand != "" || len(a.Sensors) == 0 && a.Class != sense.Unknown
}

func missing(code, en, ar, hintEn, hintAr string) *say.Error {
	return refuse(code, say.Conflict, say.Text{En: en, Ar: ar}, say.Text{En: hintEn, Ar: hintAr})
}
