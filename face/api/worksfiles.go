package api

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"marsad/barrier"
	"marsad/barrier/exchange"
	"marsad/engine/access"
	"marsad/say"
)

// worksImports is the one path on which a file comes in.
const worksImports = "/api/v1/works/imports"

// maxFile bounds a file that comes in; maxImport its rows, so that one import
// holds the record's writer for a second or two at most.
const (
	maxFile   = 32 << 20
	maxImport = 25_000
)

// WorksFile is a file to be taken in, as text.
type WorksFile struct {
	Format   string            `json:"format" enum:"csv,geojson,gpx"`
	About    string            `json:"about,omitempty" enum:"piece,inspection,claim,weak-spot,diary," doc:"What the rows state; pieces when absent."`
	Text     string            `json:"text"`
	Defaults map[string]string `json:"defaults,omitempty" doc:"Values of fields that a row leaves out."`
	// Commit is the sha256 of the preview that is taken in; absent for a preview.
	Commit string `json:"commit,omitempty" maxLength:"64"`
	Take   []int  `json:"take,omitempty" doc:"Numbers of flagged rows that are taken in as they are."`
}

// WorksPreview is what would become of every row, and after a commit did.
type WorksPreview struct {
	Format   string          `json:"format"`
	About    barrier.Subject `json:"about"`
	SHA256   string          `json:"sha256"`
	Rows     []exchange.Row  `json:"rows" doc:"Every row that is refused or flagged, with why, and the first hundred of the others."`
	Accepted int             `json:"accepted"`
	Flagged  int             `json:"flagged"`
	Refused  int             `json:"refused"`
	// Import and Committed are set by a commit.
	Import    string `json:"import,omitempty"`
	Committed int    `json:"committed,omitempty"`
}

func (s *Server) worksFiles() {
	type fileInput struct{ Body WorksFile }
	route(s, access.ImportWorks, huma.Operation{OperationID: "works-import", Method: http.MethodPost, Path: worksImports, MaxBodyBytes: maxFile,
		Summary: "Take a file in: a preview of every row first, then the same file with the preview's sha256", Tags: []string{"works"},
		Description: "All rows that are accepted come in, or none. The import can be undone as a whole."},
		func(ctx context.Context, a *access.Account, in *fileInput) (*body[WorksPreview], error) {
			out, err := s.worksImport(ctx, a, &in.Body)
			return &body[WorksPreview]{out}, err
		})
	type exportInput struct {
		TwoTimes
		Format string `query:"format" enum:"csv,geojson,parquet" default:"csv"`
		About  string `query:"about" enum:"piece,inspection,claim,weak-spot,diary" default:"piece"`
	}
	type file struct {
		ContentType string `header:"Content-Type"`
		Disposition string `header:"Content-Disposition"`
		ExportedBy  string `header:"X-Marsad-Exported"`
		Body        []byte
	}
	route(s, access.ExportWorks, get("works-export", "/api/v1/works/export", "The barrier's facts as a file; every export is on record", "works"),
		func(ctx context.Context, a *access.Account, in *exportInput) (*file, error) {
			if !a.Everywhere() {
				return nil, notYourMetres
			}
			var b bytes.Buffer
			v := s.works.View(in.AsOf, in.Known)
			if err := exchange.Write(&b, exchange.Format(in.Format), v, barrier.Subject(in.About)); err != nil {
				return nil, err
			}
			if err := s.door.Exported(ctx, a, fmt.Sprintf("works %s as %s, %d bytes", in.About, in.Format, b.Len())); err != nil {
				return nil, err
			}
			day := barrier.DayOf(v.Valid).String()
			return &file{ContentType: exportTypes[in.Format], Disposition: fmt.Sprintf(`attachment; filename="marsad-%s-%s-%s.%s"`, in.About, day, a.ID, in.Format),
				ExportedBy: a.ID + " " + s.worksNow().UTC().Format(time.RFC3339), Body: b.Bytes()}, nil
		})
}

var exportTypes = map[string]string{"csv": "text/csv; charset=utf-8", "geojson": "application/geo+json", "parquet": "application/vnd.apache.parquet"}

