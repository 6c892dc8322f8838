package config

import (
	"bytes"
	"fmt"
	"math"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"marsad/force"
)

// problem is a value that cannot be meant: where it stands, as a path from the
// top of the file, and why.
type problem struct{ at, why string }

func wrong(at, format string, args ...any) *problem {
	return &problem{at, fmt.Sprintf(format, args...)}
}

// String is the problem without the file.
func (p *problem) String() string { return p.at + ": " + p.why }

// in says the problem with line, column and the lines around it, where the value
// stands in the file; a default that another value contradicts stands nowhere.
func (p *problem) in(file []byte) string {
	path, err := yaml.PathString("$." + p.at)
	if err != nil {
		return p.String()
	}
	node, err := path.ReadNode(bytes.NewReader(file))
	if err != nil || node == nil || node.GetToken() == nil {
		return p.String()
	}
	at := node.GetToken().Position
	said := fmt.Sprintf("[%d:%d] %s", at.Line, at.Column, p)
	if lines, err := path.AnnotateSource(file, false); err == nil {
		said += "\n" + string(lines)
	}
	return clip(said)
}

// longest error that is printed, in bytes: a file may be anything.
const longest = 2000

func clip(s string) string {
	if len(s) <= longest {
		return s
	}
	return strings.ToValidUTF8(s[:longest], "") + " …"
}

// quoted shows a value that may be anything.
func quoted(s string) string {
	if len(s) > 60 {
		s = strings.ToValidUTF8(s[:60], "") + "…"
	}
	return strconv.Quote(s)
}

var uuid4 = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// check gives the first value that cannot be meant, nil where all can.
func (c *Config) check() *problem {
	for _, look := range []func() *problem{c.checkPlaces, c.checkSapient, c.checkRecord, c.checkRespond, c.checkGround, c.checkCameras, c.checkUnits} {
		if p := look(); p != nil {
			return p
		}
	}
	return nil
}

// address says what is wrong with host:port, nil for nothing.
func address(at, addr string) *problem {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return wrong(at, "%s is not host:port, for example 127.0.0.1:8080", quoted(addr))
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return wrong(at, "the port of %s is not a number from 0 to 65535", quoted(addr))
	}
	return nil
}

// pair says what is wrong with the names of a certificate and its key.
func (t TLS) pair(at string) *problem {
	if (t.Cert == "") != (t.Key == "") {
		return wrong(at, "cert and key go together")
	}
	return nil
}

func (c *Config) checkPlaces() *problem {
	for _, a := range []struct{ at, addr string }{{"addr", c.Addr}, {"sapient.addr", c.Sapient.Addr}, {"announce.addr", c.Announce.Addr}} {
		if a.at == "announce.addr" && a.addr == "" {
			continue
		}
		if p := address(a.at, a.addr); p != nil {
			return p
		}
	}
	for _, a := range []struct{ at, addr, other, name string }{{"sapient.addr", c.Sapient.Addr, c.Addr, "addr"},
		{"announce.addr", c.Announce.Addr, c.Addr, "addr"}, {"announce.addr", c.Announce.Addr, c.Sapient.Addr, "sapient.addr"}} {
		if a.addr == a.other && !strings.HasSuffix(a.addr, ":0") {
			return wrong(a.at, "%s is that of %s already: two doors need two ports", quoted(a.addr), a.name)
		}
	}
	for _, t := range []struct {
		at  string
		tls TLS
	}{{"tls", c.TLS}, {"sapient.tls", c.Sapient.TLS}, {"announce.tls", c.Announce.TLS}} {
		if p := t.tls.pair(t.at); p != nil {
			return p
		}
		if t.at != "sapient.tls" && t.tls.ClientCA != "" {
			return wrong(t.at+".client_ca", "only sensors show certificates of their own: leave it out here, people and readers sign in")
		}
	}
	if c.Data == "" {
		return wrong("data", "a folder is needed, for example /var/lib/marsad")
	}
	if c.Announce.Addr != "" && c.Announce.Readers == "" {
		return wrong("announce.readers", "a file of names and passwords is needed, one reader a line")
	}
	if c.Logging.Format != "text" && c.Logging.Format != "json" {
		return wrong("logging.format", "%s is neither text nor json", quoted(c.Logging.Format))
	}
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, c.Logging.Level) {
		return wrong("logging.level", "%s is none of debug, info, warn, error", quoted(c.Logging.Level))
	}
	return nil
}

func (c *Config) checkSapient() *problem {
	s := c.Sapient
	switch {
	case s.TLS.ClientCA != "" && s.TLS.Cert == "":
		return wrong("sapient.tls", "client_ca needs cert and key")
	case s.MaxClients < 1 || s.MaxClients > 1<<20:
		return wrong("sapient.max_clients", "from 1 to 1048576")
	case s.Idle < Duration(time.Second):
		return wrong("sapient.idle", "at least 1s: a node that is silent so long is cut off")
	case s.Declination != nil && !(math.Abs(*s.Declination) <= 30):
		return wrong("sapient.declination", "degrees from true to magnetic north, positive east; between -30 and 30, and about 5 along this line")
	case s.NodeID != "" && !uuid4.MatchString(s.NodeID):
		return wrong("sapient.node_id", "a UUID of version 4 in lower case, or leave it out")
	}
	return nil
}

