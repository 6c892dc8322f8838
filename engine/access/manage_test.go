package access

import (
	"slices"
	"strings"
	"testing"
	"time"

	"marsad/say"
)

func (s *scene) of(t *testing.T, id string) *Account {
	t.Helper()
	a, err := s.Account(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestATokenIsGivenSeenAndWithdrawn(t *testing.T) {
	s := newScene(t)
	admin := s.of(t, "admin")
	token, err := s.Issue(t.Context(), admin, "yusuf", " chart printer ", 24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if a, session, err := s.Enter(t.Context(), token); err != nil || a.ID != "yusuf" || session.Program != "chart printer" {
		t.Fatalf("%v %v %v", a, session, err)
	}
	tokens, sessions, err := s.Tokens(t.Context(), "yusuf")
	if err != nil || len(tokens) != 1 || sessions != 0 || tokens[0].Program != "chart printer" || strings.Contains(token, tokens[0].ID) {
		t.Fatalf("%+v %d %v", tokens, sessions, err)
	}
	if err := s.Withdraw(t.Context(), admin, "yusuf", tokens[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Enter(t.Context(), token); code(err) != "access.signed_out" {
		t.Fatalf("after it was withdrawn: %v", err)
	}
	if got := strings.Join(s.notes, "\n"); got != "token admin\ntoken.withdrawn admin" {
		t.Errorf("on record: %s", got)
	}
}

func TestATokenThatCannotBePutOnRecordIsNotGiven(t *testing.T) {
	s := newScene(t)
	s.deaf = true
	if token, err := s.Issue(t.Context(), s.of(t, "admin"), "yusuf", "x", time.Hour); code(err) != "access.unrecorded" || token != "" {
		t.Fatalf("%q %v", token, err)
	}
}

func TestWhoMayGiveTokens(t *testing.T) {
	s := newScene(t)
	for name, c := range map[string]struct {
		by, account, program string
		last                 time.Duration
		code                 string
	}{
		"a watch officer to himself":        {"yusuf", "yusuf", "x", time.Hour, "access.denied"},
		"an administrator as oversight":     {"admin", "eye", "x", time.Hour, "access.oversight"},
		"oversight as a watch officer":      {"eye", "yusuf", "x", time.Hour, "access.denied"},
		"for no program":                    {"admin", "yusuf", " ", time.Hour, "token.incomplete"},
		"for ever":                          {"admin", "yusuf", "x", 10 * 365 * 24 * time.Hour, "token.incomplete"},
		"oversight for oversight's program": {"eye", "eye", "archive", time.Hour, ""},
	} {
		if _, err := s.Issue(t.Context(), s.of(t, c.by), c.account, c.program, c.last); code(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	locked := *s.of(t, "yusuf")
	locked.Off = true
	if err := s.Put(t.Context(), s.of(t, "admin"), locked); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Issue(t.Context(), s.of(t, "admin"), "yusuf", "x", time.Hour); code(err) != "token.off" {
		t.Errorf("for a locked account: %v", err)
	}
}

// Who gives rights gives himself none, and cannot leave the site without a key.
func TestNobodyChangesHisOwnRoles(t *testing.T) {
	s := newScene(t)
	admin := s.of(t, "admin")
	for name, change := range map[string]func(*Account){
		"more roles":   func(a *Account) { a.Roles = append(slices.Clone(a.Roles), Oversight) },
		"more ground":  func(a *Account) { a.Sections = []string{"*"} },
		"switched off": func(a *Account) { a.Off = true },
	} {
		a := *admin
		change(&a)
		if err := s.Put(t.Context(), admin, a); code(err) != "access.own_account" {
			t.Errorf("%s: %v", name, err)
		}
	}
	own := *admin
	own.Name = say.Text{En: "B. Amin", Ar: "بلال أمين"}
	if err := s.Put(t.Context(), admin, own); err != nil {
		t.Errorf("his own name: %v", err)
	}
}

func TestWaitingAfterWrongPasswordsIsSeen(t *testing.T) {
	s := newScene(t)
	for range perPlace.first {
		_, _, _ = s.enter(t, "yusuf", "wrong")
	}
	if got := s.Waiting("yusuf"); !got.Equal(s.now.Add(perPlace.every)) || !s.Waiting("admin").IsZero() {
		t.Errorf("until %v", got)
	}
}

func TestRightsOfAnAccountAreThoseOfItsRoles(t *testing.T) {
	a := &Account{Roles: []Role{Administrator, Engineer}}
	for _, r := range a.Rights() {
		if !a.May(r) {
			t.Errorf("%s is listed and not held", r)
		}
	}
	if got := a.Rights(); !slices.Contains(got, Manage) || slices.Contains(got, ReadPicture) || !slices.IsSorted(got) {
		t.Errorf("%v", got)
	}
	if a.Off = true; len(a.Rights()) != 0 {
		t.Error("a locked account holds rights")
	}
}
