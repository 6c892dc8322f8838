package forecast

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"marsad/barrier"
	"marsad/say"
)

// Question asks when a series of observed progress reaches a target.
type Question struct {
	Series []Observation
	Target float64     // metres in all
	AsOf   barrier.Day // what came later is not looked at
	// By is a promised day, none for zero.
	By barrier.Day
	// Plan is the promised course, for earned schedule; nil for none.
	Plan []Observation
	// Runs of the simulation, 10,000 where zero; Seed draws them.
	Runs int
	Seed uint64
	// Spread is the standard deviation of the logarithm of a month's rate about
	// the interval that it is drawn from, 0.25 where zero.
	Spread float64
	Class  Class // Roads where empty
	// Basis says what the observations are: "claims", "diary", "inspected".
	Basis Basis
}

// Basis is what a forecast stands on.
type Basis string

// The bases.
const (
	OnClaims    Basis = "claims"
	OnDiary     Basis = "diary"
	OnInspected Basis = "inspected"
)

// Forecast is the answer: by several methods, with what each takes for granted.
type Forecast struct {
	Target  float64     `json:"target"`
	AsOf    barrier.Day `json:"as_of"`
	Last    Observation `json:"last"` // where the simulation begins
	Basis   Basis       `json:"basis"`
	Rate    float64     `json:"rate"` // mean so far, metres a day
	Rates   []Interval  `json:"rates"`
	Runs    int         `json:"runs"`
	Seed    uint64      `json:"seed"`
	Answers []Answer    `json:"answers"` // the first is the one to quote
	Needed  *Needed     `json:"needed,omitempty"`
	// Methods is how far the methods' P50 lie apart.
	Methods     Range      `json:"methods"`
	Assumptions []say.Text `json:"assumptions"`
}

// Range of days.
type Range struct {
	Earliest barrier.Day `json:"earliest"`
	Latest   barrier.Day `json:"latest"`
}

// Answer is what one method says.
type Answer struct {
	Method string   `json:"method"`
	Name   say.Text `json:"name"`
	// The days by which it is done with 10, 50, 80 and 90 % probability; no day
	// where it may well never be. A method without spread has P50 alone.
	P10 barrier.Day `json:"p10,omitzero"`
	P50 barrier.Day `json:"p50,omitzero"`
	P80 barrier.Day `json:"p80,omitzero"`
	P90 barrier.Day `json:"p90,omitzero"`
	// Curve is the days at 5, 10, … 95 %.
	Curve []barrier.Day `json:"curve,omitempty"`
	// InTime is the probability of the promised day, where one was given.
	InTime *float64 `json:"in_time,omitempty"`
	Note   say.Text `json:"note"`
}

// Needed is what a promised day asks for.
type Needed struct {
	By    barrier.Day `json:"by"`
	Rate  float64     `json:"rate"`   // metres a day, from the last observation on
	OfNow float64     `json:"of_now"` // as a multiple of the mean rate so far
	// Possible is false where the day is past already.
	Possible bool `json:"possible"`
}

// longest is how far a forecast looks, in days.
const longest = 36_525.0

// Finish answers. It refuses a series that contradicts itself, one that never
// moved, and a target that is none.
func Finish(q Question) (*Forecast, error) {
	q = q.withDefaults()
	in, known, err := intervals(q.Series, q.AsOf)
	if err != nil {
		return nil, err
	}
	last := known[len(known)-1]
	if !(q.Target > 0) || q.Target > 1e8 || q.Runs > 1_000_000 || q.Spread < 0 || q.Spread > 2 {
		return nil, seriesError("the target, the runs or the spread cannot be worked with", "الهدف أو عدد المحاكاة أو التشتت غير مقبول")
	}
	f := &Forecast{Target: q.Target, AsOf: q.AsOf, Last: last, Basis: q.Basis, Rate: mean(in), Rates: in, Runs: q.Runs, Seed: q.Seed}
	left := q.Target - last.Metres
	if left <= 0 {
		f.Assumptions = []say.Text{{En: "the target was reached by the last observation", Ar: "بلغ الهدف في آخر رصد"}}
		return f, nil
	}
	if f.Rate == 0 {
		return nil, seriesError("the works never moved: there is no rate to go on", "لم يتقدم العمل، فلا يوجد معدل يُبنى عليه")
	}
	f.answers(q, in, left)
	if q.By != 0 {
		f.Needed = &Needed{By: q.By, Possible: q.By > last.On}
		if f.Needed.Possible {
			f.Needed.Rate = left / float64(q.By-last.On)
			f.Needed.OfNow = f.Needed.Rate / f.Rate
		}
	}
	for _, a := range f.Answers {
		if a.P50 != 0 && (f.Methods.Earliest == 0 || a.P50 < f.Methods.Earliest) {
			f.Methods.Earliest = a.P50
		}
		f.Methods.Latest = max(f.Methods.Latest, a.P50)
	}
	f.assume(q)
	return f, nil
}

