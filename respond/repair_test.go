package respond

import (
	"testing"
	"time"

	"marsad/assess"
	"marsad/ident"
	"marsad/sense"
)

// A request for repair opens with an outage, tells the engineers once, grows with
// it, and is done when everything is heard again.
func TestAnOutageAsksForRepairOnce(t *testing.T) {
	d := newDesk(t)
	id := ident.Derive("alert", d.now, "outage", 1)
	alert := assess.Alert{ID: id, Rule: "an-operator's-own", Severity: assess.Normal, Opened: d.now, Updated: d.now, Revision: 1, Sensors: []sense.SensorID{"a"},
		Where: assess.WhereSpan(meridian{}, 40000, 45000), Evidence: []assess.Evidence{{Name: assess.LostSensor, Sensor: "a"}}}
	d.r.Alert(alert, &d.out)
	told := func() (n int) {
		for _, x := range d.out.Notices {
			if x.Kind == "repair" && x.Case == id && len(x.To) == 1 && x.To[0] == Engineer {
				n++
			}
		}
		return n
	}
	c, _ := d.r.Case(id)
	if c.Repair == nil || told() != 1 || !c.Repair.Since.Equal(d.now) || c.Repair.Notice.IsZero() {
		t.Fatalf("told %d times: %+v", told(), c.Repair)
	}
	alert.Revision, alert.Sensors = 2, []sense.SensorID{"a", "b"}
	d.r.Alert(alert, &d.out)
	alert.Revision, alert.Ended, alert.Evidence = 3, d.now.Add(time.Minute), nil
	d.r.Alert(alert, &d.out)
	if c, _ = d.r.Case(id); told() != 1 || len(c.Repair.Sensors) != 2 || !c.Repair.Done.Equal(alert.Ended) {
		t.Errorf("told %d times: %+v", told(), c.Repair)
	}
	if c, _ = d.r.Case(d.alert(38400, assess.High)); c.Repair != nil {
		t.Error("a movement asks for repair")
	}
}
