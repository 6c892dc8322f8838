package pipeline

import (
	"fmt"
	"time"

	"marsad/assess"
	"marsad/ident"
	"marsad/say"
	"marsad/sense"
)

// What the pipeline itself puts on record.

func gapEvent(g *Gap, at time.Time) assess.Event {
	from, to := fmt.Sprint(g.From), fmt.Sprint(g.To)
	return assess.Event{ID: ident.Derive("gap", at, from+"-"+to, 0), Kind: "log.gap", At: at, Text: say.Text{
		En: "The log lost its entries {from} to {to}: decisions of that time are in the record, tracks are not.",
		Ar: "فقد سجل البيانات القيود من {from} إلى {to}: القرارات في تلك المدة محفوظة، أما المسارات فلا.",
	}.Fill("from", from, "to", to)}
}

func cueEvent(c *sense.Cue, at time.Time) assess.Event {
	return assess.Event{ID: ident.Derive("cue", at, c.ID, 0), Kind: "camera.cue", At: at,
		Where: assess.Where{Point: c.At.Point},
		Text: say.Text{
			En: "{by} had camera {camera} look at a point.",
			Ar: "وجّه {by} الكاميرا {camera} إلى نقطة.",
		}.Fill("by", c.By, "camera", string(c.Sensor))}
}

func answerEvent(a *CueAnswer, at time.Time) assess.Event {
	text := say.Text{En: "A camera took the order to look at a point.", Ar: "نفّذت الكاميرا أمر التوجيه إلى نقطة."}
	if !a.Accepted {
		text = say.Text{
			En: "A camera refused the order to look at a point: {why}.",
			Ar: "رفضت الكاميرا أمر التوجيه إلى نقطة: {why}.",
		}.Fill("why", a.Why)
	}
	return assess.Event{ID: ident.Derive("cue-answer", at, a.Cue, 0), Kind: "camera.answer", At: at, Text: text}
}
