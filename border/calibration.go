package border

import (
	"fmt"
	"math"
	"sort"

	"marsad/say"
)

// Survey is one post as an operator's surveyors found it: the figure painted on
// it, and where it stands along the axis.
type Survey struct {
	Post     float64  `json:"post" yaml:"post"` // official kilometres
	Chainage Chainage `json:"chainage" yaml:"chainage"`
}

// Calibration turns measured chainage into official km posts and back, by
// straight lines between surveyed posts. There is none by default: without an
// operator's survey nobody may print a km post as official. It belongs to one
// version of the axis.
type Calibration struct {
	version string
	surveys []Survey // both figures strictly rising
}

// NewCalibration checks a survey of an axis: at least two posts, on the axis,
// no two at one place, and official figures that rise with the chainage, or all
// fall (official kilometres may be counted from the other end).
func NewCalibration(axis *Axis, surveys []Survey) (*Calibration, error) {
	if len(surveys) < 2 {
		return nil, calibrationError("a calibration needs at least two surveyed posts", "المعايرة تحتاج إلى علامتين ممسوحتين على الأقل")
	}
	c := &Calibration{version: axis.Version(), surveys: append([]Survey(nil), surveys...)}
	sort.SliceStable(c.surveys, func(i, j int) bool { return c.surveys[i].Chainage < c.surveys[j].Chainage })
	falling := c.surveys[1].Post < c.surveys[0].Post
	for i, s := range c.surveys {
		if math.IsNaN(s.Post) || math.IsInf(s.Post, 0) || !(s.Chainage >= 0 && float64(s.Chainage) <= axis.Length()) {
			return nil, calibrationError(fmt.Sprintf("post %v at chainage %v is not on the line", s.Post, float64(s.Chainage)), "إحدى العلامات الكيلومترية ليست على الخط")
		}
		if i == 0 {
			continue
		}
		before := c.surveys[i-1]
		if before.Chainage == s.Chainage || before.Post == s.Post || (s.Post < before.Post) != falling {
			return nil, calibrationError(fmt.Sprintf("post %v at %v and post %v at %v contradict each other", before.Post, before.Chainage, s.Post, s.Chainage), "علامتان كيلومتريتان متناقضتان")
		}
	}
	return c, nil
}

func calibrationError(en, ar string) error {
	return &say.Error{
		Code: "border.calibration", Kind: say.Invalid,
		Text: say.Text{En: en, Ar: ar},
		Hint: say.Text{En: "correct the survey table; posts must rise, or fall, all along the line", Ar: "صحح جدول المسح: يجب أن تتزايد العلامات أو تتناقص على طول الخط"},
	}
}

// Version is that of the axis the survey belongs to.
func (c *Calibration) Version() string { return c.version }

// Surveys gives the surveyed posts in order of chainage.
func (c *Calibration) Surveys() []Survey { return append([]Survey(nil), c.surveys...) }

// Post gives the official kilometre at a chainage, and false outside the
// surveyed stretch: it never extrapolates.
func (c *Calibration) Post(at Chainage) (km float64, ok bool) {
	first, last := c.surveys[0], c.surveys[len(c.surveys)-1]
	if !(at >= first.Chainage && at <= last.Chainage) {
		return 0, false
	}
	i := sort.Search(len(c.surveys)-1, func(i int) bool { return c.surveys[i+1].Chainage >= at })
	a, b := c.surveys[i], c.surveys[i+1]
	t := float64((at - a.Chainage) / (b.Chainage - a.Chainage))
	return a.Post + t*(b.Post-a.Post), true
}

// Chainage gives where an official kilometre stands, and false outside the
// surveyed stretch.
func (c *Calibration) Chainage(km float64) (at Chainage, ok bool) {
	first, last := c.surveys[0].Post, c.surveys[len(c.surveys)-1].Post
	if !(km >= math.Min(first, last) && km <= math.Max(first, last)) {
		return 0, false
	}
	falling := last < first
	i := sort.Search(len(c.surveys)-1, func(i int) bool {
		if falling {
			return c.surveys[i+1].Post <= km
		}
		return c.surveys[i+1].Post >= km
	})
	a, b := c.surveys[i], c.surveys[i+1]
	return a.Chainage + Chainage((km-a.Post)/(b.Post-a.Post))*(b.Chainage-a.Chainage), true
}