func (q Question) withDefaults() Question {
	if q.Runs <= 0 {
		q.Runs = 10_000
	}
	if q.Spread == 0 {
		q.Spread = 0.25
	}
	if len(q.Class.Points) == 0 {
		q.Class = Roads
	}
	if q.Basis == "" {
		q.Basis = OnClaims
	}
	return q
}

func (f *Forecast) answers(q Question, in []Interval, left float64) {
	weighted := func(i Interval) float64 { return i.days() }
	once := func(Interval) float64 { return 1 }
	add := func(method string, name, note say.Text, days []float64) {
		f.Answers = append(f.Answers, f.answer(method, name, note, days, q.By))
	}
	add("observed-rates",
		say.Text{En: "observed rates, by how long they lasted", Ar: "المعدلات المرصودة حسب مدتها"},
		say.Text{En: "each month draws an interval of the series, longer ones more often, and varies about its rate", Ar: "كل شهر يُسحب له معدل فترة من السلسلة، والأطول أكثر، مع تذبذب حوله"},
		simulate(in, weighted, left, q, 1))
	add("each-interval",
		say.Text{En: "observed rates, each interval alike", Ar: "المعدلات المرصودة، كل فترة بالتساوي"},
		say.Text{En: "as above, but short bursts and short pauses weigh as much as long stretches", Ar: "كما سبق، لكن الفترات القصيرة تزن كالطويلة"},
		simulate(in, once, left, q, 2))
	if recent := since(in, f.Last.On-365); mean(recent) > 0 {
		add("last-year",
			say.Text{En: "rates of the last year", Ar: "معدلات السنة الأخيرة"},
			say.Text{En: "only what was seen in the 365 days before the last observation", Ar: "ما رُصد في آخر \u2066365\u2069 يوماً فقط"},
			simulate(recent, weighted, left, q, 3))
	}
	d := fit(in)
	closed := quantiles(func(p float64) float64 { return d.quantile(left, p) })
	a := f.fromQuantiles("steady-drift",
		say.Text{En: "steady drift, closed form", Ar: "انجراف ثابت، صيغة مغلقة"},
		say.Text{En: "progress as a random walk with drift; first passage is inverse Gaussian", Ar: "التقدم سير عشوائي منتظم، وزمن البلوغ ذو توزيع غاوسي معكوس"}, closed)
	if q.By != 0 {
		p := d.within(left, float64(q.By-f.Last.On))
		a.InTime = &p
	}
	f.Answers = append(f.Answers, a)
	straight := left / f.Rate
	class := quantiles(func(p float64) float64 { return straight * q.Class.at(p) })
	a = f.fromQuantiles("reference-class",
		say.Text{En: "mean rate and a reference class: {class}", Ar: "المعدل الوسطي مع فئة مرجعية: {class}"}.FillText("class", q.Class.Name), q.Class.Basis, class)
	if q.By != 0 {
		p := q.Class.probability(float64(q.By-f.Last.On) / straight)
		a.InTime = &p
	}
	f.Answers = append(f.Answers, a)
	f.Answers = append(f.Answers, Answer{Method: "straight-line", P50: f.day(straight),
		Name: say.Text{En: "straight line", Ar: "خط مستقيم"},
		Note: say.Text{En: "the mean rate so far, without spread", Ar: "المعدل الوسطي حتى الآن دون تشتت"}})
	if es, ok := Schedule(q.Plan, Observation{q.AsOf, f.Last.Metres}); ok && es.Finish != 0 {
		f.Answers = append(f.Answers, Answer{Method: "earned-schedule", P50: es.Finish,
			Name: say.Text{En: "earned schedule, IEAC(t)", Ar: "الجدول المكتسب IEAC(t)"},
			Note: say.Text{En: "planned duration / SPI(t), SPI(t) = {spi} (Lipke 2003); for the plan that was given, without spread", Ar: "المدة المخططة مقسومة على SPI(t) = {spi} (Lipke \u20662003\u2069) للخطة المعطاة دون تشتت"}.
				Fill("spi", strconv.FormatFloat(es.SPIt, 'f', 2, 64))})
	}
}

