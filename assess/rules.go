package assess

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"sort"
	"strings"
	"sync"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
	"github.com/goccy/go-yaml"

	"marsad/say"
)

//go:embed rules/*.yaml
var embedded embed.FS

// maxCost is the most that one predicate may cost by CEL's own estimate; a
// comparison costs 1. Predicates have no loops, so the estimate is a bound.
const maxCost = 200

// Rule turns features into an alert. It is data: a file in rules/.
type Rule struct {
	ID      string `yaml:"id"`
	Applies Scope  `yaml:"applies"`
	// Rank decides which rule names an alert when several hold with the same
	// severity: the highest.
	Rank int `yaml:"rank"`
	// When is a CEL predicate over the features of the scope.
	When string `yaml:"when"`
	// Hold is how long the predicate must hold without a break, in seconds.
	Hold     int      `yaml:"hold"`
	Severity Severity `yaml:"severity"`
	// Raise lists higher severities with the predicates that give them.
	Raise []Raise `yaml:"raise"`
	// NeverSilenced rules pass silences and own forces.
	NeverSilenced bool `yaml:"never_silenced"`

	Title    Words    `yaml:"title"`
	Reason   Words    `yaml:"reason"`
	Silent   Words    `yaml:"silent"`
	Steps    []Words  `yaml:"steps"`
	Evidence []string `yaml:"evidence"`

	file     string
	when     cel.Program
	features []Feature // of Evidence
}

// Raise is a higher severity and when it holds.
type Raise struct {
	Severity Severity `yaml:"severity"`
	When     string   `yaml:"when"`
	program  cel.Program
}

// Words is a template in both languages; {name} is filled in.
type Words struct {
	En string `yaml:"en"`
	Ar string `yaml:"ar"`
}

// placeholders that a template may use, for every scope. Figures come with
// their unit and its grammar in both languages.
var placeholders = map[string]string{
	"what": "what moves, in the words allowed before an outcome", "km": "km post", "place": "nearest name", "from": "first km post of a stretch",
	"to": "last km post of a stretch", "distance": "metres to the line", "side": "on which side it stands", "speed": "m/s over ground, the bare figure",
	"line_in": "minutes to the line", "unit": "own unit", "sensor": "sensor", "lost": "how many sensors are lost", "cause": "cable or radio that they share",
	"stretch": "length of a stretch", "dark": "metres that no working sensor reaches", "vehicles": "how many vehicles", "times": "how many times",
	"places": "how many places", "minutes": "for how long", "direction": "which way it crossed",
}

var holder = regexp.MustCompile(`\{([a-z_]+)\}`)

// Rules gives the rules that come with Marsad, checked and in order of id.
func Rules() ([]Rule, error) {
	names, err := fs.Glob(embedded, "rules/*.yaml")
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, n := range names {
		b, err := embedded.ReadFile(n)
		if err != nil {
			return nil, err
		}
		files[n] = b
	}
	return LoadRules(files)
}

// LoadRules reads rules from YAML files, one rule a file, and checks them:
// strict fields, both languages, known features, types, cost. The error names
// file, line and why.
func LoadRules(files map[string][]byte) ([]Rule, error) {
	names := make([]string, 0, len(files))
	for n := range files {
		names = append(names, n)
	}
	sort.Strings(names)
	envs, err := environments()
	if err != nil {
		return nil, err
	}
	var rules []Rule
	seen := map[string]string{}
	for _, n := range names {
		r, err := loadRule(n, files[n], envs)
		if err != nil {
			return nil, err
		}
		if other, dup := seen[r.ID]; dup {
			return nil, ruleError(n, 1, fmt.Sprintf("the id %q is already that of %s", r.ID, other), nil)
		}
		seen[r.ID] = n
		rules = append(rules, r)
	}
	sort.Slice(rules, func(i, j int) bool { return rules[i].ID < rules[j].ID })
	return rules, nil
}

