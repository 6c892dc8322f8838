package assess

import (
	"math/rand/v2"
	"testing"
	"time"

	"marsad/sense"
)

func noise(seed uint64, sigma float64) func() float64 {
	r := rand.New(rand.NewPCG(seed, 7))
	var x float64
	return func() float64 { // errors of a tracker are alike from one second to the next
		x = 0.9*x + 0.436*sigma*r.NormFloat64()
		return x
	}
}

func TestFamily(t *testing.T) {
	n := newNight(t, "02:10:00")
	for i := range 5 {
		w := n.walk(i, sense.Person, 38400+float64(i)*4, -1800, 0, 0.8)
		w.noise = noise(uint64(i), 8)
	}
	n.until("02:16:45")
	al := n.only()
	if al.Severity != High || al.Rule != "approach-inbound" || !al.Inbound || len(al.Tracks) != 5 {
		t.Fatalf("%s %s inbound %v tracks %d at 02:16:45", al.Rule, al.Severity, al.Inbound, len(al.Tracks))
	}
	t.Log("opened", al.Opened.Format("15:04:05"), "|", al.Reason.En, "|", al.Reason.Ar)
	if in := al.LineIn; in < 25*time.Minute || in > 40*time.Minute {
		t.Errorf("line in %s, truth is 31 min", in)
	}
	n.until("02:28:45")
	for _, w := range n.moves {
		w.pause = n.now.Add(90 * time.Second)
	}
	n.until("02:54:00")
	al = n.only()
	if al.Severity != Critical || al.Rule != "crossing" || !al.Crossed || !al.Inbound {
		t.Fatalf("after the line: %s %s crossed %v", al.Rule, al.Severity, al.Crossed)
	}
}

func TestOutboundConvoy(t *testing.T) {
	n := newNight(t, "23:40:00")
	for i := range 3 {
		w := n.walk(i, sense.Vehicle, 385000, 9000+float64(i)*60, 0, -11)
		w.noise = noise(uint64(i), 15)
	}
	n.until("23:46:34")
	al := n.only()
	if al.Rule != "outbound-convoy" || al.Severity != High || !al.Outbound {
		t.Fatalf("%s %s outbound %v", al.Rule, al.Severity, al.Outbound)
	}
	t.Log("opened", al.Opened.Format("15:04:05"), "|", al.Title.En, "|", al.Reason.En)
	n.until("23:55:00")
	if al = n.only(); al.Rule != "crossing" || !al.Crossed || !al.Outbound {
		t.Fatalf("%s crossed %v outbound %v", al.Rule, al.Crossed, al.Outbound)
	}
}

func TestPickupThatStopsKeepsItsAlert(t *testing.T) {
	n := newNight(t, "01:42:00")
	w := n.walk(1, sense.Vehicle, 84500, -3000, 0, 6)
	w.noise = noise(3, 10)
	n.until("01:49:30")
	w.voff = 0
	n.until("02:05:00")
	al := n.only()
	if al.Severity != High || al.Crossed {
		t.Fatalf("%s %s crossed %v", al.Rule, al.Severity, al.Crossed)
	}
}

func TestGrazingAndPassingTrafficStaySilent(t *testing.T) {
	n := newNight(t, "20:00:00")
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 20 { // herds far from the line, slow and aimless
		w := n.walk(i, sense.Animal, 10000+float64(i)*3000, -700-r.Float64()*3000, 0, 0)
		w.noise = noise(uint64(i), 15)
	}
	for i := range 10 { // vehicles along the line on either side
		w := n.walk(100+i, sense.Vehicle, 20000+float64(i)*9000, 1500-3000*float64(i%2), 12, 0.2)
		w.noise = noise(uint64(90+i), 15)
	}
	for range 1500 {
		for _, w := range n.moves[:20] {
			w.vkm += 0.02 * r.NormFloat64()
			w.voff += 0.02 * r.NormFloat64()
			w.vkm, w.voff = w.vkm*0.99, w.voff*0.99
		}
		n.second()
	}
	n.none()
}
