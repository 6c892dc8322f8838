package thermal

import (
	"context"
	"slices"
	"strings"
)

// nsMedia2 is ONVIF's second media service. The first knows no H.265: a camera tells
// of such a profile by the second alone, or by the first without its encoder. A
// camera of ONVIF's Profile T need not have the first at all.
const nsMedia2 = "http://www.onvif.org/ver20/media/wsdl"

// newerServices asks where the second media service and the head are. Many cameras
// know no such question; then there is none.
func (d *Device) newerServices(ctx context.Context) (media2, ptz string) {
	b, err := d.call(ctx, d.address, nsDevice, "GetServices", `<IncludeCapability>false</IncludeCapability>`)
	if err != nil {
		return "", ""
	}
	return readNewerServices(b)
}

// withNewer adds what the second media service tells of and the first does not, and
// takes its word for a profile whose encoder the first leaves out. What it does not
// answer well is not told: the first has been heard by then.
func (d *Device) withNewer(ctx context.Context, profiles []Profile) []Profile {
	if d.media2 == "" {
		return profiles
	}
	b, err := d.call(ctx, d.media2, nsMedia2, "GetProfiles", `<Type>VideoEncoder</Type><Type>PTZ</Type>`)
	if err != nil {
		return profiles
	}
	d.newer = map[string]bool{}
	for _, p := range readNewerProfiles(b) {
		i := slices.IndexFunc(profiles, func(known Profile) bool { return known.Token == p.Token })
		switch {
		case i < 0 && len(profiles) < maxProfiles:
			profiles = append(profiles, p)
		case i >= 0 && profiles[i].Encoding == "" && p.Encoding != "":
			if !p.PTZ {
				p.PTZ, p.Reach = profiles[i].PTZ, profiles[i].Reach
			}
			profiles[i] = p
		default:
			continue
		}
		d.newer[p.Token] = true
	}
	return profiles
}

// newerURI asks the second media service for the RTSP address of a profile.
func (d *Device) newerURI(ctx context.Context, profile string) (string, error) {
	b, err := d.call(ctx, d.media2, nsMedia2, "GetStreamUri", `<Protocol>RTSP</Protocol><ProfileToken>`+escape(profile)+`</ProfileToken>`)
	if err != nil {
		return "", err
	}
	uri, err := readNewerURI(b)
	return reached(uri, d.address), err
}

func readNewerServices(b []byte) (media2, ptz string) {
	var r struct {
		Services []struct {
			Namespace string
			XAddr     string
		} `xml:"Body>GetServicesResponse>Service"`
	}
	if unmarshal(b, &r) != nil {
		return "", ""
	}
	for _, s := range r.Services {
		switch at := strings.TrimSpace(s.XAddr); {
		case !web(at):
		case strings.TrimSpace(s.Namespace) == nsMedia2:
			media2 = at
		case strings.TrimSpace(s.Namespace) == nsPTZ:
			ptz = at
		}
	}
	return media2, ptz
}

func readNewerProfiles(b []byte) (out []Profile) {
	var r struct {
		Profiles []struct {
			Token string   `xml:"token,attr"`
			Name  string   `xml:"Name"`
			Video encoder  `xml:"Configurations>VideoEncoder"`
			PTZ   *turning `xml:"Configurations>PTZ"`
		} `xml:"Body>GetProfilesResponse>Profiles"`
	}
	if unmarshal(b, &r) != nil {
		return nil
	}
	for _, p := range r.Profiles {
		if p.Token != "" && len(p.Token) <= 64 && len(out) < maxProfiles {
			out = append(out, profileOf(p.Token, p.Name, p.Video, p.PTZ))
		}
	}
	return out
}

func readNewerURI(b []byte) (string, error) {
	var r struct {
		URI string `xml:"Body>GetStreamUriResponse>Uri"`
	}
	if err := unmarshal(b, &r); err != nil || !isRTSP(strings.TrimSpace(r.URI)) {
		return "", noAddress(err)
	}
	return strings.TrimSpace(r.URI), nil
}
