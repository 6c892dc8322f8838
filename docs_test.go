package main

import (
	"go/scanner"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// tracked gives the files that git knows, or skips where there is no checkout.
func tracked(t *testing.T, patterns ...string) []string {
	t.Helper()
	out, err := exec.Command("git", append([]string{"ls-files", "--"}, patterns...)...).Output()
	if err != nil {
		t.Skip("not a git checkout: the files cannot be listed")
	}
	return strings.Fields(string(out))
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestMachinesInTheDocsAreThoseInTheCode(t *testing.T) {
	docs := read(t, "docs/machines.md")
	for _, golden := range []string{"respond/testdata/machine.golden", "sense/testdata/health.golden", "barrier/testdata/machine.golden"} {
		if !strings.Contains(docs, strings.TrimSpace(read(t, golden))) {
			t.Errorf("docs/machines.md does not hold %s as it is: copy it there", golden)
		}
	}
}

var testName = regexp.MustCompile("`(Test[A-Za-z0-9_]+|[A-Za-z0-9 /,.-]+\\.test\\.ts)`")

// Each sentence of the safeguards names tests that exist.
func TestEverySafeguardHasTests(t *testing.T) {
	var all strings.Builder
	for _, f := range tracked(t, "*_test.go", "*.test.ts", "*.e2e.mjs", "*.mjs") {
		all.WriteString(f + "\n" + read(t, f))
	}
	sections := strings.Split(read(t, "docs/safeguards.md"), "\n## ")[1:]
	if len(sections) != 12 {
		t.Fatalf("docs/safeguards.md has %d sentences, not 12", len(sections))
	}
	for _, s := range sections {
		title, _, _ := strings.Cut(s, "\n")
		names := testName.FindAllStringSubmatch(s, -1)
		if len(names) == 0 {
			t.Errorf("%s: names no test", title)
		}
		for _, n := range names {
			if !strings.Contains(all.String(), n[1]) {
				t.Errorf("%s: there is no %s", title, n[1])
			}
		}
	}
}

// What the program may say, in a page, a print, an error or a message to another
// program, stands between quotation marks somewhere.
func TestForbiddenWordsAreSaidNowhere(t *testing.T) {
	files := tracked(t, "*.go")
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") || strings.HasSuffix(f, ".pb.go") {
			continue
		}
		var s scanner.Scanner
		src := []byte(read(t, f))
		s.Init(token.NewFileSet().AddFile(f, -1, len(src)), src, nil, 0)
		for _, kind, text := s.Scan(); kind != token.EOF; _, kind, text = s.Scan() {
			if kind == token.STRING && forbidden.MatchString(text) && !forbids[f] {
				t.Errorf("%s says %s", f, text)
			}
		}
	}
	for _, f := range tracked(t, "*.html") {
		if forbidden.MatchString(read(t, f)) {
			t.Errorf("%s says one of the words", f)
		}
	}
	if len(files) < 200 {
		t.Fatalf("only %d files were looked at", len(files))
	}
}

// forbids are the files that name the words to keep them out.
var forbids = map[string]bool{}

var link = regexp.MustCompile(`\]\(([^)#:]+)\)`)

func TestLinksInTheDocsLeadSomewhere(t *testing.T) {
	files := tracked(t, "*.md")
	for _, f := range files {
		for _, m := range link.FindAllStringSubmatch(read(t, f), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(f), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", f, m[1])
			}
		}
	}
	if len(files) < 5 {
		t.Fatalf("only %d documents", len(files))
	}
}

// unfinished marks what must not be left in the tree.
var unfinished = regexp.MustCompile(`\b(TODO|FIXME|XXX)\b`)

func TestNothingIsLeftUnfinished(t *testing.T) {
	for _, f := range tracked(t, "*.go", "*.ts", "*.svelte", "*.md", "*.scn", "*.yaml") {
		if f == "docs_test.go" {
			continue
		}
		for i, line := range strings.Split(read(t, f), "\n") {
			if unfinished.MatchString(line) {
				t.Errorf("%s:%d: %s", f, i+1, strings.TrimSpace(line))
			}
		}
	}
}

// Words that no screen, symbol, print or message may use for what moves, before
// an outcome (safeguard 3). Scenarios may name them only to forbid them.
var forbidden = regexp.MustCompile(`(?i)\b(infiltrat\w*|suspects?|hostiles?)\b|متسلل|مشتبه|معاد[يٍ]`)

func TestForbiddenWordsStandNowhere(t *testing.T) {
	files := tracked(t, "face/web/src", "face/web/index.html", "assess/rules", "sim/scenarios", "border/data")
	for _, f := range files {
		if strings.Contains(f, ".test.") {
			continue
		}
		for i, line := range strings.Split(read(t, f), "\n") {
			// milsymbol wants a colour for each of its affiliations by name.
			colours := strings.Contains(line, "Civilian: ")
			if forbidden.MatchString(line) && !colours && !strings.HasPrefix(strings.TrimSpace(line), "never word") {
				t.Errorf("%s:%d: %s", f, i+1, strings.TrimSpace(line))
			}
		}
	}
	if len(files) < 20 {
		t.Fatalf("only %d files were looked at", len(files))
	}
}

// What is put on record is read by people: each act has a word in both languages.
var actOnRecord = regexp.MustCompile(`(?:Drew|note|must)\([a-z]*ctx, (?:[a-z]+, )?"([a-z._-]+)"|Verb: +"([a-z._-]+)"`)

func TestEveryActOnRecordHasAWord(t *testing.T) {
	acts := 0
	for _, f := range tracked(t, "app/*.go", "engine/*.go", "face/api/*.go") {
		if strings.HasSuffix(f, "_test.go") || strings.HasPrefix(f, "engine/store/storetest/") {
			continue
		}
		for _, m := range actOnRecord.FindAllStringSubmatch(read(t, f), -1) {
			act := m[1] + m[2]
			if strings.HasSuffix(act, ".") {
				continue // the rest is put to it
			}
			acts++
			for _, words := range []string{"face/web/src/words/en.ts", "face/web/src/words/ar.ts"} {
				if w := read(t, words); !strings.Contains(w, "'done."+act+"'") && !strings.Contains(w, "'past."+act+"'") {
					t.Errorf("%s puts %q on record, for which %s has no word: add done.%s", f, act, words, act)
				}
			}
		}
	}
	if acts < 20 {
		t.Errorf("found only %d acts: they are written otherwise now", acts)
	}
}
