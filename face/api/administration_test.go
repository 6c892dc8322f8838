package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"marsad/assess"
	"marsad/engine/picture"
	"marsad/fuse"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

const newOfficer = `{"login":"huda","name":{"en":"Huda Karim","ar":"هدى كريم"},"roles":["watch-officer"],"sections":["rabia"],"password":"a sentence that is long"}`

func TestAnAdministratorMakesLocksAndOpensAnAccount(t *testing.T) {
	b := newBench(t)
	status, out := b.ask(t, "admin", "POST", "/api/v1/accounts", newOfficer)
	var row AccountRow
	if err := json.Unmarshal([]byte(out), &row); status != http.StatusCreated || err != nil || row.Login != "huda" || row.Off {
		t.Fatalf("%d %v %s", status, err, out)
	}
	if strings.Contains(out, "argon2") || strings.Contains(out, "password") {
		t.Errorf("the answer shows a secret: %s", out)
	}
	if strings.Contains(row.ID, "huda") {
		t.Error("the id, which the audit chain keeps for good, says who it is")
	}
	signIn := func() int {
		t.Helper()
		status, _ := b.ask(t, "", "POST", "/api/v1/sign-in", `{"name":"huda","password":"a sentence that is long"}`)
		return status
	}
	if got := signIn(); got != 200 {
		t.Fatalf("signing in: %d", got)
	}
	_, out = b.ask(t, "admin", "POST", "/api/v1/accounts/"+row.ID+"/tokens", `{"program":"wall display","days":30}`)
	var given struct{ Token string }
	if err := json.Unmarshal([]byte(out), &given); err != nil || given.Token == "" {
		t.Fatalf("%v %s", err, out)
	}
	b.tokens["huda"] = given.Token
	if status, _ := b.ask(t, "huda", "GET", "/api/v1/me", ""); status != 200 {
		t.Fatalf("the token opens nothing: %d", status)
	}
	_, out = b.ask(t, "admin", "GET", "/api/v1/accounts", "")
	if strings.Contains(out, given.Token) || !strings.Contains(out, "wall display") {
		t.Errorf("the list: %s", out)
	}
	locked := strings.Replace(newOfficer, `"password":"a sentence that is long"`, `"off":true`, 1)
	if status, out := b.ask(t, "admin", "PUT", "/api/v1/accounts/"+row.ID, locked); status != 200 || !strings.Contains(out, `"off":true`) || !strings.Contains(out, `"tokens":[]`) {
		t.Fatalf("%d %s", status, out)
	}
	if got := signIn(); got != 401 {
		t.Errorf("signing in to a locked account: %d", got)
	}
	if status, _ := b.ask(t, "huda", "GET", "/api/v1/me", ""); status != 401 {
		t.Errorf("the token of a locked account: %d", status)
	}
	opened := strings.Replace(newOfficer, `,"password":"a sentence that is long"`, ``, 1)
	if status, out := b.ask(t, "admin", "PUT", "/api/v1/accounts/"+row.ID, opened); status != 200 {
		t.Fatalf("%d %s", status, out)
	}
	if got := signIn(); got != 200 {
		t.Errorf("the old password after it was opened again: %d", got)
	}
	if !slices.ContainsFunc(b.notes, func(n string) bool { return strings.HasPrefix(n, "account admin") }) {
		t.Errorf("on record: %q", b.notes)
	}
}

