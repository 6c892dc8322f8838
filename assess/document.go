package assess

import (
	"fmt"
	"slices"
	"strings"
)

// Document prints what rules may use and what the given rules are, for
// RULES.md: a test keeps the two alike.
func Document(rules []Rule) string {
	var b strings.Builder
	b.WriteString(`# Rules and features

Generated from features.go and rules/*.yaml; a test compares. A rule is a predicate in CEL over the features of its scope: comparisons,
&&, || and !, no loops. It must hold for its hold time without a break. The severity of an alert only rises.

Fields of a rule file: id, applies (track, presence, sensors, unit, line), rank, when, hold (s), severity, raise (severity, when), never_silenced,
title, reason, silent (what would have kept it silent), steps (the written response), evidence (features to show). All words in en and ar.

`)
	names := make([]string, 0, len(placeholders))
	for n := range placeholders {
		names = append(names, n)
	}
	slices.Sort(names)
	b.WriteString("Words that are filled in:")
	for _, n := range names {
		fmt.Fprintf(&b, " `{%s}` %s;", n, placeholders[n])
	}
	scope := Scope("")
	for _, f := range Features() {
		if f.Scope != scope {
			scope = f.Scope
			fmt.Fprintf(&b, "\n\n## Features of %s\n\n| name | type | unit | what |\n|---|---|---|---|", scope)
		}
		kind := "number"
		if f.Flag {
			kind = "flag"
		}
		fmt.Fprintf(&b, "\n| %s | %s | %s | %s |", f.Name, kind, f.Unit, f.Doc)
	}
	b.WriteString("\n\n## Rules\n")
	for _, r := range rules {
		fmt.Fprintf(&b, "\n### %s\n\n%s, rank %d, %s", r.ID, r.Applies, r.Rank, r.Severity)
		if r.Hold > 0 {
			fmt.Fprintf(&b, ", held for %d s", r.Hold)
		}
		if r.NeverSilenced {
			b.WriteString(", never silenced")
		}
		fmt.Fprintf(&b, "\n\n```cel\n%s\n```\n", strings.TrimSpace(r.When))
		for _, x := range r.Raise {
			fmt.Fprintf(&b, "\n%s when\n\n```cel\n%s\n```\n", x.Severity, strings.TrimSpace(x.When))
		}
		fmt.Fprintf(&b, "\n%s\n\n%s\n", strings.TrimSpace(r.Reason.En), strings.TrimSpace(r.Silent.En))
		for _, s := range r.Steps {
			fmt.Fprintf(&b, "- %s\n", strings.TrimSpace(s.En))
		}
	}
	return b.String()
}
