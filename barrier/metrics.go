package barrier

import (
	_ "embed"
	"regexp"
	"strconv"
	"strings"

	"marsad/border"
	"marsad/say"
)

// ClaimsCSV is the sample ledger that comes with Marsad: dated public claims,
// each with its source. Package exchange reads it.
//
//go:embed data/claims.csv
var ClaimsCSV []byte

// Sense is what sort of figure a metric is.
type Sense string

// The senses.
const (
	Cumulative Sense = "cumulative" // in all, by that day
	New        Sense = "new"        // added
	Intended   Sense = "planned"    // to be
	Share      Sense = "share"      // of something, in percent
	Count      Sense = "count"
	Flag       Sense = "flag" // said to be so
	Figure     Sense = "figure"
)

// Metric is what a claim is about, as far as Marsad can set it beside metres.
type Metric struct {
	Layer Kind // none: not a layer of the barrier
	Sense Sense
	Name  say.Text
}

// MetricOf gives what is known of a metric; of one that is not listed, its name
// alone.
func MetricOf(id string) Metric {
	if m, ok := metrics[id]; ok {
		return m
	}
	return Metric{Sense: Figure, Name: say.Text{En: strings.ReplaceAll(id, "_", " "), Ar: say.LTR(strings.ReplaceAll(id, "_", " "))}}
}

var metrics = map[string]Metric{
	"wall_complete":                 {Wall, Cumulative, say.Text{En: "wall complete", Ar: "الجدار المنجز"}},
	"wall_phase2_complete":          {Wall, New, say.Text{En: "wall, second phase", Ar: "الجدار، المرحلة الثانية"}},
	"wall_added":                    {Wall, New, say.Text{En: "wall added", Ar: "جدار مضاف"}},
	"wall_contracted_new":           {Wall, Intended, say.Text{En: "wall contracted", Ar: "جدار متعاقد عليه"}},
	"wall_total_ref":                {Wall, Cumulative, say.Text{En: "wall, total as referred to", Ar: "إجمالي الجدار كما ذُكر"}},
	"wall_complete_share":           {Wall, Share, say.Text{En: "share of wall complete", Ar: "نسبة الجدار المنجز"}},
	"wall_budget":                   {Wall, Figure, say.Text{En: "budget of the wall", Ar: "ميزانية الجدار"}},
	"wall_funding_agreed":           {Wall, Flag, say.Text{En: "wall funding agreed", Ar: "إقرار تمويل الجدار"}},
	"wall_inaugurated":              {Wall, Flag, say.Text{En: "wall inaugurated", Ar: "افتتاح الجدار"}},
	"fence_started":                 {Fence, Cumulative, say.Text{En: "fence begun", Ar: "بدء السياج"}},
	"fence_complete":                {Fence, Cumulative, say.Text{En: "fence complete", Ar: "السياج المنجز"}},
	"fence_length":                  {Fence, Cumulative, say.Text{En: "length of fence", Ar: "طول السياج"}},
	"fence_claimed":                 {Fence, Cumulative, say.Text{En: "fence claimed", Ar: "السياج المعلن"}},
	"trench_complete_discontinuous": {Trench, Cumulative, say.Text{En: "trench, in parts", Ar: "خندق متقطع"}},
	"trench_started":                {Trench, Figure, say.Text{En: "trench begun", Ar: "بدء الخندق"}},
	"trench_complete":               {Trench, Cumulative, say.Text{En: "trench complete", Ar: "الخندق المنجز"}},
	"closed_sector":                 {"", Cumulative, say.Text{En: "sector said to be closed", Ar: "قاطع أُعلن إغلاقه"}},
	"fortified_share":               {"", Share, say.Text{En: "share fortified", Ar: "نسبة التحصين"}},
	"prevention_success":            {"", Share, say.Text{En: "prevention said to succeed", Ar: "نسبة المنع المعلنة"}},
	"towers_planned":                {Tower, Intended, say.Text{En: "towers planned", Ar: "أبراج مخطط لها"}},
	"borders_under_cameras":         {"", Share, say.Text{En: "share under cameras", Ar: "نسبة ما تحت الكاميرات"}},
	"thermal_cameras":               {Camera, Count, say.Text{En: "thermal cameras", Ar: "كاميرات حرارية"}},
	"tunnels_estimate":              {"", Count, say.Text{En: "tunnels, estimate", Ar: "أنفاق، تقدير"}},
	"tunnels_destroyed":             {"", Count, say.Text{En: "tunnels destroyed", Ar: "أنفاق دُمّرت"}},
	"tunnels_destroyed_2wk":         {"", Count, say.Text{En: "tunnels destroyed in two weeks", Ar: "أنفاق دُمّرت خلال أسبوعين"}},
	"barrier_types":                 {"", Count, say.Text{En: "kinds of barrier", Ar: "أنواع الموانع"}},
	"monitoring":                    {"", Flag, say.Text{En: "watched", Ar: "مراقبة"}},
	"crossing_open_rabia":           {"", Flag, say.Text{En: "Rabia crossing open", Ar: "معبر ربيعة مفتوح"}},
}

// Metres is the claim as metres of line, with false for one that is none.
func (c *Claim) Metres() (float64, bool) {
	if c.Unit != "km" && c.Unit != "m" {
		return 0, false
	}
	if c.Unit == "km" {
		return c.Value * 1000, true
	}
	return c.Value, true
}

// Earliest and Latest are the days between which the claim was made, as far as
// its date tells.
func (c *Claim) Earliest() Day { d, _ := c.days(); return d }

// Latest is the last day on which the claim may have been made.
func (c *Claim) Latest() Day { _, d := c.days(); return d }

func (c *Claim) days() (Day, Day) {
	t := c.Date.Time()
	switch c.Precision {
	case ToYear:
		return Date(t.Year(), 1, 1), Date(t.Year(), 12, 31)
	case ToMonth:
		return Date(t.Year(), t.Month(), 1), Date(t.Year(), t.Month()+1, 1) - 1
	}
	return c.Date, c.Date
}

var ofKm = regexp.MustCompile(`(?i)\bof\s+(\d{2,3}(?:\.\d+)?)\b`)

// Scope reads what it safely can from a claim's own words: a denominator ("of
// 618"), and the whole line where the scope names the border as a whole. Parts
// of the line keep their words and get no spans: nobody said where they begin.
func Scope(c *Claim, axis *border.Axis) {
	if m := ofKm.FindStringSubmatch(c.Scope); m != nil && c.Denominator == 0 {
		c.Denominator, _ = strconv.ParseFloat(m[1], 64)
	}
	if c.WholeLine() && c.Spans.Empty() {
		c.Spans = border.NewSet(axis.Whole())
	}
}

// WholeLine reports whether the claim speaks of the border as a whole.
func (c *Claim) WholeLine() bool {
	s := strings.ToLower(strings.TrimSpace(c.Scope))
	return s == "iraq-syria" || ofKm.MatchString(s)
}

// ScopeUnstated reports whether nobody can tell of what the claim speaks.
func (c *Claim) ScopeUnstated() bool {
	s := strings.ToLower(strings.TrimSpace(c.Scope))
	return s == "" || strings.Contains(s, "unstated")
}

// AllBorders reports whether the claim speaks of every border of the country: more
// than this line.
func (c *Claim) AllBorders() bool {
	return strings.Contains(strings.ToLower(c.Scope), "all borders")
}