// worksImport previews a file or, where the preview is named, takes it in. A
// file that was changed after its preview is refused.
func (s *Server) worksImport(ctx context.Context, a *access.Account, f *WorksFile) (WorksPreview, error) {
	if !a.Everywhere() {
		return WorksPreview{}, notYourMetres
	}
	now := s.worksNow()
	im, err := exchange.Read(exchange.Format(f.Format), strings.NewReader(f.Text), exchange.Options{
		About: barrier.Subject(f.About), Defaults: f.Defaults, View: s.works.View(time.Time{}, time.Time{}), Today: barrier.DayOf(now), Before: s.works.Size()})
	if err != nil {
		return WorksPreview{}, err
	}
	if n := len(im.Rows); n > maxImport {
		return WorksPreview{}, &say.Error{Code: "works.import_large", Kind: say.Invalid,
			Text: say.Text{En: fmt.Sprintf("the file has %d rows; one import takes %d at most", n, maxImport), Ar: fmt.Sprintf("في الملف %s سطر؛ الحد الأقصى للاستيراد الواحد %s", say.LTR(fmt.Sprint(n)), say.LTR(fmt.Sprint(maxImport)))},
			Hint: say.Text{En: "cut it into several files, for example by section", Ar: "قسّمه إلى عدة ملفات، حسب القواطع مثلاً"}}
	}
	s.worksJudge(a, im, now)
	out := WorksPreview{Format: string(im.Format), About: im.About, SHA256: im.SHA256, Rows: []exchange.Row{}, Accepted: im.Accepted, Flagged: im.Flagged, Refused: im.Refused}
	shown := 0
	for _, r := range im.Rows {
		if r.Verdict == exchange.Accepted {
			if shown++; shown > 100 {
				continue
			}
		}
		out.Rows = append(out.Rows, r)
	}
	if f.Commit == "" {
		return out, nil
	}
	if f.Commit != im.SHA256 {
		return WorksPreview{}, &say.Error{Code: "works.import_changed", Kind: say.Conflict,
			Text: say.Text{En: "this is not the file that was previewed", Ar: "هذا ليس الملف الذي عُرضت معاينته"},
			Hint: say.Text{En: "preview it again", Ar: "أعد المعاينة"}}
	}
	im.Take(f.Take...)
	events := im.Events(a.ID, now)
	if len(events) == 0 {
		return WorksPreview{}, &say.Error{Code: "works.import_empty", Kind: say.Conflict,
			Text: say.Text{En: "no row of the file can be taken in", Ar: "لا يوجد سطر قابل للاستيراد في الملف"},
			Hint: say.Text{En: "mend the rows that are refused, or take flagged ones in", Ar: "أصلح الأسطر المرفوضة أو اقبل الأسطر المشار إليها"}}
	}
	added, err := s.works.State(ctx, s.by(a, nil), events...)
	if err != nil {
		return WorksPreview{}, err
	}
	out.Import, out.Committed = im.ID(now).String(), len(added)
	return out, nil
}

// worksJudge refuses the rows whose step the asker may not take, or that lack
// what the step needs: as it would be refused by hand.
func (s *Server) worksJudge(a *access.Account, im *exchange.Import, now time.Time) {
	all := *im
	all.Rows = append([]exchange.Row(nil), im.Rows...)
	for i := range all.Rows {
		all.Rows[i].Taken = all.Rows[i].Verdict == exchange.Flagged
	}
	events := all.Events(a.ID, now)
	n := 0
	im.Accepted, im.Flagged, im.Refused = 0, 0, 0
	for i := range im.Rows {
		r := &im.Rows[i]
		if r.Verdict != exchange.Refused {
			if err := s.works.May(s.by(a, nil), events[n]); err != nil {
				e := say.As(err)
				r.Verdict, r.Fact = exchange.Refused, nil
				r.Why = append(r.Why, barrier.Flaw{Code: e.Code, Refused: true, Text: e.Text, Hint: e.Hint})
			}
			n++
		}
		switch r.Verdict {
		case exchange.Accepted:
			im.Accepted++
		case exchange.Flagged:
			im.Flagged++
		default:
			im.Refused++
		}
	}
}
