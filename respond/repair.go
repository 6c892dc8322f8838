package respond

import (
	"slices"

	"marsad/assess"
	"marsad/say"
	"marsad/sense"
)

// repair keeps the request for repair of an outage in step with its alert: it opens
// with the first alert, tells the engineers once, grows with the outage, and is done
// while everything is heard again.
func (r *Responder) repair(c *Case, out *Output) {
	a := &c.Alert
	if c.Repair == nil {
		if !outage(a) {
			return
		}
		c.Repair = &Repair{Since: a.Opened, Told: []string{Engineer}}
		r.notice(c, "repair", c.Repair.Told, a.Updated, repairText.FillText("title", a.Title), out)
		c.Repair.Notice = out.Notices[len(out.Notices)-1].ID
	}
	next := *c.Repair
	next.Sensors = slices.Clone(a.Sensors)
	next.Done = a.Ended
	c.Repair = &next
}

var repairText = say.Text{En: "Request for repair: {title}", Ar: "طلب تصليح: {title}"}

// outage reports whether an alert is about sensors that are lost.
func outage(a *assess.Alert) bool {
	return slices.ContainsFunc(a.Evidence, func(e assess.Evidence) bool { return e.Name == assess.LostSensor && e.Sensor != sense.SensorID("") })
}
