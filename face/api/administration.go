package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"marsad/border"
	"marsad/engine/access"
	"marsad/ident"
	"marsad/record"
	"marsad/say"
)

// House is what an administrator looks after besides accounts.
type House interface {
	// Keeping says how the record is kept, and by which certificates sensors and
	// browsers come in.
	Keeping(context.Context) (Keeping, error)
}

// Keeping of the record and of the doors.
type Keeping struct {
	Head         HeadRow       `json:"head"`
	PersonalDays int           `json:"personal_days"` // names and free text are erased after
	LogHours     float64       `json:"log_hours"`     // the picture can be looked back to and replayed
	LogBytes     int64         `json:"log_bytes"`     // and never takes more room
	Page         bool          `json:"page_tls"`      // browsers come in over TLS
	Sapient      bool          `json:"sapient_tls"`   // sensors come in over TLS
	Demands      bool          `json:"demands"`       // a sensor must show a certificate
	Certificates []Certificate `json:"certificates"`
	Nodes        int           `json:"nodes"`                // sensors that are connected now
	Outside      bool          `json:"heads_outside"`        // signed heads are also written outside the data folder
	HandedOut    string        `json:"handed_out,omitempty"` // the last day of which a signed head was written
}

// HeadRow is the newest signed head of the audit chain: how far it goes and what
// it is bound to. It says nothing of what is in it.
type HeadRow struct {
	Entries int64  `json:"entries"`
	At      int64  `json:"at"`
	Root    string `json:"root"`
	Key     string `json:"key"`    // public; marsad verify reads heads with it
	Signed  string `json:"signed"` // the whole head, for a witness to keep
}

// Certificate of a configured file.
type Certificate struct {
	Use     string `json:"use" enum:"page,sapient,sapient-clients"`
	Subject string `json:"subject"`
	Until   int64  `json:"until"`             // Unix ms; zero where it cannot be read
	Trouble string `json:"trouble,omitempty"` // why it cannot be read
}

// AccountRow is an account as an administrator sees it: never a secret.
type AccountRow struct {
	ID       string     `json:"id"`
	Login    string     `json:"login"`
	Name     say.Text   `json:"name"`
	Rank     say.Text   `json:"rank"`
	Roles    []string   `json:"roles"`
	Sections []string   `json:"sections"`
	Deputy   string     `json:"deputy,omitempty"`
	Off      bool       `json:"off,omitempty"`
	Waits    int64      `json:"waits,omitempty"` // Unix ms: after wrong passwords, until
	Sessions int        `json:"sessions"`        // of people signed in
	Tokens   []TokenRow `json:"tokens"`
}

// TokenRow is a program's token without its secret.
type TokenRow struct {
	ID      string `json:"id"`
	Program string `json:"program"`
	Created int64  `json:"created"`
	Expires int64  `json:"expires"`
}

type accountBody struct {
	Login    string   `json:"login" minLength:"2" maxLength:"64"`
	Name     say.Text `json:"name"`
	Rank     say.Text `json:"rank,omitempty"`
	Roles    []string `json:"roles" minItems:"1" maxItems:"8"`
	Sections []string `json:"sections" maxItems:"200"`
	Deputy   string   `json:"deputy,omitempty" maxLength:"128" doc:"Account id of who is called when this one does not answer."`
	Off      bool     `json:"off,omitempty" doc:"Locked: may not sign in, and every session and token stops."`
	Password string   `json:"password,omitempty" maxLength:"1024" doc:"For a new account, or to set another."`
}

var (
	badAccount = func(en, ar, hintEn, hintAr string) *say.Error {
		return &say.Error{Code: "account.invalid", Kind: say.Invalid, Text: say.Text{En: en, Ar: ar}, Hint: say.Text{En: hintEn, Ar: hintAr}}
	}
	noPassword = badAccount("a new account needs a password", "يحتاج الحساب الجديد إلى كلمة مرور", "use at least 12 characters; a sentence is good", "استعمل 12 حرفاً على الأقل؛ جملة كاملة مناسبة")
	noName     = badAccount("an account names a person in both scripts", "يحمل الحساب اسم شخص بالحروف العربية واللاتينية", "give the name in Arabic and in English", "اكتب الاسم بالعربية وبالإنجليزية")
)

