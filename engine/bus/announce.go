package bus

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"marsad/say"
)

// Announcements are kept apart from the log: stages never see them.
const (
	announced         = "out"
	announcedSubjects = "out.>"
	announcedBytes    = 64 << 20
	announcedAge      = 7 * 24 * time.Hour
	// sameWithin is how long a second announcement of one id is recognised here;
	// beyond it consumers know it by its id.
	sameWithin = 10 * time.Minute
	// maxListeners at once.
	maxListeners = 64
)

// Listeners are programs outside this process that may hear announcements, by
// NATS, and nothing else: they read `out.>` and write nothing.
type Listeners struct {
	Addr     string            // host:port
	TLS      *tls.Config       // nil for a loopback address only
	Accounts map[string]string // name → password
}

// check refuses what would let announcements out unprotected.
func (l *Listeners) check() error {
	host, _, err := net.SplitHostPort(l.Addr)
	if err != nil {
		return badListeners("announce.addr is not host:port, for example 127.0.0.1:4222", "العنوان announce.addr ليس بصيغة host:port", err)
	}
	if ip := net.ParseIP(host); l.TLS == nil && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return badListeners("announcements leave this machine only under TLS: give announce.tls a cert and a key", "لا تغادر الإعلانات هذا الجهاز إلا مشفرة: حدد شهادة ومفتاحاً في announce.tls", nil)
	}
	if len(l.Accounts) == 0 {
		return badListeners("announce.readers names no reader: write one line for each, a name and a password of at least 16 characters", "لا يوجد قارئ في announce.readers: اكتب سطراً لكل قارئ فيه اسم وكلمة مرور لا تقل عن 16 حرفاً", nil)
	}
	for name, password := range l.Accounts {
		if name == inside || len(password) < 16 {
			return badListeners("announce.readers: a password has at least 16 characters, and no reader is called "+inside, "announce.readers: كلمة المرور لا تقل عن 16 حرفاً ولا يُسمى قارئ "+say.LTR(inside), nil)
		}
	}
	return nil
}

func badListeners(en, ar string, cause error) error {
	return &say.Error{Code: "bus.listeners", Kind: say.Invalid, Cause: cause, Text: say.Text{En: en, Ar: ar},
		Hint: say.Text{En: "correct announce: in the configuration, or leave it out", Ar: "صحح announce في ملف الإعدادات أو احذفه"}}
}

// inside is the name under which this process speaks to its own server, and
// privateInbox where it is answered: what it reads of the log comes there, and no
// listener may hear that.
const (
	inside       = "marsad"
	privateInbox = "_MARSAD."
)

// open lets listeners in: gives the server's options a socket and one account
// each, and the password of this process.
func (l *Listeners) open(o *server.Options) (password string) {
	host, port, _ := net.SplitHostPort(l.Addr)
	o.DontListen, o.Host, o.NoLog = false, host, false
	o.Port, _ = strconv.Atoi(port)
	if o.Port == 0 {
		o.Port = server.RANDOM_PORT
	}
	o.TLSConfig, o.TLSTimeout, o.MaxConn, o.MaxControlLine = l.TLS, 5, maxListeners, 4096
	password = rand.Text()
	o.Users = []*server.User{{Username: inside, Password: password}}
	api := "$JS.API."
	for name, secret := range l.Accounts {
		o.Users = append(o.Users, &server.User{Username: name, Password: secret, Permissions: &server.Permissions{
			Publish: &server.SubjectPermission{Allow: []string{
				api + "INFO", api + "STREAM.INFO." + announced, api + "CONSUMER.INFO." + announced + ".>", api + "CONSUMER.CREATE." + announced + ".>",
				api + "CONSUMER.MSG.NEXT." + announced + ".>", "$JS.ACK." + announced + ".>"}},
			Subscribe: &server.SubjectPermission{Allow: []string{announcedSubjects, "_INBOX.>"}},
		}})
	}
	return password
}

// openAnnounced makes the stream of announcements beside the log.
func (c *core) openAnnounced(ctx context.Context, b *Bus) error {
	_, err := c.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: announced, Subjects: []string{announcedSubjects}, Storage: jetstream.FileStorage, Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardOld,
		MaxBytes: announcedBytes, MaxAge: min(announcedAge, b.options.Retention), MaxMsgSize: MaxMessage, Duplicates: min(sameWithin, b.options.Retention), MaxConsumers: 4 * maxListeners, AllowDirect: true, Replicas: 1,
	})
	if err != nil {
		return unusable(b.dir, err)
	}
	return nil
}

// Announce tells whoever listens, under a subject of `out.>`, and returns when
// the announcement is kept. The same id announced again soon is told once.
func (b *Bus) Announce(ctx context.Context, subject, id string, data []byte) error {
	switch {
	case !strings.HasPrefix(subject, "out."):
		return unwritten(errSubject(subject))
	case b.options.ReadOnly:
		return readOnly()
	case b.full.Load() || b.broken.Load():
		return fullError(b.dir)
	}
	if _, err := b.core.Load().js.PublishMsg(ctx, &nats.Msg{Subject: subject, Data: data}, jetstream.WithMsgID(id), jetstream.WithExpectStream(announced)); err != nil {
		return unwritten(err)
	}
	return nil
}

// Listening gives the address for listeners, empty for none.
func (b *Bus) Listening() string {
	if b.options.Listeners == nil {
		return ""
	}
	if a := b.core.Load().server.Addr(); a != nil {
		return a.String()
	}
	return ""
}
