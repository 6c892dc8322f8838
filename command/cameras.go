package command

import (
	"context"
	"fmt"
	"os/signal"
	"syscall"
	"time"

	"marsad/adapter/thermal"
	"marsad/app"
	"marsad/say"
)

// CamerasCmd is what concerns thermal cameras.
type CamerasCmd struct {
	Discover  DiscoverCmd  `cmd:"" help:"Ask the network once which ONVIF cameras are on it, and list those that answer."`
	Ask       AskCmd       `cmd:"" help:"Ask an ONVIF camera what it is, how its clock stands, which streams it has and where its head points; print the lines for its file."`
	Calibrate CalibrateCmd `cmd:"" help:"Find how a camera stands from clicked places or a patrol that walked through its picture; print residuals and the lines for its file."`
}

// DiscoverCmd asks the network for cameras. It adds none.
type DiscoverCmd struct {
	To     string        `help:"Address to ask, host:port; the multicast group of WS-Discovery (239.255.255.250:3702) without one."`
	Listen time.Duration `default:"4s" help:"How long to listen, at most 30s."`
	Lang   string        `default:"en" enum:"en,ar" help:"Language of the answer: en or ar."`
}

// maxListen bounds a question to the network.
const maxListen = 30 * time.Second

// Run asks, listens and prints what answered.
func (c *DiscoverCmd) Run(s *Streams) error {
	if c.Listen <= 0 || c.Listen > maxListen {
		return &say.Error{Code: "discover.listen", Kind: say.Invalid,
			Text: say.Text{En: fmt.Sprintf("%s is no time to listen", c.Listen), Ar: "مدة الاستماع غير مقبولة: " + say.LTR(c.Listen.String())},
			Hint: say.Text{En: "give more than none and at most 30s", Ar: "أعطِ مدة لا تتجاوز " + say.LTR("30s")}}
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	found, strange, err := thermal.Discover(ctx, c.To, func() string { return app.NewID().String() }, c.Listen)
	if err != nil {
		return err
	}
	line := func(t say.Text, pairs ...string) { fmt.Fprintln(s.Out, t.Fill(pairs...).In(c.Lang)) }
	for _, f := range found {
		line(say.Text{En: "{name} at {from}", Ar: "{name} عند {from}"}, "name", f.Name(), "from", f.From)
		for _, a := range f.Addresses {
			fmt.Fprintf(s.Out, "  onvif: {address: %s}\n", a)
		}
	}
	if strange > 0 {
		line(say.Text{En: "{n} answers could not be read", Ar: "إجابات لم تمكن قراءتها: {n}"}, "n", fmt.Sprint(strange))
	}
	if len(found) == 0 {
		line(say.Text{En: "no camera answered within {s}: it may be on another network, have ONVIF switched off, or a firewall between", Ar: "لم تُجب أي كاميرا خلال {s}: ربما هي على شبكة أخرى أو أن ONVIF معطل أو بينكما جدار حماية"}, "s", c.Listen.String())
		return nil
	}
	line(say.Text{En: "{n} found, none added: marsad cameras ask ADDRESS says what one offers; write a file for each (adapter/thermal/sample.yaml shows one) and name it under cameras: in the configuration",
		Ar: "عُثر على {n} ولم تُضف أي منها: يذكر {ask} ما تقدمه كل كاميرا؛ اكتب ملفاً لكل منها واذكره تحت {key} في الإعدادات"}, "n", fmt.Sprint(len(found)), "ask", say.LTR("marsad cameras ask ADDRESS"), "key", say.LTR("cameras:"))
	return nil
}
