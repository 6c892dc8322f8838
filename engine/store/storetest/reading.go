package storetest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"marsad/assess"
	"marsad/engine/store"
	"marsad/ident"
	"marsad/record"
	"marsad/respond"
)

func auditOf(kinds ...record.Kind) store.AuditFilter {
	return store.AuditFilter{Sections: []string{store.AllSections}, Kinds: kinds}
}

func ids(cs []respond.Case) (out []ident.ID) {
	for _, c := range cs {
		out = append(out, c.Alert.ID)
	}
	return out
}

func filtered(t *testing.T, w *world) {
	var cases []respond.Case
	for n := range 9 {
		cases = append(cases, Case(n))
	}
	revisions, acts := Whole(3) // rabia, debriefed
	cases[3] = revisions[len(revisions)-1]
	cases[4], _ = Take(cases[4], Officer, respond.Acknowledge, respond.Acknowledged, "")
	w.commit(record.Batch{Cursor: 1, Cases: cases, Actions: acts})
	for _, c := range []struct {
		name string
		f    store.Filter
		want []int // newest first
	}{
		{"no section is nothing", store.Filter{}, nil},
		{"all", everything, []int{8, 7, 6, 5, 4, 3, 2, 1, 0}},
		{"one section", store.Filter{Sections: []string{"rabia"}}, []int{6, 3, 0}},
		{"two sections", store.Filter{Sections: []string{"rabia", "sinjar"}}, []int{7, 6, 4, 3, 1, 0}},
		{"a section that is not there", store.Filter{Sections: []string{"waleed"}}, nil},
		{"not debriefed", store.Filter{Sections: []string{"rabia"}, Open: true}, []int{6, 0}},
		{"by state", store.Filter{Sections: []string{"*"}, States: []respond.State{respond.Acknowledged, respond.Debriefed}}, []int{4, 3}},
		{"since", store.Filter{Sections: []string{"*"}, Since: Start.Add(7 * time.Minute)}, []int{8, 7}},
		{"until", store.Filter{Sections: []string{"*"}, Until: Start.Add(2 * time.Minute)}, []int{1, 0}},
		{"changed", store.Filter{Sections: []string{"*"}, Changed: cases[4].Updated, Until: Start.Add(5 * time.Minute)}, []int{4, 3}},
		{"one case", store.Filter{Sections: []string{"*"}, Case: cases[5].Alert.ID}, []int{5}},
		{"one case of another section", store.Filter{Sections: []string{"rabia"}, Case: cases[5].Alert.ID}, nil},
	} {
		got, next, err := w.Cases(ctx, c.f)
		w.must(err)
		var want []ident.ID
		for _, n := range c.want {
			want = append(want, cases[n].Alert.ID)
		}
		if !slices.Equal(ids(got), want) || next != "" {
			t.Errorf("%s: got %d cases, want %v", c.name, len(got), c.want)
		}
	}
	tasks, _, err := w.Tasks(ctx, store.Filter{Sections: []string{"rabia"}, Case: cases[3].Alert.ID})
	w.must(err)
	open, _, err := w.Tasks(ctx, store.Filter{Sections: []string{"rabia"}, Open: true})
	w.must(err)
	other, _, err := w.Tasks(ctx, store.Filter{Sections: []string{"sinjar"}})
	w.must(err)
	if len(tasks) != 1 || len(open) != 0 || len(other) != 0 {
		t.Errorf("%d tasks of the case, %d not ended, %d of another section; want 1, 0, 0", len(tasks), len(open), len(other))
	}
	w.commit(record.Batch{Cursor: 2, Silences: []assess.Silence{Silence(0), Silence(180)}})
	in, _, err := w.Silences(ctx, store.Filter{Open: true, Since: Start.Add(time.Hour)})
	w.must(err)
	if len(in) != 1 || in[0].ID != Silence(0).ID {
		t.Errorf("%d silences in force after an hour, want the first", len(in))
	}
}

func paged(t *testing.T, w *world) {
	const all = 23
	var cases []respond.Case
	for n := range all {
		c := Case(n)
		c.Alert.Opened = Start.Add(time.Duration(n/4) * time.Minute) // several at one time
		cases = append(cases, c)
	}
	w.commit(record.Batch{Cursor: 1, Cases: cases})
	for _, limit := range []int{1, 4, 5, 23, 50} {
		f := everything
		f.Limit = limit
		seen := map[ident.ID]int{}
		var last time.Time
		for pages := 0; ; pages++ {
			got, next, err := w.Cases(ctx, f)
			w.must(err)
			if len(got) > limit || pages > all {
				t.Fatalf("page of %d at limit %d, after %d pages", len(got), limit, pages)
			}
			for _, c := range got {
				seen[c.Alert.ID]++
				if !last.IsZero() && c.Alert.Opened.After(last) {
					t.Errorf("limit %d: not newest first", limit)
				}
				last = c.Alert.Opened
			}
			if f.After = next; next == "" {
				break
			}
		}
		if len(seen) != all {
			t.Errorf("limit %d: %d of %d seen", limit, len(seen), all)
		}
	}
	f := everything
	f.After = "nonsense"
	if _, _, err := w.Cases(ctx, f); code(err) != "page.mark" {
		t.Errorf("a mark that is none: %v", err)
	}
}

