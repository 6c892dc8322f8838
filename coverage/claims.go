package coverage

import "marsad/say"

// Claim is what somebody said is watched. It is no measurement: it stands beside
// what is computed and is never averaged with it.
type Claim struct {
	Date    string   `json:"date"` // 2025-09-15
	Says    say.Text `json:"says"`
	Value   float64  `json:"value"`
	Unit    string   `json:"unit"` // "percent", "count", "flag"
	Scope   say.Text `json:"scope"`
	Speaker say.Text `json:"speaker"`
	Source  string   `json:"source,omitempty"`
	Grade   string   `json:"grade"` // reliability A–F, credibility 1–6
	Lacks   say.Text `json:"lacks"` // what would be needed to compare it
}

var unsaid = say.Text{En: "numerator, denominator and definition are not stated", Ar: "البسط والمقام والتعريف غير مذكورة"}

// Claims are the public claims on what is watched, the newest first: facts
// compiled in barrier/data/claims.csv, with the words that concern what is watched.
var Claims = []Claim{
	{Date: "2025-12-17", Says: say.Text{En: "claimed: 1,200 thermal cameras", Ar: "مُدّعى: 1200 كاميرا حرارية"}, Value: 1200, Unit: "count",
		Scope: say.Text{En: "the Syrian frontier, as claimed", Ar: "الحدود السورية، كما قيل"}, Speaker: say.Text{En: "Ministry of Interior", Ar: "وزارة الداخلية"},
		Source: "https://www.shafaq.com/en/Security/Iraq-strengthens-Syrian-border-security-amid-88-decline-in-terrorism", Grade: "C4",
		Lacks: say.Text{En: "conflicts with 975 on all borders a month before", Ar: "يتعارض مع 975 على كل الحدود قبل شهر"}},
	{Date: "2025-11-22", Says: say.Text{En: "claimed: 975 thermal cameras", Ar: "مُدّعى: 975 كاميرا حرارية"}, Value: 975, Unit: "count",
		Scope: say.Text{En: "all borders", Ar: "كل الحدود"}, Speaker: say.Text{En: "Border Guard Command", Ar: "قيادة قوات الحدود"},
		Source: "https://www.europesays.com/?p=2590007", Grade: "B1", Lacks: say.Text{En: "how many work, and what each sees, is not stated", Ar: "لم يُذكر كم منها يعمل وما يراه كل منها"}},
	{Date: "2025-09-15", Says: say.Text{En: "claimed: 99 % of borders under cameras", Ar: "مُدّعى: \u206699 %\u2069 من الحدود تحت الكاميرات"}, Value: 99, Unit: "percent",
		Scope: say.Text{En: "all borders", Ar: "كل الحدود"}, Speaker: say.Text{En: "Border Guard spokesman", Ar: "الناطق باسم قوات الحدود"},
		Source: "https://www.edgenews.net/1814", Grade: "B2", Lacks: unsaid},
	{Date: "2022-09-19", Says: say.Text{En: "claimed: fences, a concrete wall and thermal cameras round the clock", Ar: "مُدّعى: أسيجة وجدار كونكريتي وكاميرات حرارية على مدار الساعة"}, Value: 1, Unit: "flag",
		Scope: say.Text{En: "Iraq–Syria", Ar: "العراق – سوريا"}, Speaker: say.Text{En: "Border Guard commander", Ar: "قائد قوات الحدود"}, Grade: "B2", Lacks: unsaid},
}
