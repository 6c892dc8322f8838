package assess

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"marsad/ident"
	"marsad/sense"
)

// Each test is named after the number of the sentence in SAFEGUARDS.md that it
// holds the stage to.

// forbidden are words that no text about a track may use before an outcome.
var forbidden = []string{"infiltrator", "target", "suspect", "hostile", "enemy", "متسلل", "هدف", "مشتبه", "معاد", "عدو"}

func TestSafeguard_03_WordsBeforeAnOutcome(t *testing.T) {
	rules, err := Rules()
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, r := range rules {
		for _, w := range append([]Words{r.Title, r.Reason, r.Silent}, r.Steps...) {
			texts = append(texts, w.En, w.Ar)
		}
	}
	for _, f := range Features() {
		texts = append(texts, f.Label.En, f.Label.Ar, f.Doc)
	}
	for _, w := range []string{"alert.go", "words.go", "numbers.go", "hand.go", "own.go", "lost.go", "silence.go", "views.go"} {
		b, err := sources.ReadFile(w)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(b))
	}
	for _, c := range allAlerts(t) {
		b, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(b))
	}
	for _, s := range texts {
		low := strings.ToLower(s)
		for _, w := range forbidden {
			if i := strings.Index(low, w); i >= 0 {
				t.Errorf("%q is said: …%s…", w, s[max(0, i-40):min(len(s), i+40)])
			}
		}
	}
}

// allAlerts plays one of everything and gives what was alerted.
func allAlerts(t *testing.T) []Alert {
	n := newNight(t, "02:00:00", func(c *Config) { c.Patrols = []Patrol{{Unit: "p1", Node: "gps-1", Check: time.Minute}} })
	n.fixAt("gps-1", straight{}.Point(500000, 300), n.now)
	for i, c := range []sense.Class{sense.Person, sense.Group, sense.Vehicle, sense.Convoy, sense.Animal, sense.SlowAir, sense.Float, sense.Dig, sense.Unknown} {
		n.walk(i, c, 366000+float64(i)*200, -600, 0, 1)
		n.walk(20+i, c, 200000+float64(i)*5000, 600, 0, -4)
	}
	s := lostSensor("tower", sense.Camera, 100000, "link")
	n.health(s, sense.Good, sense.Lost)
	if _, err := n.a.OpenByHand(Request{ID: ident.Derive("a", n.now, "", 0), At: n.now, By: "Salma", Chainage: 1000}, &n.out); err != nil {
		t.Fatal(err)
	}
	n.until("02:14:00")
	if len(n.order) < 10 {
		t.Fatalf("only %d alerts", len(n.order))
	}
	return n.alerts()
}

func TestSafeguard_02_NoScoreOfAPerson(t *testing.T) {
	for _, f := range Features() {
		for _, w := range []string{"risk", "threat", "score", "face", "biometric", "ethnic", "sex", "nationality"} {
			if strings.Contains(strings.ToLower(f.Name+" "+f.Doc), w) {
				t.Errorf("feature %s speaks of %q: risk belongs to a stretch of border, never to somebody", f.Name, w)
			}
		}
	}
}

func TestSafeguard_04_NoClassSilencesByItself(t *testing.T) {
	for c := range sense.Class(sense.NClass) {
		n := newNight(t, "02:00:00")
		w := n.walk(1, c, 367000, -1200, 0, 1)
		w.share = 1
		n.until("02:10:00")
		if len(n.order) == 0 {
			t.Errorf("a %s walking straight at the line for ten minutes gives no alert", c)
		}
		n.until("02:24:00")
		if al := n.only(); al.Rule != "crossing" || al.Severity != Critical {
			t.Errorf("a %s that crossed is %s %s", c, al.Rule, al.Severity)
		}
	}
}

func (n *night) grant(from, to, lo, hi float64, d time.Duration) Silence {
	n.t.Helper()
	s := Silence{ID: ident.Derive("silence", n.now, "x", n.a.ordinal), Movement: "water lorries to the post", From: borderKm(from), To: borderKm(to), OffsetMin: borderOff(lo), OffsetMax: borderOff(hi),
		Starts: n.now, Expires: n.now.Add(d), Granter: "Karim", GranterID: "karim", Why: "announced"}
	if err := n.a.Silence(s, &n.out); err != nil {
		n.t.Fatal(err)
	}
	return s
}

