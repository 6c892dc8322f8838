package command

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"marsad/app"
	"marsad/engine/access"
	"marsad/say"
)

// AccountCmd makes accounts and tokens on the machine itself, beside a running
// server or without one.
type AccountCmd struct {
	Add   AccountAddCmd   `cmd:"" help:"Create or change an account; the password is read from standard input."`
	Token AccountTokenCmd `cmd:"" help:"Make an API token for a program."`
	List  AccountListCmd  `cmd:"" help:"List the accounts."`
}

// AccountAddCmd creates or changes one.
type AccountAddCmd struct {
	Data     string   `required:"" type:"path" help:"The data folder."`
	Login    string   `arg:"" help:"The name to sign in with."`
	Name     string   `required:"" help:"The person's name in English."`
	NameAr   string   `name:"name-ar" help:"The person's name in Arabic; the English one when absent."`
	Roles    []string `name:"role" required:"" help:"A role; repeat for more: watch-officer, commander, engineer, analyst, liaison, field, oversight, administrator."`
	Sections []string `name:"section" help:"A section's id, or * for the whole line; repeat for more."`
	Deputy   string   `help:"Login of who is called when this account does not answer."`
	Off      bool     `help:"Switch the account off."`
}

// Run writes the account to the record.
func (c *AccountAddCmd) Run(s *Streams) error {
	password, err := askPassword(os.Stdin, s.Err)
	if err != nil {
		return err
	}
	hash, err := access.HashPassword(password)
	if err != nil {
		return err
	}
	if c.NameAr == "" {
		c.NameAr = c.Name
	}
	return app.AtDoor(c.Data, func(ctx context.Context, door *access.Door) error {
		// The id stays in the audit chain for good, so it says nothing of the person.
		id := app.NewID().String()
		if before, err := door.ByLogin(ctx, c.Login); err != nil {
			return err
		} else if before != nil {
			id = before.ID
		}
		a := access.Account{ID: id, Login: c.Login, Name: say.Text{En: c.Name, Ar: c.NameAr},
			Roles: c.Roles, Sections: c.Sections, Deputy: c.Deputy, Off: c.Off, Password: hash}
		if err := door.Put(ctx, nil, a); err != nil {
			return err
		}
		fmt.Fprintf(s.Out, "%s is on record as %s\n", c.Login, strings.Join(c.Roles, ", "))
		return nil
	})
}

// askPassword reads a password: typed twice and unseen at a terminal, else the first
// line of what is piped in.
func askPassword(in *os.File, prompt io.Writer) (string, error) {
	if !term.IsTerminal(int(in.Fd())) {
		line, err := bufio.NewReader(in).ReadString('\n')
		if err != nil && line == "" {
			return "", noPassword(err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	var typed [2]string
	for i, ask := range []string{"password: ", "once more: "} {
		fmt.Fprint(prompt, ask)
		b, err := term.ReadPassword(int(in.Fd()))
		fmt.Fprintln(prompt)
		if err != nil {
			return "", noPassword(err)
		}
		typed[i] = string(b)
	}
	if typed[0] != typed[1] {
		return "", &say.Error{Code: "account.twice", Kind: say.Invalid,
			Text: say.Text{En: "the two passwords are not the same", Ar: "كلمتا المرور غير متطابقتين"},
			Hint: say.Text{En: "run the command again and type the same one twice", Ar: "أعد الأمر واكتب الكلمة نفسها مرتين"}}
	}
	return typed[0], nil
}

func noPassword(cause error) error {
	return &say.Error{Code: "account.no-password", Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: "no password came on standard input", Ar: "لم تصل كلمة مرور"},
		Hint: say.Text{En: "type it and press Enter, or pipe it in", Ar: "اكتبها ثم اضغط Enter"}}
}

// AccountTokenCmd makes a token.
type AccountTokenCmd struct {
	Data    string        `required:"" type:"path" help:"The data folder."`
	Login   string        `arg:"" help:"The account it acts as."`
	Program string        `required:"" help:"What the token is for."`
	Last    time.Duration `default:"2160h" help:"How long it lasts."`
}

// Run prints the token once; only its hash is kept.
func (c *AccountTokenCmd) Run(s *Streams) error {
	return app.AtDoor(c.Data, func(ctx context.Context, door *access.Door) error {
		a, err := door.ByLogin(ctx, c.Login)
		if err != nil {
			return err
		}
		if a == nil {
			return &say.Error{Code: "account.none", Kind: say.NotFound,
				Text: say.Text{En: "there is no account " + c.Login, Ar: "لا يوجد حساب بهذا الاسم"},
				Hint: say.Text{En: "marsad account list shows them", Ar: "الأمر marsad account list يعرض الحسابات"}}
		}
		token, err := door.Grant(ctx, a.ID, c.Program, c.Last)
		if err == nil {
			fmt.Fprintln(s.Out, token)
		}
		return err
	})
}

// AccountListCmd lists them.
type AccountListCmd struct {
	Data string `required:"" type:"path" help:"The data folder."`
}

// Run prints a line for each account.
func (c *AccountListCmd) Run(s *Streams) error {
	return app.AtDoor(c.Data, func(ctx context.Context, door *access.Door) error {
		accounts, err := door.Accounts(ctx)
		for _, a := range accounts {
			state := ""
			if a.Off {
				state = "  off"
			}
			fmt.Fprintf(s.Out, "%-16s %-40s %s%s\n", a.Login, strings.Join(a.Roles, ","), strings.Join(a.Sections, ","), state)
		}
		return err
	})
}