func (s *Server) administration() {
	type none struct{}
	route(s, access.Manage, get("accounts", "/api/v1/accounts", "Accounts with their roles, sections and tokens; no secret", "administration"),
		func(ctx context.Context, _ *access.Account, _ *struct{}) (*list[AccountRow], error) {
			all, err := s.door.Accounts(ctx)
			if err != nil {
				return nil, err
			}
			rows := make([]AccountRow, len(all))
			for i, a := range all {
				if rows[i], err = s.accountRow(ctx, a); err != nil {
					return nil, err
				}
			}
			return page(rows, ""), nil
		})
	type makeInput struct{ Body accountBody }
	route(s, access.Manage, huma.Operation{OperationID: "make-account", Method: http.MethodPost, Path: "/api/v1/accounts",
		Summary: "Make an account", Tags: []string{"administration"}, DefaultStatus: http.StatusCreated},
		func(ctx context.Context, by *access.Account, in *makeInput) (*body[AccountRow], error) {
			if in.Body.Password == "" {
				return nil, noPassword
			}
			// The id stays in the audit chain for good, so it says nothing of the person.
			return s.putAccount(ctx, by, s.frame.NewID().String(), &in.Body)
		})
	type changeInput struct {
		ID   string `path:"id" maxLength:"128"`
		Body accountBody
	}
	route(s, access.Manage, huma.Operation{OperationID: "change-account", Method: http.MethodPut, Path: "/api/v1/accounts/{id}",
		Summary: "Change an account, lock it, or set another password", Tags: []string{"administration"},
		Description: "Oversight cannot be locked out or changed by an administrator, and nobody changes his own roles."},
		func(ctx context.Context, by *access.Account, in *changeInput) (*body[AccountRow], error) {
			if _, err := s.door.Account(ctx, in.ID); err != nil {
				return nil, err
			}
			return s.putAccount(ctx, by, in.ID, &in.Body)
		})
	type tokenInput struct {
		ID   string `path:"id" maxLength:"128"`
		Body struct {
			Program string `json:"program" minLength:"2" maxLength:"100" doc:"What uses it."`
			Days    int    `json:"days" minimum:"1" maximum:"366"`
		}
	}
	type tokenOutput struct {
		Token string `json:"token" doc:"Shown once; only its hash is kept."`
	}
	route(s, access.Manage, huma.Operation{OperationID: "give-token", Method: http.MethodPost, Path: "/api/v1/accounts/{id}/tokens",
		Summary: "Make a token for a program that acts as an account", Tags: []string{"administration"}, DefaultStatus: http.StatusCreated},
		func(ctx context.Context, by *access.Account, in *tokenInput) (*body[tokenOutput], error) {
			token, err := s.door.Issue(ctx, by, in.ID, in.Body.Program, time.Duration(in.Body.Days)*24*time.Hour)
			return &body[tokenOutput]{tokenOutput{token}}, err
		})
	type withdrawInput struct {
		ID    string `path:"id" maxLength:"128"`
		Token string `path:"token" maxLength:"64" doc:"The token's id, or all for every session and token of the account."`
	}
	route(s, access.Manage, huma.Operation{OperationID: "withdraw-token", Method: http.MethodDelete, Path: "/api/v1/accounts/{id}/tokens/{token}",
		Summary: "Withdraw a token, or end everything that an account has open", Tags: []string{"administration"}, DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, by *access.Account, in *withdrawInput) (*none, error) {
			if in.Token == "all" {
				in.Token = ""
			}
			return nil, s.door.Withdraw(ctx, by, in.ID, in.Token)
		})
	route(s, access.ReadHead, get("keeping", "/api/v1/keeping", "The audit chain's signed head, retention, and certificates", "administration"),
		func(ctx context.Context, _ *access.Account, _ *struct{}) (*body[Keeping], error) {
			if s.house == nil {
				return nil, nothingKept
			}
			k, err := s.house.Keeping(ctx)
			return &body[Keeping]{k}, err
		})
	s.holds()
}

