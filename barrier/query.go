package barrier

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"

	"marsad/say"
)

// Rules over layers are written in CEL, as the rules of alerts are, and checked
// by it. They are not run metre by metre: every word is a set of metres, and
// &&, || and ! are the algebra of sets, so the answer is exact and fast.
//
//	stands("wall")                    something of the kind stands (built, inspected or accepted)
//	stands("trench", "home")          the same, on one side
//	state("wall", "accepted")         the kind is in that state
//	inspected("wall", 180)            it stands, and its last inspection, passed, is at most so many days old
//	measured("wall", "height") >= 3.0 what stands was measured so; not measured is not so
//	weak("high")                      an open weak spot of that risk or a higher one
//	lane("camera-working")            a set that the caller gives, such as the metres a working camera sees
type Predicate struct {
	root  *clause
	Text  string   // as written
	Lanes []string // that it asks of the caller
}

// clause is a part of a predicate: an operation over others, or a word.
type clause struct {
	op    string // "and", "or", "not", or a word
	parts []*clause
	args  []string
	than  float64
	cmp   string
}

const maxRule = 2_000 // characters

var environment = sync.OnceValues(func() (*cel.Env, error) {
	str, whole := cel.StringType, cel.IntType
	word := func(name string, overloads ...cel.FunctionOpt) cel.EnvOption { return cel.Function(name, overloads...) }
	return cel.NewEnv(cel.ClearMacros(), cel.CrossTypeNumericComparisons(true),
		word("stands", cel.Overload("stands_kind", []*cel.Type{str}, cel.BoolType), cel.Overload("stands_kind_side", []*cel.Type{str, str}, cel.BoolType)),
		word("state", cel.Overload("state_kind", []*cel.Type{str, str}, cel.BoolType)),
		word("inspected", cel.Overload("inspected_kind", []*cel.Type{str, whole}, cel.BoolType)),
		word("measured", cel.Overload("measured_kind", []*cel.Type{str, str}, cel.DoubleType)),
		word("weak", cel.Overload("weak_risk", []*cel.Type{str}, cel.BoolType)),
		word("lane", cel.Overload("lane_id", []*cel.Type{str}, cel.BoolType)),
	)
})

// Compile reads a rule's expression; the error says what in it does not hold
// up.
func Compile(text string) (*Predicate, error) {
	if len(text) > maxRule {
		return nil, ruleError(fmt.Sprintf("it has more than %d characters", maxRule))
	}
	env, err := environment()
	if err != nil {
		return nil, err
	}
	tree, issues := env.Compile(text)
	if issues.Err() != nil {
		return nil, ruleError(issues.Err().Error())
	}
	if tree.OutputType() != cel.BoolType {
		return nil, ruleError("it does not say yes or no of a metre")
	}
	p := &Predicate{Text: text}
	if p.root, err = p.read(tree.NativeRep().Expr()); err != nil {
		return nil, err
	}
	slices.Sort(p.Lanes)
	p.Lanes = slices.Compact(p.Lanes)
	return p, nil
}

func ruleError(why string) *say.Error {
	return refuse("rule", say.Invalid,
		say.Text{En: "the rule does not hold up: " + why, Ar: "القاعدة غير صحيحة: " + say.LTR(why)},
		say.Text{En: `write it like stands("wall") && inspected("wall", 180)`, Ar: "اكتبها هكذا: " + say.LTR(`stands("wall") && inspected("wall", 180)`)})
}

func (p *Predicate) read(e ast.Expr) (*clause, error) {
	if e.Kind() == ast.LiteralKind {
		if b, ok := e.AsLiteral().Value().(bool); ok {
			return &clause{op: strconv.FormatBool(b)}, nil
		}
	}
	if e.Kind() != ast.CallKind {
		return nil, ruleError("only the words of rules, && || ! and comparisons of measures may stand in it")
	}
	c := e.AsCall()
	switch name := c.FunctionName(); name {
	case "_&&_", "_||_", "!_":
		n := &clause{op: map[string]string{"_&&_": "and", "_||_": "or", "!_": "not"}[name]}
		for _, a := range c.Args() {
			part, err := p.read(a)
			if err != nil {
				return nil, err
			}
			if part.op == n.op && n.op != "not" {
				n.parts = append(n.parts, part.parts...)
				continue
			}
			n.parts = append(n.parts, part)
		}
		return n, nil
	case "_>=_", "_>_", "_<=_", "_<_":
		return p.comparison(strings.Trim(name, "_"), c.Args())
	case "stands", "state", "inspected", "weak", "lane":
		args, err := literals(c.Args())
		if err != nil {
			return nil, err
		}
		if name == "lane" {
			p.Lanes = append(p.Lanes, args[0])
		}
		return &clause{op: name, args: args}, knownWords(name, args)
	default:
		return nil, ruleError(strings.Trim(name, "_") + " has no meaning here")
	}
}

