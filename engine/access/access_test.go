package access

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"marsad/say"
)

// memory keeps accounts and sessions for tests.
type memory struct {
	accounts map[string][]byte
	logins   map[string]string
	sessions map[string][]byte
}

func (m *memory) PutAccount(_ context.Context, id, login string, b []byte) error {
	m.accounts[id], m.logins[login] = b, id
	return nil
}
func (m *memory) Account(_ context.Context, id string) ([]byte, error) { return have(m.accounts[id]) }
func (m *memory) AccountByName(_ context.Context, l string) ([]byte, error) {
	return have(m.accounts[m.logins[l]])
}
func (m *memory) Accounts(context.Context) (out [][]byte, _ error) {
	for _, b := range m.accounts {
		out = append(out, b)
	}
	return out, nil
}
func (m *memory) PutSession(_ context.Context, h, _ string, _ time.Time, b []byte) error {
	m.sessions[h] = b
	return nil
}
func (m *memory) Session(_ context.Context, h string) ([]byte, error) { return have(m.sessions[h]) }
func (m *memory) Sessions(_ context.Context, account string) (map[string][]byte, error) {
	out := map[string][]byte{}
	for h, b := range m.sessions {
		if strings.Contains(string(b), `"account":"`+account+`"`) {
			out[h] = b
		}
	}
	return out, nil
}
func (m *memory) DeleteSession(_ context.Context, h string) error         { delete(m.sessions, h); return nil }
func (m *memory) PurgeSessions(context.Context, time.Time) (int64, error) { return 0, nil }

func have(b []byte) ([]byte, error) {
	if b == nil {
		return nil, &say.Error{Code: "none", Kind: say.NotFound}
	}
	return b, nil
}

const good = "a long enough password"

type scene struct {
	*Door
	now     time.Time
	notes   []string
	details []map[string]string
	deaf    bool // nothing can be put on record
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{now: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)}
	keep := &memory{map[string][]byte{}, map[string]string{}, map[string][]byte{}}
	s.Door = NewDoor(keep, func(_ context.Context, kind, actor string, detail map[string]string) error {
		if s.deaf {
			return errors.New("the disk is full")
		}
		s.notes = append(s.notes, kind+" "+actor)
		s.details = append(s.details, detail)
		return nil
	}, func() time.Time { return s.now })
	hash, err := HashPassword(good)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []Account{
		{ID: "yusuf", Login: "yusuf", Roles: []Role{WatchOfficer}, Sections: []string{"rabia"}, Password: hash},
		{ID: "admin", Login: "admin", Roles: []Role{Administrator}, Password: hash},
		{ID: "eye", Login: "eye", Roles: []Role{Oversight}, Password: hash},
	} {
		if err := s.Put(t.Context(), nil, a); err != nil {
			t.Fatal(err)
		}
	}
	s.notes, s.details = nil, nil
	return s
}

