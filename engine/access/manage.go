package access

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"marsad/say"
)

// maxToken is the longest that a program's token lasts.
const maxToken = 366 * 24 * time.Hour

// Token of a program, without the secret, which only its hash remembers.
type Token struct {
	ID      string // the beginning of the hash: names it and opens nothing
	Program string
	Created time.Time
	Expires time.Time
}

// Rights gives what the account may do, in the order of their names.
func (a *Account) Rights() []Right {
	out := []Right{}
	if a == nil || a.Off {
		return out
	}
	for _, role := range a.Roles {
		out = append(out, rights[role]...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Waiting says until when somebody waits under a name after wrong passwords, the
// zero time where nobody does.
func (d *Door) Waiting(login string) time.Time { return d.paces.until(d.now(), login) }

// Tokens that programs hold for an account, newest first, and how many people's
// sessions it has.
func (d *Door) Tokens(ctx context.Context, account string) (tokens []Token, sessions int, err error) {
	kept, err := d.keep.Sessions(ctx, account)
	if err != nil {
		return nil, 0, err
	}
	for hash, body := range kept {
		var s Session
		if json.Unmarshal(body, &s) != nil || !d.now().Before(s.Expires) {
			continue
		}
		if s.Program == "" {
			sessions++
			continue
		}
		tokens = append(tokens, Token{ID: handle(hash), Program: s.Program, Created: s.Created, Expires: s.Expires})
	}
	slices.SortFunc(tokens, func(a, b Token) int { return cmp.Or(b.Created.Compare(a.Created), strings.Compare(a.ID, b.ID)) })
	return tokens, sessions, nil
}

// handle names a token: 12 of its hash's 64 letters.
func handle(hash string) string { return hash[:min(12, len(hash))] }

// Issue makes a token for a program that acts as an account, and puts on record
// who gave it. The token is shown once and decides nothing (Session.Lent). An administrator cannot act as oversight:
// only oversight gives a token for an oversight account.
func (d *Door) Issue(ctx context.Context, by *Account, account, program string, last time.Duration) (string, error) {
	a, err := d.mayManage(ctx, by, account)
	if err != nil {
		return "", err
	}
	program = strings.TrimSpace(program)
	if program == "" || len(program) > 100 || last <= 0 || last > maxToken {
		return "", &say.Error{Code: "token.incomplete", Kind: say.Invalid,
			Text: say.Text{En: "a token names its program and lasts at most 366 days", Ar: "الرمز يذكر البرنامج الذي يستعمله ومدته 366 يوماً على الأكثر"},
			Hint: say.Text{En: "say which program uses it and for how many days", Ar: "اذكر أي برنامج يستعمله وكم يوماً"}}
	}
	if a.Off {
		return "", &say.Error{Code: "token.off", Kind: say.Conflict,
			Text: say.Text{En: "a locked account gets no token", Ar: "الحساب الموقوف لا يُعطى رمزاً"},
			Hint: say.Text{En: "open the account first", Ar: "افتح الحساب أولاً"}}
	}
	if err := d.must(ctx, "token", by.ID, map[string]string{"account": a.ID, "program": program}); err != nil {
		return "", err
	}
	return d.start(ctx, a, program, by.ID, last)
}

// Withdraw ends a token, or with an empty id every session and token of the
// account. What is not there is no error.
func (d *Door) Withdraw(ctx context.Context, by *Account, account, id string) error {
	a, err := d.mayManage(ctx, by, account)
	if err != nil {
		return err
	}
	kept, err := d.keep.Sessions(ctx, a.ID)
	if err != nil {
		return err
	}
	for hash := range kept {
		if id != "" && handle(hash) != id {
			continue
		}
		if err := d.keep.DeleteSession(ctx, hash); err != nil {
			return err
		}
	}
	d.note(ctx, "token.withdrawn", by.ID, map[string]string{"account": a.ID, "token": clip(id)})
	return nil
}

// mayManage gives the account that somebody wants to manage, or the refusal,
// which is on record.
func (d *Door) mayManage(ctx context.Context, by *Account, account string) (*Account, error) {
	a, err := d.Account(ctx, account)
	if err != nil {
		return nil, err
	}
	var refusal *say.Error
	switch {
	case by.Holds(Oversight) && a.Holds(Oversight):
	case !by.May(Manage):
		refusal = Denied("account.manage")
	case slices.Contains(a.Roles, Oversight):
		refusal = errOversight
	}
	if refusal != nil {
		d.note(ctx, "account.refused", by.ID, map[string]string{"account": a.ID, "code": refusal.Code})
		return nil, refusal
	}
	return a, nil
}

var (
	errOversight = &say.Error{Code: "access.oversight", Kind: say.Denied,
		Text: say.Text{En: "an administrator cannot switch off or change an oversight account", Ar: "لا يستطيع مدير النظام إيقاف حساب الرقابة أو تغيير دوره"},
		Hint: say.Text{En: "another oversight account can", Ar: "يستطيع ذلك حساب رقابة آخر"}}
	errOwnAccount = &say.Error{Code: "access.own_account", Kind: say.Denied,
		Text: say.Text{En: "nobody changes his own roles or sections, or locks himself out", Ar: "لا يغيّر أحد أدواره أو قواطعه بنفسه ولا يوقف حسابه"},
		Hint: say.Text{En: "another administrator can; the attempt is on record", Ar: "يستطيع ذلك مدير نظام آخر؛ سُجلت المحاولة"}}
)
