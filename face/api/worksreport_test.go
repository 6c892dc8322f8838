package api

import (
	"strings"
	"testing"
)

// Who is responsible for one section gets its report and no metre of another: a
// commander or engineer of Rabia reads nothing of what stands, is broken or was looked
// at elsewhere, and what he took away is on record with the section.
func TestSafeguard_08_AReportOfASectionHoldsNoOtherMetre(t *testing.T) {
	b := newBench(t)
	for n, km := range map[int]float64{1: 36, 2: 371} { // Rabia, and far from it
		b.must(t, "engineer", "POST", "/api/v1/works/events", built(n, km, km+1))
		b.must(t, "engineer", "POST", "/api/v1/works/events", inspection(n, km, km+1, "pass"))
	}
	whole := b.must(t, "engineer", "GET", "/api/v1/works/report", "")
	if !strings.Contains(whole, "36+000") || !strings.Contains(whole, "371+000") || !strings.Contains(whole, ">2.000<") {
		t.Fatalf("the report of the whole line: %.3000s", whole)
	}
	for lang, title := range map[string]string{"en": "Barrier programme: Rabia", "ar": "برنامج الحاجز: ربيعة"} {
		b.notes = nil
		own := b.must(t, "digger", "GET", "/api/v1/works/report?lang="+lang, "")
		if !strings.Contains(own, title) || !strings.Contains(own, "36+000") || !strings.Contains(own, ">1.000<") || !strings.Contains(own, "(digger)") {
			t.Errorf("his own section, %s: %.3000s", lang, own)
		}
		if strings.Contains(own, "371+000") || strings.Contains(own, ">2.000<") {
			t.Errorf("it tells of other sections: %s", lang)
		}
		if len(b.notes) != 1 || !strings.HasPrefix(b.notes[0], "export digger works report, "+lang) || !strings.HasSuffix(b.notes[0], ", rabia") {
			t.Errorf("on record: %q", b.notes)
		}
	}
	b.notes = nil
	for _, section := range []string{"qaim", "nowhere"} {
		if status, out := b.ask(t, "digger", "GET", "/api/v1/works/report?section="+section, ""); status != 403 || strings.Contains(out, "371+000") {
			t.Errorf("the report of %s: %d %.200s", section, status, out)
		}
	}
	if len(b.notes) != 2 || !strings.HasPrefix(b.notes[0], "refused digger") {
		t.Errorf("refusals on record: %q", b.notes)
	}
	// Who sees the whole line may ask for one section of it.
	if one := b.must(t, "engineer", "GET", "/api/v1/works/report?section=rabia", ""); !strings.Contains(one, "Barrier programme: Rabia") || strings.Contains(one, "371+000") {
		t.Errorf("one section for the whole line's engineer: %.2000s", one)
	}
}
