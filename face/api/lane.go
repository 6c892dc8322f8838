package api

import (
	"slices"
	"strings"
	"time"

	"marsad/border"
	"marsad/engine/access"
	"marsad/engine/works"
	"marsad/say"
)

type laneInput struct {
	ID string `path:"id" maxLength:"64"`
	Stretch
	Resolution float64 `query:"resolution" minimum:"0" doc:"Pieces shorter than this many metres are joined with their neighbour."`
	LaneTime
}

// Stretch asks for what lies between two chainages.
type Stretch struct {
	From float64 `query:"from" doc:"Chainage in metres; the beginning of the line when absent."`
	To   float64 `query:"to" doc:"Chainage in metres; the end of the line when absent."`
}

// LaneTime asks for a lane as it stood.
type LaneTime struct {
	Revision uint64    `query:"revision" doc:"A lane of what is seen as it stood at this revision of GET /api/v1/coverage; other lanes take no notice. Refused when it is too old."`
	AsOf     time.Time `query:"as_of" doc:"The lane as it was then. Refused for a lane that does not remember, and for a time to come."`
}

// laneNow is how far from the picture's time an as_of still means now.
const laneNow = time.Minute

// asOf gives a lane's pieces as they were at a time, the zero time for now.
func (s *Server) asOf(entry border.LaneEntry, span border.Span, at time.Time) ([]border.LanePiece, error) {
	now := s.picture.Current().Now
	switch {
	case at.IsZero() || at.Sub(now).Abs() <= laneNow:
		return entry.Pieces(span.From, span.To), nil
	case at.After(now):
		return nil, &say.Error{Code: "lane.future", Kind: say.Invalid,
			Text: say.Text{En: "as_of lies in the time to come", Ar: "الوقت المطلوب لم يأتِ بعد"},
			Hint: say.Text{En: "leave it away for the lane as it is now", Ar: "اتركه فارغاً للشريط كما هو الآن"}}
	}
	if entry.PiecesAt != nil {
		if pieces, ok := entry.PiecesAt(span.From, span.To, at); ok {
			return pieces, nil
		}
	}
	return nil, errNoHistory
}

var errNoHistory = &say.Error{Code: "lane.no_history", Kind: say.Conflict,
	Text: say.Text{En: "this lane does not remember how it was then", Ar: "لا يحتفظ هذا الشريط بحالته في ذلك الوقت"},
	Hint: say.Text{En: "ask without as_of for the lane as it is now", Ar: "اطلبه من دون وقت لتراه كما هو الآن"}}

// mayLane reports whether an account may see a lane. One that is need-to-know is
// there for those who may read coverage, or the works where it is of the barrier.
func mayLane(a *access.Account, l border.LaneEntry) bool {
	return !l.NeedToKnow || a.May(laneRight(l))
}

func laneRight(l border.LaneEntry) access.Right {
	if strings.HasPrefix(l.ID, works.LanePrefix) {
		return access.ReadWorks
	}
	return access.ReadCoverage
}

