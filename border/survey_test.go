package border

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"marsad/say"
)

func TestASurveyIsRead(t *testing.T) {
	byChainage := "\ufeff# surveyed in autumn\npost, chainage, who\n10.5, 40000, a\n\n9.5, 39000, b\n"
	p := Default().At(40000)
	byPlace := fmt.Sprintf("LAT,LON,POST\n%.9f,%.9f,10.5\n%.9f,%.9f,9.5\n", p.Lat, p.Lon, Default().At(39000).Lat, Default().At(39000).Lon)
	for name, table := range map[string]string{"by chainage": byChainage, "by place": byPlace} {
		c, err := ReadCalibration([]byte(table), Default())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if km, ok := c.Post(39500); !ok || math.Abs(km-10) > 0.001 {
			t.Errorf("%s: km %v, %v", name, km, ok)
		}
		surveyed := DefaultAtlas().Surveyed(c)
		if d := surveyed.DescribeAt(39500, 0); d.Post != "10.000" {
			t.Errorf("%s: post %q", name, d.Post)
		}
		if d := surveyed.DescribeAt(60000, 0); d.Post != "" {
			t.Errorf("%s: post %q where nobody surveyed", name, d.Post)
		}
	}
	if d := DefaultAtlas().DescribeAt(39500, 0); d.Post != "" {
		t.Errorf("post %q without a survey", d.Post)
	}
}

func TestABadSurveyIsRefusedByItsLine(t *testing.T) {
	for name, c := range map[string]struct{ table, want string }{
		"nothing":             {"", "no head"},
		"no head":             {"1,2\n3,4\n", "head"},
		"half a place":        {"post,lat\n1,36\n", "head"},
		"one post":            {"post,chainage\n1,1000\n", "two"},
		"no number":           {"post,chainage\n1,1000\nx,2000\n", "line 3"},
		"a short line":        {"post,chainage\n1\n", "line 2"},
		"an open quote":       {"post,chainage\n1,1000\n\"2,2000\n", "line"},
		"off the line":        {"post,chainage\n1,1000\n2,9000000\n", "not on the line"},
		"no place":            {"post,chainage\n1,1000\n2,NaN\n", "not on the line"},
		"contradicting":       {"post,chainage\n1,1000\n2,2000\n1.5,3000\n", "contradict"},
		"another country":     {"post,lat,lon\n1,48,11\n", "line 2"},
		"not on the Earth":    {"post,lat,lon\n1,480,11\n", "line 2"},
		"far beside the line": {"post,lat,lon\n1,36.8,42.3\n", "farther"},
	} {
		_, err := ReadCalibration([]byte(c.table), Default())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		} else if e := say.As(err); e.Code != "border.calibration" || e.Text.Ar == "" {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if _, err := ReadCalibration([]byte("post,chainage\n"+strings.Repeat("1,1000\n", maxSurveys+1)), Default()); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Errorf("an endless table: %v", err)
	}
}

func FuzzReadCalibration(f *testing.F) {
	f.Add([]byte("post,chainage\n1,1000\n2,2000\n"))
	f.Add([]byte("post,lat,lon\n1,36.8,42.1\n\"2\",36.9,42.1\n"))
	f.Fuzz(func(t *testing.T, table []byte) {
		c, err := ReadCalibration(table, Default())
		if err != nil {
			return
		}
		s := c.Surveys()
		for _, x := range s {
			if km, ok := c.Post(x.Chainage); !ok || math.Abs(km-x.Post) > 1e-6*math.Max(1, math.Abs(x.Post)) {
				t.Fatalf("the post at %v reads %v, surveyed %v", x.Chainage, km, x.Post)
			}
		}
	})
}
