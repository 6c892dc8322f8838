package command

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"marsad/barrier"
	"marsad/barrier/exchange"
	"marsad/border"
	"marsad/engine/works"
	"marsad/ident"
	"marsad/say"
)

// WorksImportCmd previews, appends and takes back.
type WorksImportCmd struct {
	worksPlace
	Folder string            `arg:"" optional:"" help:"Data folder of a server that is not running, or a folder for works.jsonl, made where it is not there; left out with --server or --data."`
	File   string            `arg:"" optional:"" help:"CSV, GeoJSON or GPX file."`
	About  string            `default:"piece" enum:"piece,inspection,weak-spot,diary,claim" help:"What the rows state."`
	Set    map[string]string `help:"Fields that the file leaves out: --set state=built."`
	By     string            `default:"command line" help:"Who imports."`
	Apply  bool              `help:"Append what is accepted; without it nothing is written."`
	Take   []int             `help:"Flagged rows to take in as they are, by number."`
	Undo   string            `help:"Take an import back, by its id."`
	Why    string            `help:"Why it is taken back."`
	Lang   string            `default:"en" enum:"en,ar" help:"Language: en or ar."`
	JSON   bool              `name:"json" help:"Print JSON."`
}

// Run reads the file, prints every row's verdict, and writes only when asked.
func (c *WorksImportCmd) Run(s *Streams) (err error) {
	p := printer{s.Out, c.Lang}
	folder, path, err := c.either()
	if err != nil {
		return err
	}
	if c.Server != "" {
		return c.runAt(s, path)
	}
	now := time.Now().UTC()
	book, keeper, err := openBook(folder, c.Apply || c.Undo != "", now, c.By)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, keeper.close()) }()
	who := works.By{Person: barrier.Person{Account: c.By, Roles: []string{barrier.RoleEngineer, barrier.RoleAnalyst}}, Name: operator()}
	if c.Undo != "" {
		return c.undo(p, book, who)
	}
	im, err := c.read(path, keeper, who, now)
	if err != nil {
		return err
	}
	if c.JSON {
		if err := json.NewEncoder(s.Out).Encode(im); err != nil {
			return err
		}
	} else {
		printImport(p, im)
	}
	if !c.Apply {
		if !c.JSON {
			p.nothingWritten()
		}
		return nil
	}
	added := im.Events(c.By, now)
	if len(added) == 0 {
		return nil
	}
	if _, err := book.State(context.Background(), who, added...); err != nil {
		return err
	}
	if !c.JSON {
		p.taken(len(added), im.ID(now).String())
	}
	return nil
}

// read reads the file and judges every row as the ledger would.
func (c *WorksImportCmd) read(path string, keeper worksKeeper, who works.By, now time.Time) (*exchange.Import, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fileError("works.file", path, err)
	}
	defer file.Close()
	l := barrier.NewLedger(border.Default())
	if err := keeper.Works(context.Background(), l.Append); err != nil {
		return nil, err
	}
	im, err := exchange.Read(formatOf(path), file, exchange.Options{About: barrier.Subject(c.About), Defaults: c.Set, View: l.At(now, now), Today: barrier.DayOf(now)})
	if err != nil {
		return nil, err
	}
	im.Judge(c.By, now, func(e barrier.Event) error { return l.Check(e, who.Person) })
	im.Take(c.Take...)
	return im, nil
}

// formatOf is the format that a file's name ends in.
func formatOf(path string) exchange.Format {
	return exchange.Format(strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), "."))
}

func (c *WorksImportCmd) undo(p printer, book *works.Book, who works.By) error {
	id, err := ident.Parse(c.Undo)
	if err != nil || c.Why == "" {
		return undoNeeds(err)
	}
	if err := book.Undo(context.Background(), who, id, c.Why); err != nil {
		return err
	}
	p.undone(id.String())
	return nil
}

func printImport(p printer, im *exchange.Import) {
	p.line(say.Text{En: "{a} rows accepted, {f} flagged, {r} refused", Ar: "{a} سطراً مقبولاً، {f} بحاجة إلى نظر، {r} مرفوضاً"}, "a", strconv.Itoa(im.Accepted), "f", strconv.Itoa(im.Flagged), "r", strconv.Itoa(im.Refused))
	for _, r := range im.Rows {
		if len(r.Why) == 0 {
			continue
		}
		p.line(say.Text{En: "  {n}: {verdict}: {text}", Ar: "  {n}: {verdict}: {text}"}.FillText("verdict", verdicts[r.Verdict]), "n", strconv.Itoa(r.Number), "text", r.Text)
		for _, w := range r.Why {
			p.line(say.Text{En: "     {why}. {hint}", Ar: "     {why}. {hint}"}.FillText("why", w.Text).FillText("hint", w.Hint))
		}
	}
}

var verdicts = map[exchange.Verdict]say.Text{
	exchange.Accepted: {En: "accepted", Ar: "مقبول"}, exchange.Flagged: {En: "flagged", Ar: "بحاجة إلى نظر"}, exchange.Refused: {En: "refused", Ar: "مرفوض"},
}

// WorksExportCmd writes files.
type WorksExportCmd struct {
	worksFolder
	worksPlace
	About  string `default:"piece" enum:"piece,inspection,weak-spot,diary,claim" help:"What to write."`
	Format string `default:"csv" enum:"csv,geojson,parquet" help:"Format."`
	Out    string `short:"o" help:"File to write; standard output without."`
}

// Run writes the file.
func (c *WorksExportCmd) Run(s *Streams) error {
	if c.Server != "" {
		return c.runAt(s)
	}
	if c.Data != "" {
		c.Folder = c.Data
	}
	v, _, err := c.view()
	if err != nil {
		return err
	}
	if err := auditExport(c.Folder, c.About, c.Format); err != nil {
		return err
	}
	write := func(w io.Writer) error {
		return exchange.Write(w, exchange.Format(c.Format), v, barrier.Subject(c.About))
	}
	if c.Out == "" {
		return write(s.Out)
	}
	return writeFile(c.Out, write)
}
