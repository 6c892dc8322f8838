package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marsad/barrier"
	"marsad/border"
	"marsad/engine/store"
	"marsad/engine/works"
	"marsad/ident"
)

// A wall of the ledger, as a server keeps it or in a plain file, hides the line from
// a low camera behind it, as it does in the running program.
func TestCoverageCommandMeetsTheWallsOfTheLedger(t *testing.T) {
	axis := border.Default()
	dir := t.TempDir()
	stands := axis.Place(371_250, 300) // on the home side of the wall
	sensors := filepath.Join(dir, "sensors.json")
	list := fmt.Sprintf(`[{"id":"low","kind":"camera","position":{"lat":%v,"lon":%v,"height":3},"max_range":3000,"pd":0.9}]`, stands.Lat, stands.Lon)
	if err := os.WriteFile(sensors, []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	conf := func(data string) string {
		name := filepath.Join(dir, filepath.Base(data)+".yaml")
		if err := os.WriteFile(name, []byte("data: "+data+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	// seen runs the command and gives the metres on which a person is seen, and the
	// kilometres of wall that it met.
	seen := func(c CoverageCmd) (metres, walls float64) {
		t.Helper()
		c.Sensors, c.Seed, c.Weather, c.AboveGround, c.JSON = sensors, 1, "clear", true, filepath.Join(dir, "out.json")
		var said bytes.Buffer
		if err := c.Run(&Streams{Out: &said, Err: &said}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(said.String(), "walls and berms: ") {
			t.Errorf("nothing is said of walls: %s", said.String())
		}
		b, err := os.ReadFile(c.JSON)
		if err != nil {
			t.Fatal(err)
		}
		var report struct {
			Walls   float64 `json:"walls_m"`
			Classes []struct{ Seen []struct{ From, To float64 } }
		}
		if err := json.Unmarshal(b, &report); err != nil {
			t.Fatal(err)
		}
		for _, s := range report.Classes[0].Seen {
			metres += s.To - s.From
		}
		return metres, report.Walls
	}
	open, none := seen(CoverageCmd{})
	if open < 500 || none != 0 {
		t.Fatalf("without a wall %.0f m are seen, %.0f m of wall", open, none)
	}
	record := filepath.Join(dir, "record")
	s, err := store.Open(record, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	plain := filepath.Join(dir, "plain")
	if err := os.Mkdir(plain, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{record, plain} {
		wallAt(t, folder, border.Span{From: 366_000, To: 376_000})
		for _, c := range []CoverageCmd{{Config: conf(folder)}, {Works: folder}} {
			if folder == plain && c.Config != "" {
				continue // a folder without a server's record takes no export
			}
			behind, wall := seen(c)
			if behind > open/2 || wall < 9_000 || wall > 11_000 {
				t.Errorf("%+v: behind %.0f m of wall %.0f m are seen of %.0f m", c, wall, behind, open)
			}
		}
	}
	if err := (&CoverageCmd{Sensors: sensors, Works: sensors, Weather: "clear"}).Run(&Streams{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}}); err == nil {
		t.Error("a list is taken for a ledger")
	}
}

// wallAt states a finished wall of six metres beside the line in a folder's ledger.
func wallAt(t *testing.T, folder string, span border.Span) {
	t.Helper()
	began := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	book, keeper, err := openBook(folder, true, began, "test")
	if err != nil {
		t.Fatal(err)
	}
	err = book.Load(t.Context(), works.By{}, barrier.Event{Op: barrier.Put, Verb: barrier.Enter, Valid: began, Known: began,
		ID: ident.Derive("event", began, "test", 1), By: "test",
		Fact: barrier.Fact{Piece: &barrier.Piece{ID: ident.Derive("piece", began, "test", 1), Kind: barrier.Wall, State: barrier.Built,
			Specified: barrier.Dimensions{Height: 6}, Stretch: barrier.Anchor(border.Default(), span, barrier.HomeSide)}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := keeper.close(); err != nil {
		t.Fatal(err)
	}
}
