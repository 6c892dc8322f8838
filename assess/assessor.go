package assess

import (
	"math"
	"sort"
	"time"

	"marsad/fuse"
	"marsad/ident"
	"marsad/sense"
)

const fuseTentative = fuse.Tentative

// evaluateEvery is how often the rules look at one track.
const evaluateEvery = time.Second

// Assessor is the stage. It is fed in log order by one goroutine; it keeps no
// reference to what it is given, and what it gives is the caller's.
type Assessor struct {
	cfg   Config
	rules map[Scope][]*Rule // by rank, highest first

	trackTable    map[string]*feature[*trackView]
	presenceTable map[string]*feature[*presenceView]
	sensorsTable  map[string]*feature[*sensorsView]
	unitTable     map[string]*feature[*unitView]
	lineTable     map[string]*feature[*lineView]

	now        time.Time
	ticked     time.Time // the last tick
	movers     map[ident.ID]*mover
	cells      map[int32][]*mover // by kilometre, each in order of id
	things     []*thing           // alerts with a live or recent cause, oldest first
	member     map[ident.ID]*thing
	patrols    []*patrol // in the roster's order
	node       map[sense.SensorID]*patrol
	sensors    map[sense.SensorID]*watched
	touched    map[sense.SensorID]*touch
	silences   []Silence
	suppressed map[suppressedKey]*Suppressed
	ordinal    uint64
}

// New makes an Assessor. The error is a *say.Error that says what to mend.
func New(cfg Config) (*Assessor, error) {
	if err := cfg.defaults(); err != nil {
		return nil, err
	}
	a := &Assessor{
		cfg: cfg, rules: map[Scope][]*Rule{},
		trackTable: index(trackFeatures), presenceTable: index(presenceFeatures), sensorsTable: index(sensorsFeatures),
		unitTable: index(unitFeatures), lineTable: index(lineFeatures),
	}
	for i := range cfg.Rules {
		r := &cfg.Rules[i]
		if r.when == nil {
			return nil, configError("assess.rule", "rule "+r.ID+" was not loaded by LoadRules", "القاعدة "+r.ID+" لم تُحمّل بالطريقة الصحيحة")
		}
		a.rules[r.Applies] = append(a.rules[r.Applies], r)
	}
	for _, rs := range a.rules {
		sort.SliceStable(rs, func(i, j int) bool { return rs[i].Rank > rs[j].Rank })
	}
	a.clear()
	if err := a.mustCross(); err != nil {
		return nil, err
	}
	return a, nil
}

// mustCross refuses rules under which a crossing could be silenced: whatever an
// operator's own rules are, one that nothing silences must fire for a crossing,
// in either direction and of any class.
func (a *Assessor) mustCross() error {
	for _, way := range []int{1, -1} {
		for class := range sense.NClass {
			m := &mover{Crossed: way, HasKm: true, Off: float64(way) * 100}
			m.Track.Existence, m.Track.Class[class] = 0.95, 1
			act := activation[*trackView]{a.trackTable, a.viewTrack(m)}
			fires := false
			for _, r := range a.rules[AboutTrack] {
				fires = fires || r.NeverSilenced && r.severity(act) == Critical && holds(r.when, act)
			}
			if !fires {
				return configError("assess.crossing", "no rule that nothing silences fires for every crossing: keep the rule crossing as it came",
					"لا توجد قاعدة غير قابلة للإسكات تنبّه عن كل عبور للخط: أبقِ قاعدة العبور (crossing) كما وردت")
			}
		}
	}
	return nil
}

// clear brings the state back to the beginning of a log.
func (a *Assessor) clear() {
	a.now, a.ticked, a.ordinal = time.Time{}, time.Time{}, 0
	a.movers, a.cells = map[ident.ID]*mover{}, map[int32][]*mover{}
	a.things, a.member = nil, map[ident.ID]*thing{}
	a.sensors, a.touched = map[sense.SensorID]*watched{}, map[sense.SensorID]*touch{}
	a.silences, a.suppressed = nil, map[suppressedKey]*Suppressed{}
	a.patrols, a.node = nil, map[sense.SensorID]*patrol{}
	for _, p := range a.cfg.Patrols {
		k := &patrol{Unit: p.Unit, cfg: p}
		a.patrols = append(a.patrols, k)
		if p.Node != "" {
			a.node[p.Node] = k
		}
	}
}

func (a *Assessor) advance(at time.Time) {
	if at.After(a.now) {
		a.now = at
	}
}