// simulate gives, for each run, the days until metres are done: month by month
// an interval is drawn by its weight, and its rate varies about it.
func simulate(in []Interval, weight func(Interval) float64, metres float64, q Question, stream uint64) []float64 {
	sum := make([]float64, len(in))
	total := 0.0
	for k, i := range in {
		total += weight(i)
		sum[k] = total
	}
	r := rand.New(rand.NewPCG(q.Seed, stream))
	out := make([]float64, q.Runs)
	for run := range out {
		left, days := metres, 0.0
		for left > 0 && days < longest {
			x := r.Float64() * total
			k := 0
			for sum[k] < x {
				k++
			}
			// The drawn rate is the median of the month's; their mean is higher by
			// exp(spread²/2), 3 % at 0.25.
			rate := in[k].Rate * math.Exp(q.Spread*r.NormFloat64())
			if rate*month >= left {
				days += left / rate
				left = 0
				break
			}
			left -= rate * month
			days += month
		}
		if left > 0 {
			days = math.Inf(1)
		}
		out[run] = days
	}
	slices.Sort(out)
	return out
}

// day is that many days after the last observation, and not before the day of
// asking; none where it lies too far off.
func (f *Forecast) day(days float64) barrier.Day {
	if !(days < longest) {
		return 0
	}
	return max(f.Last.On+barrier.Day(math.Ceil(days)), f.AsOf)
}

// answer reads the quantiles of sorted runs.
func (f *Forecast) answer(method string, name, note say.Text, days []float64, by barrier.Day) Answer {
	a := f.fromQuantiles(method, name, note, quantiles(func(p float64) float64 { return days[min(int(p*float64(len(days))), len(days)-1)] }))
	if by != 0 {
		n, _ := slices.BinarySearch(days, float64(by-f.Last.On)+1e-9)
		p := float64(n) / float64(len(days))
		a.InTime = &p
	}
	return a
}

// quantiles at 5, 10, … 95 %.
func quantiles(at func(p float64) float64) []float64 {
	out := make([]float64, 19)
	for i := range out {
		out[i] = at(float64(i+1) / 20)
	}
	return out
}

func (f *Forecast) fromQuantiles(method string, name, note say.Text, q []float64) Answer {
	a := Answer{Method: method, Name: name, Note: note, P10: f.day(q[1]), P50: f.day(q[9]), P80: f.day(q[15]), P90: f.day(q[17])}
	for _, d := range q {
		a.Curve = append(a.Curve, f.day(d))
	}
	return a
}

// assume says what all this takes for granted.
func (f *Forecast) assume(q Question) {
	km := func(metres float64) string { return strconv.FormatFloat(metres/1000, 'f', 1, 64) }
	f.Assumptions = []say.Text{
		map[Basis]say.Text{
			OnClaims:    {En: "the series is claims, not inspected metres", Ar: "السلسلة ادعاءات وليست أمتاراً مفحوصة"},
			OnDiary:     {En: "the series is the site diary, not yet inspected", Ar: "السلسلة من يوميات الموقع ولم تُفحص بعد"},
			OnInspected: {En: "the series is inspected metres", Ar: "السلسلة أمتار مفحوصة"},
		}[q.Basis],
		say.Text{En: "it begins with {km} km on {day}; what was done since is not known, and counted by the same rates", Ar: "تبدأ من {km} كم في {day}، وما أُنجز بعد ذلك غير معروف ويُحسب بالمعدلات نفسها"}.Fill("km", km(f.Last.Metres), "day", f.Last.On.String()),
		say.Text{En: "{n} rates were observed, {mean} km a month in the mean; pauses and stoppages are in them", Ar: "رُصد {n} معدلات، متوسطها {mean} كم في الشهر، وفيها التوقفات"}.Fill("n", strconv.Itoa(len(f.Rates)), "mean", km(f.Rate*month)),
		say.Text{En: "months are independent of one another: a long pause or a new plant would change more than the spread shows", Ar: "الأشهر مستقلة بعضها عن بعض: توقف طويل أو معمل جديد يغيّر أكثر مما يظهره التشتت"},
		say.Text{En: "a month's rate varies about the drawn one, its median, by a lognormal of {s}; {runs} runs, seed {seed}", Ar: "معدل الشهر يتذبذب حول المسحوب، وهو وسيطه، بتوزيع لوغاريتمي {s}؛ {runs} محاكاة، البذرة {seed}"}.
			Fill("s", strconv.FormatFloat(q.Spread, 'f', 2, 64), "runs", strconv.Itoa(q.Runs), "seed", strconv.FormatUint(q.Seed, 10)),
		say.Text{En: "the ground ahead is as hard as that behind", Ar: "الأرض القادمة بصعوبة ما مضى"},
	}
}
