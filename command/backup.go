package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"

	"marsad/engine/store"
	"marsad/say"
)

// BackupCmd writes the record into one file while the server runs.
type BackupCmd struct {
	Data       string `required:"" type:"path" help:"Data folder of the server."`
	To         string `arg:"" type:"path" help:"File to write, for example marsad-2026-03-01.backup. It must not exist."`
	NoEvidence bool   `help:"Leave the pictures of alerts out: a much smaller file. Verify then names each as missing where it was restored."`
	Key        bool   `help:"Put the private key that signs heads in as well: who has the backup can then sign. Without it a restored Marsad makes a new key, and its audit chain tells so."`
}

// Run makes the backup and tells what is in it.
func (c *BackupCmd) Run(out *Streams) (err error) {
	s, err := store.Open(c.Data, store.Options{Beside: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	m, err := s.Backup(context.Background(), c.To, store.BackupOptions{Key: c.Key, NoEvidence: c.NoEvidence, ActorID: "operator", Actor: operator()})
	if err != nil {
		return err
	}
	fmt.Fprintf(out.Out, "%s: the record with %d audit entries (%d bytes before packing), accounts, settings, the public key and the heads handed out\n", c.To, m.Entries, m.Bytes)
	if m.NoEvidence {
		fmt.Fprintln(out.Out, "the pictures of alerts were left out, as you asked")
	} else {
		fmt.Fprintf(out.Out, "%d files of evidence are in it\n", m.Files)
	}
	if m.Key {
		fmt.Fprintln(out.Out, "the private key is in it: keep the file as you keep the key")
	}
	fmt.Fprintln(out.Out, "not in it: sessions, the log of the last days, the configuration and its files")
	return err
}

// operator is the name of the machine's user, for the audit chain.
func operator() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return os.Getenv("USER")
}

// RestoreCmd unpacks a backup into an empty folder and verifies it.
type RestoreCmd struct {
	From  string `arg:"" type:"existingfile" help:"File that marsad backup wrote."`
	Data  string `required:"" type:"path" help:"New or empty folder to restore into."`
	Heads string `type:"existingdir" help:"Folder outside the data folder where heads were handed out."`
	Lang  string `default:"en" enum:"en,ar" help:"Language of the answer: en or ar."`
}

// Run restores, verifies and says what comes next.
func (c *RestoreCmd) Run(s *Streams) error {
	r, err := store.Restore(context.Background(), c.From, c.Data, store.Options{HeadsDir: c.Heads})
	if err != nil {
		return err
	}
	if err := printReport(s.Out, r.Report, c.Lang); err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.Out, say.Text{
		En: "restored into {data}, as it was at {made}. Everybody signs in again. What was erased or put on record since then is not in it: start the server, and retention erases again what is due",
		Ar: "استُرجع في {data} كما كان في {made}. على الجميع تسجيل الدخول من جديد. ما حُذف أو سُجّل بعد ذلك ليس فيه: شغّل الخادم لتُعيد مدة الحفظ حذف ما حان وقته",
	}.Fill("data", c.Data, "made", moment(r.Manifest.Made)).In(c.Lang))
	return err
}
