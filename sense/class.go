package sense

import "fmt"

// Class of a moving thing. Before an outcome nothing more is ever said of it.
type Class uint8

// The classes.
const (
	Unknown Class = iota
	Person
	Group
	Vehicle
	Convoy
	Animal
	SlowAir // balloon, UAV
	Float   // on the river
	Dig     // tunnel activity
	NClass  = 9
)

var classNames = [NClass]string{"unknown", "person", "group", "vehicle", "convoy", "animal", "slow-air", "float", "dig"}

// String is the vocabulary's word.
func (c Class) String() string {
	if int(c) < len(classNames) {
		return classNames[c]
	}
	return fmt.Sprintf("class(%d)", uint8(c))
}

// ParseClass reads the vocabulary's word.
func ParseClass(s string) (Class, error) {
	for i, n := range classNames {
		if n == s {
			return Class(i), nil
		}
	}
	return Unknown, fmt.Errorf("%q is not a class; the classes are %v", s, classNames)
}

// MarshalText writes the word.
func (c Class) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads the word.
func (c *Class) UnmarshalText(b []byte) (err error) { *c, err = ParseClass(string(b)); return err }

// Classes is a probability for each class. The zero value says nothing; Unknown
// carries the mass that a sensor could not place.
type Classes [NClass]float32

// Best is the class with the most mass and its share; Unknown with 0 for the
// zero value.
func (c Classes) Best() (Class, float64) {
	best, p := Unknown, float32(0)
	for i, v := range c {
		if v > p {
			best, p = Class(i), v
		}
	}
	return best, float64(p)
}