func TestSafeguard_04_ASilenceNamesMovementCorridorExpiryAndGranter(t *testing.T) {
	n := newNight(t, "02:00:00")
	good := n.grant(30, 40, 0, 3000, time.Hour)
	for name, spoil := range map[string]func(*Silence){
		"no movement":    func(s *Silence) { s.Movement = " " },
		"no granter":     func(s *Silence) { s.Granter = "" },
		"no granter id":  func(s *Silence) { s.GranterID = "" },
		"no expiry":      func(s *Silence) { s.Expires = time.Time{} },
		"ends at start":  func(s *Silence) { s.Expires = s.Starts },
		"for a week":     func(s *Silence) { s.Expires = s.Starts.Add(7 * 24 * time.Hour) },
		"no corridor":    func(s *Silence) { s.To = s.From },
		"the whole line": func(s *Silence) { s.From, s.To = 0, 600000 },
		"no width":       func(s *Silence) { s.OffsetMax = s.OffsetMin },
		"not a number":   func(s *Silence) { s.OffsetMax = borderOff(nan) },
	} {
		s := good
		s.ID = ident.Derive("silence", n.now, name, 9)
		spoil(&s)
		if err := n.a.Silence(s, &n.out); err == nil {
			t.Errorf("%s: granted", name)
		}
	}
	if got := n.a.Silences(); len(got) != 1 {
		t.Errorf("%d silences in effect", len(got))
	}
}

func TestSafeguard_04_ASilenceHoldsInItsCorridorUntilItExpires(t *testing.T) {
	n := newNight(t, "02:00:00")
	n.grant(30, 40, 0, 9000, 10*time.Minute)
	n.walk(1, sense.Vehicle, 35000, 5500, 0, -5)  // inside
	n.walk(2, sense.Vehicle, 45000, 5500, 0, -5)  // outside
	n.walk(3, sense.Person, 35000, -1400, 0, 0.9) // other side: outside the width
	n.until("02:09:50")
	if len(n.order) != 2 {
		t.Fatalf("%d alerts, want the two outside the corridor", len(n.order))
	}
	if len(n.out.Suppressed) == 0 {
		t.Fatal("what was silenced is not counted")
	}
	s := n.out.Suppressed[len(n.out.Suppressed)-1]
	if s.By != "silence" || s.Track != trackID(1) || s.Times < 60 || !strings.Contains(s.Why.En, "Karim") || !strings.Contains(s.Why.Ar, "Karim") {
		t.Fatalf("%+v", s)
	}
	end := at("02:10:00")
	if s := n.a.Silences()[0]; !s.covers(35000, 5000, end.Add(-time.Second)) || s.covers(35000, 5000, end) || s.covers(35000, 5000, s.Starts.Add(-time.Second)) {
		t.Error("it holds before its start or at its end")
	}
	n.until("02:10:30")
	if len(n.order) != 3 {
		t.Fatalf("%d alerts after the silence ran out", len(n.order))
	}
	if got := n.a.Silences(); len(got) != 0 {
		t.Fatal("it is still in effect")
	}
}

func TestSafeguard_04_ACrossingIsNeverSilenced(t *testing.T) {
	for name, off := range map[string]float64{"inbound": -400, "outbound": 400} {
		for _, own := range []bool{false, true} {
			n := newNight(t, "02:00:00", func(c *Config) { c.Patrols = []Patrol{{Unit: "p1", Node: "gps-1"}} })
			n.grant(30, 40, -9000, 9000, time.Hour)
			w := n.walk(1, sense.Vehicle, 35000, off, 0, -off/100)
			for n.now.Before(at("02:02:30")) {
				if own {
					n.fixAt("gps-1", straight{}.Point(borderKm(w.km/1000), borderOff(w.off)), n.now)
				}
				n.second()
			}
			al := n.only()
			if al.Rule != "crossing" || al.Severity != Critical || al.Inbound != (off < 0) || al.Outbound != (off > 0) {
				t.Errorf("%s, own %v: %s %s in %v out %v", name, own, al.Rule, al.Severity, al.Inbound, al.Outbound)
			}
		}
	}
}

