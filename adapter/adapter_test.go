package adapter

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// complaints lists what an adapter's folder lacks.
func complaints(folder string) []string {
	var lacks []string
	lack := func(format string, a ...any) { lacks = append(lacks, fmt.Sprintf(format, a...)) }
	for name, least := range map[string]int{"doc.go": 200, "README.md": 1000} {
		if b, err := os.ReadFile(filepath.Join(folder, name)); err != nil {
			lack("%s is missing", name)
		} else if len(b) < least {
			lack("%s says next to nothing", name)
		}
	}
	sources, _ := filepath.Glob(filepath.Join(folder, "*.go"))
	var code, tests strings.Builder
	for _, s := range sources {
		b, err := os.ReadFile(s)
		if err != nil {
			lack("%v", err)
		}
		if strings.HasSuffix(s, "_test.go") {
			tests.Write(b)
		} else {
			code.Write(b)
		}
	}
	sample := regexp.MustCompile(`(?m)^//go:embed (sample\.\w+)$`).FindStringSubmatch(code.String())
	if sample == nil {
		lack("no embedded sample configuration: //go:embed sample.yaml")
	} else if !strings.Contains(tests.String(), "Sample()") {
		lack("no test reads the sample configuration")
	}
	if !regexp.MustCompile(`(?m)^func Fuzz\w+\(`).MatchString(tests.String()) {
		lack("no fuzzer")
	}
	return append(lacks, lonely(folder)...)
}

// lonely lists golden cases that have an input and no expected output, or the
// reverse.
func lonely(folder string) []string {
	files, err := os.ReadDir(filepath.Join(folder, "testdata", "cases"))
	if err != nil {
		return []string{"no golden cases in testdata/cases"}
	}
	sides := map[string][]string{}
	for _, f := range files {
		name, rest, _ := strings.Cut(f.Name(), ".")
		side, _, _ := strings.Cut(rest, ".")
		sides[name] = append(sides[name], side)
	}
	var lacks []string
	for name, s := range sides {
		slices.Sort(s)
		if !slices.Equal(s, []string{"in", "out"}) {
			lacks = append(lacks, fmt.Sprintf("golden case %s has %v, wanted one input and one output", name, s))
		}
	}
	if len(sides) < 3 {
		lacks = append(lacks, "fewer than three golden cases")
	}
	return lacks
}

func TestEveryAdapterIsComplete(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, e := range entries {
		if !e.IsDir() || e.Name() == "testdata" {
			continue
		}
		found++
		for _, c := range complaints(e.Name()) {
			t.Errorf("adapter/%s: %s", e.Name(), c)
		}
	}
	if found == 0 {
		t.Fatal("no adapter found")
	}
}

// The walk must find what is missing, or it proves nothing.
func TestAnEmptyFolderIsFound(t *testing.T) {
	folder := t.TempDir()
	if got := complaints(folder); len(got) != 5 {
		t.Errorf("an empty folder lacks %q", got)
	}
	cases := filepath.Join(folder, "testdata", "cases")
	if err := os.MkdirAll(cases, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.in.json", "a.out.txt", "b.in.json", "c.in.json", "c.out.txt"} {
		if err := os.WriteFile(filepath.Join(cases, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got := lonely(folder); len(got) != 1 || !strings.Contains(got[0], "golden case b ") {
		t.Errorf("got %q", got)
	}
}
