package barrier

import "marsad/say"

// Kind of layer.
type Kind string

// The kinds, in the order in which a stretch is usually worked.
const (
	MineClearance Kind = "mine-clearance"
	Road          Kind = "road"
	Drainage      Kind = "drainage"
	Trench        Kind = "trench"
	Berm          Kind = "berm"
	Wire          Kind = "wire"  // concertina
	Fence         Kind = "fence" // mesh, BRC
	Wall          Kind = "wall"
	Gate          Kind = "gate"
	Tower         Kind = "tower"
	Camera        Kind = "camera"
	Fibre         Kind = "fibre"
	Power         Kind = "power"
)

// Kinds gives every kind in the order of work.
func Kinds() []Kind {
	return []Kind{MineClearance, Road, Drainage, Trench, Berm, Wire, Fence, Wall, Gate, Tower, Camera, Fibre, Power}
}

// Counted reports whether things of the kind are counted rather than measured
// along the line: a gate or a tower may have no length at all.
func (k Kind) Counted() bool { return k == Gate || k == Tower || k == Camera }

// Known reports whether the kind is one of Kinds.
func (k Kind) Known() bool { _, ok := kindNames[k]; return ok }

// Name is the kind for people.
func (k Kind) Name() say.Text { return kindNames[k] }

var kindNames = map[Kind]say.Text{
	MineClearance: {En: "mine clearance", Ar: "تطهير الألغام"},
	Road:          {En: "border road", Ar: "طريق حدودي"},
	Drainage:      {En: "drainage", Ar: "تصريف المياه"},
	Trench:        {En: "trench", Ar: "خندق شقي"},
	Berm:          {En: "berm", Ar: "ساتر ترابي"},
	Wire:          {En: "concertina", Ar: "مانع منفاخي"},
	Fence:         {En: "mesh fence", Ar: "سياج BRC"},
	Wall:          {En: "wall", Ar: "جدار كونكريتي"},
	Gate:          {En: "gate", Ar: "بوابة"},
	Tower:         {En: "watchtower", Ar: "برج مراقبة"},
	Camera:        {En: "camera", Ar: "كاميرا"},
	Fibre:         {En: "fibre", Ar: "ألياف ضوئية"},
	Power:         {En: "power", Ar: "طاقة كهربائية"},
}

// Side of the line on which a piece lies. The words are those of border.Side.
type Side string

// The sides.
const (
	OnLine    Side = "line"
	HomeSide  Side = "home"
	OtherSide Side = "other"
)

// Sides gives every side, our own first.
func Sides() []Side { return []Side{HomeSide, OnLine, OtherSide} }

// Known reports whether the side is one of Sides.
func (s Side) Known() bool { return s == OnLine || s == HomeSide || s == OtherSide }

// Name is the side for people.
func (s Side) Name() say.Text { return sideNames[s] }

var sideNames = map[Side]say.Text{
	OnLine:    {En: "on the line", Ar: "على الخط الصفري"},
	HomeSide:  {En: "home side", Ar: "جانبنا"},
	OtherSide: {En: "other side", Ar: "الجانب الآخر"},
}

// State of a piece of barrier.
type State string

// The states. How one follows another stands in machine.go.
const (
	Planned     State = "planned"
	Surveyed    State = "surveyed"
	Cleared     State = "cleared"
	Building    State = "under-construction"
	Built       State = "built"
	Inspected   State = "inspected"
	Accepted    State = "accepted"
	Damaged     State = "damaged"
	UnderRepair State = "under-repair"
	Removed     State = "removed"
)

// States gives every state in the order of the path.
func States() []State {
	return []State{Planned, Surveyed, Cleared, Building, Built, Inspected, Accepted, Damaged, UnderRepair, Removed}
}

// Stands reports whether a piece in the state keeps anybody out: it is there
// and whole. A damaged piece is there and does not count.
func (s State) Stands() bool { return s == Built || s == Inspected || s == Accepted }

// Measured reports whether somebody other than its builder has seen the piece
// and measured it: what may be set beside a claim.
func (s State) Measured() bool { return s == Inspected || s == Accepted }

// Known reports whether the state is one of States.
func (s State) Known() bool { _, ok := stateNames[s]; return ok }

// Name is the state for people.
func (s State) Name() say.Text { return stateNames[s] }

var stateNames = map[State]say.Text{
	Planned:     {En: "planned", Ar: "مخطط"},
	Surveyed:    {En: "surveyed", Ar: "ممسوح"},
	Cleared:     {En: "cleared", Ar: "مطهّر"},
	Building:    {En: "under construction", Ar: "قيد الإنشاء"},
	Built:       {En: "built", Ar: "منجز"},
	Inspected:   {En: "inspected", Ar: "مفحوص"},
	Accepted:    {En: "accepted", Ar: "مستلم"},
	Damaged:     {En: "damaged", Ar: "متضرر"},
	UnderRepair: {En: "under repair", Ar: "قيد الإصلاح"},
	Removed:     {En: "removed", Ar: "مُزال"},
}

// rank orders the states of overlapping pieces: the one that counts most names
// the metre. A damaged piece ranks below one that stands, above one that is
// only being built.
var rank = map[State]int{
	Removed: 0, Planned: 1, Surveyed: 2, Cleared: 3, Building: 4, UnderRepair: 5, Damaged: 6, Built: 7, Inspected: 8, Accepted: 9,
}
