package access

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"marsad/say"
)

// Keeper stores what access must remember. Bodies are access's own JSON. What is
// not there gives a *say.Error of kind say.NotFound.
type Keeper interface {
	PutAccount(ctx context.Context, id, login string, body []byte) error
	Account(ctx context.Context, id string) ([]byte, error) // nil for none
	AccountByName(ctx context.Context, login string) ([]byte, error)
	Accounts(ctx context.Context) ([][]byte, error)
	PutSession(ctx context.Context, hash, account string, expires time.Time, body []byte) error
	Session(ctx context.Context, hash string) ([]byte, error)
	Sessions(ctx context.Context, account string) (map[string][]byte, error) // by hash
	DeleteSession(ctx context.Context, hash string) error
	PurgeSessions(ctx context.Context, now time.Time) (int64, error)
}

// Witness puts what happened at the door on record. It tells a log of its
// failures itself; what must not happen unrecorded is refused on its error.
type Witness func(ctx context.Context, kind string, actor string, detail map[string]string) error

// sessionFor is a watch.
const sessionFor = 12 * time.Hour

// Door lets people in.
type Door struct {
	keep    Keeper
	witness Witness
	now     func() time.Time
	paces   paces
	absent  string // the encoded password of names that do not exist; empty for nobodys

	mu   sync.Mutex
	away map[whose]away
}

