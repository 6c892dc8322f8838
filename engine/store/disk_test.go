package store_test

import (
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"marsad/engine/store"
	"marsad/engine/store/storetest"
)

// fillUp commits until the disk is full, and gives how many were acknowledged.
func fillUp(t *testing.T, s *store.Store) (acked int) {
	t.Helper()
	for n := range 5000 {
		b := one(n)
		b.Snapshot = make([]byte, 4000)
		if err := s.Commit(ctx, b); err != nil {
			refused(t, err, "store.full")
			return n
		}
	}
	t.Fatal("the disk never got full")
	return 0
}

func allThere(t *testing.T, s *store.Store, acked int) {
	t.Helper()
	for n := range acked {
		if _, err := s.Case(ctx, storetest.Case(n).Alert.ID); err != nil {
			t.Fatalf("case %d of %d was acknowledged and is gone: %v", n, acked, err)
		}
	}
	if r, err := s.Verify(ctx, nil); err != nil || !r.OK() {
		t.Fatalf("%v %+v", err, r.Problems)
	}
}

func TestFullDatabaseLosesNothingAndGoesOn(t *testing.T) {
	dir := t.TempDir()
	s := opened(t, dir, store.MaxPages(store.Options{}, 150))
	acked := fillUp(t, s)
	allThere(t, s, acked)
	much := one(acked)
	much.Snapshot = make([]byte, 1<<20)
	refused(t, s.Commit(ctx, much), "store.full")
	allThere(t, s, acked)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = opened(t, dir, store.Options{}) // there is room again
	allThere(t, s, acked)
	if err := s.Commit(ctx, one(acked)); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d acknowledged before the database was full", acked)
}

// A small disk of its own, where the machine lets us mount one.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("none", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("no small disk can be mounted here (%v): run as root with CAP_SYS_ADMIN; TestFullDatabaseLosesNothingAndGoesOn shows the same without one", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func TestFullDiskLosesNothingAndGoesOn(t *testing.T) {
	disk := smallDisk(t, "3m")
	ballast := filepath.Join(disk, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	s := opened(t, filepath.Join(disk, "data"), store.Options{})
	acked := fillUp(t, s)
	allThere(t, s, acked)
	h, err := s.Health(ctx)
	if err != nil || h.Free > 1<<20 {
		t.Errorf("health says %d bytes are free, %v", h.Free, err)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(ctx, one(acked)); err != nil { // without a restart
		t.Fatalf("there is room again: %v", err)
	}
	allThere(t, s, acked+1)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d acknowledged before the disk was full", acked)
}

// A write that fails in another way than by a full disk: here by a limit on the
// size of files.
func TestFailingDiskLosesNothingAndGoesOn(t *testing.T) {
	s := opened(t, t.TempDir(), store.Options{})
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	limit := func(l syscall.Rlimit) {
		t.Helper()
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
			t.Fatal(err)
		}
	}
	limit(syscall.Rlimit{Cur: 1 << 20, Max: before.Max})
	defer limit(before)
	acked, failed := 0, error(nil)
	for failed == nil && acked < 5000 {
		b := one(acked)
		b.Snapshot = make([]byte, 20000)
		if failed = s.Commit(ctx, b); failed == nil {
			acked++
		}
	}
	refused(t, failed, "store.disk")
	if h, err := s.Health(ctx); err != nil || h.Failed == nil {
		t.Errorf("health does not tell: %v %v", h.Failed, err)
	}
	limit(before)
	allThere(t, s, acked)
	if err := s.Commit(ctx, one(acked)); err != nil {
		t.Fatalf("the disk writes again: %v", err)
	}
	if h, err := s.Health(ctx); err != nil || h.Failed != nil {
		t.Errorf("health still says %v, %v", h.Failed, err)
	}
	allThere(t, s, acked+1)
}

func TestFullDiskAtOpen(t *testing.T) {
	disk := smallDisk(t, "64k")
	if err := os.WriteFile(filepath.Join(disk, "ballast"), make([]byte, 56<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(filepath.Join(disk, "data"), store.Options{})
	refused(t, err, "store.full")
}

func TestVerifyOnADiskThatCannotBeWritten(t *testing.T) {
	disk := smallDisk(t, "8m")
	dir := filepath.Join(disk, "data")
	s := opened(t, dir, store.Options{})
	if err := s.Commit(ctx, one(1)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("none", disk, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("the disk cannot be made read-only here: %v", err)
	}
	if r, err := store.Verify(ctx, dir, store.Witness{}); err != nil || !r.OK() || r.Rows != 1 {
		t.Errorf("%v %+v", err, r)
	}
	_, err := store.Open(dir, store.Options{})
	refused(t, err, "store.permission")
}
