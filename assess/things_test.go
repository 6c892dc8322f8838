package assess

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"marsad/border"
	"marsad/fuse"
	"marsad/ident"
	"marsad/say"
	"marsad/sense"
)

func TestAnIDSwitchKeepsTheAlert(t *testing.T) {
	n := newNight(t, "02:00:00")
	a := n.walk(1, sense.Person, 38400, -1500, 0.1, 0.9)
	n.until("02:06:00")
	n.only()
	n.end(a)
	n.until("02:06:40")
	b := n.walk(2, sense.Person, a.km+4, a.off+36, 0.1, 0.9)
	n.until("02:32:00")
	al := n.only()
	if al.Rule != "crossing" || len(al.Tracks) != 2 || al.Tracks[1] != b.id {
		t.Fatalf("%s with tracks %v", al.Rule, al.Tracks)
	}
}

func TestACrossingBetweenTwoTracksIsACrossing(t *testing.T) {
	n := newNight(t, "02:00:00")
	a := n.walk(1, sense.Person, 38400, -900, 0, 1)
	n.until("02:14:00") // 60 m before the line
	n.end(a)
	n.until("02:16:00")
	n.walk(2, sense.Person, 38400, 60, 0, 1)
	n.until("02:18:00")
	if al := n.only(); al.Rule != "crossing" || !al.Crossed || !al.Inbound {
		t.Fatalf("%s crossed %v inbound %v", al.Rule, al.Crossed, al.Inbound)
	}
}

func TestMergedAndSplitTracksKeepTheAlert(t *testing.T) {
	n := newNight(t, "02:00:00")
	a := n.walk(1, sense.Person, 38400, -1500, 0, 0.9)
	n.until("02:06:00")
	id := n.only().ID
	// a splits into b far away, then ends merged into c.
	b := n.walk(2, sense.Person, 41000, -1200, 0, 0.9)
	tr := b.track(n.now)
	tr.From = a.id
	n.a.Track(&tr, &n.out)
	a.ended = true
	end := a.track(n.now)
	end.Status, end.Into = fuse.Ended, trackID(3)
	c := n.walk(3, sense.Person, 45000, -1000, 0, 0.9)
	n.a.Track(&end, &n.out)
	n.until("02:10:00")
	al := n.only()
	if al.ID != id || len(al.Tracks) != 3 || al.Tracks[1] != b.id || al.Tracks[2] != c.id {
		t.Fatalf("tracks %v", al.Tracks)
	}
}

func TestAPersonWhoLeavesAHerdIsAnotherThing(t *testing.T) {
	n := newNight(t, "03:00:00")
	r := rand.New(rand.NewPCG(4, 4))
	for i := range 8 {
		w := n.walk(i, sense.Animal, 50000+float64(i)*15, -480+30*r.Float64(), 0, 0.22)
		w.noise = noise(uint64(i), 3)
	}
	person := n.walk(20, sense.Animal, 50050, -470, 0, 0.22) // looks like the herd at first
	n.until("03:08:00")
	herd := n.only()
	if herd.Rule != "herd-near" || herd.Severity != Information {
		t.Fatalf("herd: %s %s", herd.Rule, herd.Severity)
	}
	person.class, person.voff = sense.Person, 1.1
	n.until("03:11:00")
	if len(n.order) != 2 {
		t.Fatalf("%d alerts, want the herd's and the person's", len(n.order))
	}
	al := n.alerts()[1]
	if al.Severity < High || al.Tracks[0] != person.id {
		t.Fatalf("the person: %s %s %v", al.Rule, al.Severity, al.Tracks)
	}
}

func TestAnAnimalThatWalksStraightAtTheLineIsNotSilenced(t *testing.T) {
	n := newNight(t, "03:00:00")
	n.walk(1, sense.Animal, 50000, -1400, 0, 0.9)
	n.until("03:05:00")
	if al := n.only(); al.Rule != "approach-inbound" || al.Severity != Normal {
		t.Fatalf("%s %s", al.Rule, al.Severity)
	}
}

func TestTwoThingsFarApartAreTwoAlerts(t *testing.T) {
	n := newNight(t, "02:00:00")
	n.walk(1, sense.Person, 38400, -1500, 0, 0.9)
	n.walk(2, sense.Person, 41400, -1500, 0, 0.9)
	n.until("02:06:00")
	if len(n.order) != 2 {
		t.Fatalf("%d alerts", len(n.order))
	}
}

