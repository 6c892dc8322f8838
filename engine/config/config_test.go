package config

import (
	"strings"
	"testing"
	"time"
)

func TestDefaultIsValid(t *testing.T) {
	c := Default()
	if p := c.check(); p != "" {
		t.Fatalf("the default configuration is refused: %s", p)
	}
	if _, err := Decode(nil); err != nil {
		t.Fatalf("an empty file is refused: %v", err)
	}
}

func TestDecodeSaysWhereAndWhy(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"unknown name":         {"addr: 127.0.0.1:80\nadress: x\n", "[2:1]"},
		"wrong type":           {"log:\n  keep: soon\n", "[2:9]"},
		"bad address":          {"addr: nowhere\n", "host:port"},
		"half a key pair":      {"tls: {cert: a.pem}\n", "go together"},
		"too long kept":        {"retention: {personal_days: 400}\n", "90 days at most"},
		"unit twice":           {"units:\n- {id: a, node: n}\n- {id: a, node: m}\n", "already"},
		"unit without node":    {"units:\n- {id: a}\n", "node"},
		"wrong declination":    {"sapient: {declination: 400}\n", "positive east"},
		"camera without input": {"cameras:\n- {file: a.yaml}\n", "file and input"},
		"endless evidence":     {"evidence: {after: 1h}\n", "120s"},
		"loud":                 {"logging: {level: loud}\n", "none of"},
		"not YAML":             {"\t{", "["},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Decode([]byte(c.in))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want an error that says %q", err, c.want)
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

func FuzzDecode(f *testing.F) {
	f.Add([]byte("addr: 127.0.0.1:80\n"))
	f.Add([]byte("units: [{id: a, node: b}]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := Decode(b); err == nil {
			if p := c.check(); p != "" {
				t.Fatalf("accepted, but %s", p)
			}
		}
	})
}
