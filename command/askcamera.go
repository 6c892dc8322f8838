package command

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"marsad/adapter/thermal"
	"marsad/say"
)

// AskCmd asks one ONVIF camera what it offers. It changes nothing in it.
type AskCmd struct {
	Of           string        `arg:"" help:"Address of its device service, as discover prints it, or the camera's file with onvif: in it."`
	User         string        `help:"Account in the camera; that of its file without one."`
	PasswordFile string        `help:"File with the account's password; that of its file without one."`
	Limit        time.Duration `default:"30s" help:"How long it may take."`
	Lang         string        `default:"en" enum:"en,ar" help:"Language of the answer: en or ar."`
}

// Run asks and prints. What is known is printed also where the rest is refused: the
// clock is often why.
func (c *AskCmd) Run(s *Streams) error {
	o, err := c.account()
	if err != nil {
		return err
	}
	password, err := o.Password()
	if err != nil {
		return fileError("ask.password", o.PasswordFile, err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	ctx, end := context.WithTimeout(ctx, c.Limit)
	defer end()
	offer, err := thermal.NewDevice(o.Address, o.User, password, thermal.DeviceOptions{}).Ask(ctx)
	line := func(t say.Text, pairs ...string) { fmt.Fprintln(s.Out, t.Fill(pairs...).In(c.Lang)) }
	if offer.Name != "" {
		line(say.Text{En: "{name}, firmware {version}", Ar: "{name}، البرنامج الثابت {version}"}, "name", offer.Name, "version", offer.Firmware)
	}
	if offer.NoClock == nil {
		line(clockSaid(offer.Clock))
		if offer.Clock.Wrong() {
			line(clockHint)
		}
	} else if err == nil {
		line(say.As(offer.NoClock).Text)
	}
	if err != nil {
		return err
	}
	for _, p := range offer.Profiles {
		c.profile(line, &p, o)
	}
	line(say.Text{En: "input: goes to the camera in marsad.yaml, with NAME:PASSWORD@ before the host where the stream asks for the account; onvif: goes to the file of a camera whose head turns, and of no other",
		Ar: "يوضع {input} عند الكاميرا في {conf} مع {account} قبل اسم المضيف إن طلب البث الحساب؛ ويوضع {onvif} في ملف الكاميرا التي يدور رأسها دون غيرها"},
		"input", "input:", "conf", "marsad.yaml", "account", "NAME:PASSWORD@", "onvif", "onvif:")
	return nil
}

// account is whom to ask, and under which name.
func (c *AskCmd) account() (o thermal.Onvif, err error) {
	if strings.HasPrefix(c.Of, "http://") || strings.HasPrefix(c.Of, "https://") {
		o.Address = c.Of
	} else {
		b, err := os.ReadFile(c.Of)
		if err != nil {
			return o, &say.Error{Code: "ask.of", Kind: say.NotFound, Cause: err,
				Text: say.Text{En: c.Of + " is no address, and no file that can be read", Ar: say.LTR(c.Of) + " ليس عنواناً ولا ملفاً تمكن قراءته"},
				Hint: say.Text{En: "give http://HOST/onvif/device_service, as marsad cameras discover prints it, or the path of the camera's file", Ar: "أعطِ العنوان كما يعرضه " + say.LTR("marsad cameras discover") + " أو مسار ملف الكاميرا"}}
		}
		camera, err := thermal.ReadCamera(b)
		if err != nil {
			return o, err
		}
		if o = camera.Onvif; o.Address == "" {
			return o, &say.Error{Code: "ask.of", Kind: say.Invalid,
				Text: say.Text{En: c.Of + " names no address to ask", Ar: say.LTR(c.Of) + " لا يذكر عنواناً للسؤال"},
				Hint: say.Text{En: "give the address of its device service in place of the file: marsad cameras discover lists them", Ar: "أعطِ عنوان خدمة الجهاز بدلاً من الملف: يعرضه " + say.LTR("marsad cameras discover")}}
		}
	}
	if c.User != "" {
		o.User = c.User
	}
	if c.PasswordFile != "" {
		o.PasswordFile = c.PasswordFile
	}
	return o, nil
}

// profile prints one profile with its lines for the configuration.
func (c *AskCmd) profile(line func(say.Text, ...string), p *thermal.Offered, o thermal.Onvif) {
	unknown := say.Text{En: "not told", Ar: "غير مذكور"}.In(c.Lang)
	size, rate := unknown, unknown
	if p.Width > 0 && p.Height > 0 {
		size = fmt.Sprintf("%d×%d", p.Width, p.Height)
	}
	if p.Rate > 0 {
		rate = fmt.Sprintf("%g", p.Rate)
	}
	line(say.Text{En: "profile {token}: {name}; size {size}, pictures a second at most {rate}, codec {codec}", Ar: "الوضع {token}: {name}؛ الحجم {size}، والصور في الثانية {rate} على الأكثر، والترميز {codec}"},
		"token", fmt.Sprintf("%q", p.Token), "name", p.Name, "size", size, "rate", rate, "codec", cmp.Or(p.Encoding, unknown))
	raw := func(format string, values ...any) { line(say.Text{En: "  " + fmt.Sprintf(format, values...)}) }
	if p.NoStream != nil {
		line(say.Text{En: "  no stream: {why}", Ar: "  لا بث: {why}"}, "why", say.As(p.NoStream).Text.In(c.Lang))
	} else {
		raw("input: %q", p.Stream)
	}
	if !p.PTZ {
		line(say.Text{En: "  its head is not turned by this profile", Ar: "  لا يدور رأسها عبر هذا الوضع"})
		return
	}
	line(say.Text{En: "  its head turns: pan {pan}, tilt {tilt}", Ar: "  يدور رأسها: دوران {pan} وميل {tilt}"}, "pan", span(p.Reach.Pan, unknown), "tilt", span(p.Reach.Tilt, unknown))
	if p.NoHead != nil {
		line(say.Text{En: "  {why}"}, "why", say.As(p.NoHead).Text.In(c.Lang))
	} else {
		line(say.Text{En: "  now at pan {pan}, tilt {tilt}, zoom {zoom}", Ar: "  الآن عند دوران {pan} وميل {tilt} وتقريب {zoom}"},
			"pan", fmt.Sprintf("%.3f", p.Head.Pan), "tilt", fmt.Sprintf("%.3f", p.Head.Tilt), "zoom", fmt.Sprintf("%.3f", p.Head.Zoom))
	}
	pan, tilt := degrees(p.Reach)
	raw("onvif: {address: %q, user: %q, password_file: %q, profile: %q, pan: %g, tilt: %g}", o.Address, o.User, o.PasswordFile, p.Token, pan, tilt)
	line(say.Text{En: "  pan and tilt in it are assumed from the reach: compare a move by hand with what ask then says", Ar: "  الدوران والميل فيه مفترضان من المدى: حرّكها يدوياً وقارن بما يُعرض بعدها"})
}

func span(s thermal.Span, unknown string) string {
	if s == (thermal.Span{}) {
		return unknown
	}
	return fmt.Sprintf("%g…%g", s.Min, s.Max)
}

// degrees guesses what a value of 1 means: a head that counts to more than 2 counts
// degrees, one that counts to 1 half a turn across and a quarter up.
func degrees(r thermal.Reach) (pan, tilt float64) {
	if max(-r.Pan.Min, r.Pan.Max, -r.Tilt.Min, r.Tilt.Max) > 2 {
		return 1, 1
	}
	return 180, 90
}

// clockSaid says how a camera's clock stands, and what to do where it is wrong.
func clockSaid(c thermal.Clock) say.Text {
	t := say.Text{En: "its clock is {off} s ahead of ours, known to {sure} s", Ar: "ساعتها تسبق ساعتنا بمقدار {off} ث، بدقة {sure} ث"}
	ahead := c.Ahead
	if ahead < 0 {
		t, ahead = say.Text{En: "its clock is {off} s behind ours, known to {sure} s", Ar: "ساعتها متأخرة عن ساعتنا بمقدار {off} ث، بدقة {sure} ث"}, -ahead
	}
	if c.Network {
		t.En, t.Ar = t.En+", kept by NTP", t.Ar+"، وتُضبط عبر {ntp}"
	}
	if c.Wrong() {
		t.En += ": clock wrong"
		t.Ar += ": الساعة غير مضبوطة"
	}
	return t.Fill("off", fmt.Sprintf("%.1f", ahead.Seconds()), "sure", fmt.Sprintf("%.1f", c.Error.Seconds()), "ntp", "NTP")
}

// clockHint is what to do about a wrong clock.
var clockHint = say.Text{En: "set it, or give it the time server that this machine uses: ONVIF refuses an account's digest whose time is off",
	Ar: "اضبطها أو أعطها خادم الوقت الذي يستعمله هذا الجهاز: يرفض " + say.LTR("ONVIF") + " توقيعاً وقته غير صحيح"}