// An operator may bring rules of his own; none of them makes a crossing silent.
func TestSafeguard_04_OwnRulesCannotSilenceACrossing(t *testing.T) {
	for name, change := range map[string]func(r *Rule) bool{
		"without the rule":  func(r *Rule) bool { return r.ID != "crossing" },
		"may be silenced":   func(r *Rule) bool { r.NeverSilenced = false; return true },
		"only high":         func(r *Rule) bool { r.Severity = min(r.Severity, High); return true },
		"people on foot":    func(r *Rule) bool { return rewrite(t, r, "crossing", "(crossed_in || crossed_out) && on_foot > 0.5") },
		"inbound alone":     func(r *Rule) bool { return rewrite(t, r, "crossing", "crossed_in") },
		"not of an animal":  func(r *Rule) bool { return rewrite(t, r, "crossing", "(crossed_in || crossed_out) && animal < 0.5") },
		"as it came, twice": nil,
	} {
		rules, err := Rules()
		if err != nil {
			t.Fatal(err)
		}
		var kept []Rule
		for i := range rules {
			if change == nil || change(&rules[i]) {
				kept = append(kept, rules[i])
			}
		}
		_, err = New(Config{Line: straight{}, Rules: kept})
		if (err == nil) != (change == nil) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// rewrite gives a rule another predicate.
func rewrite(t *testing.T, r *Rule, id, when string) bool {
	t.Helper()
	if r.ID != id {
		return true
	}
	envs, err := environments()
	if err != nil {
		t.Fatal(err)
	}
	if r.when, err = compile(envs[AboutTrack], when); err != nil {
		t.Fatal(err)
	}
	return true
}

func TestSafeguard_04_OwnForcesOnlyWithin100MetresAnd30Seconds(t *testing.T) {
	for name, c := range map[string]struct {
		metres float64
		age    time.Duration
		node   sense.SensorID
		silent bool
	}{
		"near and fresh":    {90, 5 * time.Second, "gps-1", true},
		"at 29 s":           {90, 29 * time.Second, "gps-1", true},
		"at 30 s":           {90, 30 * time.Second, "gps-1", false},
		"at 101 m":          {101, 5 * time.Second, "gps-1", false},
		"not in the roster": {10, 5 * time.Second, "gps-9", false},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNight(t, "02:00:00", func(c *Config) { c.Patrols = []Patrol{{Unit: "p1", Node: "gps-1"}} })
			w := n.walk(1, sense.Person, 38400, -1500, 0, 0.9)
			w.unit = "p1" // that fuse thinks it is ours counts for nothing by itself
			fixes := map[time.Time][2]float64{}
			for n.now.Before(at("02:06:00")) {
				fixes[n.now] = [2]float64{w.km + c.metres, w.off}
				then := n.now.Add(time.Second - c.age) // so old when the track comes next
				if f, ok := fixes[then]; ok {
					n.fixAt(c.node, straight{}.Point(borderKm(f[0]/1000), borderOff(f[1])), then)
				}
				n.second()
			}
			if c.silent != (len(n.order) == 0) {
				t.Fatalf("%d alerts", len(n.order))
			}
			if c.silent && (len(n.out.Suppressed) == 0 || n.out.Suppressed[0].By != "own-force") {
				t.Fatal("what was silenced is not counted")
			}
		})
	}
	for name, c := range map[string]Config{"200 m": {Line: straight{}, OwnWithin: 200}, "a minute": {Line: straight{}, OwnFresh: time.Minute}, "NaN": {Line: straight{}, OwnWithin: nan}} {
		if _, err := New(c); err == nil {
			t.Errorf("a configuration of %s is taken", name)
		}
	}
}

// TestSafeguard_04_WhoWalksBesideAPatrolIsAlerted: the patrol has a track of its own,
// so its fixes say nothing of somebody who walks thirty metres beside it.
func TestSafeguard_04_WhoWalksBesideAPatrolIsAlerted(t *testing.T) {
	for name, c := range map[string]struct {
		metres  float64 // between them
		tracked bool    // the patrol has a track with its name
		silent  bool
	}{
		"a stranger 30 m beside it":                   {30, true, false},
		"one of the unit beside its vehicle":          {10, true, true},
		"it may be the patrol, which no sensor shows": {30, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNight(t, "02:00:00", func(c *Config) { c.Patrols = []Patrol{{Unit: "p1", Node: "gps-1"}} })
			stranger := n.walk(1, sense.Person, 38400, -1500, 0, 0.9)
			if c.tracked {
				n.walk(2, sense.Vehicle, 38400+c.metres, -1500, 0, 0.9).unit = "p1"
			}
			for n.now.Before(at("02:06:00")) {
				n.fixAt("gps-1", straight{}.Point(borderKm((38400+c.metres)/1000), borderOff(stranger.off)), n.now)
				for range 5 {
					n.second()
				}
			}
			if c.silent {
				n.none()
				return
			}
			if al := n.only(); len(al.Tracks) != 1 || al.Tracks[0] != stranger.id {
				t.Errorf("the alert is on %v, want the stranger alone", al.Tracks)
			}
		})
	}
}

func TestSafeguard_12_SimulatedIsMarked(t *testing.T) {
	n := newNight(t, "02:00:00")
	n.walk(1, sense.Person, 38400, -1500, 0, 0.9)
	n.until("02:06:00")
	if !n.only().Simulated {
		t.Error("an alert on a simulated track is not marked")
	}
	s := lostSensor("tower", sense.Camera, 100000, "")
	s.Simulated, s.Assumed = true, true
	n.health(s, sense.Good, sense.Lost)
	al := n.alerts()[1]
	if !al.Simulated || !al.Evidence[len(al.Evidence)-1].Assumed {
		t.Error("a simulated sensor's outage is not marked")
	}

	n = newNight(t, "02:00:00")
	seismic := sense.Sensor{ID: "seis-1", Kind: sense.Presence, MaxRange: 30, Simulated: true}
	seismic.Position.Point = straight{}.Point(70_000, -40)
	for range 3 {
		n.a.Scan(&sense.Scan{Sensor: seismic.ID, Observed: n.now, Origin: seismic.Position,
			Detections: []sense.Detection{{Shape: sense.PresenceWithin, Z: [3]float64{30}, Confidence: 0.9}}}, &seismic, &n.out)
		n.second()
	}
	if !n.only().Simulated {
		t.Error("an alert by a simulated presence sensor is not marked")
	}
}
