package api

import (
	"slices"

	"marsad/engine/access"
	"marsad/geo"
	"marsad/respond"
	"marsad/say"
	"marsad/sense"
)

// hasHome reports whether a dwelling lies in an account's sections.
func (s *Server) hasHome(a *access.Account, corners [][2]float64) bool {
	if a.Everywhere() {
		return true
	}
	may := a.Spans(s.sections, s.atlas.Axis.Whole())
	return slices.ContainsFunc(corners, func(c [2]float64) bool {
		l := s.atlas.Axis.Locate(geo.Point{Lat: c[0], Lon: c[1]})
		return !l.Far && may.Contains(l.Chainage)
	})
}

// concerns reports whether a camera can have to do with an incident: it found it,
// or can see its place.
func (s *Server) concerns(r *CameraRow, c *respond.Case) bool {
	return slices.Contains(c.Alert.Sensors, sense.SensorID(r.ID)) || s.cameras.Sees(r.ID, c.Alert.Where.Point) != "no"
}

// besideHome is how near to an incident, in metres, a dwelling can concern it
// without a camera that looks at both.
const besideHome = 2000.0

// concernsHome reports whether a dwelling can have to do with an incident: it lies
// beside its place, or a camera of the account that the incident concerns can see it.
func (s *Server) concernsHome(a *access.Account, corners [][2]float64, c *respond.Case) bool {
	rows := s.cameraRows(a)
	return slices.ContainsFunc(corners, func(x [2]float64) bool {
		p := geo.Point{Lat: x[0], Lon: x[1]}
		return geo.Distance(p, c.Alert.Where.Point) <= besideHome ||
			slices.ContainsFunc(rows, func(r CameraRow) bool { return s.concerns(&r, c) && s.cameras.Sees(r.ID, p) != "no" })
	})
}

var (
	noSuchHome = &say.Error{Code: "dwelling.none", Kind: say.NotFound,
		Text: say.Text{En: "there is no such dwelling in your sections", Ar: "لا يوجد مسكن كهذا في قواطعك"},
		Hint: say.Text{En: "corners are latitude, then longitude; it may belong to another section", Ar: "الزوايا خط العرض ثم خط الطول؛ وربما يعود إلى قاطع آخر"}}
	unconcerned = &say.Error{Code: "camera.unconcerned", Kind: say.Conflict,
		Text: say.Text{En: "this incident is too far away to need it", Ar: "هذه الحادثة أبعد من أن تستدعي ذلك"},
		Hint: say.Text{En: "a mask is lifted where a camera sees the incident's place, or the home lies within 2 km of it", Ar: "يُرفع القناع حيث ترى الكاميرا مكان الحادثة أو يقع المسكن ضمن كيلومترين منه"}}
)

// maxAcross is how far apart corners of one dwelling may be, in metres.
const maxAcross = 2000.0

// shaped refuses what is no outline of a dwelling.
func shaped(corners [][2]float64) error {
	for _, c := range corners {
		p, err := geo.NewPoint(c[0], c[1])
		if err != nil {
			return err
		}
		if first := (geo.Point{Lat: corners[0][0], Lon: corners[0][1]}); geo.Distance(first, p) > maxAcross {
			return &say.Error{Code: "dwelling.large", Kind: say.Invalid,
				Text: say.Text{En: "corners of a dwelling more than 2 km apart", Ar: "تتباعد زوايا المسكن أكثر من كيلومترين"},
				Hint: say.Text{En: "corners are latitude, then longitude; draw a village as several", Ar: "الزوايا خط العرض ثم خط الطول؛ ارسم القرية مضلعات عدة"}}
		}
	}
	return nil
}

var closedIncident = &say.Error{Code: "camera.incident_closed", Kind: say.Conflict,
	Text: say.Text{En: "this incident is closed", Ar: "هذه الحادثة مغلقة"},
	Hint: say.Text{En: "masks are lifted for an incident that is open", Ar: "تُرفع الأقنعة لحادثة مفتوحة فقط"}}