// comparison reads measured(kind, dimension) >= figure.
func (p *Predicate) comparison(op string, args []ast.Expr) (*clause, error) {
	if args[0].Kind() != ast.CallKind || args[0].AsCall().FunctionName() != "measured" || args[1].Kind() != ast.LiteralKind {
		return nil, ruleError(`only a measure can be compared, with a figure: measured("wall", "height") >= 3.0`)
	}
	n := &clause{op: "measured", cmp: op}
	switch x := args[1].AsLiteral().Value().(type) {
	case float64:
		n.than = x
	case int64:
		n.than = float64(x)
	default:
		return nil, ruleError("a measure is compared with a figure in metres")
	}
	var err error
	if n.args, err = literals(args[0].AsCall().Args()); err != nil {
		return nil, err
	}
	return n, knownWords("measured", n.args)
}

func literals(args []ast.Expr) ([]string, error) {
	out := make([]string, len(args))
	for i, a := range args {
		if a.Kind() != ast.LiteralKind {
			return nil, ruleError("the words take plain names and figures")
		}
		out[i] = fmt.Sprint(a.AsLiteral().Value())
	}
	return out, nil
}

func knownWords(name string, args []string) error {
	unknown := func(what, s string) error { return ruleError(fmt.Sprintf("%q is not a %s", s, what)) }
	if name == "lane" {
		return nil
	}
	if name == "weak" {
		if Risk(args[0]).Name().IsZero() {
			return unknown("risk", args[0])
		}
		return nil
	}
	if !Kind(args[0]).Known() {
		return unknown("kind of layer", args[0])
	}
	switch {
	case name == "stands" && len(args) == 2 && !Side(args[1]).Known():
		return unknown("side", args[1])
	case name == "state" && !State(args[1]).Known():
		return unknown("state", args[1])
	case name == "measured" && !slices.Contains([]string{"height", "width", "depth"}, args[1]):
		return unknown("dimension (height, width, depth)", args[1])
	case name == "inspected":
		if d, err := strconv.Atoi(args[1]); err != nil || d < 1 || d > 36_500 {
			return unknown("number of days", args[1])
		}
	}
	return nil
}

// text is a condition in words.
func (n *clause) text() say.Text {
	name := func(i int) say.Text { return Kind(n.args[i]).Name() }
	switch n.op {
	case "stands":
		t := say.Text{En: "{kind} stands", Ar: "{kind} قائم"}.FillText("kind", name(0))
		if len(n.args) == 2 {
			s := Side(n.args[1]).Name()
			t = say.Text{En: t.En + ", " + s.En, Ar: t.Ar + "، " + s.Ar}
		}
		return t
	case "state":
		return say.Text{En: "{kind}: {state}", Ar: "{kind}: {state}"}.FillText("kind", name(0)).FillText("state", State(n.args[1]).Name())
	case "inspected":
		return say.Text{En: "{kind} inspected within {days} days", Ar: "{kind} فُحص خلال {days} يوماً"}.FillText("kind", name(0)).Fill("days", n.args[1])
	case "measured":
		d := dimensionNames[n.args[1]]
		return say.Text{En: "{kind}: {dimension} {than} m", Ar: "{kind}: {dimension} {than} م"}.FillText("kind", name(0)).FillText("dimension", d).
			Fill("than", n.cmp+" "+strconv.FormatFloat(n.than, 'f', -1, 64))
	case "weak":
		return say.Text{En: "open weak spot of {risk} risk or higher", Ar: "نقطة ضعف مفتوحة بخطورة {risk} فأعلى"}.FillText("risk", Risk(n.args[0]).Name())
	case "lane":
		if t, ok := laneNames[n.args[0]]; ok {
			return t
		}
		return say.Text{En: n.args[0], Ar: say.LTR(n.args[0])}
	case "not":
		t := n.parts[0].text()
		return say.Text{En: "not (" + t.En + ")", Ar: "ليس (" + t.Ar + ")"}
	case "and", "or":
		joint := map[string]say.Text{"and": {En: " and ", Ar: " و"}, "or": {En: " or ", Ar: " أو "}}[n.op]
		var t say.Text
		for i, p := range n.parts {
			s := p.text()
			if i > 0 {
				t.En, t.Ar = t.En+joint.En, t.Ar+joint.Ar
			}
			t.En, t.Ar = t.En+"("+s.En+")", t.Ar+"("+s.Ar+")"
		}
		return t
	case "true":
		return say.Text{En: "everywhere", Ar: "في كل مكان"}
	}
	return say.Text{En: "nowhere", Ar: "لا مكان"}
}

var dimensionNames = map[string]say.Text{
	"height": {En: "height", Ar: "الارتفاع"}, "width": {En: "width", Ar: "العرض"}, "depth": {En: "depth", Ar: "العمق"},
}

var laneNames = map[string]say.Text{
	"camera-working": {En: "a working camera sees it", Ar: "تراه كاميرا عاملة"},
}
