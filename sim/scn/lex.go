package scn

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"marsad/say"
)

type kind uint8

const (
	word kind = iota
	number
	post   // 38+400
	clock  // 02:10 or 02:10:00
	date   // 2026-01-11
	quoted // "..."
	mark   // ; , ( )
	end
)

var kindSays = [...]string{"a word", "a number", "a km post such as 38+400", "a time such as 02:10:00", "a date such as 2026-01-11", "a quoted text", "punctuation", "the end of the statement"}

type token struct {
	Pos
	kind kind
	text string
	num  float64
}

// Limits keep a hostile text from costing more than it is worth.
const (
	maxText       = 1 << 20
	maxStatements = 20000
)

// wrong makes the error people see: where, what stood there, what could have.
func wrong(at Pos, found, wanted string) error {
	if found == "" {
		found = "nothing"
	}
	t := say.Text{
		En: "line {line}, column {col}: found {found} where {wanted} should stand",
		Ar: "السطر {line}، العمود {col}: ورد {found} والمتوقع {wanted}",
	}
	return &say.Error{
		Code: "scenario.syntax", Kind: say.Invalid,
		Text: t.Fill("line", strconv.Itoa(at.Line), "col", strconv.Itoa(at.Col), "found", found, "wanted", wanted),
		Hint: say.Text{En: "see sim/scn/grammar.md", Ar: "راجع sim/scn/grammar.md"},
	}
}

// statements cuts the text into statements of tokens. The last token of each is
// an end.
func statements(text string) ([][]token, error) {
	if len(text) > maxText {
		return nil, wrong(Pos{1, 1}, "more than a megabyte", "a scenario")
	}
	if !utf8.ValidString(text) {
		return nil, wrong(Pos{1, 1}, "bytes that are not UTF-8", "text")
	}
	var all [][]token
	var current []token
	closeStatement := func() {
		if len(current) > 0 {
			last := current[len(current)-1]
			current = append(current, token{Pos: Pos{last.Line, last.Col + utf8.RuneCountInString(last.text)}, kind: end})
			all = append(all, current)
			current = nil
		}
	}
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		indented := line != "" && (line[0] == ' ' || line[0] == '\t')
		tokens, err := lexLine(line, n+1)
		if err != nil {
			return nil, err
		}
		if len(tokens) == 0 {
			continue
		}
		if !indented {
			closeStatement()
		} else if current == nil {
			return nil, wrong(tokens[0].Pos, "an indented line", "a statement in the first column")
		}
		current = append(current, tokens...)
		if len(all) > maxStatements {
			return nil, wrong(tokens[0].Pos, "more than 20,000 statements", "a scenario")
		}
	}
	closeStatement()
	return all, nil
}

func lexLine(line string, n int) ([]token, error) {
	var tokens []token
	runes := []rune(line)
	for i := 0; i < len(runes); {
		r := runes[i]
		at := Pos{n, i + 1}
		switch {
		case unicode.IsSpace(r):
			i++
		case r == '#':
			return tokens, nil
		case strings.ContainsRune(";,()", r):
			tokens = append(tokens, token{Pos: at, kind: mark, text: string(r)})
			i++
		case r == '"':
			j := i + 1
			for j < len(runes) && runes[j] != '"' {
				j++
			}
			if j == len(runes) {
				return nil, wrong(at, "an opening quote", "a closing one on the same line")
			}
			tokens = append(tokens, token{Pos: at, kind: quoted, text: string(runes[i+1 : j])})
			i = j + 1
		default:
			j := i
			for j < len(runes) && !unicode.IsSpace(runes[j]) && !strings.ContainsRune(`;,()"#`, runes[j]) {
				j++
			}
			tokens = append(tokens, classify(string(runes[i:j]), at))
			i = j
		}
	}
	return tokens, nil
}

func classify(s string, at Pos) token {
	t := token{Pos: at, kind: word, text: s}
	if v, err := strconv.ParseFloat(strings.ReplaceAll(s, "−", "-"), 64); err == nil && v > -1e9 && v < 1e9 && s[0] != 'i' && s[0] != 'I' {
		t.kind, t.num = number, v
		return t
	}
	if s[0] < '0' || s[0] > '9' {
		return t
	}
	switch {
	case strings.Contains(s, "+"):
		t.kind = post
	case strings.Contains(s, ":"):
		t.kind = clock
	case len(s) == 10 && s[4] == '-' && s[7] == '-':
		t.kind = date
	}
	return t
}