func (s *Server) holds() {
	route(s, access.Hold, get("holds", "/api/v1/holds", "Legal holds that keep personal data from erasure, newest first", "administration"),
		func(ctx context.Context, _ *access.Account, in *listInput) (*list[record.Hold], error) {
			items, next, err := s.record.Holds(ctx, Query{Cursor: in.Cursor, Limit: max(1, in.Limit)})
			return page(items, next), err
		})
	type holdInput struct {
		Body struct {
			Subject string `json:"subject" minLength:"1" maxLength:"128" doc:"A case's id, an account's id, or * for everything."`
			Reason  string `json:"reason" minLength:"3" maxLength:"2000"`
		}
	}
	route(s, access.Hold, huma.Operation{OperationID: "set-hold", Method: http.MethodPost, Path: "/api/v1/holds",
		Summary: "Keep personal data from erasure, with the reason", Tags: []string{"administration"}, DefaultStatus: http.StatusCreated},
		func(ctx context.Context, by *access.Account, in *holdInput) (*body[record.Hold], error) {
			subject := strings.TrimSpace(in.Body.Subject)
			if id, err := ident.Parse(subject); err == nil {
				subject = id.String()
			} else if subject != "*" {
				if _, err := s.door.Account(ctx, subject); err != nil {
					return nil, badAccount("a legal hold names a case, an account or everything", "الحجز القانوني يسمّي قضية أو حساباً أو الكل", "give the id of a case or of an account, or *", "اكتب معرّف القضية أو الحساب أو "+say.LTR("*"))
				}
			}
			h, err := s.record.SetHold(ctx, record.Hold{Subject: subject, Reason: strings.TrimSpace(in.Body.Reason), ByID: by.ID, By: titled(by).En})
			return &body[record.Hold]{h}, err
		})
	type liftInput struct {
		ID string `path:"id" maxLength:"64"`
	}
	type none struct{}
	route(s, access.Hold, huma.Operation{OperationID: "lift-hold", Method: http.MethodPost, Path: "/api/v1/holds/{id}/lift",
		Summary: "End a legal hold; the next run of retention erases what it kept", Tags: []string{"administration"}, DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, by *access.Account, in *liftInput) (*none, error) {
			return nil, s.record.LiftHold(ctx, in.ID, by.ID, titled(by).En)
		})
}

func (s *Server) accountRow(ctx context.Context, a *access.Account) (AccountRow, error) {
	tokens, sessions, err := s.door.Tokens(ctx, a.ID)
	row := AccountRow{ID: a.ID, Login: a.Login, Name: a.Name, Rank: a.Rank, Roles: a.Roles, Sections: a.Sections, Deputy: a.Deputy,
		Off: a.Off, Waits: ms(s.door.Waiting(a.Login)), Sessions: sessions, Tokens: []TokenRow{}}
	if row.Sections == nil {
		row.Sections = []string{}
	}
	for _, t := range tokens {
		row.Tokens = append(row.Tokens, TokenRow{ID: t.ID, Program: t.Program, Created: ms(t.Created), Expires: ms(t.Expires)})
	}
	return row, err
}

func (s *Server) putAccount(ctx context.Context, by *access.Account, id string, b *accountBody) (*body[AccountRow], error) {
	a := access.Account{ID: id, Login: strings.TrimSpace(b.Login), Name: b.Name, Rank: b.Rank, Roles: b.Roles, Sections: b.Sections, Deputy: b.Deputy, Off: b.Off}
	if strings.TrimSpace(a.Name.En) == "" || strings.TrimSpace(a.Name.Ar) == "" {
		return nil, noName
	}
	for _, x := range a.Sections {
		if x != "*" && !slices.ContainsFunc(s.sections, func(k border.Section) bool { return k.ID == x }) {
			return nil, badAccount("there is no section "+x, "لا يوجد قاطع باسم "+say.LTR(x), "/api/v1/sections lists them", "القائمة في "+say.LTR("/api/v1/sections"))
		}
	}
	if a.Deputy != "" {
		if _, err := s.door.Account(ctx, a.Deputy); err != nil || a.Deputy == id {
			return nil, badAccount("the deputy is another account", "الوكيل حساب آخر", "choose one of the list, or none", "اختر من القائمة أو اتركه فارغاً")
		}
	}
	if b.Password != "" {
		hash, err := access.HashPassword(b.Password)
		if err != nil {
			return nil, err
		}
		a.Password = hash
	}
	if err := s.door.Put(ctx, by, a); err != nil {
		return nil, err
	}
	// Whoever knew the old password, or had a page open, is out; an account's own
	// change of name ends nothing.
	if a.Off || b.Password != "" {
		if err := s.door.Withdraw(ctx, by, id, ""); err != nil {
			return nil, err
		}
	}
	kept, err := s.door.Account(ctx, id)
	if err != nil {
		return nil, err
	}
	row, err := s.accountRow(ctx, kept)
	return &body[AccountRow]{row}, err
}
