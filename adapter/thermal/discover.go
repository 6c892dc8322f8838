package thermal

import (
	"context"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
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

// kinds of device that are asked for: ONVIF's first name of a camera and its newer
// one. Each is a question of its own, since a device must be all that one names.
var kinds = []string{
	`<Types xmlns:dn="http://www.onvif.org/ver10/network/wsdl">dn:NetworkVideoTransmitter</Types>`,
	`<Types xmlns:tds="http://www.onvif.org/ver10/device/wsdl">tds:Device</Types>`,
}

// Discover asks the network once which ONVIF cameras are on it and listens for
// a time. It is called on a person's wish alone. to is the address asked; if empty
// the multicast group of WS-Discovery, on every network that the machine is on. id
// names a question (a UUID), another each time. Answers that cannot be read are
// counted in strange.
func Discover(ctx context.Context, to string, id func() string, listen time.Duration) (found []Found, strange int, err error) {
	from := []net.IP{nil}
	if to == "" {
		to, from = discoverAt, here()
	}
	return discover(ctx, to, from, id, listen)
}

// here are the machine's own addresses, one for each network that it is on. What is
// sent to a group from one of them goes out there and needs no route.
func here() (out []net.IP) {
	cards, err := net.Interfaces()
	if err != nil {
		return []net.IP{nil}
	}
	for _, card := range cards {
		addresses, err := card.Addrs()
		if err != nil || card.Flags&net.FlagUp == 0 {
			continue
		}
		for _, a := range addresses {
			if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && len(out) < maxCards {
				out = append(out, n.IP)
				break
			}
		}
	}
	return out
}

// maxCards are asked through.
const maxCards = 32

func discover(ctx context.Context, to string, from []net.IP, id func() string, listen time.Duration) (found []Found, strange int, err error) {
	addr, err := net.ResolveUDPAddr("udp4", to)
	if err != nil {
		return nil, 0, deviceError("the address to probe is none", "عنوان البحث غير صالح", err)
	}
	var ids []string
	for range kinds {
		ids = append(ids, id())
	}
	type answer struct {
		from    string
		matches []Found
		err     error
	}
	answers := make(chan answer)
	var listening sync.WaitGroup
	failed := deviceError("the machine is on no network", "الجهاز ليس على أي شبكة", nil)
	asked := false
	for _, source := range from {
		conn, err := ask(addr, source, ids, listen)
		if err != nil {
			failed = deviceError("the probe cannot be sent", "تعذر إرسال طلب البحث", err)
			continue
		}
		asked = true
		defer context.AfterFunc(ctx, func() { conn.SetReadDeadline(time.Unix(1, 0)) })()
		listening.Go(func() {
			defer conn.Close()
			b := make([]byte, 64<<10)
			for {
				n, peer, err := conn.ReadFromUDP(b)
				if err != nil {
					return // the time is over
				}
				matches, err := readMatches(b[:n], ids...)
				answers <- answer{peer.IP.String(), matches, err}
			}
		})
	}
	if !asked {
		return nil, 0, failed
	}
	go func() { listening.Wait(); close(answers) }()
	seen := map[string]bool{}
	for a := range answers {
		if a.err != nil {
			strange++
		}
		for _, f := range a.matches {
			if !seen[f.ID] && len(found) < maxFound {
				seen[f.ID] = true
				f.From = a.from
				found = append(found, f)
			}
		}
	}
	return found, strange, ctx.Err()
}

// ask sends the questions from an address of this machine, any if nil.
func ask(to *net.UDPAddr, from net.IP, ids []string, listen time.Duration) (*net.UDPConn, error) {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: from})
	if err != nil {
		return nil, err
	}
	err = conn.SetReadDeadline(time.Now().Add(listen))
	for i, kind := range kinds {
		if err == nil {
			_, err = conn.WriteToUDP([]byte(probe(ids[i], kind)), to)
		}
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

func probe(id, kind string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><Envelope xmlns="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing">` +
		`<Header><a:MessageID>uuid:` + escape(id) + `</a:MessageID><a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>` +
		`<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action></Header>` +
		`<Body><Probe xmlns="http://schemas.xmlsoap.org/ws/2005/04/discovery">` + kind + `</Probe></Body></Envelope>`
}

// readMatches reads an answer to one of the questions.
func readMatches(b []byte, ids ...string) ([]Found, error) {
	var r struct {
		RelatesTo string `xml:"Header>RelatesTo"`
		Matches   []struct {
			ID        string `xml:"EndpointReference>Address"`
			Addresses string `xml:"XAddrs"`
			Scopes    string `xml:"Scopes"`
		} `xml:"Body>ProbeMatches>ProbeMatch"`
	}
	if err := unmarshal(b, &r); err != nil || !slices.ContainsFunc(ids, func(id string) bool { return strings.HasSuffix(strings.TrimSpace(r.RelatesTo), id) }) {
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