// lane gives one lane between two chainages. A lane that is need-to-know is cut
// to the account's sections.
func (s *Server) lane(a *access.Account, in *laneInput) (LaneData, error) {
	entry, ok := s.lanes.Lane(in.ID)
	if !ok {
		return LaneData{}, &say.Error{Code: "lane.unknown", Kind: say.NotFound,
			Text: say.Text{En: "there is no lane of this name", Ar: "لا يوجد شريط بهذا الاسم"},
			Hint: say.Text{En: "GET /api/v1/lanes lists them", Ar: "تجد أسماءها في قائمة الأشرطة"}}
	}
	if !mayLane(a, entry) {
		return LaneData{}, access.Denied(string(laneRight(entry)))
	}
	asOf := s.picture.Current().Now
	if !in.AsOf.IsZero() {
		asOf = in.AsOf.UTC()
	} else if in.Revision > 0 {
		now, lanes, err := s.moment(in.Revision)
		if err != nil {
			return LaneData{}, err
		}
		if i := slices.IndexFunc(lanes, func(e border.LaneEntry) bool { return e.ID == in.ID }); i >= 0 {
			entry, asOf = lanes[i], now.At
		} else {
			in.Revision = 0 // of something else
		}
	}
	span := s.atlas.Axis.Whole()
	if in.To != 0 || in.From != 0 {
		span = border.Span{From: border.Chainage(in.From), To: border.Chainage(in.To)}.Intersect(span)
		if span.Empty() {
			return LaneData{}, &say.Error{Code: "lane.span", Kind: say.Invalid,
				Text: say.Text{En: "from and to do not enclose a part of the line", Ar: "لا يحصر المدى أي جزء من الخط"},
				Hint: say.Text{En: "give metres from km 0, from below to", Ar: "أعط الأمتار من الكيلومتر صفر، والبداية قبل النهاية"}}
		}
	}
	within := border.NewSet(span)
	if entry.NeedToKnow {
		within = within.Intersect(a.Spans(s.sections, s.atlas.Axis.Whole()))
	}
	out := LaneData{LaneInfo: laneInfo(entry.LaneInfo), From: float64(span.From), To: float64(span.To), AsOf: asOf, Revision: in.Revision, Of: within.Length()}
	join := newJoiner(entry.Values, in.Resolution)
	for _, part := range within.Spans() {
		pieces, err := s.asOf(entry, part, in.AsOf)
		if err != nil {
			return LaneData{}, err
		}
		for _, p := range pieces {
			if !join.lacking(p.Value) {
				out.Length += p.Length()
			}
			join.add(p)
		}
	}
	for _, p := range join.pieces {
		out.Pieces = append(out.Pieces, LanePiece{From: round(float64(p.From), 1), To: round(float64(p.To), 1), Value: p.Value, Number: p.Number})
	}
	return out, nil
}

// joiner joins pieces that are shorter than a pixel with the one before.
type joiner struct {
	resolution float64
	rank       []string // words from the best to the worst; nil where none is worse
	lack       []string
	pieces     []border.LanePiece
}

func newJoiner(values []border.LaneValue, resolution float64) *joiner {
	j := &joiner{resolution: resolution}
	for _, v := range values {
		if v.Lacking {
			j.lack = append(j.lack, v.Value)
		}
		j.rank = append(j.rank, v.Value)
	}
	if j.lack == nil {
		j.rank = nil
	}
	return j
}

func (j *joiner) lacking(word string) bool { return slices.Contains(j.lack, word) }

// add appends a piece. Where a pixel holds several, the first counts; on a lane
// that knows a lack, the worst does, so that nothing dark is averaged away: a bad
// sliver is given a pixel, and no more than that.
func (j *joiner) add(p border.LanePiece) {
	n := len(j.pieces)
	if n == 0 || float64(p.From-j.pieces[n-1].To) >= 1 {
		j.pieces = append(j.pieces, p)
		return
	}
	last := &j.pieces[n-1]
	if j.rank == nil {
		if last.Length() < j.resolution && p.Length() < j.resolution {
			last.To = p.To
		} else {
			j.pieces = append(j.pieces, p)
		}
		return
	}
	short := j.resolution - last.Length() // what the last one lacks of a pixel
	switch at, was := slices.Index(j.rank, p.Value), slices.Index(j.rank, last.Value); {
	case at == was:
		last.To = p.To
	case at > was && short > 0: // the pixel is as bad as the worst in it
		last.To, last.Value = p.To, p.Value
		if n > 1 && j.pieces[n-2].Value == p.Value && j.pieces[n-2].To == last.From {
			j.pieces[n-2].To = p.To
			j.pieces = j.pieces[:n-1]
		}
	case at < was && short > 0:
		p.From = min(p.To, last.To+border.Chainage(short))
		last.To = p.From
		if p.Empty() {
			return
		}
		fallthrough
	default:
		j.pieces = append(j.pieces, p)
	}
}