// weigh gives the accounts, and those that do not exist, passwords that cost next to
// nothing to check, for tests that try many.
func (s *scene) weigh(t *testing.T) {
	t.Helper()
	salt := make([]byte, argonSalt)
	light := fmt.Sprintf("$argon2id$v=19$m=8,t=1,p=1$%s$%s", base64.RawStdEncoding.EncodeToString(salt),
		base64.RawStdEncoding.EncodeToString(derive(good, salt, 1, 8, 1, argonKey)))
	s.absent = light
	for _, id := range []string{"yusuf", "admin", "eye"} {
		a, err := s.Account(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		a.Password = light
		if err := s.Put(t.Context(), nil, *a); err != nil {
			t.Fatal(err)
		}
	}
}

func code(err error) string {
	var e *say.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// enter signs in from one place, as a program does that keeps no marks.
func (s *scene) enter(t *testing.T, login, password string) (string, *Account, error) {
	t.Helper()
	e, err := s.SignIn(t.Context(), Attempt{Login: login, Password: password, Address: "10.0.0.7"})
	if err != nil {
		return "", nil, err
	}
	return e.Token, e.Account, nil
}

func TestSignInAndOut(t *testing.T) {
	s := newScene(t)
	token, a, err := s.enter(t, "yusuf", good)
	if err != nil || a.ID != "yusuf" {
		t.Fatalf("sign-in: %v %v", a, err)
	}
	_, session, err := s.Enter(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	if !session.SameCSRF(session.CSRF()) || session.SameCSRF("") || session.SameCSRF("guess") {
		t.Fatal("the CSRF token must match itself alone")
	}
	if err := s.SignOut(t.Context(), session); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Enter(t.Context(), token); code(err) != "access.signed_out" {
		t.Fatalf("after sign-out: %v", err)
	}
}

func TestSessionExpires(t *testing.T) {
	s := newScene(t)
	token, _, err := s.enter(t, "yusuf", good)
	if err != nil {
		t.Fatal(err)
	}
	s.now = s.now.Add(sessionFor)
	if _, _, err := s.Enter(t.Context(), token); code(err) != "access.signed_out" {
		t.Fatalf("got %v", err)
	}
}

func TestUnknownNameAnswersLikeAWrongPassword(t *testing.T) {
	s := newScene(t)
	_, _, a := s.enter(t, "nobody", good)
	_, _, b := s.enter(t, "yusuf", "wrong")
	if code(a) == "" || code(a) != code(b) {
		t.Fatalf("%v against %v", a, b)
	}
}

func TestRightsAreDeniedByDefault(t *testing.T) {
	all := []Right{ReadLine, ReadPicture, ReadSensors, ReadCoverage, PlanSites, SetRisk, ReadRecord, ReadSilenced, ReadAudit, ReadHead, Hold, Act, CueCamera, ReadCameras, Unmask,
		ReadMasks, DrawMasks, JudgeNuisance, FindCameras, Manage, Export, Complain, ReadWorks, StateWorks, ImportWorks, ExportWorks}
	for _, a := range []*Account{nil, {}, {Roles: []Role{"general"}}, {Roles: []Role{Commander}, Off: true}} {
		for _, r := range all {
			if a.May(r) {
				t.Errorf("%+v may %s", a, r)
			}
		}
	}
	for _, role := range Roles() {
		a := &Account{Roles: []Role{role}}
		if !a.May(Complain) {
			t.Errorf("%s cannot reach oversight past the line of command", role)
		}
		if a.May(ReadAudit) != (role == Oversight) {
			t.Errorf("%s and the audit chain", role)
		}
		if a.May(Manage) != (role == Administrator) {
			t.Errorf("%s and accounts", role)
		}
	}
	for _, r := range []Right{ReadLine, ReadPicture, ReadSensors, ReadCoverage, ReadRecord, ReadSilenced, ReadAudit, ReadCameras, ReadMasks, ReadWorks} {
		if !(&Account{Roles: []Role{Oversight}}).May(r) {
			t.Errorf("oversight cannot read %s", r)
		}
	}
}

// Oversight cannot be locked out by an administrator (safeguard 11).
func TestSafeguard11OversightCannotBeLockedOut(t *testing.T) {
	s := newScene(t)
	admin, err := s.Account(t.Context(), "admin")
	if err != nil {
		t.Fatal(err)
	}
	other, err := HashPassword("another long password")
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]Account{
		"switched off":     {ID: "eye", Login: "eye", Roles: []Role{Oversight}, Off: true},
		"role taken":       {ID: "eye", Login: "eye", Roles: []Role{Analyst}},
		"password changed": {ID: "eye", Login: "eye", Roles: []Role{Oversight}, Password: other},
		"renamed":          {ID: "eye", Login: "nobody", Roles: []Role{Oversight}},
		"one of his own":   {ID: "eye2", Login: "eye2", Roles: []Role{Oversight}, Password: other},
		"his own role":     {ID: "admin", Login: "admin", Roles: []Role{Administrator, Oversight}},
	} {
		if err := s.Put(t.Context(), admin, change); err == nil {
			t.Errorf("%s by an administrator", name)
		}
	}
	if _, _, err := s.enter(t, "eye", good); err != nil {
		t.Errorf("oversight cannot sign in any more: %v", err)
	}
	if !strings.Contains(strings.Join(s.notes, "\n"), "account.refused admin") {
		t.Error("the attempts are not on record")
	}
	narrow := &Account{Roles: []Role{Oversight}, Sections: []string{"rabia"}}
	if !narrow.Everywhere() {
		t.Error("an administrator's list of sections must not limit oversight")
	}
}

func TestOnlyAdministratorsPutAccounts(t *testing.T) {
	s := newScene(t)
	yusuf, err := s.Account(t.Context(), "yusuf")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Put(t.Context(), yusuf, Account{ID: "yusuf", Login: "yusuf", Roles: []Role{Commander}}); code(err) != "access.denied" {
		t.Fatalf("a watch officer promoted himself: %v", err)
	}
}

func TestPasswords(t *testing.T) {
	if _, err := HashPassword("short"); code(err) != "password.length" {
		t.Errorf("short: %v", err)
	}
	a, _ := HashPassword(good)
	b, _ := HashPassword(good)
	if a == b {
		t.Error("two hashes of one password must differ by their salt")
	}
	if !checkPassword(a, good) || checkPassword(a, good+"x") {
		t.Error("a hash must match its password alone")
	}
}

func FuzzCheckPassword(f *testing.F) {
	h, err := HashPassword(good)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(h)
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$$")
	f.Add("$argon2id$v=19$m=0,t=0,p=0$AA$AA")
	f.Fuzz(func(t *testing.T, encoded string) {
		if len(encoded) > 200 || strings.Contains(encoded, "m=") && !strings.Contains(encoded, "m=19456,t=2,p=1") {
			t.Skip("only the costs that Marsad writes, to keep the fuzzer fast")
		}
		if checkPassword(encoded, "not the password") {
			t.Fatalf("%q matched", encoded)
		}
	})
}

// What may happen only on record does not happen where the record fails; who
// signs in is let in all the same.
func TestWhatCannotBePutOnRecordIsRefused(t *testing.T) {
	s := newScene(t)
	a, err := s.Account(t.Context(), "yusuf")
	if err != nil {
		t.Fatal(err)
	}
	s.deaf = true
	for name, err := range map[string]error{
		"unmask": s.Unmasked(t.Context(), a, "east", "an incident", s.now), "export": s.Exported(t.Context(), a, "everything"),
	} {
		if e, ok := errors.AsType[*say.Error](err); !ok || e.Code != "access.unrecorded" || e.Text.Ar == "" || e.Hint.En == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := s.enter(t, "yusuf", good); err != nil {
		t.Errorf("sign-in: %v", err)
	}
}
