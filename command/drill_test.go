package command

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func drilled(t *testing.T, args ...string) (code int, out string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = Main(append([]string{"drill"}, args...), &stdout, &stderr)
	if code != 0 {
		t.Logf("%s\n%s", stdout.String(), stderr.String())
	}
	return code, stdout.String()
}

// The family scenario goes through the real stages from scan to debrief.
func TestDrillPlaysFamily(t *testing.T) {
	code, out := drilled(t, "--name", "family", "--nights", "0")
	if code != 0 || !strings.Contains(out, "PASS  family") {
		t.Errorf("exit %d", code)
	}
}

func TestDrillFailsWhereAPromiseIsBroken(t *testing.T) {
	dir := t.TempDir()
	text := "scenario broken\ntitle \"b\" \"ب\"\nfrom 02:00 to 02:08\nestate 34+000 to 43+000\n" +
		"at 02:00 group of 5 called walkers walks from 38+400 -700 to line at 1.2 m/s\nnever alert on walkers\n"
	if err := os.WriteFile(filepath.Join(dir, "broken.scn"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out := drilled(t, "--scenarios", dir, "--nights", "0"); code != 1 || !strings.Contains(out, "FAIL  broken") {
		t.Errorf("exit %d, want 1 and FAIL", code)
	}
	if code, _ := drilled(t, "--scenarios", t.TempDir()); code != 1 {
		t.Errorf("a folder without scenarios: exit %d, want 1", code)
	}
}

// Equal seeds give equal nights, alerts and figures.
func TestDrillIsItsSeed(t *testing.T) {
	figures := func(seed string) map[string]any {
		code, out := drilled(t, "--nights", "2", "--hours", "0.25", "--from", "30", "--to", "50", "--seed", seed, "--json")
		var all map[string]any
		if err := json.Unmarshal([]byte(out), &all); err != nil || code != 0 {
			t.Fatalf("exit %d, %v", code, err)
		}
		delete(all, "wall_seconds")
		delete(all, "times_real_time")
		return all
	}
	a, b := figures("3"), figures("3")
	if len(a) < 10 {
		t.Errorf("only %d figures", len(a))
	}
	for name := range a {
		x, _ := json.Marshal(a[name])
		y, _ := json.Marshal(b[name])
		if !bytes.Equal(x, y) {
			t.Errorf("%s: %s and %s from one seed", name, x, y)
		}
	}
}