func (c *Config) checkRecord() *problem {
	switch {
	case c.Log.Keep < Duration(time.Hour):
		return wrong("log.keep", "at least 1h")
	case c.Log.MaxBytes < 64<<20:
		return wrong("log.max_bytes", "at least 67108864 (64 MiB)")
	case c.Retention.PersonalDays < 1 || c.Retention.PersonalDays > 90:
		return wrong("retention.personal_days", "from 1 to 90; personal data is kept 90 days at most")
	}
	return nil
}

func (c *Config) checkRespond() *problem {
	r := c.Respond
	switch {
	case r.AckWithin < Duration(time.Second) || r.AckWithin > Duration(time.Hour):
		return wrong("respond.acknowledge_within", "from 1s to 1h: after it a critical alert sounds again")
	case r.AnswerWithin < Duration(time.Second) || r.AnswerWithin > Duration(time.Hour):
		return wrong("respond.answer_within", "from 1s to 1h: after it a proposal sounds again")
	case r.CustodyWarn < Duration(time.Minute) || r.CustodyTell < r.CustodyWarn:
		return wrong("respond.custody_warn", "at least 1m, and not after custody_oversight")
	}
	return nil
}

func (c *Config) checkGround() *problem {
	switch {
	case c.Terrain.Spacing < 1 || 300%c.Terrain.Spacing != 0:
		return wrong("terrain.spacing", "%d does not divide 300; 1 and 3 are usual", c.Terrain.Spacing)
	case !slices.Contains([]string{"clear", "haze", "dust", "rain", "fog"}, c.Coverage.Weather):
		return wrong("coverage.weather", "%s is none of clear, haze, dust, rain, fog", quoted(c.Coverage.Weather))
	case c.Coverage.ReachWithin < Duration(time.Minute):
		return wrong("coverage.reach_within", "at least 1m")
	}
	seen := map[string]bool{}
	for i, z := range c.Coverage.Zones {
		at := fmt.Sprintf("coverage.zones[%d]", i)
		switch {
		case z.ID == "" || seen[z.ID]:
			return wrong(at, "a zone needs an id of its own")
		case len(z.Corners) < 3:
			return wrong(at, "a zone has three corners or more")
		}
		seen[z.ID] = true
		for j, k := range z.Corners {
			if !(math.Abs(k[0]) <= 90 && math.Abs(k[1]) <= 180) {
				return wrong(fmt.Sprintf("%s.corners[%d]", at, j), "no latitude and longitude in degrees")
			}
		}
	}
	return nil
}

func (c *Config) checkCameras() *problem {
	if c.Evidence.Before < Duration(time.Second) || c.Evidence.Before > Duration(time.Minute) || c.Evidence.After < Duration(time.Second) || c.Evidence.After > Duration(2*time.Minute) {
		return wrong("evidence", "before is 1s to 60s, after 1s to 120s")
	}
	for i, x := range c.Cameras {
		if x.File == "" || x.Input == "" {
			return wrong(fmt.Sprintf("cameras[%d]", i), "file and input are needed")
		}
	}
	return nil
}

func (c *Config) checkUnits() *problem {
	ids, nodes := map[string]int{}, map[string]int{}
	for i, u := range c.Units {
		at := fmt.Sprintf("units[%d]", i)
		if u.ID == "" || u.Node == "" {
			return wrong(at, "id and node are needed")
		}
		if j, twice := ids[u.ID]; twice {
			return wrong(at+".id", "%s is that of units[%d] already", quoted(u.ID), j)
		}
		if j, twice := nodes[u.Node]; twice {
			return wrong(at+".node", "%s is that of units[%d] already: one GPS is one unit", quoted(u.Node), j)
		}
		if p := checkUnit(at, u); p != nil {
			return p
		}
		ids[u.ID], nodes[u.Node] = i, i
	}
	return nil
}

func checkUnit(at string, u force.Unit) *problem {
	switch {
	case !uuid4.MatchString(u.Node):
		return wrong(at+".node", "%s is no UUID of version 4 in lower case: it is the id under which the unit's GPS reports", quoted(u.Node))
	case !(u.Home >= 0 && u.Home < 1e6):
		return wrong(at+".home", "metres along the line from its northern end")
	case !(u.Speed >= 0 && u.Speed < 100):
		return wrong(at+".speed", "metres a second in a straight line, below 100; leave it out for 12")
	case u.People < 0 || u.People > 10000:
		return wrong(at+".people", "a number of people")
	case u.Check < 0 || u.Check > 7*86400:
		return wrong(at+".check", "seconds without a fix after which the unit is overdue, 0 for never")
	}
	return nil
}
