package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"marsad/border"
	"marsad/engine/config"
	"marsad/engine/store"
	"marsad/face/api"
	"marsad/respond"
	"marsad/sim"
)

// night is a running Marsad with the simulated world connected to it by TCP, as
// in the demo, on a short stretch of the line.
type night struct {
	*App
	token string
	stop  func()
}

func begin(t *testing.T, dir string) *night {
	t.Helper()
	scene, err := sim.Scenario("family")
	if err != nil {
		t.Fatal(err)
	}
	scene.From, scene.To = 33_000, 45_000
	estate := sim.NewEstate(border.Default(), sim.EstateSeed, func(c border.Chainage) string {
		s, _ := border.SectionAt(c)
		return s.ID
	})
	conf := config.Default()
	conf.Addr, conf.Sapient.Addr, conf.Data, conf.Units = "127.0.0.1:0", "127.0.0.1:0", dir, estate.Roster
	conf.Log.MaxBytes = 256 << 20
	conf.Announce = config.Announce{Addr: "127.0.0.1:0", Readers: filepath.Join(t.TempDir(), "readers")}
	if err := os.WriteFile(conf.Announce.Readers, []byte("partner "+listening), 0o600); err != nil {
		t.Fatal(err)
	}
	const skip, speed = 5 * time.Minute, 10
	a, err := New(conf, Options{Night: scene.Night.Add(skip), Speed: speed, Scenario: "family"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	go func() { ended <- a.Run(ctx) }()
	select {
	case <-a.Ready():
	case err := <-ended:
		t.Fatal(err)
	}
	if err := TakeSeats(ctx, a.Door()); err != nil {
		t.Fatal(err)
	}
	n := &night{App: a}
	if n.token, err = a.Door().Grant(ctx, Duty, "test", time.Hour); err != nil {
		t.Fatal(err)
	}
	go func() {
		ended <- sim.Run(ctx, sim.Options{Addr: a.Sapient(), Scenario: scene, Estate: estate, Seed: 1,
			Start: a.Clock().Start.Add(-skip), Anchor: a.Clock().Anchor.Add(-skip / speed), Speed: speed})
	}()
	n.stop = func() {
		cancel()
		for range 2 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
	return n
}

const listening = "a password of a listener"

// listens connects as a program outside would, and gives what it hears.
func (n *night) listens(t *testing.T) <-chan *nats.Msg {
	t.Helper()
	c, err := nats.Connect("nats://"+n.bus.Listening(), nats.UserInfo("partner", listening))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	heard := make(chan *nats.Msg, 100)
	if _, err := c.ChanSubscribe("out.>", heard); err != nil {
		t.Fatal(err)
	}
	if err := c.Flush(); err != nil {
		t.Fatal(err)
	}
	return heard
}

func (n *night) ask(t *testing.T, method, path string, in, out any) {
	t.Helper()
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, n.URL()+path, bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+n.token)
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 300 {
		t.Fatalf("%s %s %s: %d %s %v", method, path, b, res.StatusCode, answer, err)
	}
	if err := json.Unmarshal(answer, out); err != nil {
		t.Fatal(err)
	}
}

// From a sensor's bytes to a decision on record, and still there afterwards:
// the family of the scenario, over real sockets.
func TestFromSensorBytesToADecisionOnRecord(t *testing.T) {
	if testing.Short() {
		t.Skip("plays four minutes of a night at ten times its pace")
	}
	dir := t.TempDir()
	n := begin(t, dir)
	heard := n.listens(t)
	alert := n.awaitAlert(t)
	figures := n.metrics(t)
	for _, want := range []string{`marsad_sapient_total{kind="detection"}`, "marsad_sapient_connections", "marsad_scans_received_total"} {
		if !(figures[want] > 0) {
			t.Errorf("the metrics have %s = %v", want, figures[want])
		}
	}
	if alert.Severity != "high" || alert.Class != "group" || alert.Section != "rabia" || !alert.Simulated {
		t.Errorf("%+v", alert)
	}
	var d api.AlertDetail
	act := func(body map[string]any) {
		t.Helper()
		n.ask(t, "POST", "/api/v1/alerts/"+alert.ID+"/actions", body, &d)
	}
	act(map[string]any{"verb": "acknowledge"})
	if len(d.Candidates) == 0 || len(d.Case.Alert.Evidence) == 0 || d.Case.Alert.Reason.Ar == "" {
		t.Fatalf("nobody to send, or nothing to go by: %+v", d)
	}
	unit := d.Candidates[0].Unit
	act(map[string]any{"verb": "verify", "text": "seen on the tower camera"})
	act(map[string]any{"verb": "classify", "class": "group"})
	act(map[string]any{"verb": "propose", "unit": unit})
	act(map[string]any{"verb": "approve"})
	act(map[string]any{"verb": "dispatch"})
	act(map[string]any{"verb": "arrive"})
	act(map[string]any{"verb": "protection", "answer": "asks-protection", "text": "they ask for protection"})
	act(map[string]any{"verb": "refer", "to": "Humanitarian partner (exercise)"})
	act(map[string]any{"verb": "partner-ack", "to": "Humanitarian partner (exercise)"})
	act(map[string]any{"verb": "outcome", "text": "a family of five", "result": respond.Result{
		Counts: respond.Counts{Referred: 5}, Direction: "inbound", Children: 3, Text: "well; taken over by the partner"}})
	if d.Case.Task == nil || d.Case.Task.ApproverID != Duty || d.Case.Task.Unit != unit || d.Case.Referral == nil || d.Case.Referral.Acked.IsZero() {
		t.Fatalf("the task or the referral is not as it was taken: %+v", d.Case)
	}
	// Whoever listens outside has heard that a partner was asked.
	for told := false; !told; {
		select {
		case m := <-heard:
			told = m.Subject == "out.notice.partner" && strings.Contains(string(m.Data), alert.ID) && strings.Contains(string(m.Data), `"simulated":true`)
		case <-time.After(20 * time.Second):
			t.Fatal("no announcement of the referral")
		}
	}
	n.stop()

	// Started again, everything is there, and the chain holds.
	again := begin(t, dir)
	defer again.stop()
	var later api.AlertDetail
	again.ask(t, "GET", "/api/v1/alerts/"+alert.ID, nil, &later)
	if later.Case.State != d.Case.State || later.Case.Result == nil || later.Case.Result.Counts.Referred != 5 {
		t.Errorf("after the restart: %+v", later.Case)
	}
	var incidents struct{ Items []json.RawMessage }
	again.ask(t, "GET", "/api/v1/incidents", nil, &incidents)
	if len(incidents.Items) != 1 {
		t.Errorf("%d incidents", len(incidents.Items))
	}
	report, err := store.Verify(t.Context(), dir, store.Witness{})
	if err != nil || !report.OK() {
		t.Errorf("verify: %+v %v", report, err)
	}
}

// metrics reads the figures as Prometheus would, without an account.
func (n *night) metrics(t *testing.T) map[string]float64 {
	t.Helper()
	res, err := http.Get(n.URL() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatal(res.Status, err)
	}
	out := map[string]float64{}
	for l := range strings.Lines(string(b)) {
		if name, value, ok := strings.Cut(strings.TrimSpace(l), " "); ok && !strings.HasPrefix(l, "#") {
			out[name], _ = strconv.ParseFloat(value, 64)
		}
	}
	return out
}

func (n *night) awaitAlert(t *testing.T) api.AlertRow {
	t.Helper()
	for deadline := time.Now().Add(3 * time.Minute); time.Now().Before(deadline); time.Sleep(300 * time.Millisecond) {
		var list struct{ Items []api.AlertRow }
		n.ask(t, "GET", "/api/v1/alerts", nil, &list)
		for _, a := range list.Items {
			if strings.HasPrefix(a.Rule, "approach") {
				return a
			}
		}
	}
	var s api.Status
	n.ask(t, "GET", "/api/v1/status", nil, &s)
	t.Fatalf("no alert came; the picture: %s", fmt.Sprintf("%+v", s))
	return api.AlertRow{}
}
