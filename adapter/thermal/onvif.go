package thermal

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"marsad/say"
)

// Device is an ONVIF camera: what it says of its streams, where its head
// points, and the one order that is ever given to it, to look elsewhere. It
// speaks SOAP 1.2 with the digest of a WS-Security UsernameToken, or with that of
// HTTP where the camera asks for it. It is used by one goroutine at a time.
type Device struct {
	address        string
	user, password string
	client         *http.Client
	now            func() time.Time
	random         io.Reader
	// addresses of its services, learnt from the device
	media, media2, ptz string
	newer              map[string]bool // profiles that only the second media service tells of
	overHTTP           bool            // it asked for HTTP Digest
}

// DeviceOptions of a Device; the zero value is what a server uses.
type DeviceOptions struct {
	Client *http.Client     // 5 s per request if nil
	Now    func() time.Time // time.Now if nil
	Random io.Reader        // of nonces, crypto/rand if nil
}

// NewDevice gives a device at the address of its device service. Nothing is
// sent yet.
func NewDevice(address, user, password string, o DeviceOptions) *Device {
	if o.Client == nil {
		o.Client = &http.Client{Timeout: 5 * time.Second}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	return &Device{address: address, user: user, password: password, client: o.Client, now: o.Now, random: o.Random}
}

// Profile of a camera: one way to see through it.
type Profile struct {
	Token         string
	Name          string
	Width, Height int
	Rate          float64 // pictures a second at most, zero for not told
	Encoding      string
	PTZ           bool // its head can be turned
	Reach         Reach
}

// Reach is how far a head turns, in the values of its position space; a span of
// nothing where the camera does not say or says endless.
type Reach struct{ Pan, Tilt Span }

// Span is from the least value to the most.
type Span struct{ Min, Max float64 }

// Head is where a camera's head points, in the values of its position space,
// and whether it moves.
type Head struct {
	Pan, Tilt, Zoom float64
	Moving          bool
}

const (
	nsDevice = "http://www.onvif.org/ver10/device/wsdl"
	nsMedia  = "http://www.onvif.org/ver10/media/wsdl"
	nsPTZ    = "http://www.onvif.org/ver20/ptz/wsdl"
	nsSchema = "http://www.onvif.org/ver10/schema"
	// maxReply bounds what a device may answer, in bytes.
	maxReply = 1 << 20
	// maxProfiles that are read.
	maxProfiles = 64
)

// Profiles asks for the camera's profiles: of its first media service, and with them
// those that only its second one can tell of, such as H.265.
func (d *Device) Profiles(ctx context.Context) ([]Profile, error) {
	if err := d.services(ctx); err != nil {
		return nil, err
	}
	profiles, err := d.firstProfiles(ctx)
	if err != nil && say.As(err).Code == refusedCode {
		return nil, err
	}
	if profiles = d.withNewer(ctx, profiles); len(profiles) == 0 {
		return nil, err
	}
	return profiles, nil
}

func (d *Device) firstProfiles(ctx context.Context) ([]Profile, error) {
	b, err := d.call(ctx, d.media, nsMedia, "GetProfiles", "")
	if err != nil {
		return nil, err
	}
	return readProfiles(b)
}

// StreamURI asks for the RTSP address of a profile.
func (d *Device) StreamURI(ctx context.Context, profile string) (string, error) {
	if err := d.services(ctx); err != nil {
		return "", err
	}
	if d.newer[profile] {
		return d.newerURI(ctx, profile)
	}
	b, err := d.call(ctx, d.media, nsMedia, "GetStreamUri",
		`<StreamSetup><Stream xmlns="`+nsSchema+`">RTP-Unicast</Stream><Transport xmlns="`+nsSchema+`"><Protocol>RTSP</Protocol></Transport></StreamSetup>`+
			`<ProfileToken>`+escape(profile)+`</ProfileToken>`)
	if err != nil {
		return "", err
	}
	uri, err := readStreamURI(b)
	return reached(uri, d.address), err
}

// Head asks where the head points.
func (d *Device) Head(ctx context.Context, profile string) (Head, error) {
	if err := d.services(ctx); err != nil {
		return Head{}, err
	}
	b, err := d.call(ctx, d.ptz, nsPTZ, "GetStatus", `<ProfileToken>`+escape(profile)+`</ProfileToken>`)
	if err != nil {
		return Head{}, err
	}
	return readHead(b)
}

// Move turns the head to a position in the values of its position space. Zoom
// is left as it is. It is called on a person's cue alone.
func (d *Device) Move(ctx context.Context, profile string, pan, tilt float64) error {
	if err := d.services(ctx); err != nil {
		return err
	}
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', 5, 64) }
	_, err := d.call(ctx, d.ptz, nsPTZ, "AbsoluteMove", `<ProfileToken>`+escape(profile)+`</ProfileToken>`+
		`<Position><PanTilt xmlns="`+nsSchema+`" x="`+number(pan)+`" y="`+number(tilt)+`"/></Position>`)
	return err
}

// services learns where the camera's services are, once.
func (d *Device) services(ctx context.Context) error {
	if d.media != "" || d.media2 != "" {
		return nil
	}
	var media, ptz string
	b, err := d.call(ctx, d.address, nsDevice, "GetCapabilities", `<Category>All</Category>`)
	if err == nil {
		media, ptz, err = readServices(b)
	} else if say.As(err).Code == refusedCode {
		return err
	}
	media2, turns := d.newerServices(ctx)
	if media == "" && media2 == "" {
		return err
	}
	if ptz == "" {
		ptz = turns
	}
	d.media, d.media2, d.ptz = reached(media, d.address), reached(media2, d.address), reached(ptz, d.address)
	return nil
}

// call sends one request and gives the body of the reply.
func (d *Device) call(ctx context.Context, to, space, name, body string) ([]byte, error) {
	if to == "" {
		return nil, unable("the camera offers no such service: "+name, "لا تقدم الكاميرا هذه الخدمة", nil)
	}
	res, err := d.send(ctx, to, space+"/"+name, `<Body><`+name+` xmlns="`+space+`">`+body+`</`+name+`></Body></Envelope>`)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, maxReply+1))
	if err != nil || len(b) > maxReply {
		return nil, deviceError("the camera's answer cannot be read to its end", "تعذرت قراءة جواب الكاميرا", err)
	}
	if err := fault(b, res.StatusCode); err != nil {
		return nil, err
	}
	return b, nil
}

