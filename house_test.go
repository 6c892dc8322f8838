package main

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// A room and the rooms it may import, with the reason. A room that is not named
// may import nothing of Marsad. "x/..." is x and all below it.
var house = []struct {
	room string
	may  []string
	why  string
}{
	{"ident", nil, "values import the standard library only"},
	{"say", nil, "values import the standard library only"},
	{"geo", nil, "values import the standard library only"},
	{"border", []string{"geo", "ident", "say"}, "the line is a value"},
	{"sense", []string{"geo", "ident", "say", "border"}, "the first stage stands on values"},
	{"fuse", []string{"geo", "ident", "say", "border", "sense", "fuse/..."}, "a stage imports earlier stages, never later ones"},
	{"fuse/...", []string{"geo", "ident", "say", "border", "sense", "fuse/..."}, "parts of the stage"},
	{"assess", []string{"geo", "ident", "say", "border", "sense", "fuse"}, "a stage imports earlier stages, never later ones"},
	{"assess/...", []string{"geo", "ident", "say", "border", "sense", "fuse", "assess/..."}, "parts of the stage"},
	{"force", []string{"geo", "ident", "say", "border"}, "knowledge stands on values"},
	{"respond", []string{"geo", "ident", "say", "border", "sense", "fuse", "assess"}, "a stage imports earlier stages, never later ones; the roster comes as values"},
	{"record", []string{"geo", "ident", "say", "border", "sense", "fuse", "assess", "respond"}, "the last stage"},
	{"terrain/...", []string{"geo", "ident", "say", "border", "terrain/..."}, "knowledge packages never import one another"},
	{"coverage/...", []string{"geo", "ident", "say", "border", "sense", "terrain", "coverage/..."}, "coverage stands on terrain"},
	{"barrier/...", []string{"geo", "ident", "say", "border", "barrier/..."}, "knowledge packages never import one another"},
	{"detect/...", []string{"geo", "ident", "say", "sense", "detect/..."}, "pixels to movers, pure"},
	{"adapter", nil, "the contract's test only"},
	{"adapter/sapient/...", []string{"geo", "ident", "say", "border", "sense", "adapter/sapient/..."}, "adapters import sense, geo and border, never one another"},
	{"adapter/thermal/...", []string{"geo", "ident", "say", "border", "sense", "detect/...", "adapter/thermal/..."}, "adapter/thermal drives detect"},
	{"engine/config", []string{"say", "border", "force"}, "one typed struct"},
	{"engine/access", []string{"say", "border", "respond"}, "who somebody is; what a step needs stands in respond"},
	{"engine/ground", []string{"geo", "say", "border", "terrain/..."}, "elevation files mapped for terrain, which opens none itself"},
	{"engine/bus/...", []string{"say", "ident", "engine/bus/..."}, "bytes in one order; it knows no stage"},
	{"engine/store/...", []string{"geo", "ident", "say", "border", "sense", "fuse", "assess", "respond", "record", "barrier", "engine/store/..."}, "the record on disk; never bus, face or adapter"},
	{"engine/works/...", []string{"geo", "ident", "say", "border", "sense", "assess", "record", "barrier/..."}, "the barrier's ledger in memory, joined with alerts; the record comes as an interface"},
	{"engine/media", []string{"geo", "say", "detect", "detect/view"}, "pictures as they come from a camera or a person, and files; it knows no stage and no adapter"},
	{"engine/risk/...", []string{"geo", "ident", "say", "border", "assess", "record", "barrier/..."}, "why metres matter, from values of the rooms that know; the record comes as an interface"},
	{"engine/picture/...", []string{"geo", "ident", "say", "border", "sense", "fuse", "assess", "respond", "force", "record"}, "what is now"},
	{"engine/past", []string{"ident", "say", "sense", "engine/picture"}, "what was; it remembers versions of the picture and reads no log"},
	{"engine/pipeline/...", []string{"geo", "ident", "say", "border", "sense", "fuse", "assess", "respond", "record", "force", "coverage", "terrain", "engine/picture", "engine/pipeline/..."}, "the one place that connects stages; bus and store come as interfaces"},
	{"sim/...", []string{"geo", "ident", "say", "border", "sense", "force", "assess", "respond", "adapter/sapient/...", "sim/..."}, "sim speaks the real protocols and shares no model with fuse or coverage"},
	{"face/api/...", []string{"geo", "ident", "say", "border", "sense", "fuse", "assess", "respond", "record", "force", "coverage", "terrain", "barrier/...", "engine/access", "engine/picture", "engine/risk", "engine/works", "engine/config"}, "reads the picture and the record through interfaces"},
	{"face/web/...", nil, "an embedded bundle"},
	{"app", []string{"*"}, "only app knows all"},
	{"command", []string{"*"}, "commands stand on app"},
	{"", []string{"command"}, "main is a few lines"},
}

func TestHouse(t *testing.T) {
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Doc", "./...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	rooms := 0
	for {
		var p struct {
			ImportPath, Doc string
			Imports         []string
		}
		if err := dec.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		rooms++
		room := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, "marsad"), "/")
		if p.Doc == "" {
			t.Errorf("%s has no package comment: say what comes in, what goes out and what it never does", room)
		}
		for _, bad := range []string{"util", "utils", "common", "models", "types", "helpers", "misc"} {
			if slices.Contains(strings.Split(room, "/"), bad) {
				t.Errorf("%s: a room called %s tells nobody what is in it", room, bad)
			}
		}
		if strings.Contains(room, "internal") {
			continue
		}
		rule := slices.IndexFunc(house, func(h struct {
			room string
			may  []string
			why  string
		}) bool {
			return matches(h.room, room)
		})
		if rule < 0 {
			t.Errorf("%s stands in no rule of the house: add one with its reason", room)
			continue
		}
		for _, i := range p.Imports {
			inner, ours := strings.CutPrefix(i, "marsad/")
			if !ours || inner == room || strings.Contains(inner, "internal") {
				continue
			}
			if !slices.ContainsFunc(house[rule].may, func(m string) bool { return m == "*" || matches(m, inner) }) {
				t.Errorf("%s imports %s, which it may not: %s", room, inner, house[rule].why)
			}
		}
	}
	if rooms < 10 {
		t.Fatalf("go list found only %d packages", rooms)
	}
}

func matches(pattern, room string) bool {
	if base, all := strings.CutSuffix(pattern, "/..."); all {
		return room == base || strings.HasPrefix(room, base+"/")
	}
	return pattern == room
}
