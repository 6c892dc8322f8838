package command

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marsad/app"
	"marsad/barrier"
	"marsad/barrier/forecast"
	"marsad/engine/config"
)

// runWorks runs a command and gives what it printed.
func runWorks(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := Main(append([]string{"works"}, args...), &out, &errs); code != 0 {
		t.Fatalf("works %v: exit %d\n%s", args, code, errs.String())
	}
	return out.String()
}

func TestWorksStatusNamesItsRuleAndItsDenominator(t *testing.T) {
	en := runWorks(t, "status", "--as-of", "2026-01-31")
	for _, want := range []string{"assumed, not measured", "350.000 km stand (58.0%)", "of 603.711 km", "Rule: closed: wall", "nobody gave camera-working", "300 built + 100 planned"} {
		if !strings.Contains(en, want) {
			t.Errorf("the status does not say %q", want)
		}
	}
	ar := runWorks(t, "status", "--as-of", "2026-01-31", "--lang", "ar")
	for _, want := range []string{"مفترض وغير مقاس", "جدار كونكريتي", "القاعدة"} {
		if !strings.Contains(ar, want) {
			t.Errorf("the Arabic status does not say %q", want)
		}
	}
	var st worksStatus
	if err := json.Unmarshal([]byte(runWorks(t, "status", "--as-of", "2026-01-31", "--json")), &st); err != nil || st.Notice == nil || len(st.Disputes) == 0 {
		t.Errorf("as JSON: %v, %+v", err, st.Notice)
	}
}

func TestWorksForecastSaysHowItDepends(t *testing.T) {
	out := runWorks(t, "forecast", "--as-of", "2026-01-31", "--by", "2026-12-31")
	for _, want := range []string{"P50 2026-07-", "P50 2026-12-", "P50 2028-11-", "it depends on the method", "it needs 22.3 km a month", "claims, not inspected"} {
		if !strings.Contains(out, want) {
			t.Errorf("the forecast does not say %q:\n%s", want, out)
		}
	}
}

// 400, 437 and 615 km from the border guard's own series: the median to within
// three days, whatever draws the runs.
func TestWorksForecastOfThePublishedSeries(t *testing.T) {
	for _, seed := range []string{"0", "1", "7"} {
		var all []forecast.Forecast
		if err := json.Unmarshal([]byte(runWorks(t, "forecast", "--as-of", "2026-01-31", "--seed", seed, "--json")), &all); err != nil || len(all) != 3 {
			t.Fatalf("%d forecasts, %v", len(all), err)
		}
		for i, want := range []barrier.Day{barrier.Date(2026, 7, 29), barrier.Date(2026, 12, 22), barrier.Date(2028, 11, 25)} {
			f := all[i]
			a := f.Answers[0]
			if a.P50 < want-3 || a.P50 > want+3 || !(a.P10 < a.P50 && a.P50 < a.P80 && a.P80 < a.P90) || len(f.Assumptions) == 0 || f.Methods.Latest <= f.Methods.Earliest {
				t.Errorf("seed %s, %.0f km: P50 %v, want %v; %+v", seed, f.Target/1000, a.P50, want, a)
			}
		}
	}
}

// worksServed starts a server of its own for a test, with an empty programme and
// the engineer's token in the environment, and gives its data folder.
func worksServed(t *testing.T) (*app.App, string) {
	t.Helper()
	conf := config.Default()
	conf.Addr, conf.Sapient.Addr, conf.Data = "127.0.0.1:0", "127.0.0.1:0", filepath.Join(t.TempDir(), "data")
	a, err := app.New(conf, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-ended, a.Close()); err != nil {
			t.Error(err)
		}
	})
	<-a.Ready()
	if err := app.TakeSeats(ctx, a.Door()); err != nil {
		t.Fatal(err)
	}
	token, err := a.Door().Grant(ctx, "demo-engineer", "test", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("MARSAD_TOKEN", token)
	return a, conf.Data
}