func TestAccountsThatCannotBe(t *testing.T) {
	b := newBench(t)
	for name, c := range map[string]struct{ from, to, code string }{
		"no password":      {`,"password":"a sentence that is long"`, ``, "account.invalid"},
		"a short password": {`a sentence that is long`, `short`, "password.length"},
		"one script":       {`هدى كريم`, ` `, "account.invalid"},
		"no such section":  {`"rabia"`, `"mars"`, "account.invalid"},
		"no such role":     {`watch-officer`, `general`, "account.role"},
		"no such deputy":   {`"sections"`, `"deputy":"nobody","sections"`, "account.invalid"},
	} {
		if status, out := b.ask(t, "admin", "POST", "/api/v1/accounts", strings.Replace(newOfficer, c.from, c.to, 1)); status != 422 || !strings.Contains(out, c.code) {
			t.Errorf("%s: %d %s", name, status, out)
		}
	}
	if status, _ := b.ask(t, "admin", "PUT", "/api/v1/accounts/nobody", newOfficer); status != 404 {
		t.Errorf("changing nobody: %d", status)
	}
	if status, out := b.ask(t, "admin", "PUT", "/api/v1/accounts/whole", newOfficer); status != 403 || !strings.Contains(out, "access.oversight") {
		t.Errorf("taking oversight's role: %d %s", status, out)
	}
	for _, who := range []string{"rabia", "engineer"} {
		if status, _ := b.ask(t, who, "POST", "/api/v1/accounts", newOfficer); status != 403 {
			t.Errorf("%s makes an account: %d", who, status)
		}
	}
}

func TestATokenIsWithdrawn(t *testing.T) {
	b := newBench(t)
	if status, _ := b.ask(t, "admin", "DELETE", "/api/v1/accounts/rabia/tokens/all", ""); status != 204 {
		t.Fatalf("%d", status)
	}
	if status, _ := b.ask(t, "rabia", "GET", "/api/v1/me", ""); status != 401 {
		t.Errorf("after it was withdrawn: %d", status)
	}
	if status, _ := b.ask(t, "admin", "DELETE", "/api/v1/accounts/whole/tokens/all", ""); status != 403 {
		t.Errorf("putting oversight out: %d", status)
	}
}

type aHouse struct{}

func (aHouse) Keeping(context.Context) (Keeping, error) {
	return Keeping{Head: HeadRow{Entries: 7, Root: "r"}, PersonalDays: 90, Certificates: []Certificate{}}, nil
}

func TestTheHeadIsForOversightAndTheAdministrator(t *testing.T) {
	b := newBench(t)
	b.house = aHouse{}
	for who, want := range map[string]int{"whole": 200, "admin": 200, "rabia": 403, "engineer": 403} {
		for _, path := range []string{"/api/v1/keeping", "/api/v1/audit/head"} {
			if status, out := b.ask(t, who, "GET", path, ""); status != want {
				t.Errorf("%s on %s: %d %s", who, path, status, out)
			}
		}
	}
	if status, _ := b.ask(t, "admin", "GET", "/api/v1/audit", ""); status != 403 {
		t.Error("the head is not the chain: an administrator reads none of its entries")
	}
}

// Personal data is kept longer only where a legal hold says why (safeguard 10).
func TestSafeguard_10_AHoldSaysWhyAndByWhom(t *testing.T) {
	b := newBench(t)
	inside, _ := b.fill()
	id := caseAt("in", 38.4, "rabia", inside).Alert.ID.String()
	for name, bad := range map[string]string{"no reason": `{"subject":"` + id + `","reason":""}`, "of nothing": `{"subject":"x y","reason":"court order"}`} {
		if status, out := b.ask(t, "admin", "POST", "/api/v1/holds", bad); status != 422 {
			t.Errorf("%s: %d %s", name, status, out)
		}
	}
	if status, _ := b.ask(t, "rabia", "POST", "/api/v1/holds", `{"subject":"*","reason":"court order"}`); status != 403 {
		t.Errorf("a watch officer's hold: %d", status)
	}
	status, out := b.ask(t, "admin", "POST", "/api/v1/holds", `{"subject":"`+strings.ToUpper(id)+`","reason":"court order 14"}`)
	if status != 201 || len(b.record.held) != 1 || b.record.held[0].Subject != id || b.record.held[0].ByID != "admin" {
		t.Fatalf("%d %s %+v", status, out, b.record.held)
	}
	if status, _ := b.ask(t, "whole", "POST", "/api/v1/holds/h1/lift", ""); status != 204 || b.record.held[0].LiftBy != "whole" {
		t.Errorf("%d %+v", status, b.record.held)
	}
	if _, out := b.ask(t, "admin", "GET", "/api/v1/holds", ""); !strings.Contains(out, "court order 14") {
		t.Error(out)
	}
}

