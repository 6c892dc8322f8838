package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// binary builds the program as a user would, in a folder of the test.
func binary(t *testing.T, flags ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "marsad")
	build := exec.Command("go", append(append([]string{"build"}, flags...), "-o", path, "marsad")...)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

// served is the program as a process of its own.
type served struct {
	cmd   *exec.Cmd
	errs  bytes.Buffer
	ready ready
}

// start runs a command line, and the program under it, until it says that it is
// ready to take actions.
func start(t *testing.T, wrap []string, path, dir string, more ...string) *served {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ready.json")
	line := append(wrap, path, "demo", "--addr", "127.0.0.1:0", "--sapient", "127.0.0.1:0", "--data", dir, "--no-browser", "--ready-file", file)
	line = append(line, more...)
	s := &served{cmd: exec.Command(line[0], line[1:]...)}
	s.cmd.Stderr = &s.errs
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL) }) // whatever is left of it
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		if b, err := os.ReadFile(file); err == nil && json.Unmarshal(b, &s.ready) == nil {
			return s
		}
		if time.Now().After(deadline) {
			t.Fatalf("it was not ready within a minute: %s", s.errs.String())
		}
	}
}

func (s *served) end(t *testing.T, with syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(-s.cmd.Process.Pid, with); err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Wait(); err != nil && with != syscall.SIGKILL {
		t.Fatalf("%v: %s", err, s.errs.String())
	}
}

func (s *served) ask(t *testing.T, method, path, body string, want int, out any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.ready.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.ready.Token)
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != want {
		t.Fatalf("%s %s: %d %s %v", method, path, res.StatusCode, b, err)
	}
	if out != nil {
		if err := json.Unmarshal(b, out); err != nil {
			t.Fatal(err)
		}
	}
}

// call opens an alert by hand, as after a telephone call, and gives its id.
func (s *served) call(t *testing.T, n int) string {
	t.Helper()
	var d struct {
		Case struct {
			Alert struct{ ID string }
		}
	}
	s.ask(t, "POST", "/api/v1/alerts", fmt.Sprintf(`{"verb":"open-by-hand","class":"group","severity":"normal","text":"call %d",
		"place":{"chainage":%d,"offset":120}}`, n, 40_000+n*100), http.StatusCreated, &d)
	if d.Case.Alert.ID == "" {
		t.Fatal("an alert without an id")
	}
	return d.Case.Alert.ID
}

// The trace of a whole server shows the sync of the record between a person's
// request and the first byte of the answer. The same look at a server that was
// linked without it must find none.
func TestTheRecordIsSyncedBeforeTheAnswersFirstByte(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program twice and traces it")
	}
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed (apt-get install strace): the order of sync and answer is not shown here")
	}
	trace := func(flags ...string) []string {
		file := filepath.Join(t.TempDir(), "trace")
		s := start(t, []string{strace, "-f", "-y", "-s", "40", "-o", file, "-e", "trace=read,write,writev,pwrite64,fsync,fdatasync"},
			binary(t, flags...), t.TempDir(), "--scenario", "empty")
		for n := range 5 {
			s.call(t, n)
		}
		s.end(t, syscall.SIGTERM)
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(string(b), "\n")
	}
	if n, err := answeredAfterSync(trace()); err != nil || n != 5 {
		t.Errorf("%d of 5 answers after the sync: %v", n, err)
	}
	n, err := answeredAfterSync(trace("-ldflags", "-X marsad/engine/store.durability=OFF"))
	if err == nil {
		t.Errorf("synchronous=OFF: %d answers seem to come after a sync: this test shows nothing", n)
	}
	t.Logf("with synchronous=OFF, as it must be: %v", err)
}

// answeredAfterSync reads a trace and counts the answers to POST /api/v1/alerts
// before which the record's WAL was written and then synced to the end; an error
// names the first answer of which that is not so.
func answeredAfterSync(lines []string) (n int, err error) {
	asked, wrote, synced := false, false, false
	syncing := map[string]bool{} // threads within a sync that began after the last write
	for i, l := range lines {
		pid, call, _ := strings.Cut(l, " ")
		wal := strings.Contains(call, "-wal>")
		sync := strings.Contains(call, "fsync(") || strings.Contains(call, "fdatasync(")
		switch {
		case strings.Contains(call, `OST /api/v1/alerts `): // the server reads a next request's first byte alone
			asked, wrote, synced = true, false, false
		case wal && strings.Contains(call, "write"):
			wrote, synced = true, false
			clear(syncing)
		case wal && sync && strings.Contains(call, "unfinished"):
			syncing[pid] = true
		case wal && sync && strings.HasSuffix(call, "= 0"):
			synced = wrote
		case strings.Contains(call, "sync resumed") && strings.HasSuffix(call, "= 0") && syncing[pid]:
			synced = wrote
			delete(syncing, pid)
		case asked && strings.Contains(call, `"HTTP/1.1 201`):
			if !synced {
				return n, fmt.Errorf("line %d of the trace: answered before the sync: %s", i+1, l)
			}
			asked = false
			n++
		}
	}
	return n, nil
}

