package api

import (
	"math"
	"testing"
)

func TestEllipse(t *testing.T) {
	for _, c := range []struct {
		name               string
		ee, en, nn         float64
		major, minor, tilt float64
	}{
		{"round", 4, 0, 4, 2 * chi95, 2 * chi95, 90},
		{"long to the east", 9, 0, 1, 3 * chi95, chi95, 90},
		{"long to the north", 1, 0, 9, 3 * chi95, chi95, 0},
		{"long to the north-east", 5, 4, 5, 3 * chi95, chi95, 45},
		{"long to the north-west", 5, -4, 5, 3 * chi95, chi95, 135},
		{"a point", 0, 0, 0, 0, 0, 90},
	} {
		major, minor, tilt := ellipse(c.ee, c.en, c.nn)
		if math.Abs(major-c.major) > 1e-9 || math.Abs(minor-c.minor) > 1e-9 || math.Abs(tilt-c.tilt) > 1e-9 {
			t.Errorf("%s: got %.3f × %.3f at %.1f°", c.name, major, minor, tilt)
		}
	}
}

func TestCourse(t *testing.T) {
	for _, c := range []struct{ ve, vn, speed, heading float64 }{
		{0, 2, 2, 0}, {2, 0, 2, 90}, {0, -2, 2, 180}, {-2, 0, 2, 270}, {3, 4, 5, 36.8699},
	} {
		speed, heading := course(c.ve, c.vn)
		if math.Abs(speed-c.speed) > 1e-9 || math.Abs(heading-c.heading) > 1e-4 {
			t.Errorf("%v, %v: got %.3f m/s at %.4f°", c.ve, c.vn, speed, heading)
		}
	}
}