// A named person decides (safeguard 1): who manages accounts lends a program a
// token that acts as an officer, and nothing is decided with it.
func TestSafeguard_01_ALentTokenDecidesNothing(t *testing.T) {
	b := newBench(t)
	inside, _ := b.fill()
	_, out := b.ask(t, "admin", "POST", "/api/v1/accounts/rabia/tokens", `{"program":"radio bridge","days":30}`)
	var lent struct{ Token string }
	if err := json.Unmarshal([]byte(out), &lent); err != nil || lent.Token == "" {
		t.Fatalf("%v in %s", err, out)
	}
	b.tokens["bridge"] = lent.Token
	path := "/api/v1/alerts/" + caseAt("in", 38.4, "rabia", inside).Alert.ID.String() + "/actions"
	for _, v := range decisions {
		if v == respond.GrantSilence {
			continue // a path of its own, below
		}
		b.notes = nil
		if status, out := b.ask(t, "bridge", "POST", path, `{"verb":"`+string(v)+`"}`); status != 403 || !strings.Contains(out, "action.program") {
			t.Errorf("%s by a program: %d %s", v, status, out)
		}
		if len(b.notes) != 1 || !strings.HasPrefix(b.notes[0], "refused rabia") {
			t.Errorf("%s left these notes: %q", v, b.notes)
		}
	}
	silence := `{"silence":{"id":"00000000-0000-0000-0000-000000000000","movement":"m","from":38000,"to":39000,"offset_min":0,"offset_max":10,"starts":"2026-03-01T00:00:00Z","expires":"2026-03-01T01:00:00Z","granter":"","granter_id":"","why":"w"}}`
	if status, out := b.ask(t, "bridge", "POST", "/api/v1/silences", silence); status != 403 || !strings.Contains(out, "action.program") {
		t.Errorf("a silence by a program: %d %s", status, out)
	}
	if status, out := b.ask(t, "bridge", "POST", path, `{"verb":"note","text":"heard by radio"}`); status != 200 {
		t.Errorf("a report by a program: %d %s", status, out)
	}
	if status, out := b.ask(t, "rabia", "POST", path, `{"verb":"approve"}`); status != 200 {
		t.Errorf("the person: %d %s", status, out)
	}
}

// What does not work says why; what works again keeps no old reason.
func TestRowSaysWhyASensorDoesNotWork(t *testing.T) {
	why := say.Text{En: "covered", Ar: "مغطى"}
	for h, want := range map[sense.Health]say.Text{sense.Late: why, sense.Lost: why, sense.Degraded: why, sense.Good: {}, sense.Unheard: {}, sense.Gone: {}} {
		if got := sensorRow(&picture.Sensor{Health: h, Why: why}).Why; got != want {
			t.Errorf("%v: %v", h, got)
		}
	}
}

// Who looks at a row sees what it rests on (safeguard 12).
func TestSafeguard_12_RowsAreMarked(t *testing.T) {
	if !trackRow(&picture.Track{Track: fuse.Track{Simulated: true}}).Simulated {
		t.Error("a simulated track's row is not marked")
	}
	if !alertRow(&respond.Case{Alert: assess.Alert{Simulated: true}}).Simulated {
		t.Error("a simulated alert's row is not marked")
	}
	if r := sensorRow(&picture.Sensor{Sensor: sense.Sensor{Simulated: true, Assumed: true}}); !r.Simulated || !r.Assumed {
		t.Errorf("a simulated sensor's row: %v, its assumed figures: %v", r.Simulated, r.Assumed)
	}
}
