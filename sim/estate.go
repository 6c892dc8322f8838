package sim

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"sort"
	"time"

	"marsad/border"
	"marsad/force"
	"marsad/geo"
	"marsad/ident"
	"marsad/say"
	"marsad/sense"
)

// EstateSeed is the seed of the estate that demo, simulator and tests share, so
// that a roster made here names the nodes that connect there.
const EstateSeed = 1

// How many there are of each: the size of the published programme, assumed.
const (
	Towers    = 620
	Radars    = 62
	Aerostats = 6
	Gaps      = 40 // presence sensors
	Patrols   = 60
)

// Assumed figures of the simulated equipment, lengths in metres.
const (
	ground       = 300.0 // height of the ground above the ellipsoid: flat, no terrain is simulated
	towerHeight  = 28.0
	flightHeight = 300.0
	cameraReach  = 5000.0
	radarReach   = 12000.0
	flightReach  = 12000.0
	presenceHear = 50.0
	heartbeat    = 5 * time.Second
	fixPeriod    = 5 * time.Second
	runLength    = 16 // towers on one cable
)

// Ground is the height of the simulated world's flat ground above the ellipsoid.
const Ground = ground

// Says what shape of measurement a node reports.
type report uint8

const (
	groundPoint report = iota // bearing and a range from where the ray meets the ground
	bearingOnly
	radarPlot
	imagePoint // a position on the ground, from above
	something  // presence
	fix        // own GPS
)

// Node is one simulated sensor with what only the simulator knows of it.
type Node struct {
	sense.Sensor
	Number   int // tower 90 stands at about km 90, radar 90 at km 90; the others count from 1
	Chainage border.Chainage
	reports  report
}

// Link is a run of towers and radars on one power and fibre cable: what fails
// together.
type Link struct {
	ID    string
	Name  say.Text
	Nodes []int // indices in the estate
}

// Estate is everything that stands on the border and reports.
type Estate struct {
	Axis   *border.Axis
	Seed   uint64
	Nodes  []Node
	Links  []Link
	Roster force.Roster
}

// NewEstate lays the estate along an axis. Equal axis and seed give an equal
// estate. section names the owner of a chainage for the roster; nil leaves it
// unnamed.
func NewEstate(axis *border.Axis, seed uint64, section func(border.Chainage) string) *Estate {
	if section == nil {
		section = func(border.Chainage) string { return "" }
	}
	e := &Estate{Axis: axis, Seed: seed}
	e.towers()
	e.radars()
	e.aerostats()
	e.gaps()
	e.patrols(section)
	e.join()
	return e
}

// infill are the km at which a second tower stands within the kilometre: near
// the crossings and the river, where the published network is densest.
var infill = [...]int{7, 43, 44, 45, 81, 200, 364, 365, 366, 367, 368, 369, 370, 371, 372, 373, 374, 375, 376, 377}

func (e *Estate) towers() {
	length := e.Axis.Length()
	put := func(km int, name string, c float64) {
		n := Node{Number: km, Chainage: border.Chainage(math.Min(c, length-1)), reports: groundPoint}
		if km%5 == 3 {
			n.reports = bearingOnly
		}
		n.Sensor = sense.Sensor{
			ID: e.id("tower " + name), Name: "Tower " + name, Kind: sense.Camera,
			Position: e.up(n.Chainage, border.Offset(40+80*e.fraction("offset "+name)), towerHeight),
			MaxRange: cameraReach, Pd: 0.8, Clutter: 0.02,
			Period: time.Second, Heartbeat: heartbeat,
			SigmaAzimuth: 0.002, SigmaRange: 150,
			CanLookAt: true, Mount: "tower-" + name, Link: linkOf(km),
		}
		e.add(n)
	}
	last := int(length / 1000)
	left := Towers
	for km := 0; km <= last && left > 0; km++ {
		put(km, fmt.Sprintf("%03d", km), float64(km)*1000+80*(e.fraction(fmt.Sprint("tower ", km))-0.5)+60)
		left--
	}
	for _, km := range infill {
		if left > 0 && km <= last {
			put(km, fmt.Sprintf("%03dB", km), float64(km)*1000+520)
			left--
		}
	}
}