// Session of somebody who is signed in. A token of a program has Program set
// and needs no CSRF token, since no browser sends it by itself.
type Session struct {
	Account string    `json:"account"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
	Program string    `json:"program,omitempty"`
	By      string    `json:"by,omitempty"` // account id of who gave the token, empty for a sign-in or a command
	Hash    string    `json:"-"`
	secret  string
}

// NewDoor opens the door. Time comes from now: the wall clock.
func NewDoor(keep Keeper, witness Witness, now func() time.Time) *Door {
	return &Door{keep: keep, witness: witness, now: now}
}

var errSignedOut = &say.Error{Code: "access.signed_out", Kind: say.Denied,
	Text: say.Text{En: "nobody is signed in", Ar: "لم يسجل أحد الدخول"},
	Hint: say.Text{En: "sign in again", Ar: "سجل الدخول من جديد"}}

// nobodys is compared against when a name does not exist, so that the answer
// takes as long as for one that does.
var nobodys = sync.OnceValue(func() string {
	h, err := HashPassword("nobody has this password")
	if err != nil {
		panic("access: no randomness: " + err.Error())
	}
	return h
})

// Grant starts a session or, with a program's name, an API token, for an
// account without a password: for the demo's link and for an administrator's
// command.
func (d *Door) Grant(ctx context.Context, account, program string, last time.Duration) (string, error) {
	a, err := d.Account(ctx, account)
	if err != nil {
		return "", err
	}
	token, err := d.start(ctx, a, program, "", last)
	if err == nil {
		d.note(ctx, "token", a.ID, map[string]string{"program": program})
	}
	return token, err
}

func (d *Door) start(ctx context.Context, a *Account, program, by string, last time.Duration) (string, error) {
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return "", err
	}
	token := base64.RawURLEncoding.EncodeToString(raw)
	now := d.now().UTC()
	body, err := json.Marshal(Session{Account: a.ID, Created: now, Expires: now.Add(last), Program: program, By: by})
	if err != nil {
		return "", err
	}
	return token, d.keep.PutSession(ctx, hashToken(token), a.ID, now.Add(last), body)
}

// Enter gives the account and session behind a token.
func (d *Door) Enter(ctx context.Context, token string) (*Account, *Session, error) {
	if token == "" || len(token) > 256 {
		return nil, nil, errSignedOut
	}
	hash := hashToken(token)
	body, err := found(d.keep.Session(ctx, hash))
	if err != nil {
		return nil, nil, err
	}
	var s Session
	if body == nil || json.Unmarshal(body, &s) != nil || !d.now().Before(s.Expires) {
		return nil, nil, errSignedOut
	}
	a, err := d.Account(ctx, s.Account)
	if err != nil {
		return nil, nil, err
	}
	if a.Off {
		return nil, nil, errSignedOut
	}
	s.Hash, s.secret = hash, token
	return a, &s, nil
}

// Still gives the account as it is now behind a session that is in use, and the
// refusal once it was signed out, ran out or its account was switched off.
func (d *Door) Still(ctx context.Context, s *Session) (*Account, error) {
	a, _, err := d.Enter(ctx, s.secret)
	return a, err
}

// Lent reports whether another person gave the token of a program: it may report,
// and decides nothing, or who manages accounts could decide in anybody's name.
func (s *Session) Lent() bool { return s.By != "" && s.By != s.Account }

// SignOut ends a session.
func (d *Door) SignOut(ctx context.Context, s *Session) error {
	d.note(ctx, "sign-out", s.Account, nil)
	return d.keep.DeleteSession(ctx, s.Hash)
}

// CSRF is the token that a page must send with every change: only who can read
// the session's answers knows it.
func (s *Session) CSRF() string {
	m := hmac.New(sha256.New, []byte(s.secret))
	m.Write([]byte("marsad csrf"))
	return hex.EncodeToString(m.Sum(nil)[:16])
}

// SameCSRF compares in constant time.
func (s *Session) SameCSRF(given string) bool { return hmac.Equal([]byte(given), []byte(s.CSRF())) }

// Account by id.
func (d *Door) Account(ctx context.Context, id string) (*Account, error) {
	body, err := d.keep.Account(ctx, id)
	if err != nil {
		return nil, err
	}
	a := new(Account)
	return a, json.Unmarshal(body, a)
}

// Accounts in the order of their names.
func (d *Door) Accounts(ctx context.Context) ([]*Account, error) {
	bodies, err := d.keep.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]*Account, len(bodies))
	for i, b := range bodies {
		out[i] = new(Account)
		if err := json.Unmarshal(b, out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Put writes an account. by is who does so, nil for a command at the machine.
// Oversight cannot be locked out: an oversight account is neither switched off,
// renamed nor stripped of its role by an administrator, only by another oversight
// account; and nobody else makes one, or an administrator would make his own.
func (d *Door) Put(ctx context.Context, by *Account, a Account) error {
	refuse := func(e *say.Error) error {
		actor := ""
		if by != nil {
			actor = by.ID
		}
		d.note(ctx, "account.refused", actor, map[string]string{"account": a.ID, "code": e.Code})
		return e
	}
	if by != nil && !by.May(Manage) && !by.Holds(Oversight) {
		return refuse(Denied("account.put"))
	}
	before, err := found(d.keep.Account(ctx, a.ID))
	if err != nil {
		return err
	}
	known := false // as oversight
	if before != nil {
		var old Account
		if err := json.Unmarshal(before, &old); err != nil {
			return err
		}
		renamed := by != nil && a.Login != old.Login
		if slices.Contains(old.Roles, Oversight) && (a.Off && !old.Off || !slices.Contains(a.Roles, Oversight) || renamed) && !by.Holds(Oversight) {
			return refuse(errOversight)
		}
		if by != nil && by.ID == a.ID && (a.Off || !slices.Equal(a.Roles, old.Roles) || !slices.Equal(a.Sections, old.Sections)) {
			return refuse(errOwnAccount)
		}
		if a.Password == "" {
			a.Password = old.Password
		}
		if slices.Contains(old.Roles, Oversight) && (a.Password != old.Password || !a.Off && old.Off) && by != nil && !by.Holds(Oversight) {
			return refuse(Denied("account.password"))
		}
		known = slices.Contains(old.Roles, Oversight)
	}
	if by != nil && !by.Holds(Oversight) && slices.Contains(a.Roles, Oversight) && !known {
		return refuse(Denied("account.oversight"))
	}
	if a.ID == "" || a.Login == "" || a.Password == "" || len(a.Roles) == 0 {
		return refuse(&say.Error{Code: "account.incomplete", Kind: say.Invalid,
			Text: say.Text{En: "an account needs an id, a login, a password and at least one role", Ar: "يحتاج الحساب إلى معرّف واسم دخول وكلمة مرور ودور واحد على الأقل"}})
	}
	for _, r := range a.Roles {
		if _, known := rights[r]; !known {
			return refuse(&say.Error{Code: "account.role", Kind: say.Invalid,
				Text: say.Text{En: "there is no role " + r, Ar: "لا يوجد دور باسم " + say.LTR(r)}})
		}
	}
	body, err := json.Marshal(a)
	if err != nil {
		return err
	}
	actor := "setup"
	if by != nil {
		actor = by.ID
	}
	d.note(ctx, "account", actor, map[string]string{"account": a.ID})
	return d.keep.PutAccount(ctx, a.ID, a.Login, body)
}

// Refused puts a denied attempt of a signed-in account on record.
func (d *Door) Refused(ctx context.Context, a *Account, what string) {
	id := ""
	if a != nil {
		id = a.ID
	}
	d.note(ctx, "refused", id, map[string]string{"what": clip(what)})
}

// Denied is the refusal of a right.
func Denied(what string) *say.Error {
	return &say.Error{Code: "access.denied", Kind: say.Denied,
		Text: say.Text{En: "your account may not do this", Ar: "لا يملك حسابك صلاحية لهذا"},
		Hint: say.Text{En: "ask an account with the right for " + what + "; the attempt is on record", Ar: "اطلبه من صاحب الصلاحية؛ سُجلت المحاولة"}}
}

// Exported puts on record that an account takes a copy of something away, and
// fails where it cannot.
func (d *Door) Exported(ctx context.Context, a *Account, what string) error {
	return d.must(ctx, "export", a.ID, map[string]string{"what": clip(what)})
}

// Unmasked puts on record that an account looks behind the masks of a camera,
// for which incident and until when. Where it fails nobody may look.
func (d *Door) Unmasked(ctx context.Context, a *Account, camera, incident string, until time.Time) error {
	return d.must(ctx, "unmask", a.ID, map[string]string{"what": clip(camera + " for incident " + incident + " until " + until.UTC().Format(time.RFC3339))})
}

// Drew puts on record that an account is about to draw, judge or ask something
// for the cameras: verb and what. Where it fails nothing is done.
func (d *Door) Drew(ctx context.Context, a *Account, verb, what string) error {
	return d.must(ctx, verb, a.ID, map[string]string{"what": clip(what)})
}

// note puts on record what has happened already.
func (d *Door) note(ctx context.Context, kind, actor string, detail map[string]string) {
	_ = d.witness(ctx, kind, actor, detail)
}

// must puts on record what may happen only then.
func (d *Door) must(ctx context.Context, kind, actor string, detail map[string]string) error {
	if err := d.witness(ctx, kind, actor, detail); err != nil {
		return &say.Error{Code: "access.unrecorded", Kind: say.Unavailable, Cause: err,
			Text: say.Text{En: "this cannot be put on record now, and is not done without", Ar: "تعذر تسجيل هذا الآن، ولا يُنفَّذ دون تسجيل"},
			Hint: say.Text{En: "try again; if it stays so, tell the administrator: the disk may be full", Ar: "حاول مرة أخرى؛ وإن استمر فأبلغ مدير النظام: ربما امتلأ القرص"}}
	}
	return nil
}

// ByLogin gives the account that signs in under a name, nil for none.
func (d *Door) ByLogin(ctx context.Context, login string) (*Account, error) {
	body, err := found(d.keep.AccountByName(ctx, login))
	if err != nil || body == nil {
		return nil, err
	}
	a := new(Account)
	return a, json.Unmarshal(body, a)
}

// found turns "there is none" into no bytes.
func found(body []byte, err error) ([]byte, error) {
	if err != nil && say.As(err).Kind == say.NotFound {
		return nil, nil
	}
	return body, err
}

// Tidy forgets sessions that are over, and puts on record how many attempts at the
// door came before their turn.
func (d *Door) Tidy(ctx context.Context) error {
	d.tidyAway(ctx, true)
	_, err := d.keep.PurgeSessions(ctx, d.now())
	return err
}

func hashToken(token string) string {
	h := sha256.Sum256([]byte(token))
	return hex.EncodeToString(h[:])
}

func clip(s string) string {
	if len(s) > 128 {
		return s[:128]
	}
	return s
}
