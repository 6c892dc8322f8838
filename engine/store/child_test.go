package store_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"marsad/engine/store"
	"marsad/engine/store/storetest"
	"marsad/ident"
	"marsad/record"
	"marsad/respond"
)

// The test binary starts itself again as a process that puts things on record
// and prints each id after Commit returned: a server whose answer is a line.
func TestMain(m *testing.M) {
	if dir := os.Getenv("MARSAD_STORE_CHILD"); dir != "" {
		if err := child(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func childCommand(name string, args []string, dir, synchronous string, from, count int) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "MARSAD_STORE_CHILD="+dir, "MARSAD_STORE_SYNC="+synchronous,
		"MARSAD_STORE_FROM="+strconv.Itoa(from), "MARSAD_STORE_COUNT="+strconv.Itoa(count))
	cmd.Stderr = os.Stderr
	return cmd
}

func child(dir string) error {
	from, err := strconv.Atoi(os.Getenv("MARSAD_STORE_FROM"))
	if err != nil {
		return err
	}
	count, err := strconv.Atoi(os.Getenv("MARSAD_STORE_COUNT"))
	if err != nil {
		return err
	}
	s, err := store.Open(dir, store.Synchronous(store.Options{}, os.Getenv("MARSAD_STORE_SYNC")))
	if err != nil {
		return err
	}
	for n := from; count < 0 || n < from+count; n++ {
		c, a := storetest.Take(storetest.Case(n), storetest.Officer, respond.Acknowledge, respond.Acknowledged, "")
		b := record.Batch{Cursor: uint64(n), Cases: []respond.Case{c}, Actions: []record.Acted{a}, Notices: []respond.Notice{storetest.Notice(n)}}
		if n%7 == 0 {
			b.Snapshot = make([]byte, 20000)
		}
		if err := s.Commit(context.Background(), b); err != nil {
			return err
		}
		// One write of the system for one answer, as a server's.
		if _, err := os.Stdout.WriteString("ack " + c.Alert.ID.String() + "\n"); err != nil {
			return err
		}
	}
	return s.Close()
}

// However often and whenever the process is killed, all that it acknowledged is
// there, and the chain verifies.
func TestKilledAgainAndAgainLosesNothing(t *testing.T) {
	dir := t.TempDir()
	var acked []ident.ID
	const kills = 12
	for round := range kills {
		before := len(acked)
		cmd := childCommand(os.Args[0], nil, dir, "", 1000*round, -1)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		stop := rand.IntN(30)
		for n := 0; lines.Scan(); n++ {
			id, err := ident.Parse(strings.TrimPrefix(lines.Text(), "ack "))
			if err != nil {
				t.Fatalf("answer %q: %v", lines.Text(), err)
			}
			acked = append(acked, id)
			if n == stop {
				// In the midst of what comes next, wherever that is.
				time.AfterFunc(time.Duration(rand.IntN(3000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
			}
		}
		if err := cmd.Wait(); err == nil {
			t.Fatal("the child was not killed")
		}
		if len(acked) == before {
			t.Fatal("the child acknowledged nothing")
		}
		s, err := store.Open(dir, store.Options{})
		if err != nil {
			t.Fatalf("after kill %d: %v", round+1, err)
		}
		if s.Doubt() != nil {
			t.Errorf("after kill %d: %v", round+1, s.Doubt())
		}
		for _, id := range acked {
			c, err := s.Case(context.Background(), id)
			if err != nil || len(c.Steps) != 1 {
				t.Fatalf("after kill %d: acknowledged %v: %v", round+1, id, err)
			}
		}
		if r, err := s.Verify(context.Background(), nil); err != nil || !r.OK() {
			t.Fatalf("after kill %d: %v %+v", round+1, err, r.Problems)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d kills, %d acknowledged, none lost", kills, len(acked))
}

// The trace of the system's calls shows the sync of the WAL between the writing
// of a record and the bytes of its answer. The same look at a process with
// synchronous=OFF must find none, or it would find nothing anywhere.
func TestSyncedBeforeAnybodyIsTold(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed (apt-get install strace): the order of sync and answer is not shown here")
	}
	trace := func(synchronous string) []string {
		dir := t.TempDir()
		file := filepath.Join(t.TempDir(), "trace")
		const calls = "trace=write,writev,pwrite64,pwritev,fsync,fdatasync,sync_file_range"
		cmd := childCommand(strace, []string{"-f", "-y", "-s", "64", "-e", calls, "-o", file, os.Args[0]}, dir, synchronous, 0, 5)
		out, err := cmd.Output()
		if err != nil {
			t.Skipf("strace may not trace here (%v): the order of sync and answer is not shown", err)
		}
		if n := strings.Count(string(out), "ack "); n != 5 {
			t.Fatalf("the child answered %d times, want 5", n)
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(string(b), "\n")
	}
	// Empty is what every server has.
	if n, err := answersAfterSync(trace("")); err != nil || n != 5 {
		t.Errorf("as a server opens it: %d of 5 answers after the sync: %v", n, err)
	}
	n, err := answersAfterSync(trace("OFF"))
	if err == nil {
		t.Errorf("synchronous=OFF: %d answers seem to come after a sync: this test shows nothing", n)
	}
	t.Logf("with synchronous=OFF, as it must be: %v", err)
}

// answersAfterSync reads a trace and gives how many answers came after a sync of
// the WAL that began after its last write; an error names the first that did not.
func answersAfterSync(lines []string) (n int, err error) {
	dirty, wrote := false, false // the WAL has bytes that were not synced; it was written since the last answer
	syncing := map[string]bool{} // threads within a sync of the WAL that began after the last write
	isSync := func(l string) bool { return strings.Contains(l, "fsync(") || strings.Contains(l, "fdatasync(") }
	for i, l := range lines {
		pid, call, _ := strings.Cut(l, " ")
		wal := strings.Contains(call, store.File+"-wal")
		switch {
		case wal && strings.Contains(call, "write"):
			dirty, wrote = true, true
			clear(syncing)
		case wal && isSync(call) && strings.Contains(call, "unfinished"):
			syncing[pid] = true
		case wal && isSync(call) && strings.HasSuffix(call, "= 0"):
			dirty = false
		case strings.Contains(call, "sync resumed") && strings.HasSuffix(call, "= 0") && syncing[pid]:
			dirty = false
			delete(syncing, pid)
		case strings.Contains(call, `write(1<`) && strings.Contains(call, `"ack `):
			if dirty || !wrote {
				return n, fmt.Errorf("line %d of the trace: answered before the sync: %s", i+1, l)
			}
			n, wrote = n+1, false
		}
	}
	return n, nil
}