// send gives the camera an envelope. A camera that asks for HTTP Digest (RFC 7616)
// gets that and no token beside it, as ONVIF's core specification (5.9.1) wants it;
// by Basic the password is never said.
func (d *Device) send(ctx context.Context, to, action, body string) (*http.Response, error) {
	for {
		header, err := d.security()
		if err != nil {
			return nil, deviceError("no randomness for a nonce", "تعذر توليد رقم عشوائي", err)
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, to,
			strings.NewReader(`<?xml version="1.0" encoding="UTF-8"?><Envelope xmlns="http://www.w3.org/2003/05/soap-envelope">`+header+body))
		if err != nil {
			return nil, deviceError("the address cannot be used: "+to, "عنوان الكاميرا غير صالح", err)
		}
		req.Header.Set("Content-Type", `application/soap+xml; charset=utf-8; action="`+action+`"`)
		var account *url.Userinfo
		if d.overHTTP {
			account = url.UserPassword(d.user, d.password)
		}
		res, err := admitted(d.client, req, account, "digest")
		if err != nil {
			return nil, deviceError("the camera does not answer", "الكاميرا لا تجيب", err)
		}
		if d.user == "" || d.overHTTP || !asksDigest(res) {
			return res, nil
		}
		res.Body.Close()
		d.overHTTP = true
	}
}

func asksDigest(r *http.Response) bool {
	return r.StatusCode == http.StatusUnauthorized && slices.ContainsFunc(readChallenges(r.Header.Values("WWW-Authenticate")),
		func(c challenge) bool { return c.scheme == "digest" })
}

// reached gives the address of a service on the host that the camera was reached
// at: behind a router that translates, or with a second network, a camera names a
// host that only it can reach. A web service on another host takes its port, too.
func reached(service, at string) string {
	s, err := url.Parse(service)
	a, err2 := url.Parse(at)
	if service == "" || err != nil || err2 != nil || s.Hostname() == a.Hostname() {
		return service
	}
	switch port := s.Port(); {
	case web(service):
		s.Scheme, s.Host = a.Scheme, a.Host
	case port == "":
		s.Host = strings.TrimSuffix(a.Host, ":"+a.Port())
	default:
		s.Host = net.JoinHostPort(a.Hostname(), port)
	}
	return s.String()
}

