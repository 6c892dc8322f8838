package pipeline

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marsad/engine/bus"
	"marsad/engine/picture"
	"marsad/engine/store"
	"marsad/ident"
	"marsad/respond"
	"marsad/sense"
)

const killDir = "MARSAD_TEST_KILL_DIR"

// onDisk shows the store to the engine.
type onDisk struct{ *store.Store }

func (s onDisk) OpenCases(ctx context.Context) ([]respond.Case, error) {
	cases, _, err := s.Cases(ctx, store.Filter{Sections: []string{store.AllSections}, Open: true, Page: store.Page{Limit: 1000}})
	return cases, err
}

// TestKillChild is the process that TestKill kills: a server on a data folder,
// with a person who opens alerts by hand and says which were acknowledged.
func TestKillChild(t *testing.T) {
	dir := os.Getenv(killDir)
	if dir == "" {
		t.Skip("only as the child of TestKill")
	}
	record, err := store.Open(dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cursor, err := record.Cursor(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	log, err := bus.Open(filepath.Join(dir, "log"), bus.Options{First: cursor + 1})
	if err != nil {
		t.Fatal(err)
	}
	stages, err := NewStages(realParts)
	if err != nil {
		t.Fatal(err)
	}
	e := New(Options{Log: log, Record: onDisk{record}, Stages: stages, Picture: picture.New(picture.Options{}), SnapshotEvery: 300 * time.Millisecond})
	go func() {
		if err := e.Run(context.Background()); err != nil {
			fmt.Println("failed", err)
		}
	}()
	<-e.Ready()
	go func() { // sensors beside the person
		if err := e.Ingress().Register(radar("a")); err != nil {
			fmt.Println("failed", err)
		}
		for {
			if err := e.Ingress().Deliver(sense.Scan{Sensor: "a", Observed: time.Now(), Declared: true}); err != nil {
				fmt.Println("failed", err)
			}
			time.Sleep(2 * time.Millisecond)
		}
	}()
	fmt.Println("ready", e.Counters().Differ.Load(), e.Counters().Bad.Load())
	for {
		id, err := ident.New(time.Now(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		c, err := e.Submit(context.Background(), respond.Action{ID: id, Verb: respond.OpenByHand, Text: "two men at the berm",
			By:    respond.Person{ID: "p1", Name: "Ali", Roles: []string{respond.WatchOfficer}, Sections: []string{"*"}},
			Place: &respond.Place{Chainage: 43_200, Offset: 100}})
		if err != nil {
			fmt.Println("failed", err)
			continue
		}
		fmt.Println("acknowledged", id, c.Alert.ID)
	}
}

// A server that is killed again and again, at any moment, loses nothing that it
// acknowledged, and comes up again each time.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes for some seconds")
	}
	dir := t.TempDir()
	type pair struct{ action, alert ident.ID }
	var acknowledged []pair
	for round := range 6 {
		child := exec.Command(os.Args[0], "-test.run=^TestKillChild$", "-test.v")
		child.Env = append(os.Environ(), killDir+"="+dir)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		child.Stderr = os.Stderr
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		want := 15 + 10*round // answers until the kill
		alive := time.AfterFunc(60*time.Second, func() { child.Process.Kill() })
		lines := bufio.NewScanner(out)
		ready := false
		for n := 0; lines.Scan(); {
			word, rest, _ := strings.Cut(lines.Text(), " ")
			switch word {
			case "ready":
				if ready = true; rest != "0 0" {
					t.Errorf("round %d: after the kill the log gives something else, or cannot be read: %s", round, rest)
				}
			case "failed":
				t.Errorf("round %d: %s", round, rest)
			case "acknowledged":
				var p pair
				action, alert, _ := strings.Cut(rest, " ")
				if p.action, err = ident.Parse(action); err == nil {
					p.alert, err = ident.Parse(alert)
				}
				if err != nil {
					break // the kill cut the line short
				}
				acknowledged = append(acknowledged, p)
				if n++; n == want {
					child.Process.Kill()
				}
			}
		}
		alive.Stop()
		child.Wait() // killed: its error says only that
		if !ready {
			t.Fatalf("round %d: the server did not come up again", round)
		}
	}
	record, err := store.Open(dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer record.Close()
	for _, p := range acknowledged {
		if _, err := record.Action(context.Background(), p.action); err != nil {
			t.Errorf("an acknowledged action is not on record: %v", err)
		}
		if c, err := record.Case(context.Background(), p.alert); err != nil || c.Alert.ByHand != "Ali" {
			t.Errorf("its case is not on record: %v", err)
		}
	}
	if len(acknowledged) < 200 {
		t.Errorf("only %d actions were acknowledged", len(acknowledged))
	}
	report, err := store.Verify(context.Background(), dir, store.Witness{})
	if err != nil || !report.OK() {
		t.Errorf("the record does not verify: %v, %+v", err, report)
	}
}