func TestLoiteringThenDigging(t *testing.T) {
	n := newNight(t, "01:00:00")
	w := n.walk(1, sense.Person, 60000, -60, 0, 0)
	w.noise = noise(5, 6)
	n.until("01:02:00")
	n.none()
	n.until("01:04:00")
	if al := n.only(); al.Rule != "barrier-loiter" || al.Severity != Normal {
		t.Fatalf("%s %s", al.Rule, al.Severity)
	}
	n.until("01:08:00")
	if al := n.only(); al.Severity != High {
		t.Fatalf("after 7 min: %s", al.Severity)
	}
	w.class = sense.Dig
	n.until("01:09:00")
	if al := n.only(); al.Rule != "digging" {
		t.Fatalf("digging is named %s", al.Rule)
	}
}

func TestSlowAirAndFloat(t *testing.T) {
	n := newNight(t, "01:00:00")
	n.walk(1, sense.SlowAir, 420000, -6000, 0, 6)
	n.until("01:03:30")
	if al := n.only(); al.Rule != "slow-air" || al.Class != sense.SlowAir {
		t.Fatalf("%s %s", al.Rule, al.Class)
	}
	m := newNight(t, "01:00:00")
	m.walk(1, sense.Float, 367000, -300, 0, 0.2)
	m.walk(2, sense.Float, 300000, -300, 0, 0.2) // no river there
	m.until("01:02:00")
	if al := m.only(); al.Rule != "float" || al.Severity != High {
		t.Fatalf("%s %s", al.Rule, al.Severity)
	}
}

func TestFirstSeenBesideTheLineMovingInland(t *testing.T) {
	n := newNight(t, "02:00:00")
	n.walk(1, sense.Person, 97000, 120, 0, 1.1)
	n.until("02:04:00")
	if al := n.only(); al.Rule != "came-from-line" || al.Severity != Normal {
		t.Fatalf("%s %s", al.Rule, al.Severity)
	}
}

func TestAlertEndsAndTakesItsThingBack(t *testing.T) {
	n := newNight(t, "02:00:00")
	w := n.walk(1, sense.Person, 38400, -1500, 0, 0.9)
	n.until("02:06:00")
	n.end(w)
	n.until("02:09:00")
	al := n.only()
	if al.Ended.IsZero() {
		t.Fatal("not ended two minutes after its track")
	}
	if len(n.out.Events) != 1 || n.out.Events[0].Kind != "alert-ended" {
		t.Fatalf("events %+v", n.out.Events)
	}
	n.walk(2, sense.Person, 38410, -1050, 0, 0.9)
	n.until("02:13:00")
	if al = n.only(); !al.Ended.IsZero() {
		t.Fatal("its thing came back and the alert stays ended")
	}
}

func lostSensor(id string, kind sense.Kind, km float64, link string) sense.Sensor {
	p := straight{}.Point(border.Chainage(km), 100)
	s := sense.Sensor{ID: sense.SensorID(id), Name: id, Kind: kind, Link: link, MaxRange: 8000}
	s.Position.Point = p
	return s
}

func (n *night) health(s sense.Sensor, from, to sense.Health) {
	n.a.Health(sense.HealthChange{Sensor: s.ID, From: from, To: to, At: n.now, Why: say.Text{En: "no heartbeat", Ar: "لا إشارة"}}, s, &n.out)
	n.collect()
}