// The whole program on the whole line: killed in the midst, started again,
// everything that was acknowledged is there; and its log, replayed, gives what
// it gave live.
func TestKilledStartedAndReplayed(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program and runs it for half a minute")
	}
	path, dir := binary(t), t.TempDir()
	fast := []string{"--speed", "8", "--skip", "15m30s"}
	s := start(t, nil, path, dir, fast...)
	var ids []string
	for n := range 20 {
		ids = append(ids, s.call(t, n))
	}
	s.end(t, syscall.SIGKILL)
	s = start(t, nil, path, dir, fast...)
	for _, id := range ids {
		s.ask(t, "GET", "/api/v1/alerts/"+id, "", http.StatusOK, nil)
	}
	var family bool
	for deadline := time.Now().Add(90 * time.Second); !family && time.Now().Before(deadline); time.Sleep(500 * time.Millisecond) {
		var list struct {
			Items []struct{ Rule, Severity string }
		}
		s.ask(t, "GET", "/api/v1/alerts?limit=100", "", http.StatusOK, &list)
		for _, a := range list.Items {
			family = family || strings.HasPrefix(a.Rule, "approach") && a.Severity == "high"
		}
	}
	if !family {
		t.Error("the family of the scenario raised no alert")
	}
	if code, _, errs := typed("replay", "--data", dir); code == 0 || !strings.Contains(errs, "a server is using") {
		t.Errorf("a replay beside the server: %d %s", code, errs)
	}
	var page struct{ Items []cause }
	for deadline := time.Now().Add(time.Minute); len(page.Items) == 0 && time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		var lanes struct{ Items []struct{ ID string } }
		s.ask(t, "GET", "/api/v1/lanes", "", http.StatusOK, &lanes)
		if slices.ContainsFunc(lanes.Items, func(l struct{ ID string }) bool { return l.ID == "coverage" }) { // else it is still worked out
			s.ask(t, "GET", "/api/v1/coverage/risk", "", http.StatusOK, &page)
		}
	}
	s.end(t, syscall.SIGTERM)
	code, out, errs := typed("replay", "--data", dir, "--twice", "--alerts")
	if code != 0 || !strings.Contains(out, "identical, bit for bit") || !strings.Contains(out, "the second time gave the same") || !strings.Contains(out, "high        approach") {
		t.Errorf("replay: %d\n%s%s", code, out, errs)
	}
	if code, out, errs := typed("verify", "--data", dir); code != 0 {
		t.Errorf("verify: %d\n%s%s", code, out, errs)
	}
	covered(t, dir, page.Items)
	if code, _, errs := typed("replay", "--data", dir, "--from", "yesterday"); code == 0 || !strings.Contains(errs, "neither a sequence number nor a time") {
		t.Errorf("a place that is none: %d %s", code, errs)
	}
}

// cause is one reason for which metres matter more.
type cause struct {
	ID     string
	Weight float64
}

// covered asks what the sensors see that the stopped server knew: the report is
// whole, says on what ground it was worked out, weighs metres as the page did, and its
// export is in the chain.
func covered(t *testing.T, dir string, page []cause) {
	t.Helper()
	config, out := filepath.Join(t.TempDir(), "marsad.yaml"), filepath.Join(t.TempDir(), "coverage.json")
	if err := os.WriteFile(config, []byte("data: "+dir+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, said, errs := typed("coverage", "--config", config, "--json", out); code != 0 || !strings.Contains(said, "synthetic relief") {
		t.Fatalf("coverage: %d\n%s%s", code, said, errs)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		Marks   []string
		LengthM float64 `json:"length_m"`
		Sensors []struct{ Sensor, Health string }
		Classes []struct {
			Class string
			Seen  []struct{ From, To float64 }
			Share struct {
				Part, Whole float64
				Synthetic   bool
			}
		}
		Causes []cause
	}
	if err := json.Unmarshal(b, &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Sensors) < 600 || len(report.Classes) != 4 || report.LengthM < 600_000 || !report.Classes[0].Share.Synthetic || report.Classes[0].Share.Part < 100_000 || len(report.Classes[0].Seen) == 0 {
		t.Errorf("%d sensors, %d classes over %.0f m: %+v", len(report.Sensors), len(report.Classes), report.LengthM, report.Classes[0].Share)
	}
	byID := func(a, b cause) int { return strings.Compare(a.ID, b.ID) }
	slices.SortFunc(page, byID)
	slices.SortFunc(report.Causes, byID)
	if len(page) < 20 || !slices.Equal(page, report.Causes) {
		t.Errorf("the page weighs metres by %d causes, the command by %d", len(page), len(report.Causes))
	}
	for mark, want := range map[string]bool{"assumed": true, "synthetic": true, "simulated": true} {
		if slices.Contains(report.Marks, mark) != want {
			t.Errorf("marks %v", report.Marks)
		}
	}
	if code, said, errs := typed("verify", "--data", dir); code != 0 {
		t.Errorf("verify after an export: %d\n%s%s", code, said, errs)
	}
	// Refused: a configuration that is none, a folder that was never used.
	if err := os.WriteFile(config, []byte("data: ["), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := typed("coverage", "--config", config); code == 0 || !strings.Contains(errs, "data: [") {
		t.Errorf("a broken configuration: %d %s", code, errs)
	}
	if err := os.WriteFile(config, []byte("data: "+filepath.Join(dir, "never")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := typed("coverage", "--config", config, "--json", out); code == 0 || errs == "" {
		t.Errorf("a Marsad that never ran: %d %s", code, errs)
	}
}