// security is the header with the digest: Base64(SHA1(nonce + created +
// password)), as UsernameToken Profile 1.1 (OASIS 2006) wants it. Without a
// user, or where HTTP carries the account, there is none.
func (d *Device) security() (string, error) {
	if d.user == "" || d.overHTTP {
		return "", nil
	}
	nonce := make([]byte, 16)
	if _, err := io.ReadFull(d.random, nonce); err != nil {
		return "", err
	}
	created := d.now().UTC().Format("2006-01-02T15:04:05.000Z")
	sum := sha1.Sum([]byte(string(nonce) + created + d.password))
	const wss = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
	return `<Header><Security xmlns="` + wss + `wssecurity-secext-1.0.xsd"><UsernameToken><Username>` + escape(d.user) + `</Username>` +
		`<Password Type="` + wss + `username-token-profile-1.0#PasswordDigest">` + base64.StdEncoding.EncodeToString(sum[:]) + `</Password>` +
		`<Nonce EncodingType="` + wss + `soap-message-security-1.0#Base64Binary">` + base64.StdEncoding.EncodeToString(nonce) + `</Nonce>` +
		`<Created xmlns="` + wss + `wssecurity-utility-1.0.xsd">` + created + `</Created></UsernameToken></Security></Header>`, nil
}

func escape(s string) string {
	var b bytes.Buffer
	if xml.EscapeText(&b, []byte(s)) != nil {
		return ""
	}
	return b.String()
}

func deviceError(en, ar string, cause error) error {
	return &say.Error{Code: "thermal.onvif", Kind: say.Unavailable, Cause: cause, Text: say.Text{En: en, Ar: ar},
		Hint: say.Text{En: "look at the camera's address and network, and whether ONVIF is switched on in it", Ar: "افحص عنوان الكاميرا وشبكتها وهل ONVIF مفعّل فيها"}}
}

// unable is a camera that answers well and cannot do what is asked.
func unable(en, ar string, cause error) error {
	return &say.Error{Code: "thermal.onvif", Kind: say.Unavailable, Cause: cause, Text: say.Text{En: en, Ar: ar},
		Hint: say.Text{En: "the camera answers and cannot: look at its model and its own settings", Ar: "الكاميرا تجيب ولا تستطيع ذلك: افحص طرازها وإعداداتها"}}
}

// refusedCode is of an account that a camera does not take.
const refusedCode = "thermal.onvif_account"

func refusedAccount() error {
	return &say.Error{Code: refusedCode, Kind: say.Unavailable, Text: say.Text{En: "the camera refuses the account", Ar: "رفضت الكاميرا الحساب"},
		Hint: say.Text{En: "look at the account, its password and the camera's clock: ONVIF refuses a digest whose time is off", Ar: "افحص الحساب وكلمة مروره وساعة الكاميرا: يرفض ONVIF توقيعاً وقته غير صحيح"}}
}

// fault reads a SOAP fault, or takes the status at its word.
func fault(b []byte, status int) error {
	var f struct {
		Fault *struct {
			Reason string `xml:"Reason>Text"`
			Code   string `xml:"Code>Subcode>Value"`
		} `xml:"Body>Fault"`
	}
	bad := unmarshal(b, &f) != nil
	switch {
	case status == http.StatusUnauthorized || f.Fault != nil && strings.Contains(f.Fault.Code, "NotAuthorized"):
		return refusedAccount()
	case !bad && f.Fault != nil:
		return unable("the camera refuses: "+short(f.Fault.Reason), "رفضت الكاميرا الطلب: "+say.LTR(short(f.Fault.Reason)), nil)
	case status != http.StatusOK:
		return deviceError(fmt.Sprintf("the camera answers with status %d", status), "أجابت الكاميرا برمز خطأ", nil)
	case bad:
		return deviceError("the camera's answer is no SOAP", "جواب الكاميرا ليس بصيغة SOAP", nil)
	}
	return nil
}

// short keeps foreign words short and on one line.
func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return strings.ToValidUTF8(s[:min(len(s), 200)], "")
}

// unmarshal reads a reply; entities that a document declares itself are not
// expanded by encoding/xml.
func unmarshal(b []byte, into any) error { return xml.NewDecoder(bytes.NewReader(b)).Decode(into) }

func readServices(b []byte) (media, ptz string, err error) {
	var r struct {
		Media string `xml:"Body>GetCapabilitiesResponse>Capabilities>Media>XAddr"`
		PTZ   string `xml:"Body>GetCapabilitiesResponse>Capabilities>PTZ>XAddr"`
	}
	if err := unmarshal(b, &r); err != nil || !web(r.Media) || r.PTZ != "" && !web(r.PTZ) {
		return "", "", deviceError("the camera names no address of its media service", "لم تذكر الكاميرا عنوان خدمة الصورة", err)
	}
	return r.Media, r.PTZ, nil
}

