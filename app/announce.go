package app

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"time"

	"marsad/engine/bus"
	"marsad/engine/config"
	"marsad/engine/store"
	"marsad/ident"
	"marsad/respond"
	"marsad/say"
)

// Announcement is what a listener outside gets of a notice, as JSON under
// `out.notice.KIND`: a bell and no letter. Where it is and what was written stays
// inside; who may read it asks the API for the case, under rights and on record.
// The notice's id is the announcement's: it may come twice.
type Announcement struct {
	ID        ident.ID  `json:"id"`
	Case      ident.ID  `json:"case,omitzero"`
	Kind      string    `json:"kind"`
	To        []string  `json:"to"` // roles or account ids
	At        time.Time `json:"at"`
	Simulated bool      `json:"simulated"` // the world it speaks of is not the real one
}

func announcementOf(n respond.Notice, simulated bool) Announcement {
	return Announcement{ID: n.ID, Case: n.Case, Kind: n.Kind, To: n.To, At: n.At, Simulated: simulated}
}

// outbox is what the relay takes from and marks.
type outbox interface {
	Outbox(ctx context.Context, after int64, limit int) ([]store.Waiting, error)
	Announced(ctx context.Context, upTo int64) error
}

// announcer keeps an announcement before it returns.
type announcer interface {
	Announce(ctx context.Context, subject, id string, data []byte) error
}

// announce tells what waits in the outbox, in order, and marks it when it was
// told: after a fall between the two it is told again. It gives how many.
func announce(ctx context.Context, from outbox, to announcer, simulated bool) (told int, err error) {
	for {
		waiting, err := from.Outbox(ctx, 0, 100)
		if err != nil || len(waiting) == 0 {
			return told, err
		}
		for _, n := range waiting {
			b, err := json.Marshal(announcementOf(n.Notice, simulated))
			if err != nil {
				return told, err
			}
			if err := to.Announce(ctx, "out.notice."+n.Notice.Kind, n.Notice.ID.String(), b); err != nil {
				return told, err
			}
			told++
		}
		if err := from.Announced(ctx, waiting[len(waiting)-1].N); err != nil {
			return told, err
		}
	}
}

// runAnnounce empties the outbox every second. What cannot be told waits.
func (a *App) runAnnounce(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	failing := false
	for {
		_, err := announce(ctx, a.store, a.bus, a.clock.Simulated())
		if err != nil && ctx.Err() == nil && !failing {
			a.options.Log.Error("notices wait to be announced; tried again every second", "error", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// listenersOf reads who may listen from outside: nil where nobody may.
func listenersOf(c config.Announce) (*bus.Listeners, error) {
	if c.Addr == "" {
		return nil, nil
	}
	l := &bus.Listeners{Addr: c.Addr}
	var err error
	if l.Accounts, err = readersOf(c.Readers); err != nil {
		return nil, err
	}
	if c.TLS.Cert != "" {
		pair, err := tls.LoadX509KeyPair(c.TLS.Cert, c.TLS.Key)
		if err != nil {
			return nil, &say.Error{Code: "app.announce_tls", Kind: say.Invalid, Cause: err,
				Text: say.Text{En: "the certificate for announcements cannot be used", Ar: "تعذر استعمال شهادة الإعلانات"},
				Hint: say.Text{En: "announce.tls.cert and key must be PEM files that belong together", Ar: "يجب أن يكون الملفان متطابقين بصيغة PEM"}}
		}
		l.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	}
	return l, nil
}

// readersOf reads a file of names and passwords, one reader a line. A file that
// others on the machine can read is refused.
func readersOf(path string) (map[string]string, error) {
	bad := func(en, ar string, cause error) error {
		return &say.Error{Code: "app.announce_readers", Kind: say.Invalid, Cause: cause, Text: say.Text{En: en, Ar: ar},
			Hint: say.Text{En: "announce.readers: one line for each reader, a name and a password with a space between; chmod 600", Ar: "announce.readers: سطر لكل قارئ فيه اسم ثم مسافة ثم كلمة مرور؛ chmod 600"}}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, bad("the file of readers cannot be read", "تعذرت قراءة ملف القرّاء", err)
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Mode().Perm()&0o077 != 0 {
		return nil, bad("the file of readers can be read by others", "يمكن لغيرك قراءة ملف القرّاء", err)
	}
	readers := map[string]string{}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, password, ok := strings.Cut(line, " ")
		if _, twice := readers[name]; !ok || twice {
			return nil, bad("line "+strconv.Itoa(n)+" of the file of readers has no password, or its name stands there twice", "السطر "+say.LTR(strconv.Itoa(n))+" من ملف القرّاء بلا كلمة مرور أو اسمه مكرر", nil)
		}
		readers[name] = strings.TrimSpace(password)
	}
	if err := lines.Err(); err != nil {
		return nil, bad("the file of readers cannot be read", "تعذرت قراءة ملف القرّاء", err)
	}
	return readers, nil
}
