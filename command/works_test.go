package command

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