func web(s string) bool { return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") }

func readProfiles(b []byte) ([]Profile, error) {
	var r struct {
		Profiles []struct {
			Token string   `xml:"token,attr"`
			Name  string   `xml:"Name"`
			Video encoder  `xml:"VideoEncoderConfiguration"`
			PTZ   *turning `xml:"PTZConfiguration"`
		} `xml:"Body>GetProfilesResponse>Profiles"`
	}
	if err := unmarshal(b, &r); err != nil {
		return nil, deviceError("the camera's profiles cannot be read", "تعذرت قراءة أوضاع الكاميرا", err)
	}
	var out []Profile
	for _, p := range r.Profiles {
		if p.Token == "" || len(p.Token) > 64 || len(out) == maxProfiles {
			continue // a profile without a name cannot be asked for
		}
		out = append(out, profileOf(p.Token, p.Name, p.Video, p.PTZ))
	}
	if len(out) == 0 {
		return nil, deviceError("the camera has no profile", "لا توجد أوضاع في الكاميرا", nil)
	}
	return out, nil
}

// encoder and turning are what both media services say of a profile.
type encoder struct {
	Encoding string `xml:"Encoding"`
	Width    int    `xml:"Resolution>Width"`
	Height   int    `xml:"Resolution>Height"`
	Rate     string `xml:"RateControl>FrameRateLimit"`
}

type turning struct {
	Pan  limits `xml:"PanTiltLimits>Range>XRange"`
	Tilt limits `xml:"PanTiltLimits>Range>YRange"`
}

func profileOf(token, name string, video encoder, ptz *turning) Profile {
	p := Profile{Token: token, Name: short(name), Width: video.Width, Height: video.Height, Encoding: short(video.Encoding)}
	if rate, err := strconv.ParseFloat(strings.TrimSpace(video.Rate), 64); err == nil && rate > 0 && rate <= 1000 {
		p.Rate = rate
	}
	if ptz != nil {
		p.PTZ, p.Reach = true, Reach{Pan: ptz.Pan.span(), Tilt: ptz.Tilt.span()}
	}
	return p
}

// limits are as a camera writes them: 0.0, or -INF where there is no end.
type limits struct{ Min, Max string }

func (l limits) span() Span {
	least, err1 := strconv.ParseFloat(strings.TrimSpace(l.Min), 64)
	most, err2 := strconv.ParseFloat(strings.TrimSpace(l.Max), 64)
	if err1 != nil || err2 != nil || !(least < most) || math.Abs(least) > maxValue || math.Abs(most) > maxValue {
		return Span{}
	}
	return Span{least, most}
}

// maxValue bounds what a camera's position space is taken to hold.
const maxValue = 1e4

func readStreamURI(b []byte) (string, error) {
	var r struct {
		URI string `xml:"Body>GetStreamUriResponse>MediaUri>Uri"`
	}
	if err := unmarshal(b, &r); err != nil || !isRTSP(strings.TrimSpace(r.URI)) {
		return "", noAddress(err)
	}
	return strings.TrimSpace(r.URI), nil
}

func noAddress(err error) error {
	return deviceError("the camera names no rtsp:// address", "لم تذكر الكاميرا عنوان rtsp", err)
}

func readHead(b []byte) (Head, error) {
	var r struct {
		PanTilt *struct {
			X float64 `xml:"x,attr"`
			Y float64 `xml:"y,attr"`
		} `xml:"Body>GetStatusResponse>PTZStatus>Position>PanTilt"`
		Zoom struct {
			X float64 `xml:"x,attr"`
		} `xml:"Body>GetStatusResponse>PTZStatus>Position>Zoom"`
		Moving string `xml:"Body>GetStatusResponse>PTZStatus>MoveStatus>PanTilt"`
	}
	if err := unmarshal(b, &r); err != nil || r.PanTilt == nil {
		return Head{}, unable("the camera does not say where its head points", "لم تذكر الكاميرا اتجاهها", err)
	}
	h := Head{Pan: r.PanTilt.X, Tilt: r.PanTilt.Y, Zoom: r.Zoom.X, Moving: strings.EqualFold(strings.TrimSpace(r.Moving), "MOVING")}
	for _, v := range []float64{h.Pan, h.Tilt, h.Zoom} {
		if math.IsNaN(v) || math.Abs(v) > maxValue {
			return Head{}, deviceError("the camera's head points nowhere", "اتجاه الكاميرا غير ممكن", nil)
		}
	}
	return h, nil
}
