package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The one answer holds what the single ones give, to whom they give it and of the
// same moment; what an account may not read one by one it may not read together.
func TestSafeguard_08_OneAnswerHoldsWhatTheSingleOnesGive(t *testing.T) {
	b := newBench(t)
	b.watch(t, plain{})
	parts := map[string]string{"gaps": "/gaps?limit=200&", "outages": "/outages?", "single_points": "/single-points?", "repairs": "/repairs?", "control": "/control?",
		"availability": "/availability?", "repair_order": "/repair-order?"}
	for _, who := range []string{"rabia", "whole", "digger"} {
		all := ask[map[string]any](t, b, who, "GET", "/api/v1/coverage/all?limit=200&revision=7", "")
		for key, path := range parts {
			want := ask[map[string]any](t, b, who, "GET", "/api/v1/coverage"+path+"revision=7", "")
			var single any = want
			if items, ok := want["items"]; ok {
				single = items
			}
			if diff := cmp.Diff(single, all[key]); diff != "" {
				t.Errorf("%s: %s differs from the single answer (- single, + together):\n%s", who, key, diff)
			}
			delete(all, key)
		}
		if diff := cmp.Diff(ask[map[string]any](t, b, who, "GET", "/api/v1/coverage?revision=7", ""), all); diff != "" {
			t.Errorf("%s: the figures differ:\n%s", who, diff)
		}
	}
	_, text := b.ask(t, "rabia", "GET", "/api/v1/coverage/all", "")
	if strings.Contains(text, "far") || !strings.Contains(text, "(rabia)") {
		t.Errorf("rabia is told of a tower elsewhere, or without a watermark: %.200s", text)
	}
	b.notes = nil
	if status, _ := b.ask(t, "admin", "GET", "/api/v1/coverage/all", ""); status != http.StatusForbidden || len(b.notes) != 1 {
		t.Errorf("an administrator reads it all: %d, on record %v", status, b.notes)
	}
	if status, text := b.ask(t, "rabia", "GET", "/api/v1/coverage/all?revision=6", ""); status != http.StatusConflict || !strings.Contains(text, "coverage.revision") {
		t.Errorf("of a moment that is forgotten: %d %s", status, text)
	}
}

// All lanes together are those that the account is told of, each as by itself.
func TestSafeguard_08_LanesTogetherAreThoseTheAccountMaySee(t *testing.T) {
	b := newBench(t)
	b.watch(t, plain{})
	const span = "?from=30000&to=60000&resolution=40&revision=7"
	for who, seen := range map[string]bool{"rabia": true, "whole": true, "admin": false} {
		var listed, got []string
		for _, l := range ask[items[LaneInfo]](t, b, who, "GET", "/api/v1/lanes", "").Items {
			listed = append(listed, l.ID)
		}
		var strip struct{ Items []json.RawMessage }
		_, text := b.ask(t, who, "GET", "/api/v1/strip"+span, "")
		if err := json.Unmarshal([]byte(text), &strip); err != nil {
			t.Fatal(err)
		}
		for _, raw := range strip.Items {
			var l LaneData
			if err := json.Unmarshal(raw, &l); err != nil {
				t.Fatal(err)
			}
			got = append(got, l.ID)
			if _, single := b.ask(t, who, "GET", "/api/v1/lanes/"+l.ID+span, ""); strings.TrimSpace(single) != string(raw) {
				t.Errorf("%s: %s differs from the lane by itself:\n%s\n%s", who, l.ID, single, raw)
			}
		}
		if !slices.Equal(listed, got) || slices.Contains(got, "coverage") != seen {
			t.Errorf("%s is told of %v and gets %v", who, listed, got)
		}
	}
	for query, code := range map[string]string{"?revision=6": "coverage.revision", "?from=9&to=8": "lane.span", "?as_of=2030-01-01T00:00:00Z": "lane.future"} {
		if status, text := b.ask(t, "rabia", "GET", "/api/v1/strip"+query, ""); status < 400 || !strings.Contains(text, code) {
			t.Errorf("%s: %d %s", query, status, text)
		}
	}
	if old := ask[Strip](t, b, "rabia", "GET", "/api/v1/strip?as_of=2026-01-01T00:00:00Z", ""); !slices.Contains(old.Absent, "coverage") {
		t.Errorf("a lane without a memory is not named absent: %+v", old.Absent)
	}
}

// The list of lanes says of which change of them it is, as the stream counts: who has the
// list and hears the same number need not ask again.
func TestTheListOfLanesIsOfTheChangeThatTheStreamTells(t *testing.T) {
	b := newBench(t)
	for want := range uint64(3) {
		b.picture.Publish()
		list := ask[LaneList](t, b, "rabia", "GET", "/api/v1/lanes", "")
		if told := ask[Snapshot](t, b, "rabia", "GET", "/api/v1/picture", "").Status.Lanes; list.Lanes != want || told != want || len(list.Items) == 0 {
			t.Errorf("after %d changes: the list is of %d with %d lanes, the stream tells %d", want, list.Lanes, len(list.Items), told)
		}
		b.picture.LanesChanged()
	}
}
