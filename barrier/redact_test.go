package barrier

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// stays are the texts of facts that retention leaves: what was stated, of what, and
// on what it rests. A claim stays whole. A text that is not here must go.
var stays = []string{
	"Piece.Kind", "Piece.Stretch.Side", "Piece.Stretch.Axis", "Piece.State", "Piece.Cost.Currency", "Piece.Unit", "Piece.Marks[0]",
	"Inspection.Kind", "Inspection.Stretch.Side", "Inspection.Stretch.Axis", "Inspection.Result", "Inspection.Marks[0]",
	"WeakSpot.Kind", "WeakSpot.Layer", "WeakSpot.State", "WeakSpot.Risk", "WeakSpot.Stretch.Side", "WeakSpot.Stretch.Axis", "WeakSpot.Found.How", "WeakSpot.Marks[0]",
	"Package.Name.En", "Package.Name.Ar", "Package.Kind", "Package.Stretch.Side", "Package.Stretch.Axis", "Package.State", "Package.Budget.Currency", "Package.Marks[0]",
	"Crew.Name.En", "Crew.Name.Ar", "Crew.Unit", "Crew.Marks[0]",
	"Calendar.Name.En", "Calendar.Name.Ar", "Calendar.Holidays[0].Name.En", "Calendar.Holidays[0].Name.Ar", "Calendar.Marks[0]",
	"Stoppage.Cause", "Stoppage.Stretch.Side", "Stoppage.Stretch.Axis", "Stoppage.Marks[0]",
	"Diary.Kind", "Diary.Stretch.Side", "Diary.Stretch.Axis", "Diary.Cost.Currency", "Diary.Marks[0]",
	"Rule.Name.En", "Rule.Name.Ar", "Rule.When",
}

// eachText calls do for every text in a value, which it can change; pointers and
// lists that are empty are given one thing first.
func eachText(path string, v reflect.Value, do func(path string, text reflect.Value)) {
	switch v.Kind() {
	case reflect.String:
		do(path, v)
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		eachText(path, v.Elem(), do)
	case reflect.Slice:
		if v.Len() == 0 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		}
		for i := range v.Len() {
			eachText(fmt.Sprintf("%s[%d]", path, i), v.Index(i), do)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				eachText(strings.TrimPrefix(path+"."+f.Name, "."), v.Field(i), do)
			}
		}
	}
}

// Of every fact there is, with a name in every text that it has, retention leaves
// only the texts that are known to be none of a person's.
func TestNoWordOfAnyFactOutlivesRetention(t *testing.T) {
	const name = "Salim Nasir"
	facts := reflect.TypeFor[Fact]()
	for i := range facts.NumField() {
		what := facts.Field(i).Name
		if what == "Claim" {
			continue
		}
		var f Fact
		eachText(what, reflect.ValueOf(&f).Elem().Field(i), func(_ string, text reflect.Value) { text.SetString(name) })
		was := f
		e := Event{Op: Put, By: "eng", Why: name, Fact: f}.Redacted()
		if e.Why != "" || !e.Erased {
			t.Errorf("%s: its reason is left: %+v", what, e)
		}
		eachText(what, reflect.ValueOf(&e.Fact).Elem().Field(i), func(path string, text reflect.Value) {
			evidence := strings.HasSuffix(path, "[0].Kind") || strings.HasSuffix(path, "[0].Ref") || strings.HasSuffix(path, "[0].SHA256")
			if left := text.String() == name; left != (slices.Contains(stays, path) || evidence) {
				t.Errorf("%s after retention: %q", path, text)
			}
		})
		eachText(what, reflect.ValueOf(&was).Elem().Field(i), func(path string, text reflect.Value) {
			if text.String() != name {
				t.Errorf("%s of the event that was given changed", path)
			}
		})
	}
}