// A running server takes a file over its API: previewed, taken in, exported and
// taken back as a whole, under the account of the token. Its folder is refused
// meanwhile.
func TestWorksThroughARunningServer(t *testing.T) {
	a, data := worksServed(t)
	csv := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(csv, []byte("kind,from,to,state,finished,unit,evidence\nwall,1+000,2+000,built,2025-01-01,Kestrel,sheet 7\nwall,9+000,8+000,built,2025-01-01,Kestrel,sheet 7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	at := []string{"--server", a.URL()}
	if out := runWorks(t, append([]string{"import", csv}, at...)...); !strings.Contains(out, "1 rows accepted, 0 flagged, 1 refused") || !strings.Contains(out, "Nothing was written") || a.Works().Size() != 0 {
		t.Errorf("the preview says %s", out)
	}
	out := runWorks(t, append([]string{"import", csv, "--apply", "--lang", "ar"}, at...)...)
	id := strings.Trim(out[strings.LastIndex(out, " "):], " .\n\u2066\u2069")
	if a.Works().Size() != 1 || !strings.Contains(out, "مرفوض") {
		t.Errorf("%d events after the import, which says %s", a.Works().Size(), out)
	}
	if out := runWorks(t, append([]string{"export", "--format", "csv"}, at...)...); !strings.Contains(out, "wall,1+000,2+000,line,built") {
		t.Errorf("the export: %s", out)
	}
	if code, _, errs := typed("works", "import", csv, "--data", data, "--apply"); code == 0 || !strings.Contains(errs, "in use") && !strings.Contains(errs, "another") {
		t.Errorf("beside the server its folder is written to: %d %s", code, errs)
	}
	runWorks(t, append([]string{"import", "--undo", id, "--why", "wrong file"}, at...)...)
	if held := a.Works().Imports(); len(held) != 1 || held[0].Held != 0 {
		t.Errorf("after the undo: %+v", held)
	}
	for _, bad := range [][]string{{"import", csv, "--server", a.URL(), "--token", "guess"}, {"import", csv, "--server", "nowhere"}, {"import", "--server", a.URL()}} {
		if code, _, errs := typed(append([]string{"works"}, bad...)...); code == 0 || errs == "" {
			t.Errorf("%v: exit %d, %q", bad, code, errs)
		}
	}
}

func TestWorksImportPreviewsAppendsAndTakesBack(t *testing.T) {
	dir := t.TempDir()
	csv := filepath.Join(dir, "a.csv")
	if err := os.WriteFile(csv, []byte("kind,from,to,state,finished\nwall,1+000,2+000,built,2025-01-01\nwall,9+000,8+000,built,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, "works")
	if out := runWorks(t, "import", folder, csv, "--set", "unit=Kestrel", "--set", "evidence=sheet 7"); !strings.Contains(out, "runs backwards") || !strings.Contains(out, "Nothing was written") {
		t.Errorf("the preview says %s", out)
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Error("a preview wrote something")
	}
	if out := runWorks(t, "import", folder, csv); !strings.Contains(out, "0 rows accepted") || !strings.Contains(out, "this needs an executing unit") {
		t.Errorf("a row without its unit: %s", out)
	}
	out := runWorks(t, "import", folder, csv, "--apply", "--set", "unit=Kestrel", "--set", "evidence=sheet 7")
	id := strings.Trim(out[strings.LastIndex(out, " "):], " .\n")
	if got := runWorks(t, "status", folder); !strings.Contains(got, "wall: 1.000 km stand") || strings.Contains(got, "assumed") {
		t.Errorf("after the import: %s", got)
	}
	if got := runWorks(t, "export", folder); !strings.Contains(got, "wall,1+000,2+000,line,built") {
		t.Errorf("the export: %s", got)
	}
	runWorks(t, "import", folder, "--undo", id, "--why", "wrong file")
	if got := runWorks(t, "status", folder); strings.Contains(got, "wall: 1.000") {
		t.Errorf("after the undo: %s", got)
	}
}
