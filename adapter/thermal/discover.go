package thermal

import (
	"context"
	"net"
	"net/url"
	"strings"
	"time"
)

// Found is a camera that answered a probe.
type Found struct {
	ID        string   // its own, a URN
	Addresses []string // of its device service
	Scopes    []string // what it says of itself
	From      string   // the network address that answered
}

// discoverAt is where WS-Discovery (OASIS 2009) listens.
const discoverAt = "239.255.255.250:3702"

// maxFound cameras are listed; a network that answers more is lying.
const maxFound = 1024

// Discover asks the network once which ONVIF cameras are on it and listens for
// a time. It is called on a person's wish alone. to is the address asked, the
// multicast group of WS-Discovery if empty; id names the question (a UUID).
// Answers that cannot be read are counted in strange.
func Discover(ctx context.Context, to, id string, listen time.Duration) (found []Found, strange int, err error) {
	if to == "" {
		to = discoverAt
	}
	addr, err := net.ResolveUDPAddr("udp4", to)
	if err != nil {
		return nil, 0, deviceError("the address to probe is none", "عنوان البحث غير صالح", err)
	}
	conn, err := net.ListenUDP("udp4", nil)
	if err != nil {
		return nil, 0, deviceError("no socket to probe from", "تعذر فتح منفذ للبحث", err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.SetReadDeadline(time.Unix(1, 0)) })()
	if err := conn.SetReadDeadline(time.Now().Add(listen)); err != nil {
		return nil, 0, err
	}
	if _, err := conn.WriteToUDP([]byte(probe(id)), addr); err != nil {
		return nil, 0, deviceError("the probe cannot be sent", "تعذر إرسال طلب البحث", err)
	}
	seen := map[string]bool{}
	b := make([]byte, 64<<10)
	for len(found) < maxFound {
		n, from, err := conn.ReadFromUDP(b)
		if err != nil {
			break // the time is over
		}
		matches, err := readMatches(b[:n], id)
		if err != nil {
			strange++
			continue
		}
		for _, f := range matches {
			if !seen[f.ID] && len(found) < maxFound {
				seen[f.ID] = true
				f.From = from.IP.String()
				found = append(found, f)
			}
		}
	}
	return found, strange, ctx.Err()
}

func probe(id string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><Envelope xmlns="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing">` +
		`<Header><a:MessageID>uuid:` + escape(id) + `</a:MessageID><a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>` +
		`<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action></Header>` +
		`<Body><Probe xmlns="http://schemas.xmlsoap.org/ws/2005/04/discovery"><Types xmlns:dn="http://www.onvif.org/ver10/network/wsdl">dn:NetworkVideoTransmitter</Types></Probe></Body></Envelope>`
}

// readMatches reads an answer to the question id.
func readMatches(b []byte, id string) ([]Found, error) {
	var r struct {
		RelatesTo string `xml:"Header>RelatesTo"`
		Matches   []struct {
			ID        string `xml:"EndpointReference>Address"`
			Addresses string `xml:"XAddrs"`
			Scopes    string `xml:"Scopes"`
		} `xml:"Body>ProbeMatches>ProbeMatch"`
	}
	if err := unmarshal(b, &r); err != nil || !strings.HasSuffix(strings.TrimSpace(r.RelatesTo), id) {
		return nil, deviceError("this answers another question", "هذا جواب عن سؤال آخر", err)
	}
	var out []Found
	for _, m := range r.Matches {
		f := Found{ID: short(m.ID)}
		for _, a := range strings.Fields(m.Addresses) {
			if web(a) && len(a) <= 200 && len(f.Addresses) < 8 {
				f.Addresses = append(f.Addresses, a)
			}
		}
		for _, s := range strings.Fields(m.Scopes) {
			if len(f.Scopes) < 32 {
				f.Scopes = append(f.Scopes, short(s))
			}
		}
		if f.ID != "" && len(f.Addresses) > 0 {
			out = append(out, f)
		}
	}
	return out, nil
}

// Name is what a camera calls itself, from its scopes; its id where it does not.
func (f *Found) Name() string {
	said := map[string]string{}
	for _, s := range f.Scopes {
		if rest, ok := strings.CutPrefix(s, "onvif://www.onvif.org/"); ok {
			if key, value, ok := strings.Cut(rest, "/"); ok && said[key] == "" {
				if plain, err := url.PathUnescape(value); err == nil {
					value = plain
				}
				said[key] = strings.Join(strings.Fields(value), " ")
			}
		}
	}
	if name := strings.TrimSpace(said["name"] + " " + said["hardware"]); name != "" {
		return short(name)
	}
	return f.ID
}