func TestFibreCutIsOneAlert(t *testing.T) {
	for _, link := range []string{"fibre-90-105", ""} {
		n := newNight(t, "01:30:00")
		var all []sense.Sensor
		for km := 80; km <= 115; km++ {
			s := lostSensor("tower-"+border.Chainage(km*1000).String(), sense.Camera, float64(km)*1000, "")
			if km >= 90 && km <= 105 {
				s.Link = link
			}
			all = append(all, s)
			n.health(s, sense.Unheard, sense.Good)
		}
		for _, km := range []float64{90, 100} {
			s := lostSensor("radar-"+border.Chainage(km*1000).String(), sense.Radar, km*1000, link)
			all = append(all, s)
			n.health(s, sense.Unheard, sense.Good)
		}
		for i, s := range all {
			if km := s.Position.Lat; km != 0 && (i >= 10 && i <= 25 || i >= 36) {
				n.second()
				n.health(s, sense.Late, sense.Lost)
			}
		}
		n.second()
		al := n.only()
		if al.Rule != "sensors-lost" || al.Severity != High || len(al.Sensors) != 18 {
			t.Fatalf("link %q: %s %s with %d sensors", link, al.Rule, al.Severity, len(al.Sensors))
		}
		if al.Where.From.String() != "90+000" || al.Where.To.String() != "105+000" {
			t.Errorf("stretch %s to %s", al.Where.From, al.Where.To)
		}
		if !strings.Contains(al.Title.En, "18 sensors") || !strings.Contains(al.Title.Ar, "متحسساً") {
			t.Errorf("title %q %q", al.Title.En, al.Title.Ar)
		}
		var dark float64
		for _, e := range al.Evidence {
			if e.Name == "dark" {
				dark = e.Value
			}
		}
		if dark <= 0 || dark >= 15000 {
			t.Errorf("dark %v m; towers at 89 and 106 reach 8 km into the stretch of 15 km", dark)
		}
		for _, s := range all {
			n.health(s, sense.Lost, sense.Good)
		}
		n.second()
		if al = n.only(); al.Ended.IsZero() {
			t.Error("all are back and the alert has not ended")
		}
		n.health(all[12], sense.Late, sense.Lost)
		n.second()
		if link == "" {
			continue // without a known link, one tower alone is a fault of its own
		}
		if al = n.only(); !al.Ended.IsZero() {
			t.Error("the link fails again within minutes: the same alert")
		}
	}
}

func TestOneSensorLostIsOneQuietAlert(t *testing.T) {
	n := newNight(t, "01:00:00")
	s := lostSensor("tower-40", sense.Camera, 40000, "")
	n.health(s, sense.Unheard, sense.Good)
	n.health(s, sense.Late, sense.Lost)
	if al := n.only(); al.Rule != "sensor-lost" || al.Severity != Normal {
		t.Fatalf("%s %s", al.Rule, al.Severity)
	}
	other := lostSensor("tower-80", sense.Camera, 80000, "")
	n.health(other, sense.Unheard, sense.Good)
	n.health(other, sense.Good, sense.Gone)
	if len(n.out.Events) == 0 || n.out.Events[0].Kind != "sensor-gone" {
		t.Fatalf("a goodbye gives %+v", n.out.Events)
	}
	n.only()
}

func TestPresenceSensor(t *testing.T) {
	n := newNight(t, "01:00:00", func(c *Config) { c.Patrols = []Patrol{{Unit: "p1", Node: "gps-1"}} })
	s := sense.Sensor{ID: "seis-1", Name: "seis-1", Kind: sense.Presence, MaxRange: 30}
	s.Position.Point = straight{}.Point(70000, -40)
	hit := func() {
		n.a.Scan(&sense.Scan{Sensor: s.ID, Observed: n.now, Origin: s.Position, Detections: []sense.Detection{{Shape: sense.PresenceWithin, Z: [3]float64{30}, Confidence: 0.9}}}, &s, &n.out)
		n.second()
	}
	n.fixAt("gps-1", straight{}.Point(70050, -40), n.now)
	hit()
	hit()
	n.none()
	if len(n.out.Suppressed) != 1 || n.out.Suppressed[0].By != "own-force" {
		t.Fatalf("suppressed %+v", n.out.Suppressed)
	}
	n.until("01:00:40") // the fix is stale now
	hit()
	hit()
	if al := n.only(); al.Rule != "presence" || al.Severity != Normal || len(al.Sensors) != 1 {
		t.Fatalf("%s %s %v", al.Rule, al.Severity, al.Sensors)
	}
	hit()
	hit()
	if al := n.only(); al.Severity != High {
		t.Fatalf("after four reports: %s", al.Severity)
	}
	// A walker beside it belongs to the same thing.
	n.walk(1, sense.Person, 70000, -45, 0, 0.9)
	n.until("01:03:00")
	if al := n.only(); al.Rule != "crossing" || len(al.Tracks) != 1 {
		t.Fatalf("%s %v", al.Rule, al.Tracks)
	}
}

