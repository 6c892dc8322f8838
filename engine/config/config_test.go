package config

import (
	"strings"
	"testing"
	"time"

	"marsad/say"
)

func TestDefaultIsValid(t *testing.T) {
	c := Default()
	if p := c.check(); p != nil {
		t.Fatalf("the default configuration is refused: %s", p)
	}
	if _, err := Decode(nil); err != nil {
		t.Fatalf("an empty file is refused: %v", err)
	}
}

// Each case is a mistake that somebody makes, and what the answer must say: where
// it stands and why.
func TestDecodeSaysWhereAndWhy(t *testing.T) {
	const node, other = "0b0c6d3e-1f5a-4f43-9d2e-6c7a3f0e8b11", "1b0c6d3e-1f5a-4f43-9d2e-6c7a3f0e8b11"
	unit := func(more string) string { return "units:\n- {id: a, node: " + node + more + "}\n" }
	zone := func(corners string) string {
		return "coverage:\n  zones:\n  - {id: a, en: a, ar: b, corners: " + corners + "}\n"
	}
	for name, c := range map[string]struct{ in, want, why string }{
		"unknown name":           {"addr: 127.0.0.1:80\nadress: x\n", "[2:1]", "adress"},
		"unknown name inside":    {"respond:\n  ack: 1s\n", "[2:3]", "ack"},
		"a name twice":           {"addr: 127.0.0.1:80\naddr: 127.0.0.1:81\n", "[2:1]", "already"},
		"no file of names":       {"- a\n", "[1:1]", "mapping"},
		"not YAML":               {"\t{", "[", "token"},
		"wrong type":             {"log:\n  keep: soon\n", "[2:9]", "length of time"},
		"a number for a time":    {"sapient:\n  idle: 5\n", "[2:9]", "length of time"},
		"too large a number":     {"sapient:\n  max_clients: 99999999999999999999\n", "[2:16]", "overflow"},
		"bad address":            {"addr: nowhere\n", "[1:7]", "host:port"},
		"no such port":           {"addr: 127.0.0.1:99999\n", "[1:7]", "65535"},
		"a port by name":         {"sapient: {addr: \"127.0.0.1:dis\"}\n", "[1:17]", "65535"},
		"two doors, one port":    {"addr: 127.0.0.1:7000\nsapient: {addr: 127.0.0.1:7000}\n", "[2:17]", "two ports"},
		"announced nowhere":      {"announce: {addr: nowhere, readers: r}\n", "[1:18]", "host:port"},
		"announced to nobody":    {"announce: {addr: 127.0.0.1:4222}\n", "announce.readers", "needed"},
		"half a key pair":        {"tls: {cert: a.pem}\n", "[1:", "go together"},
		"certificates of people": {"tls: {cert: a, key: b, client_ca: c}\n", "[1:", "leave it out"},
		"authority alone":        {"sapient: {tls: {client_ca: c}}\n", "[1:", "cert and key"},
		"no data folder":         {"data: \"\"\n", "[1:7]", "folder"},
		"nobody may connect":     {"sapient: {max_clients: 0}\n", "[1:24]", "from 1"},
		"cut off at once":        {"sapient: {idle: -5s}\n", "[1:17]", "at least 1s"},
		"wrong declination":      {"sapient: {declination: 400}\n", "[1:24]", "positive east"},
		"no declination":         {"sapient: {declination: .nan}\n", "[1:24]", "positive east"},
		"no node id":             {"sapient: {node_id: ABC}\n", "[1:20]", "version 4"},
		"log too short":          {"log: {keep: 1s}\n", "[1:13]", "1h"},
		"log too small":          {"log: {max_bytes: -1}\n", "[1:18]", "64 MiB"},
		"too long kept":          {"retention: {personal_days: 400}\n", "[1:28]", "90 days at most"},
		"never acknowledged":     {"respond: {acknowledge_within: 8760h}\n", "[1:31]", "1h"},
		"answered yesterday":     {"respond: {answer_within: -1m}\n", "[1:26]", "1s"},
		"warned after oversight": {"respond: {custody_warn: 30h}\n", "[1:25]", "custody_oversight"},
		"warned at once":         {"respond: {custody_warn: 1ns}\n", "[1:25]", "1m"},
		"loud":                   {"logging: {level: loud}\n", "[1:18]", "none of"},
		"no format":              {"logging: {format: xml}\n", "[1:19]", "json"},
		"no spacing":             {"terrain: {spacing: 7}\n", "[1:20]", "divide"},
		"snow":                   {"coverage: {weather: snow}\n", "[1:21]", "none of"},
		"reached at once":        {"coverage: {reach_within: 1s}\n", "[1:26]", "1m"},
		"a line as a zone":       {zone("[[1, 2], [3, 4]]"), "coverage.zones[0]", "three corners"},
		"three numbers a corner": {zone("[[36, 41, 5], [36, 41], [36.1, 41]]"), "[3:", "two numbers"},
		"words for a corner":     {zone("[a, [36, 41], [36.1, 41]]"), "[3:", "two numbers"},
		"a corner nowhere":       {zone("[[.nan, 2], [3, 4], [5, 6]]"), "corners[0]", "degrees"},
		"a corner beyond":        {zone("[[3, 4], [400, 2], [5, 6]]"), "corners[1]", "degrees"},
		"unit twice":             {unit("") + "- {id: a, node: " + other + "}\n", "[3:8]", "already"},
		"one GPS, two units":     {unit("") + "- {id: b, node: " + node + "}\n", "[3:17]", "already"},
		"unit without node":      {"units:\n- {id: a}\n", "[2:", "node"},
		"no GPS of a unit":       {"units:\n- {id: a, node: garbage}\n", "[2:17]", "version 4"},
		"home at a word":         {unit(", home: 41+000"), "[2:", "home"},
		"home nowhere":           {unit(", home: .nan"), "[2:", "metres"},
		"home beyond":            {unit(", home: 9000000"), "[2:", "metres"},
		"backwards":              {unit(", speed: -4"), "[2:", "12"},
		"as fast as sound":       {unit(", speed: 400"), "[2:", "12"},
		"fewer than nobody":      {unit(", people: -4"), "[2:", "people"},
		"overdue before":         {unit(", check: -4"), "[2:", "overdue"},
		"camera without input":   {"cameras:\n- {file: a.yaml}\n", "[2:", "file and input"},
		"endless evidence":       {"evidence: {after: 1h}\n", "[1:", "120s"},
		"endless":                {"addr: " + strings.Repeat("x", 1<<20), "[1:7]", "host:port"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Decode([]byte(c.in))
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.why) {
				t.Fatalf("got %v, want an error that says %q and %q", err, c.want, c.why)
			}
			if e := say.As(err); len(e.Text.En) > 2*longest || e.Text.Ar == "" || e.Hint.En == "" {
				t.Errorf("%d bytes, hint %q", len(e.Text.En), e.Hint.En)
			}
		})
	}
}

func TestDecodeKeepsDefaultsBesideGivenValues(t *testing.T) {
	c, err := Decode([]byte("respond: {acknowledge_within: 30s}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Respond.AckWithin != Duration(30*time.Second) || c.Respond.AnswerWithin != Duration(2*time.Minute) {
		t.Fatalf("got %+v", c.Respond)
	}
}

// What makes the library that reads YAML panic is refused like any other file.
func TestAFileThatNoReaderUnderstandsIsRefused(t *testing.T) {
	_, err := Decode([]byte("units:\n  !\n    a: 1\naddr: x\n"))
	if err == nil || !strings.Contains(err.Error(), "a tag that begins with !") {
		t.Fatalf("%v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("addr: 127.0.0.1:80\n"))
	f.Add([]byte("units: [{id: a, node: 0b0c6d3e-1f5a-4f43-9d2e-6c7a3f0e8b11, home: .nan}]"))
	f.Add([]byte("coverage: {zones: [{id: a, corners: [[36, 41, 5]]}]}"))
	f.Add([]byte("units:\n  !\n    a: 1\naddr: x\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := Decode(b); err == nil {
			if p := c.check(); p != nil {
				t.Fatalf("accepted, but %s", p)
			}
		}
	})
}
