package record

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marsad/assess"
	"marsad/respond"
)

// fill puts a text of its own into every string below v, with its path.
func fill(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("<" + path + ">")
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), path)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), path+"[]")
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(t0))
			return
		}
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; v.Type().Field(i).IsExported() {
				fill(v.Field(i), strings.TrimPrefix(path+"."+name, "."))
			}
		}
	}
}

// left gives the paths of the texts that are still as fill made them.
func left(v reflect.Value, path string) (out []string) {
	switch v.Kind() {
	case reflect.String:
		if v.String() == "<"+path+">" {
			return []string{path}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			return left(v.Elem(), path)
		}
	case reflect.Slice:
		for i := range v.Len() {
			out = append(out, left(v.Index(i), path+"[]")...)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return nil
		}
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; v.Type().Field(i).IsExported() {
				out = append(out, left(v.Field(i), strings.TrimPrefix(path+"."+name, "."))...)
			}
		}
	}
	return out
}

// redacted fills a T, redacts it and gives what is left, grouped: texts in two
// languages as one.
func redacted[T any](redact func(T) T) []string {
	var v T
	fill(reflect.ValueOf(&v).Elem(), "")
	var out []string
	for _, p := range left(reflect.ValueOf(redact(v)), "") {
		p = strings.TrimSuffix(strings.TrimSuffix(p, ".En"), ".Ar")
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

// Every text that anything on record can hold is judged here: one that is in
// none of these lists is erased, and a new field fails this test until somebody
// has thought about whose words it holds.
func TestWhatRetentionLeaves(t *testing.T) {
	later := t0.Add(time.Hour)
	for _, c := range []struct {
		name string
		got  []string
		want string
	}{
		{"case", redacted(func(c respond.Case) respond.Case { return RedactCase(c, later) }), `
			Alert.Evidence[].Name Alert.Evidence[].Sensor Alert.Rule Alert.Sensors[] Alert.Silent Alert.Steps[]
			Alert.Where.MGRS Alert.Where.Near Alert.Where.Section
			Custody.How Earlier[].ApproverID Earlier[].Ground Earlier[].Section Earlier[].Unit Earlier[].UnitName EarlierResults[].Direction
			Handover.Approvals[].ByID Handover.Basis Handover.To
			Proposals[].Uncovers Proposals[].Unit Proposals[].UnitName Proposals[].Why Protection Referral.Partner
			Releases[].ByID Releases[].To Repair.Sensors[] Repair.Told[] Result.Direction State Steps[].ByID Steps[].From Steps[].To Steps[].Verb
			Task.ApproverID Task.Ground Task.Section Task.Unit Task.UnitName`},
		{"action", redacted(RedactActed), `
			Action.Answer Action.By.ID Action.By.Roles[] Action.By.Sections[] Action.Result.Direction Action.Silence.GranterID
			Action.To Action.Unit Action.Verb Refused`},
		{"silence", redacted(RedactSilence), `GranterID`},
		{"suppressed", redacted(func(s assess.Suppressed) assess.Suppressed { s.Silence[0] = 1; return RedactSuppressed(s) }), `
			By Rule Where.MGRS Where.Near Where.Section`},
		{"event", redacted(RedactEvent), `Kind Where.MGRS Where.Near Where.Section`},
		{"notice", redacted(RedactNotice), `Kind To[]`},
	} {
		want := strings.Fields(c.want)
		slices.Sort(want)
		if diff := cmp.Diff(want, c.got); diff != "" {
			t.Errorf("%s: texts that retention leaves (-judged +left):\n%s", c.name, diff)
		}
	}
}

// The same for the chain: what an entry of an action keeps for good.
func TestWhatAnActionLeavesInTheChain(t *testing.T) {
	for verb, want := range map[respond.Verb]string{
		respond.Approve:  "Action.Answer Action.By.ID Action.By.Roles[] Action.By.Sections[] Action.Result.Direction Action.Silence.GranterID Action.To Action.Unit Refused",
		respond.HandOver: "Action.Answer Action.By.ID Action.By.Roles[] Action.By.Sections[] Action.Result.Direction Action.Silence.GranterID Action.Text Action.To Action.Unit Refused",
	} {
		var a Acted
		fill(reflect.ValueOf(&a).Elem(), "")
		a.Action.Verb = verb
		e, err := a.Entry("rabia")
		if err != nil {
			t.Fatal(err)
		}
		kept := fmt.Sprintf("%s %s %s %s", strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(string(e.Detail)), e.ActorID, e.Subject, e.Verb)
		var got []string
		for _, p := range left(reflect.ValueOf(a), "") {
			if strings.Contains(kept, "<"+p+">") {
				got = append(got, p)
			}
		}
		slices.Sort(got)
		if diff := cmp.Diff(strings.Fields(want), got); diff != "" {
			t.Errorf("%s (-judged +kept):\n%s", verb, diff)
		}
	}
}

func TestSensorsAndTheLogKeepTheirWords(t *testing.T) {
	for kind, keeps := range map[string]bool{"sensor-gone": true, "log.gap": true, "silence-ended": false, "alert-ended": false, "camera.cue": false, "": false} {
		e := assess.Event{Kind: kind}
		e.Text.En = "Layla had camera 41 look at a point."
		if got := RedactEvent(e).Text == e.Text; got != keeps {
			t.Errorf("%q keeps its text: %v, want %v", kind, got, keeps)
		}
	}
}