func loadRule(file string, body []byte, envs map[Scope]*cel.Env) (Rule, error) {
	var r Rule
	d := yaml.NewDecoder(bytes.NewReader(body), yaml.Strict())
	if err := say.Guard(func() error { return d.Decode(&r) }); err != nil {
		return r, ruleError(file, 0, "not a rule", err)
	}
	r.file = file
	at := func(what string) int { return lineOf(body, what) }
	env, ok := envs[r.Applies]
	switch {
	case r.ID == "":
		return r, ruleError(file, 1, "a rule needs an id", nil)
	case !ok:
		return r, ruleError(file, at("applies:"), fmt.Sprintf("applies: %q is none of track, presence, sensors, unit, line", r.Applies), nil)
	case r.Hold < 0 || r.Hold > 3600:
		return r, ruleError(file, at("hold:"), "hold is in seconds, 0 to 3600", nil)
	case len(r.Steps) == 0:
		return r, ruleError(file, 1, "a rule needs its written response (steps): an alert that asks for nothing is an event", nil)
	}
	for what, w := range map[string]Words{"title:": r.Title, "reason:": r.Reason, "silent:": r.Silent} {
		if err := r.words(body, what, w); err != nil {
			return r, err
		}
	}
	for _, s := range r.Steps {
		if err := r.words(body, "steps:", s); err != nil {
			return r, err
		}
	}
	var err error
	if r.when, err = compile(env, r.When); err != nil {
		return r, ruleError(file, at("when:"), "when does not hold up", err)
	}
	last := r.Severity
	for i := range r.Raise {
		if r.Raise[i].Severity <= last {
			return r, ruleError(file, at("raise:"), "each raise must be to a higher severity than the one before", nil)
		}
		last = r.Raise[i].Severity
		if r.Raise[i].program, err = compile(env, r.Raise[i].When); err != nil {
			return r, ruleError(file, at("raise:"), "raise does not hold up", err)
		}
	}
	byName := map[string]Feature{}
	for _, f := range Features() {
		if f.Scope == r.Applies {
			byName[f.Name] = f
		}
	}
	for _, name := range r.Evidence {
		f, ok := byName[name]
		if !ok {
			return r, ruleError(file, at("evidence:"), fmt.Sprintf("there is no feature %q for %s", name, r.Applies), nil)
		}
		r.features = append(r.features, f)
	}
	return r, nil
}

// words checks one template.
func (r *Rule) words(body []byte, where string, w Words) error {
	if strings.TrimSpace(w.En) == "" || strings.TrimSpace(w.Ar) == "" {
		return ruleError(r.file, lineOf(body, where), strings.TrimSuffix(where, ":")+" needs en and ar", nil)
	}
	for _, s := range []string{w.En, w.Ar} {
		for _, m := range holder.FindAllStringSubmatch(s, -1) {
			if placeholders[m[1]] == "" {
				return ruleError(r.file, lineOf(body, m[0]), m[0]+" is not a known placeholder", nil)
			}
		}
	}
	return nil
}

// environments has one CEL environment for each scope, with its features as
// the only variables and no macros: what cannot loop cannot run away.
var environments = sync.OnceValues(func() (map[Scope]*cel.Env, error) {
	vars := map[Scope][]cel.EnvOption{}
	for _, f := range Features() {
		t := cel.DoubleType
		if f.Flag {
			t = cel.BoolType
		}
		vars[f.Scope] = append(vars[f.Scope], cel.VariableWithDoc(f.Name, t, f.Doc))
	}
	envs := map[Scope]*cel.Env{}
	for scope, v := range vars {
		env, err := cel.NewEnv(append(v, cel.ClearMacros(), cel.CrossTypeNumericComparisons(true))...)
		if err != nil {
			return nil, err
		}
		envs[scope] = env
	}
	return envs, nil
})

func compile(env *cel.Env, text string) (cel.Program, error) {
	ast, iss := env.Compile(text)
	if iss.Err() != nil {
		return nil, iss.Err()
	}
	if ast.OutputType() != cel.BoolType {
		return nil, fmt.Errorf("it gives %s, not true or false", ast.OutputType())
	}
	estimate, err := env.EstimateCost(ast, noSizes{})
	if err != nil {
		return nil, err
	}
	if estimate.Max > maxCost {
		return nil, fmt.Errorf("it may cost %d, the limit is %d: split it", estimate.Max, maxCost)
	}
	return env.Program(ast, cel.EvalOptions(cel.OptOptimize))
}

// noSizes says that no variable has a size worth estimating: all are numbers
// and flags.
type noSizes struct{}

func (noSizes) EstimateSize(cost.AstNode) *cost.SizeEstimate { return nil }
func (noSizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}

func ruleError(file string, line int, why string, cause error) error {
	at := file
	if line > 0 {
		at = fmt.Sprintf("%s, line %d", file, line)
	}
	return &say.Error{Code: "rule.invalid", Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: at + ": " + why, Ar: "القاعدة في الملف " + say.LTR(at) + " غير صحيحة: " + say.LTR(why)},
		Hint: say.Text{En: "RULES.md in the folder assess lists features, placeholders and fields", Ar: "راجع الملف RULES.md في المجلد assess: الخصائص والحقول المتاحة"}}
}

// lineOf gives the first line that contains a text, 1 if none does.
func lineOf(body []byte, text string) int {
	for i, l := range strings.Split(string(body), "\n") {
		if strings.Contains(l, text) {
			return i + 1
		}
	}
	return 1
}

func (r *Rule) hold() time.Duration { return time.Duration(r.Hold) * time.Second }

// text is the template as a message.
func (w Words) text() say.Text {
	return say.Text{En: strings.TrimSpace(w.En), Ar: strings.TrimSpace(w.Ar)}
}
