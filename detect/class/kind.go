package class

import (
	"fmt"

	"marsad/say"
	"marsad/sense"
)

// Kind is what a mover may be.
type Kind uint8

// The kinds. Unknown is what none of the others explains: clutter, and
// things that nobody thought of.
const (
	Person Kind = iota
	Group
	Vehicle
	Animal
	SlowAir
	Bird
	Unknown
	NKind = 7
)

var kindNames = [NKind]say.Text{
	{En: "person", Ar: "شخص"}, {En: "group", Ar: "مجموعة"}, {En: "vehicle", Ar: "مركبة"}, {En: "animal", Ar: "حيوان"},
	{En: "slow-air", Ar: "جسم جوي بطيء"}, {En: "bird", Ar: "طائر"}, {En: "unknown", Ar: "غير معروف"},
}

// String is the English word.
func (k Kind) String() string {
	if k < NKind {
		return kindNames[k].En
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Name is the word in both languages.
func (k Kind) Name() say.Text {
	if k < NKind {
		return kindNames[k]
	}
	return kindNames[Unknown]
}

// Class is the word of sense for a kind: there a bird is an animal.
func (k Kind) Class() sense.Class {
	switch k {
	case Person:
		return sense.Person
	case Group:
		return sense.Group
	case Vehicle:
		return sense.Vehicle
	case Animal, Bird:
		return sense.Animal
	case SlowAir:
		return sense.SlowAir
	}
	return sense.Unknown
}
