package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"marsad/engine/access"
	"marsad/record"
)

func (b *bench) officer(t *testing.T, id string, roles []access.Role, sections ...string) {
	t.Helper()
	a := access.Account{ID: id, Login: id, Roles: roles, Sections: sections}
	a.Name.En, a.Name.Ar = strings.ToUpper(id), "ضابط"
	hash, err := access.HashPassword(password)
	if err != nil {
		t.Fatal(err)
	}
	a.Password = hash
	if err := b.door.Put(t.Context(), nil, a); err != nil {
		t.Fatal(err)
	}
	if b.tokens[id], err = b.door.Grant(t.Context(), id, "test", 3600e9); err != nil {
		t.Fatal(err)
	}
}

func TestAWatchIsGivenAndTakenByTwoNamedOfficers(t *testing.T) {
	b := newBench(t)
	b.fill()
	b.officer(t, "next", []access.Role{access.WatchOfficer}, "rabia")
	b.officer(t, "far", []access.Role{access.WatchOfficer}, "qaim")
	give := func(who, to string) (int, string) {
		return b.ask(t, who, http.MethodPost, "/api/v1/watch", `{"to":"`+to+`","text":"look at 38+400 again"}`)
	}
	for to, want := range map[string]string{"rabia": "watch.officer", "far": "watch.officer", "engineer": "watch.officer", "nobody": "watch.officer"} {
		if status, out := give("rabia", to); status != http.StatusUnprocessableEntity || !strings.Contains(out, want) {
			t.Errorf("given to %s: %d %s", to, status, out)
		}
	}
	if status, out := give("engineer", "next"); status != http.StatusForbidden {
		t.Errorf("an engineer gives a watch: %d %s", status, out)
	}
	status, out := give("rabia", "next")
	var c WatchChange
	if err := json.Unmarshal([]byte(out), &c); err != nil || status != http.StatusCreated || c.State.Open != 1 || c.State.Unacknowledged != 1 || c.Taken != 0 {
		t.Fatalf("%d %v %s", status, err, out)
	}
	// The one who is named signs, and nobody else, and once.
	for _, who := range []string{"rabia", "far", "whole"} {
		if status, out := b.ask(t, who, http.MethodPost, "/api/v1/watch/"+c.ID+"/take", "{}"); status != http.StatusNotFound {
			t.Errorf("%s takes it: %d %s", who, status, out)
		}
	}
	if status, out := b.ask(t, "next", http.MethodPost, "/api/v1/watch/"+c.ID+"/take", "{}"); status != http.StatusOK || !strings.Contains(out, `"taken_by":{"en":"NEXT"`) {
		t.Fatalf("%d %s", status, out)
	}
	if status, _ := b.ask(t, "next", http.MethodPost, "/api/v1/watch/"+c.ID+"/take", "{}"); status != http.StatusNotFound {
		t.Errorf("taken twice: %d", status)
	}
	if len(b.record.watches) != 2 || b.record.watches[0].Kind != record.OfWatch || b.record.watches[0].Verb != verbWatchTaken || b.record.watches[1].Verb != verbWatchGiven || b.record.watches[1].ActorID != "rabia" {
		t.Fatalf("the chain has %+v", b.record.watches)
	}
	// Both see it signed by both; an officer of another section does not see it.
	for who, want := range map[string]bool{"rabia": true, "next": true, "whole": true, "far": false} {
		var w Watch
		_, out := b.ask(t, who, http.MethodGet, "/api/v1/watch", "")
		if err := json.Unmarshal([]byte(out), &w); err != nil {
			t.Fatal(err)
		}
		if seen := len(w.Changes) == 1 && w.Changes[0].Taken > 0 && w.Changes[0].Text != ""; seen != want {
			t.Errorf("%s: %s", who, out)
		}
	}
}
