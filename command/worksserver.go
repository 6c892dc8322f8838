package command

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"marsad/barrier/exchange"
	"marsad/face/api"
	"marsad/say"
)

// worksPlace says where the programme is: a running server, which takes what
// comes over its API and puts it on its record, or a folder. With either flag the
// folder is left out of the arguments.
type worksPlace struct {
	Server string `help:"Address of a running server, such as https://marsad.local:8443; then no folder is given."`
	Token  string `env:"MARSAD_TOKEN" help:"API token for the server (marsad account token); better in MARSAD_TOKEN than on the command line."`
	Data   string `type:"path" help:"Data folder of a server that is not running; then no folder is given."`
}

// worksServer asks a running server.
type worksServer struct {
	worksPlace
	lang string
}

// patience is how long one request may take: an import of 25,000 rows is judged
// row by row.
const patience = 2 * time.Minute

// ask sends a request and reads its answer whole; a problem comes back as the
// server words it.
func (s worksServer) ask(method, path string, in any) ([]byte, error) {
	at, err := url.Parse(strings.TrimSuffix(s.Server, "/") + "/api/v1/works" + path)
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" || s.Token == "" {
		return nil, &say.Error{Code: "works.server", Kind: say.Invalid, Cause: err,
			Text: say.Text{En: "a server needs its address and a token", Ar: "الخادم يحتاج إلى عنوانه ورمز دخول"},
			Hint: say.Text{En: "--server https://marsad.local:8443, and MARSAD_TOKEN from marsad account token", Ar: "أعطِ العنوان بالخيار " + say.LTR("--server") + " والرمز في " + say.LTR("MARSAD_TOKEN")}}
	}
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(ctx, method, at.String(), body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+s.Token)
	r.Header.Set("Accept-Language", s.lang)
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, &say.Error{Code: "works.server_silent", Kind: say.Unavailable, Cause: err,
			Text: say.Text{En: "the server {at} does not answer", Ar: "الخادم {at} لا يجيب"}.Fill("at", at.Host),
			Hint: say.Text{En: "nothing was written that you were not told of; try again", Ar: "لم يُكتب شيء لم تُخبر به؛ أعد المحاولة"}}
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode < 300 {
		return b, err
	}
	var p struct{ Code, Title, Detail, Hint string }
	if json.Unmarshal(b, &p) != nil || cmp.Or(p.Detail, p.Title) == "" {
		p.Detail = res.Status
	}
	words, hint := cmp.Or(p.Detail, p.Title), p.Hint
	return nil, &say.Error{Code: cmp.Or(p.Code, "works.server_refused"), Kind: say.Conflict,
		Text: say.Text{En: words, Ar: words}, Hint: say.Text{En: hint, Ar: hint}}
}

// runAt imports into a running server, or takes an import back there.
func (c *WorksImportCmd) runAt(out *Streams, file string) error {
	s, p := worksServer{c.worksPlace, c.Lang}, printer{out.Out, c.Lang}
	if c.Undo != "" {
		if c.Why == "" {
			return undoNeeds(nil)
		}
		if _, err := s.ask(http.MethodPost, "/imports/"+url.PathEscape(c.Undo)+"/undo", map[string]string{"why": c.Why}); err != nil {
			return err
		}
		p.undone(c.Undo)
		return nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return fileError("works.file", file, err)
	}
	send := api.WorksFile{Format: string(formatOf(file)), About: c.About, Text: string(text), Defaults: c.Set, Take: c.Take}
	preview := func() (out api.WorksPreview, err error) {
		b, err := s.ask(http.MethodPost, "/imports", send)
		if err == nil {
			err = json.Unmarshal(b, &out)
		}
		return out, err
	}
	got, err := preview()
	if err != nil {
		return err
	}
	if c.Apply && got.Accepted+len(c.Take) > 0 {
		send.Commit = got.SHA256
		if got, err = preview(); err != nil {
			return err
		}
	}
	if c.JSON {
		return json.NewEncoder(out.Out).Encode(got)
	}
	printImport(p, &exchange.Import{Rows: got.Rows, Accepted: got.Accepted, Flagged: got.Flagged, Refused: got.Refused})
	switch {
	case got.Import != "":
		p.taken(got.Committed, got.Import)
	case !c.Apply:
		p.nothingWritten()
	}
	return nil
}

// runAt writes what a running server exports.
func (c *WorksExportCmd) runAt(out *Streams) error {
	q := url.Values{"format": {c.Format}, "about": {c.About}}
	if c.AsOf != "" {
		day, err := c.day()
		if err != nil {
			return err
		}
		q.Set("as_of", day.Time().Format(time.RFC3339))
	}
	b, err := worksServer{c.worksPlace, c.Lang}.ask(http.MethodGet, "/export?"+q.Encode(), nil)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	}
	if c.Out == "" {
		return write(out.Out)
	}
	return writeFile(c.Out, write)
}

func undoNeeds(cause error) error {
	return &say.Error{Code: "works.undo", Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: "an undo needs the import's id and a reason", Ar: "التراجع يحتاج إلى معرف الاستيراد وسبب"},
		Hint: say.Text{En: "marsad works import FOLDER --undo ID --why TEXT", Ar: "أعطِ المعرف والسبب كما في المساعدة"}}
}

func (p printer) undone(id string) {
	p.line(say.Text{En: "Import {id} is taken back; what was known before stays on record.", Ar: "سُحب الاستيراد {id}، ويبقى ما عُرف قبل ذلك مسجلاً."}, "id", id)
}

func (p printer) taken(n int, id string) {
	p.line(say.Text{En: "Rows taken in: {n}. Import {id}.", Ar: "الأسطر المدخلة: {n}. الاستيراد {id}."}, "n", strconv.Itoa(n), "id", id)
}

func (p printer) nothingWritten() {
	p.line(say.Text{En: "Nothing was written; add --apply to take the accepted rows in.", Ar: "لم يُكتب شيء؛ أضف {flag} لإدخال الأسطر المقبولة."}, "flag", "--apply")
}

var errNoFile = &say.Error{Code: "works.file", Kind: say.Invalid,
	Text: say.Text{En: "which file is to be taken in?", Ar: "أي ملف يُستورد؟"},
	Hint: say.Text{En: "marsad works import FOLDER FILE, or FILE with --server or --data", Ar: "أعطِ المجلد ثم الملف، أو الملف مع " + say.LTR("--server") + " أو " + say.LTR("--data")}}

// either gives the folder and the file of an import, wherever they stand.
func (c *WorksImportCmd) either() (folder, file string, err error) {
	folder, file = c.Folder, c.File
	if c.Data != "" || c.Server != "" {
		folder, file = c.Data, cmp.Or(c.Folder, c.File)
	}
	switch {
	case c.Data != "" && c.Server != "":
		err = errNoFile
	case folder == "" && c.Server == "", file == "" && c.Undo == "":
		err = errNoFile
	}
	return folder, file, err
}