func (e *Estate) radars() {
	length := e.Axis.Length()
	for i := range Radars {
		km := i * 10
		if float64(km)*1000 > length {
			km = int(length / 1000)
		}
		n := Node{Number: km, Chainage: border.Chainage(math.Min(float64(km)*1000+60, length-1)), reports: radarPlot}
		n.Sensor = sense.Sensor{
			ID: e.id(fmt.Sprint("radar ", i)), Name: fmt.Sprintf("Radar %03d", km), Kind: sense.Radar,
			Position: e.up(n.Chainage, 90, towerHeight+4),
			MinRange: 80, MaxRange: radarReach, Pd: 0.8, Clutter: 5,
			Period: time.Second, Heartbeat: heartbeat,
			SigmaRange: 8, SigmaAzimuth: 0.006, SigmaDoppler: 0.3,
			Mount: fmt.Sprintf("tower-%03d", km), Link: linkOf(km),
		}
		e.add(n)
	}
}

func (e *Estate) aerostats() {
	length := e.Axis.Length()
	for i := range Aerostats {
		n := Node{Number: i + 1, Chainage: border.Chainage(length * (float64(i) + 0.5) / Aerostats), reports: imagePoint}
		n.Sensor = sense.Sensor{
			ID: e.id(fmt.Sprint("aerostat ", i+1)), Name: fmt.Sprintf("Aerostat %d", i+1), Kind: sense.Aerostat,
			Position: e.up(n.Chainage, 600, flightHeight), Moving: true,
			MinRange: 200, MaxRange: flightReach, Pd: 0.7, Clutter: 0.05,
			Period: time.Second, Heartbeat: heartbeat, SigmaPosition: 25,
			CanLookAt: true, Mount: fmt.Sprintf("aerostat-%d", i+1), Link: fmt.Sprintf("tether-%d", i+1),
		}
		e.add(n)
	}
}

func (e *Estate) gaps() {
	length := e.Axis.Length()
	for i := range Gaps {
		n := Node{Number: i + 1, reports: something}
		n.Chainage = border.Chainage((float64(i) + 0.2 + 0.6*e.fraction(fmt.Sprint("gap ", i))) / Gaps * length)
		n.Sensor = sense.Sensor{
			ID: e.id(fmt.Sprint("presence ", i+1)), Name: fmt.Sprintf("Presence %02d", i+1), Kind: sense.Presence,
			Position: e.up(n.Chainage, -5, 0), MaxRange: presenceHear, Pd: 0.7,
			Heartbeat: 2 * heartbeat, SigmaPosition: presenceHear / 2,
			Mount: fmt.Sprintf("gap-%02d", i+1), Link: fmt.Sprintf("radio-gap-%02d", i+1),
		}
		e.add(n)
	}
}

// callSigns are fictional: birds and beasts of the steppe.
var callSigns = [...]say.Text{
	{En: "Falcon", Ar: "صقر"}, {En: "Oryx", Ar: "مها"}, {En: "Lynx", Ar: "وشق"}, {En: "Heron", Ar: "بلشون"},
	{En: "Swift", Ar: "سنونو"}, {En: "Gazelle", Ar: "غزال"}, {En: "Sandgrouse", Ar: "قطا"}, {En: "Bustard", Ar: "حبارى"},
	{En: "Hoopoe", Ar: "هدهد"}, {En: "Lark", Ar: "قبرة"},
}