func audited(t *testing.T, w *world) {
	revisions, acts := Whole(0)
	w.commit(record.Batch{Cursor: 1, Cases: []respond.Case{Case(0)}})
	for i := range revisions {
		w.commit(record.Batch{Cursor: uint64(i + 2), Cases: revisions[i : i+1], Actions: acts[i : i+1]})
	}
	w.must(w.Audit(ctx, record.Note{Verb: "sign-in", ActorID: Officer.ID, Subject: Officer.ID, Detail: map[string]any{"method": "password"}, Personal: map[string]string{"actor": Officer.Name, "from": "10.0.0.7"}}))
	w.must(w.Audit(ctx, record.Note{Kind: record.OfExport, Verb: "print", ActorID: Officer.ID, Section: "rabia"}))
	if err := w.Audit(ctx, record.Note{Verb: "bad", Detail: map[string]any{"x": func() {}}}); code(err) != "store.value" {
		t.Errorf("a note that cannot be written: %v", err)
	}
	count := func(f store.AuditFilter) int {
		es, _, err := w.Entries(ctx, f)
		w.must(err)
		return len(es)
	}
	n := len(revisions)
	if alerts, steps, did := count(auditOf(record.OfAlert)), count(auditOf(record.OfStep)), count(auditOf(record.OfAction)); alerts != 1 || steps != n || did != n {
		t.Errorf("%d alerts, %d steps, %d actions in the chain; want 1, %d, %d", alerts, steps, did, n, n)
	}
	every := auditOf()
	if got := count(every); got != 1+1+2*n+2 { // key, alert, actions and steps, notes: rows are for machines
		t.Errorf("%d entries are shown, want %d", got, 2*n+4)
	}
	every.Sections = []string{"rabia"}
	if got := count(every); got != 1+2*n+1 {
		t.Errorf("%d entries of the section, want %d", got, 2*n+2)
	}
	every.Sections = nil
	if got := count(every); got != 0 {
		t.Errorf("%d entries are shown to who may see no section", got)
	}
	by := auditOf()
	by.ActorID = Commander.ID
	if got := count(by); got != 4 { // approve and debrief, as action and as step
		t.Errorf("%d entries of the commander, want 4", got)
	}
	page := auditOf()
	page.Limit = 3
	seen := 0
	for {
		es, next, err := w.Entries(ctx, page)
		w.must(err)
		for i := 1; i < len(es); i++ {
			if es[i].Seq >= es[i-1].Seq {
				t.Fatal("entries are not newest first")
			}
		}
		seen += len(es)
		if page.After = next; next == "" {
			break
		}
	}
	if seen != 2*n+4 {
		t.Errorf("pages gave %d entries, want %d", seen, 2*n+4)
	}
	page.After = "x"
	if _, _, err := w.Entries(ctx, page); code(err) != "page.mark" {
		t.Errorf("a mark that is none: %v", err)
	}
	es, _, err := w.Entries(ctx, auditOf(record.OfAccess))
	w.must(err)
	if len(es) != 1 || es[0].Names()["from"] != "10.0.0.7" || !es[0].At.Equal(w.now) || !strings.Contains(string(es[0].Detail), "password") {
		t.Errorf("the sign-in is told as %+v", es)
	}
	w.whole()
}

