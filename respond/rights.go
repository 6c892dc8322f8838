package respond

import (
	"slices"

	"marsad/say"
)

// holds reports whether a person's sections include a section: by name, by a
// parent of it, or all. A place in no section is held by those who hold all.
func (r *Responder) holds(p Person, section string) bool {
	for range 16 { // sections are four deep; a loop in the configuration ends here
		if slices.Contains(p.Sections, "*") || section != "" && slices.Contains(p.Sections, section) {
			return true
		}
		if section = r.cfg.Parents[section]; section == "" {
			return false
		}
	}
	return false
}

// mayVerb reports whether one of the person's roles has a verb.
func mayVerb(p Person, v Verb) bool {
	for _, role := range rights[v] {
		if slices.Contains(p.Roles, role) {
			return true
		}
	}
	return false
}

// may gives the refusal for a verb in a section, nil for none.
func (r *Responder) may(p Person, v Verb, section string) *say.Error {
	if !mayVerb(p, v) {
		return refuse("action.role", say.Denied,
			say.Text{En: "your role may not do this", Ar: "دورك لا يسمح بهذا الإجراء"},
			roleHint(v))
	}
	if v != Complain && !r.holds(p, section) {
		name := section
		if name == "" {
			name = "—"
		}
		return refuse("action.section", say.Denied,
			say.Text{En: "your account does not hold section {section}", Ar: "حسابك لا يشمل القاطع {section}"}.Fill("section", name),
			say.Text{En: "hand it to somebody who holds the section", Ar: "سلّم الأمر لمن يشمل حسابه هذا القاطع"})
	}
	return nil
}

var roleNames = map[string]say.Text{
	WatchOfficer:  {En: "watch officer", Ar: "ضابط الخفر"},
	Commander:     {En: "commander", Ar: "الآمر"},
	Engineer:      {En: "engineer", Ar: "المهندس"},
	Analyst:       {En: "analyst", Ar: "المحلل"},
	Liaison:       {En: "liaison officer", Ar: "ضابط الارتباط"},
	Oversight:     {En: "oversight", Ar: "جهة الرقابة"},
	Administrator: {En: "administrator", Ar: "مدير النظام"},
	Field:         {En: "patrol leader", Ar: "آمر الدورية"},
}

func roleHint(v Verb) say.Text {
	var t say.Text
	for i, role := range rights[v] {
		if i > 0 {
			t.En, t.Ar = t.En+", ", t.Ar+"، "
		}
		t.En, t.Ar = t.En+roleNames[role].En, t.Ar+roleNames[role].Ar
	}
	return say.Text{En: "who may: " + t.En, Ar: "من يحق له: " + t.Ar}
}

func refuse(code string, kind say.Kind, text, hint say.Text) *say.Error {
	return &say.Error{Code: code, Kind: kind, Text: text, Hint: hint}
}