// Track takes a revision of a track. Tentative tracks are remembered, never
// alerted. Revisions that are older than what is known, and positions that are
// not on Earth, are passed over.
func (a *Assessor) Track(t *fuse.Change, out *Output) {
	m := a.movers[t.ID]
	if m != nil && t.Revision != 0 && t.Revision <= m.Track.Revision {
		return
	}
	if t.Status == fuse.Ended {
		a.trackEnded(t, m, out)
		return
	}
	if !sound(t) {
		return
	}
	a.advance(t.At)
	if m == nil {
		m = newMover(t)
		a.movers[t.ID] = m
		if !t.From.IsZero() {
			if th := a.member[t.From]; th != nil {
				a.join(th, t.ID)
			}
		}
	} else {
		a.uncell(m)
	}
	m.take(t, a.cfg.Line)
	a.encell(m)
	if t.Status == fuse.Tentative || t.At.Sub(m.Evaluated) < evaluateEvery {
		return
	}
	m.Evaluated = t.At
	a.evaluate(m, out)
}

// sound reports whether a track's figures can be reckoned with.
func sound(t *fuse.Change) bool {
	if !t.Point.Valid() || t.At.IsZero() || !finite(t.VE) || !finite(t.VN) || !finite(t.Existence) || !finite(t.Count) ||
		math.Hypot(t.VE, t.VN) > 400 {
		return false
	}
	for _, c := range t.Class {
		if !finite(float64(c)) {
			return false
		}
	}
	return true
}

// tame brings what is left of a track's figures into their range: a covariance
// that is no number is a wide one.
func tame(t *fuse.Track) {
	for i, v := range t.Cov {
		if !finite(v) || math.Abs(v) > 1e8 {
			t.Cov[i] = 1e8
		}
	}
	for i, c := range t.Class {
		t.Class[i] = min(1, max(0, c))
	}
	t.Existence = unit(t.Existence)
	t.Count = min(1e5, max(0, t.Count))
}

func (a *Assessor) encell(m *mover) {
	if !m.HasKm {
		return
	}
	c := m.cell()
	row := a.cells[c]
	i := sort.Search(len(row), func(i int) bool { return less(m.id(), row[i].id()) })
	row = append(row, nil)
	copy(row[i+1:], row[i:])
	row[i] = m
	a.cells[c] = row
}

func (a *Assessor) uncell(m *mover) {
	if !m.HasKm {
		return
	}
	c := m.cell()
	row := a.cells[c]
	for i, o := range row {
		if o == m {
			a.cells[c] = append(row[:i], row[i+1:]...)
			break
		}
	}
	if len(a.cells[c]) == 0 {
		delete(a.cells, c)
	}
}

func less(x, y ident.ID) bool {
	for i := range x {
		if x[i] != y[i] {
			return x[i] < y[i]
		}
	}
	return false
}

// trackEnded forgets a track; what it merged into keeps its alert.
func (a *Assessor) trackEnded(t *fuse.Change, m *mover, out *Output) {
	if m == nil {
		return
	}
	a.advance(t.At)
	a.uncell(m)
	delete(a.movers, t.ID)
	th := a.member[t.ID]
	if th == nil || t.Into.IsZero() || t.Into == t.ID {
		return
	}
	if other := a.member[t.Into]; other == nil {
		a.join(th, t.Into)
	}
}

// finding is a rule that fired.
type finding struct {
	rule     *Rule
	severity Severity
}

func (f finding) above(g finding) bool {
	if g.rule == nil || f.severity != g.severity {
		return g.rule == nil || f.severity > g.severity
	}
	return f.rule.Rank > g.rule.Rank
}

// evaluate asks every rule about a track and acts on what fired.
func (a *Assessor) evaluate(m *mover, out *Output) {
	v := a.viewTrack(m)
	act := activation[*trackView]{a.trackTable, v}
	own := a.ownForce(m)
	silence := a.silenceFor(m, m.Track.At)
	var best, held finding
	for _, r := range a.rules[AboutTrack] {
		if !holds(r.when, act) {
			delete(m.Since, r.ID)
			continue
		}
		first, ok := m.Since[r.ID]
		if !ok {
			first = m.Track.At
			m.Since[r.ID] = first
		}
		if m.Track.At.Sub(first) < r.hold() {
			continue
		}
		f := finding{r, r.severity(act)}
		if (own != nil || silence != nil) && !r.NeverSilenced {
			if f.above(held) {
				held = f
			}
			continue
		}
		if f.above(best) {
			best = f
		}
	}
	if held.rule != nil {
		a.suppress(held.rule, m, own, silence, out)
	}
	th := a.member[m.id()]
	switch {
	case best.rule != nil:
		a.raise(m, v, best, out)
	case th == nil && own == nil && silence == nil:
		if th = a.adopter(m, v, false); th != nil {
			a.join(th, m.id())
			a.refresh(th, out)
		}
	case th != nil:
		a.refresh(th, out)
	}
	// A thing that crossed between two of its tracks crossed none the less.
	if th = a.member[m.id()]; th != nil {
		a.throughLine(th, m)
	}
}