func kept(t *testing.T, w *world) {
	body := func(s string) []byte { b, _ := json.Marshal(map[string]string{"v": s}); return b }
	w.must(w.PutAccount(ctx, "acc-1", "layla", body("1")))
	w.must(w.PutAccount(ctx, "acc-2", "hassan", body("2")))
	w.must(w.PutAccount(ctx, "acc-1", "layla", body("1b")))
	before := w.whole()
	w.must(w.PutAccount(ctx, "acc-1", "layla", body("1b")))
	if after := w.whole(); after.Entries != before.Entries {
		t.Error("an account that did not change was written")
	}
	if err := w.PutAccount(ctx, "acc-3", "layla", body("3")); code(err) != "account.name_taken" {
		t.Errorf("a name that is taken: %v", err)
	}
	w.reopen()
	a, err := w.Account(ctx, "acc-1")
	w.must(err)
	b, err := w.AccountByName(ctx, "hassan")
	w.must(err)
	all, err := w.Accounts(ctx)
	w.must(err)
	if string(a) != string(body("1b")) || string(b) != string(body("2")) || len(all) != 2 || string(all[0]) != string(body("2")) {
		t.Errorf("accounts %s %s %d", a, b, len(all))
	}
	if _, err := w.AccountByName(ctx, "nobody"); code(err) != "account.not_found" {
		t.Errorf("an account that is not there: %v", err)
	}

	w.must(w.PutSession(ctx, "h1", "acc-1", Start.Add(time.Hour), body("s1")))
	w.must(w.PutSession(ctx, "h2", "acc-1", Start.Add(2*time.Hour), body("s2")))
	w.must(w.PutSession(ctx, "h3", "acc-2", Start.Add(3*time.Hour), body("s3")))
	n, err := w.PurgeSessions(ctx, Start.Add(90*time.Minute))
	w.must(err)
	if _, err := w.Session(ctx, "h1"); n != 1 || code(err) != "session.not_found" {
		t.Errorf("purged %d, then %v", n, err)
	}
	s, err := w.Session(ctx, "h2")
	w.must(err)
	if string(s) != string(body("s2")) {
		t.Errorf("session %s", s)
	}
	w.must(w.DeleteSessionsOf(ctx, "acc-1"))
	w.must(w.DeleteSession(ctx, "h3"))
	w.must(w.DeleteSession(ctx, "h3"))
	for _, h := range []string{"h2", "h3"} {
		if _, err := w.Session(ctx, h); code(err) != "session.not_found" {
			t.Errorf("session %s: %v", h, err)
		}
	}
	w.must(w.PutToken(ctx, "t1", "acc-2", time.Time{}, body("t1")))
	w.must(w.PutToken(ctx, "t2", "acc-2", Start, body("t2")))
	tok, err := w.Token(ctx, "t1")
	w.must(err)
	toks, err := w.Tokens(ctx, "acc-2")
	w.must(err)
	w.must(w.DeleteToken(ctx, "t1"))
	if _, err := w.Token(ctx, "t1"); string(tok) != string(body("t1")) || len(toks) != 2 || code(err) != "token.not_found" {
		t.Errorf("tokens %s %d %v", tok, len(toks), err)
	}
	w.must(w.DeleteAccount(ctx, "acc-2"))
	if _, err := w.Token(ctx, "t2"); code(err) != "token.not_found" {
		t.Errorf("a token outlived its account: %v", err)
	}
	w.must(w.PutSetting(ctx, "lang", []byte("ar")))
	w.must(w.PutSetting(ctx, "lang", []byte("en")))
	v, err := w.Setting(ctx, "lang")
	w.must(err)
	if _, err := w.Setting(ctx, "none"); string(v) != "en" || code(err) != "setting.not_found" {
		t.Errorf("setting %s, %v", v, err)
	}
	w.whole()
}

func handedOut(t *testing.T, w *world) {
	w.commit(record.Batch{Cursor: 1, Cases: []respond.Case{Case(0)}})
	first, err := w.HandOut(ctx)
	w.must(err)
	w.commit(record.Batch{Cursor: 2, Cases: []respond.Case{Case(1)}})
	again, err := w.HandOut(ctx)
	w.must(err)
	if string(first) != string(again) {
		t.Error("two heads were handed out on one day")
	}
	w.now = w.now.Add(24 * time.Hour)
	second, err := w.HandOut(ctx)
	w.must(err)
	heads, err := w.Heads()
	w.must(err)
	if len(heads) != 2 || heads[0].Name != "2026-03-01.head" || string(heads[1].Head) != string(second) {
		t.Errorf("%d heads were handed out, want 2", len(heads))
	}
	w.commit(record.Batch{Cursor: 3, Cases: []respond.Case{Case(2)}})
	for _, h := range [][]byte{first, second} {
		r, err := w.Verify(ctx, h)
		w.must(err)
		if !r.OK() || len(r.Heads) != 4 { // the record's own, two files, the witnessed
			t.Errorf("against a head: %d heads, %+v", len(r.Heads), r.Problems)
		}
	}
	r, err := w.Verify(ctx, []byte("not a head"))
	w.must(err)
	if r.OK() {
		t.Error("something that is no head held")
	}
	own, err := w.Head(ctx)
	w.must(err)
	if r, err := w.Verify(ctx, own); err != nil || !r.OK() {
		t.Errorf("the newest head: %v %v", err, r.Problems)
	}
}