func TestOpenByHandAndTheTrackThatFollows(t *testing.T) {
	n := newNight(t, "02:03:45")
	q := Request{ID: ident.Derive("action", n.now, "x", 0), At: n.now, By: "Salma", Severity: High, Text: "four {km} on foot, says sentry", Chainage: 97300, Offset: -200}
	al, err := n.a.OpenByHand(q, &n.out)
	n.collect()
	if err != nil || al.ID != HandID(q.ID, q.At) || al.ByHand != "Salma" || !strings.Contains(al.Title.En, "four {km} on foot") {
		t.Fatalf("%v %+v", err, al)
	}
	if again, err := n.a.OpenByHand(q, &n.out); err != nil || again.ID != al.ID || len(n.out.Alerts) != 0 {
		t.Fatalf("the same request twice: %v %d", err, len(n.out.Alerts))
	}
	n.walk(1, sense.Person, 97330, -160, 0, 1.2)
	n.walk(9, sense.Vehicle, 84500, -3000, 0, 6) // the pickup is another thing
	n.until("02:08:00")
	if len(n.order) != 2 {
		t.Fatalf("%d alerts", len(n.order))
	}
	got := n.last[al.ID]
	if got.Severity != Critical || got.Rule != "crossing" || len(got.Tracks) != 1 || got.ByHand != "Salma" || got.Evidence[0].Name != "report" {
		t.Fatalf("%s %s %v %v", got.Rule, got.Severity, got.Tracks, got.Evidence)
	}
	for name, bad := range map[string]Request{
		"nobody":   {ID: q.ID, At: q.At, Chainage: 1},
		"no point": {ID: q.ID, At: q.At, By: "x", ByPoint: true, Lat: 99},
		"no id":    {At: q.At, By: "x"},
		"too far":  {ID: q.ID, At: q.At, By: "x", Chainage: 97300, Offset: 60000},
		"nowhere":  {ID: q.ID, At: q.At, By: "x", Chainage: 97300, Offset: borderOff(nan)},
	} {
		if _, err := n.a.OpenByHand(bad, &n.out); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestFiveBreachesAtOnce(t *testing.T) {
	n := newNight(t, "02:00:00")
	for i := range 5 {
		n.walk(i, sense.Person, 100000+float64(i)*7000, -1300, 0, 1.2)
	}
	n.until("02:08:00")
	if len(n.order) != 6 {
		t.Fatalf("%d alerts, want five and one for the whole", len(n.order))
	}
	var whole []Alert
	for _, al := range n.alerts() {
		if al.Rule == "simultaneous-breach" {
			whole = append(whole, al)
		}
	}
	if len(whole) != 1 || whole[0].Severity != Critical || whole[0].Count != 5 || whole[0].Where.To-whole[0].Where.From < 27000 {
		t.Fatalf("%+v", whole)
	}
}

func TestPatrolOverdue(t *testing.T) {
	n := newNight(t, "01:00:00", func(c *Config) {
		c.Patrols = []Patrol{{Unit: "p1", Name: say.Text{En: "Patrol 1", Ar: "دورية 1"}, Node: "gps-1", Check: 10 * time.Minute}, {Unit: "p2", Node: "gps-2"}}
	})
	n.fixAt("gps-1", straight{}.Point(30000, 300), n.now)
	n.fixAt("gps-2", straight{}.Point(50000, 300), n.now)
	n.until("01:09:59")
	n.none()
	n.until("01:10:05")
	if al := n.only(); al.Rule != "patrol-overdue" || al.Severity != Normal || !strings.Contains(al.Title.Ar, "دورية 1") {
		t.Fatalf("%s %s %q", al.Rule, al.Severity, al.Title.Ar)
	}
	n.until("01:20:05")
	if al := n.only(); al.Severity != High {
		t.Fatalf("after twice the time: %s", al.Severity)
	}
	n.fixAt("gps-1", straight{}.Point(30000, 300), n.now)
	if al := n.only(); al.Ended.IsZero() || !strings.Contains(al.Title.En, "20 min") {
		t.Fatalf("heard again: ended %s, %q", al.Ended, al.Title.En)
	}
}

// After Marsad itself was away nobody is overdue for what it could not hear: every
// unit gets its time again, and only then.
func TestNobodyIsOverdueForWhatMarsadCouldNotHear(t *testing.T) {
	n := newNight(t, "01:00:00", func(c *Config) {
		c.Patrols = []Patrol{{Unit: "p1", Name: say.Text{En: "Patrol 1", Ar: "دورية 1"}, Node: "gps-1", Check: 10 * time.Minute}}
	})
	n.fixAt("gps-1", straight{}.Point(30000, 300), n.now)
	n.until("01:02:00")
	n.now = at("03:02:00")
	state, err := n.a.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	if err := n.a.Restore(state); err != nil {
		t.Fatal(err)
	}
	n.until("03:12:00")
	n.none()
	n.until("03:12:10")
	if al := n.only(); al.Rule != "patrol-overdue" {
		t.Fatalf("silent for its time after the return: %s", al.Rule)
	}
}
