package access

import (
	"context"
	"fmt"
	"math"
	"time"

	"marsad/say"
)

// Attempt to sign in.
type Attempt struct {
	Login, Password string
	// Address that it comes from. Empty where nobody knows: then all such are one.
	Address string
	// Device is what Entry.Device gave to this browser last, if anything.
	Device string
}

// Entry is a sign-in that succeeded.
type Entry struct {
	// Token of the session, shown once: only its hash is kept.
	Token   string
	Account *Account
	// Device is to be kept by the browser until DeviceFor has passed, and sent with
	// the next attempt.
	Device string
}

// DeviceFor is how long a browser is known.
const DeviceFor = marksFor

var errSignIn = &say.Error{Code: "access.sign_in", Kind: say.Denied,
	Text: say.Text{En: "name or password is wrong", Ar: "الاسم أو كلمة المرور غير صحيحة"},
	Hint: say.Text{En: "try again; after five failures one try a minute is left", Ar: "حاول مرة أخرى؛ بعد خمس محاولات خاطئة تبقى محاولة واحدة كل دقيقة"}}

// TooSoon is the refusal of an attempt before its turn.
type TooSoon struct {
	Wait time.Duration
	told *say.Error
}

// Error is for the log.
func (e *TooSoon) Error() string { return e.told.Error() }

// Unwrap gives what is told.
func (e *TooSoon) Unwrap() error { return e.told }

func tooSoon(wait time.Duration) *TooSoon {
	s := fmt.Sprint(math.Ceil(wait.Seconds()))
	return &TooSoon{wait, &say.Error{Code: "access.locked", Kind: say.Denied,
		Text: say.Text{En: "too many wrong passwords", Ar: "محاولات خاطئة كثيرة"},
		Hint: say.Text{En: "wait " + s + " seconds; a browser in which you signed in before is not held up by what others try elsewhere",
			Ar: "انتظر " + say.LTR(s) + " ثانية؛ والمتصفح الذي سجلت الدخول فيه من قبل لا تؤخره محاولات غيرك"}}}
}

// maxLogin bounds a name, in bytes.
const maxLogin = 128

// SignIn checks a password and starts a session. Whoever tries too often waits, he
// alone: by address and name, and at a slow pace for each name from everywhere. A
// browser in which the account signed in before has turns of its own.
func (d *Door) SignIn(ctx context.Context, at Attempt) (*Entry, error) {
	if len(at.Login) > maxLogin {
		d.note(ctx, "sign-in.refused", "", map[string]string{"login": clip(at.Login)})
		return nil, errSignIn
	}
	if at.Address == "" {
		at.Address = "?"
	}
	a, err := d.ByLogin(ctx, at.Login)
	if err != nil {
		return nil, err
	}
	now, marks := d.now(), marksOf(at.Device)
	pace := map[whose]turns{{login: at.Login, address: at.Address}: perPlace, {login: at.Login}: perName, {address: at.Address}: perAddress}
	others := marks[:0:0]
	for _, m := range marks {
		if m.of(a, now) {
			pace = map[whose]turns{{login: at.Login, device: m}: perPlace}
		} else {
			others = append(others, m)
		}
	}
	// A turn is used before the password is looked at: a hundred tries at once are a
	// hundred tries.
	if wait := d.paces.take(now, pace); wait > 0 {
		d.turnedAway(ctx, whose{login: at.Login, address: at.Address})
		return nil, tooSoon(wait)
	}
	encoded := d.absent
	if a != nil {
		encoded = a.Password
	} else if encoded == "" {
		encoded = nobodys()
	}
	if !checkPassword(encoded, at.Password) || a == nil || a.Off {
		d.note(ctx, "sign-in.refused", "", map[string]string{"login": at.Login, "address": clip(at.Address)})
		return nil, errSignIn
	}
	d.paces.giveBack(pace)
	token, err := d.start(ctx, a, "", "", sessionFor)
	if err != nil {
		return nil, err
	}
	m, err := newMark(a, now)
	if err != nil {
		return nil, err
	}
	d.note(ctx, "sign-in", a.ID, nil)
	if len(others) >= maxMarks {
		others = others[len(others)-maxMarks+1:]
	}
	return &Entry{Token: token, Account: a, Device: textOf(append(others, m))}, nil
}

// away counts attempts before their turn that are not on record yet.
type away struct {
	since time.Time // of the last note
	n     int
}

// turnedAway puts an attempt before its turn on record: the first at once, those
// that follow as one note a minute with their number, or who tries a thousand times
// a second would fill the chain.
func (d *Door) turnedAway(ctx context.Context, w whose) {
	d.mu.Lock()
	c := d.away[w]
	c.n++
	due := d.now().Sub(c.since).Abs() >= time.Minute
	if d.away == nil {
		d.away = map[whose]away{}
	}
	if !due && len(d.away) < maxPaces {
		d.away[w] = c
		d.mu.Unlock()
		return
	}
	d.away[w] = away{since: d.now()}
	d.mu.Unlock()
	d.noteAway(ctx, w, c.n)
	if !due {
		d.tidyAway(ctx, false)
	}
}

// tidyAway puts on record what was counted and not noted: what is older than a
// minute, or all.
func (d *Door) tidyAway(ctx context.Context, old bool) {
	d.mu.Lock()
	rest := map[whose]int{}
	for w, c := range d.away {
		if old && d.now().Sub(c.since).Abs() < time.Minute {
			continue
		}
		if c.n > 0 {
			rest[w] = c.n
		}
		delete(d.away, w)
	}
	d.mu.Unlock()
	for w, n := range rest {
		d.noteAway(ctx, w, n)
	}
}

func (d *Door) noteAway(ctx context.Context, w whose, n int) {
	d.note(ctx, "sign-in.locked", "", map[string]string{"login": w.login, "address": clip(w.address), "attempts": fmt.Sprint(n)})
}
