package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"marsad/engine/picture"
	"marsad/fuse"
	"marsad/ident"
	"marsad/respond"
	"marsad/say"
)

// remembered is a past that holds the versions it was given.
type remembered []*picture.Version

func (r remembered) Span() (from, to time.Time, ok bool) {
	if len(r) == 0 {
		return from, to, false
	}
	return r[0].Now, r[len(r)-1].Now, true
}

func (r remembered) At(t time.Time) (*picture.Version, error) {
	for i := len(r) - 1; i >= 0; i-- {
		if !r[i].Now.After(t) {
			return r[i], nil
		}
	}
	return nil, &say.Error{Code: "past.gone", Kind: say.NotFound}
}

func (r remembered) Ways(t time.Time, over time.Duration) (map[ident.ID][]picture.Fix, error) {
	out := map[ident.ID][]picture.Fix{}
	for _, v := range r {
		if v.Now.After(t) || v.Now.Before(t.Add(-over)) {
			continue
		}
		for _, x := range v.Tracks {
			out[x.ID] = append(out[x.ID], picture.Fix{At: x.At, Point: x.Point})
		}
	}
	return out, nil
}

// Trails of the past are cut to what the account sees.
func TestTrailsOfThePastAreOfOnesOwnSections(t *testing.T) {
	b := newBench(t)
	inside, outside := b.fill()
	then := b.picture.Current()
	b.past = remembered{then, then}
	for who, sees := range map[string]bool{"whole": true, "rabia": false} {
		status, out := b.ask(t, who, "GET", "/api/v1/picture/trails?"+asOf(then.Now), "")
		if status != 200 || !strings.Contains(out, inside.String()) || strings.Contains(out, outside.String()) != sees {
			t.Errorf("%s: %d %s", who, status, out)
		}
	}
	if status, out := b.ask(t, "whole", "GET", "/api/v1/picture/trails", ""); status != 200 || !strings.Contains(out, `"trails":{}`) {
		t.Errorf("of now: %d %s", status, out)
	}
}

func asOf(t time.Time) string { return "as_of=" + url.QueryEscape(t.Format(time.RFC3339Nano)) }

// What was live then is what as_of gives, word for word and cut to the account's
// sections, in every list and for every thing.
func TestLookingBackGivesWhatWasLiveThen(t *testing.T) {
	b := newBench(t)
	inside, outside := b.fill()
	then := b.picture.Current()
	b.past = remembered{then}
	alert := caseAt("in", 38.4, "rabia", inside).Alert.ID.String()
	paths := []string{"/api/v1/picture", "/api/v1/tracks", "/api/v1/tracks/" + inside.String(), "/api/v1/alerts", "/api/v1/sensors", "/api/v1/units"}
	live := map[string]string{}
	for _, who := range []string{"whole", "rabia"} {
		for _, p := range paths {
			if p == "/api/v1/alerts" {
				continue // the live list comes from the record
			}
			status, out := b.ask(t, who, http.MethodGet, p, "")
			if status != http.StatusOK {
				t.Fatalf("%s %s: %d %s", who, p, status, out)
			}
			live[who+p] = out
		}
	}
	closed := caseAt("in", 38.4, "rabia", inside)
	closed.State, closed.Revision = respond.Debriefed, 9
	b.picture.Apply(&picture.Changes{Now: now.Add(time.Minute), Cases: []respond.Case{closed}, Tracks: []fuse.Change{
		{ID: inside, Status: fuse.Confirmed, At: now.Add(time.Minute), Point: at(39), Existence: 0.5, Revision: 5}, {ID: outside, Status: fuse.Ended, Revision: 5}}})
	b.picture.Publish()
	for _, who := range []string{"whole", "rabia"} {
		for _, p := range paths {
			status, out := b.ask(t, who, http.MethodGet, p+"?"+asOf(now.Add(time.Second)), "")
			if status != http.StatusOK {
				t.Fatalf("%s %s: %d %s", who, p, status, out)
			}
			if want, ok := live[who+p]; ok && out != want {
				t.Errorf("%s %s: the past differs from what was live\n%s\n%s", who, p, out, want)
			}
			if p == "/api/v1/alerts" && (!strings.Contains(out, alert) || !strings.Contains(out, `"state":"open"`)) {
				t.Errorf("%s: alerts of then: %s", who, out)
			}
			if who == "rabia" && strings.Contains(out, outside.String()) {
				t.Errorf("%s shows the past of another section", p)
			}
		}
	}
	_, out := b.ask(t, "whole", http.MethodGet, "/api/v1/alerts/"+alert+"?"+asOf(now), "")
	var d AlertDetail
	if err := json.Unmarshal([]byte(out), &d); err != nil || d.Case.State != respond.Open || len(d.Allowed) != 0 || len(d.Candidates) != 0 {
		t.Errorf("a case of then is as it was, and nothing may be done with it: %v %s", err, out)
	}
	if _, out = b.ask(t, "whole", http.MethodGet, "/api/v1/picture/past", ""); !strings.Contains(out, `"from":`+itoa(ms(now))) {
		t.Errorf("what is kept: %s", out)
	}
}

func itoa(n int64) string { b, _ := json.Marshal(n); return string(b) }

func TestThePastIsRefusedWithReason(t *testing.T) {
	b := newBench(t)
	inside, _ := b.fill()
	alert := caseAt("in", 38.4, "rabia", inside).Alert.ID.String()
	paths := []string{"/api/v1/picture", "/api/v1/tracks", "/api/v1/tracks/" + inside.String(), "/api/v1/alerts", "/api/v1/alerts/" + alert, "/api/v1/sensors", "/api/v1/units"}
	for _, p := range paths {
		if status, out := b.ask(t, "whole", http.MethodGet, p+"?"+asOf(now), ""); status != http.StatusNotFound || !strings.Contains(out, "past.none") {
			t.Errorf("%s of a server without a memory: %d %s", p, status, out)
		}
	}
	if _, out := b.ask(t, "whole", http.MethodGet, "/api/v1/picture/past", ""); !strings.Contains(out, `{"from":0,"to":0}`) {
		t.Errorf("nothing is kept: %s", out)
	}
	b.past = remembered{b.picture.Current()}
	for _, p := range paths {
		if status, out := b.ask(t, "whole", http.MethodGet, p+"?"+asOf(now.Add(-time.Hour)), ""); status != http.StatusNotFound || !strings.Contains(out, "past.gone") {
			t.Errorf("%s before the memory: %d %s", p, status, out)
		}
		if status, _ := b.ask(t, "whole", http.MethodGet, p+"?as_of=yesterday", ""); status != http.StatusUnprocessableEntity && status != http.StatusBadRequest {
			t.Errorf("%s at no time: %d", p, status)
		}
	}
}