func (e *Estate) patrols(section func(border.Chainage) string) {
	length := e.Axis.Length()
	for i := range Patrols {
		km := i*10 + 1
		if km == 101 {
			km = 99 // a picket that the written scenarios know
		}
		home := border.Chainage(math.Min(float64(km)*1000, length-1))
		sign := callSigns[i%len(callSigns)]
		id := fmt.Sprintf("patrol-%03d", km)
		n := Node{Number: i + 1, Chainage: home, reports: fix}
		n.Sensor = sense.Sensor{
			ID: e.id(id), Name: fmt.Sprintf("GPS of %s", id), Kind: sense.OwnForce,
			Position: e.up(home, homeOffset, 1), Moving: true, Pd: 1,
			Heartbeat: 2 * heartbeat, SigmaPosition: 5, Unit: id, Link: "radio-" + id,
		}
		e.add(n)
		number := fmt.Sprint(i/len(callSigns) + 1)
		e.Roster = append(e.Roster, force.Unit{
			ID:      id,
			Name:    say.Text{En: "Patrol " + sign.En + " " + number, Ar: "دورية " + sign.Ar + " " + say.LTR(number)},
			Section: section(home), Home: home, People: 4 + i%3, Node: string(n.ID), Speed: 8, Check: 900,
		})
	}
}

// homeOffset is how far behind the line a patrol waits, in metres.
const homeOffset = 250

func (e *Estate) add(n Node) {
	n.Simulated, n.Assumed = true, true
	e.Nodes = append(e.Nodes, n)
}

// linkOf names the cable of a kilometre: runs of sixteen, cut so that one of
// them is 90 to 105.
func linkOf(km int) string {
	return fmt.Sprintf("cable-%02d", (km+runLength-10)/runLength)
}

func (e *Estate) join() {
	at := map[string]int{}
	for i := range e.Nodes {
		id := e.Nodes[i].Link
		k, known := at[id]
		if !known {
			k = len(e.Links)
			at[id] = k
			e.Links = append(e.Links, Link{ID: id, Name: say.Text{En: "Link " + id, Ar: "خط الربط " + say.LTR(id)}})
		}
		e.Links[k].Nodes = append(e.Links[k].Nodes, i)
	}
	sort.Slice(e.Links, func(i, j int) bool { return e.Links[i].ID < e.Links[j].ID })
}

// Sensors as they would register.
func (e *Estate) Sensors() []sense.Sensor {
	all := make([]sense.Sensor, len(e.Nodes))
	for i := range e.Nodes {
		all[i] = e.Nodes[i].Sensor
	}
	return all
}

// Within is the estate of a stretch: nodes and units whose home lies on it.
func (e *Estate) Within(from, to border.Chainage) *Estate {
	part := &Estate{Axis: e.Axis, Seed: e.Seed}
	for _, n := range e.Nodes {
		if from <= n.Chainage && n.Chainage <= to {
			part.Nodes = append(part.Nodes, n)
		}
	}
	for _, u := range e.Roster {
		if from <= u.Home && u.Home <= to {
			part.Roster = append(part.Roster, u)
		}
	}
	part.join()
	return part
}

func (e *Estate) up(c border.Chainage, o border.Offset, above float64) geo.Position {
	return geo.Position{Point: e.Axis.Place(c, o), Height: ground + above}
}

// id is a UUID in the form of version 4, as the protocol asks of node ids, from
// a hash of the seed and the name.
func (e *Estate) id(name string) sense.SensorID {
	h := e.hash("node " + name)
	var id ident.ID
	copy(id[:], h[:])
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return sense.SensorID(id.String())
}

// fraction in [0, 1) that belongs to a name.
func (e *Estate) fraction(name string) float64 {
	h := e.hash("fraction " + name)
	return float64(binary.BigEndian.Uint64(h[:])>>11) / (1 << 53)
}

func (e *Estate) hash(name string) [32]byte {
	h := sha256.New()
	var seed [8]byte
	binary.BigEndian.PutUint64(seed[:], e.Seed)
	h.Write(seed[:])
	io.WriteString(h, name)
	return [32]byte(h.Sum(nil))
}
