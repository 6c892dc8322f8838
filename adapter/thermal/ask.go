package thermal

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"time"

	"marsad/say"
)

// Offer is what an ONVIF camera says of itself: what an administrator needs to
// write its file.
type Offer struct {
	Clock    Clock
	NoClock  error // why Clock is not known
	Name     string
	Firmware string
	Profiles []Offered
}

// Offered is a profile with where its stream is and, where its head can be turned,
// where that points.
type Offered struct {
	Profile
	Stream   string // no password stands in it
	NoStream error
	Head     Head
	NoHead   error
}

// Clock is how a camera's clock stands against ours.
type Clock struct {
	Ahead   time.Duration // of ours; below zero for behind
	Error   time.Duration // most that Ahead is off: it tells whole seconds, and the way there takes time
	Network bool          // it is kept by NTP
}

// ClockMost is how far a camera's clock may be off before somebody should mend it:
// ONVIF refuses a digest whose time is, and what the camera itself writes and
// records bears that time.
const ClockMost = 3 * time.Second

// Wrong reports whether the clock is surely off by more than ClockMost.
func (c Clock) Wrong() bool { return max(c.Ahead, -c.Ahead)-c.Error > ClockMost }

// Ask asks the camera for all of it. The clock comes first and without the account,
// as ONVIF's core specification (8.3.2) lets everybody ask it: it is in the offer
// also where the account is refused, and then often why. A refused account is not
// tried again: cameras lock one.
func (d *Device) Ask(ctx context.Context) (o Offer, err error) {
	o.Clock, o.NoClock = d.Clock(ctx)
	b, err := d.call(ctx, d.address, nsDevice, "GetDeviceInformation", "")
	if err == nil {
		o.Name, o.Firmware, err = readInformation(b)
	}
	if err != nil && say.As(err).Code == refusedCode {
		return o, err
	}
	profiles, err := d.Profiles(ctx)
	if err != nil {
		return o, err
	}
	for _, p := range profiles {
		x := Offered{Profile: p}
		if x.Stream, x.NoStream = d.StreamURI(ctx, p.Token); x.NoStream == nil {
			x.Stream = d.withoutPassword(x.Stream)
		}
		if p.PTZ {
			x.Head, x.NoHead = d.Head(ctx, p.Token)
		}
		o.Profiles = append(o.Profiles, x)
	}
	return o, nil
}

// Clock asks for the camera's time and holds it against ours.
func (d *Device) Clock(ctx context.Context) (Clock, error) {
	anybody := *d
	anybody.user = ""
	asked := d.now()
	b, err := anybody.call(ctx, d.address, nsDevice, "GetSystemDateAndTime", "")
	if err != nil {
		return Clock{}, err
	}
	at, network, err := readClock(b)
	if err != nil {
		return Clock{}, err
	}
	way := d.now().Sub(asked)
	// A time of 12:00:07 is said from 12:00:07.0 to 12:00:07.9.
	return Clock{Ahead: at.Add(time.Second / 2).Sub(asked.Add(way / 2)), Error: time.Second/2 + way/2, Network: network}, nil
}

// secret is a password as some cameras write it into the address of a stream.
var secret = regexp.MustCompile(`(?i)(pass|passwd|password|pwd)=[^&;/]*`)

// withoutPassword takes out of an address what a camera wrote of a password into it.
func (d *Device) withoutPassword(uri string) string {
	uri = Redact(uri)
	if d.password != "" {
		uri = strings.NewReplacer(d.password, "…", url.QueryEscape(d.password), "…", url.PathEscape(d.password), "…").Replace(uri)
	}
	return secret.ReplaceAllString(uri, "$1=…")
}

func readInformation(b []byte) (name, firmware string, err error) {
	var r struct {
		Answer *struct {
			Manufacturer, Model, FirmwareVersion string
		} `xml:"Body>GetDeviceInformationResponse"`
	}
	if err := unmarshal(b, &r); err != nil || r.Answer == nil {
		return "", "", unable("the camera does not say what it is", "لم تذكر الكاميرا ما هي", err)
	}
	maker, model := short(r.Answer.Manufacturer), short(r.Answer.Model)
	if strings.HasPrefix(model, maker) {
		maker = ""
	}
	return strings.TrimSpace(maker + " " + model), short(r.Answer.FirmwareVersion), nil
}

// readClock reads the camera's time, to the second.
func readClock(b []byte) (at time.Time, network bool, err error) {
	var r struct {
		Answer struct {
			DateTimeType string
			UTCDateTime  *struct {
				Time struct{ Hour, Minute, Second int }
				Date struct{ Year, Month, Day int }
			}
		} `xml:"Body>GetSystemDateAndTimeResponse>SystemDateAndTime"`
	}
	if err := unmarshal(b, &r); err != nil || r.Answer.UTCDateTime == nil {
		return time.Time{}, false, unable("the camera does not say what time it is", "لم تذكر الكاميرا وقتها", err)
	}
	t, d := r.Answer.UTCDateTime.Time, r.Answer.UTCDateTime.Date
	for _, x := range [][3]int{{t.Hour, 0, 23}, {t.Minute, 0, 59}, {t.Second, 0, 60}, {d.Year, 1970, 2200}, {d.Month, 1, 12}, {d.Day, 1, 31}} {
		if x[0] < x[1] || x[0] > x[2] {
			return time.Time{}, false, unable("the camera's time is none", "وقت الكاميرا غير ممكن", nil)
		}
	}
	at = time.Date(d.Year, time.Month(d.Month), d.Day, t.Hour, t.Minute, t.Second, 0, time.UTC)
	return at, strings.EqualFold(strings.TrimSpace(r.Answer.DateTimeType), "NTP"), nil
}
