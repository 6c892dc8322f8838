package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"marsad/detect"
	"marsad/detect/health"
	"marsad/engine/access"
	"marsad/engine/config"
	"marsad/engine/store"
	"marsad/record"
	"marsad/say"
)

// started runs an app until stop, which may be called once.
func started(t *testing.T, c config.Config) (a *App, stop func()) {
	t.Helper()
	a, err := New(c, Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- a.Run(ctx) }()
	<-a.Ready()
	return a, func() {
		end()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
}

// The memory of a camera's view outlives the program; not a camera's file that
// says that it looks elsewhere now, nor damage.
func TestAViewIsKeptUntilItsCameraIsMoved(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "east.yaml")
	put := func(azimuth string) {
		if err := os.WriteFile(file, []byte("id: east\nposition: {lat: 36.81, lon: 42.09, height: 385}\nmast: 20\nazimuth: "+azimuth+"\nfield_of_view: {horizontal: 12}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("265")
	c := config.Default()
	c.Addr, c.Sapient.Addr, c.Data = "127.0.0.1:0", "127.0.0.1:0", filepath.Join(dir, "data")
	c.Cameras = []config.Camera{{File: file, Input: filepath.Join(dir, "none.mkv")}}
	with := func(do func(a *App)) {
		a, err := New(c, Options{})
		if err != nil {
			t.Fatal(err)
		}
		do(a)
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
	var watch health.Watch
	at := time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)
	for i := range 130 {
		f := detect.Frame{At: at.Add(time.Duration(i) * 500 * time.Millisecond), Width: 96, Height: 72, Bits: 8, Pix: make([]uint16, 96*72), Index: i}
		for k := range f.Pix {
			f.Pix[k] = uint16(60 + k%96 + k/96 + (k*7+i*13)%5)
		}
		watch.Look(f, 0)
	}
	want, ok := watch.Memory()
	if !ok {
		t.Fatal("no memory")
	}
	with(func(a *App) {
		if _, known := a.recallView("east"); known {
			t.Error("known before it was kept")
		}
		a.keepView("east", want)
		a.keepView("nobody", want)
	})
	with(func(a *App) {
		if got, known := a.recallView("east"); !known || !got.At.Equal(want.At) || !slices.Equal(got.Last.Coarse, want.Last.Coarse) {
			t.Errorf("known %v, of %v", known, got.At)
		}
		if _, known := a.recallView("nobody"); known {
			t.Error("a camera that is not configured")
		}
	})
	put("90")
	with(func(a *App) {
		if _, known := a.recallView("east"); known {
			t.Error("known in another pose")
		}
	})
	put("265")
	with(func(a *App) {
		if _, known := a.recallView("east"); !known {
			t.Error("forgotten")
		}
		a.keepView("east", health.Memory{})
		if _, known := a.recallView("east"); known {
			t.Error("known after a person accepted another view")
		}
		for _, bad := range []string{"{", `{"pose":"` + a.cameras[0].Camera.Pose() + `","view":{"Version":7}}`} {
			if err := a.store.PutSetting(t.Context(), viewKey("east"), []byte(bad)); err != nil {
				t.Fatal(err)
			}
			if _, known := a.recallView("east"); known {
				t.Errorf("taken: %s", bad)
			}
		}
		if err := (camerasOn{a}).AcceptView("east", func() error { t.Error("recorded"); return nil }); err == nil {
			t.Error("the view of a camera without a picture was accepted")
		}
	})
}

// A recording in place of a camera goes the whole way: sensor, scans, picture,
// alert by hand, evidence on disk and on record, served with its mask.
func TestAThermalCameraFromItsPicturesToEvidence(t *testing.T) {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("ffmpeg is not installed: ./test installs it")
	}
	dir := t.TempDir()
	clip := filepath.Join(dir, "clip.mkv")
	graph := "nullsrc=s=320x240:r=10:d=30,geq=lum='90+20*sin(X/17)*cos(Y/23)+6*random(1)',format=gray[b];color=white:s=8x18:r=10:d=30,format=gray[w];[b][w]overlay=x='20+t*9':y=150,format=gray"
	if b, err := exec.Command("ffmpeg", "-loglevel", "error", "-filter_complex", graph, "-c:v", "ffv1", clip).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	camera := filepath.Join(dir, "camera.yaml")
	if err := os.WriteFile(camera, []byte("id: east\nposition: {lat: 36.81, lon: 42.09, height: 385}\nmast: 20\nazimuth: 265\ntilt: -3\nfield_of_view: {horizontal: 12}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := config.Default()
	c.Addr, c.Sapient.Addr, c.Data = "127.0.0.1:0", "127.0.0.1:0", filepath.Join(dir, "data")
	c.Cameras = []config.Camera{{File: camera, Input: clip}}
	c.Evidence = config.Evidence{Before: config.Duration(5 * time.Second), After: config.Duration(3 * time.Second)}
	ctx := t.Context()
	a, stop := started(t, c)
	defer func() { stop() }()
	hash, err := access.HashPassword("a password for the test")
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Door().Put(ctx, nil, access.Account{Password: hash, Name: say.Text{En: "W. Officer", Ar: "ضابط"}, ID: "w", Login: "w", Roles: []access.Role{access.WatchOfficer, access.Commander}, Sections: []string{"*"}}); err != nil {
		t.Fatal(err)
	}
	token, err := a.Door().Grant(ctx, "w", "test", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(method, path, body string) (int, string) {
		r, err := http.NewRequest(method, a.URL()+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		return res.StatusCode, string(b)
	}
	until := func(what, path, want string) (out string) {
		for limit := time.Now().Add(40 * time.Second); time.Now().Before(limit); time.Sleep(100 * time.Millisecond) {
			if _, out = ask("GET", path, ""); strings.Contains(out, want) {
				return out
			}
		}
		t.Fatalf("waited in vain for %s: %.300q", what, out)
		return ""
	}
	until("the sensor", "/api/v1/sensors", `"health":"good"`)
	if out := until("the camera", "/api/v1/cameras", `"east"`); !strings.Contains(out, `"simulated":true`) {
		t.Errorf("a recording is not marked simulated: %s", out)
	}
	until("its picture", "/api/v1/cameras/east/picture", "\xff\xd8\xff")
	until("a mover", "/api/v1/cameras", `"movers":1`)
	status, out := ask("POST", "/api/v1/alerts", `{"verb":"open","class":"person","text":"seen on the picture","severity":"high","place":{"chainage":0,"offset":0,"lat":36.8095,"lon":42.0845,"by_point":true}}`)
	if status != 201 {
		t.Fatalf("%d %s", status, out)
	}
	id := strings.Split(strings.SplitAfter(out, `"id":"`)[1], `"`)[0]
	out = until("evidence", "/api/v1/alerts/"+id+"/evidence", `"east.avi"`)
	for _, name := range []string{"east.avi", "east-1.jpg", "east-2.jpg", "east-3.jpg"} {
		if !strings.Contains(out, name) {
			t.Errorf("%s is missing in %s", name, out)
		}
		if status, b := ask("GET", "/api/v1/alerts/"+id+"/evidence/"+name, ""); status != 200 || len(b) < 1000 {
			t.Errorf("%s: %d, %d bytes", name, status, len(b))
		}
	}
	// The clip plays: every picture of it is decoded, for about as long as it was filmed.
	plays := func(when string) {
		_, clipped := ask("GET", "/api/v1/alerts/"+id+"/evidence/east.avi", "")
		file := filepath.Join(t.TempDir(), "clip.avi")
		if err := os.WriteFile(file, []byte(clipped), 0o600); err != nil {
			t.Fatal(err)
		}
		probe, err := exec.Command("ffprobe", "-v", "error", "-count_frames", "-select_streams", "v:0", "-show_entries", "stream=nb_read_frames,width,duration", "-of", "csv=p=0", file).CombinedOutput()
		var width, pictures int
		var seconds float64
		if _, scanErr := fmt.Sscanf(strings.TrimSpace(string(probe)), "%d,%f,%d", &width, &seconds, &pictures); err != nil || scanErr != nil || width != 320 || pictures < 12 || seconds < 3 || seconds > 12 {
			t.Errorf("%s: ffprobe: %v %v %q", when, err, scanErr, probe)
		}
	}
	plays("at once")
	// And after a restart, with the same hashes.
	_, listedBefore := ask("GET", "/api/v1/alerts/"+id+"/evidence", "")
	stop()
	a, stop = started(t, c)
	if token, err = a.Door().Grant(ctx, "w", "test", time.Hour); err != nil {
		t.Fatal(err)
	}
	if listed := until("evidence after a restart", "/api/v1/alerts/"+id+"/evidence", `"east.avi"`); listed != listedBefore {
		t.Errorf("after a restart %s, before it %s", listed, listedBefore)
	}
	plays("after a restart")
	entries, _, err := a.store.Entries(ctx, store.AuditFilter{Sections: []string{"*"}, Subject: id, Kinds: []record.Kind{record.OfEvidence}})
	if err != nil || len(entries) != 1 || entries[0].Subject != id || !strings.Contains(string(entries[0].Detail), "sha256") {
		t.Errorf("on record: %+v, %v", entries, err)
	}
	if r, err := store.Verify(ctx, c.Data, store.Witness{}); err != nil || !r.OK() || r.Files != 4 {
		t.Errorf("verified: %v, %d files, %+v", err, r.Files, r.Problems)
	}
	// Whoever changes a file and the list beside it is found by the chain.
	still := filepath.Join(c.Data, "evidence", id, "east-1.jpg")
	was, err := os.ReadFile(still)
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(c.Data, "evidence", id, "east.json")
	listed, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	before, after := sha256.Sum256(was), sha256.Sum256([]byte("another"))
	for name, b := range map[string][]byte{still: []byte("another"), list: bytes.ReplaceAll(listed, []byte(hex.EncodeToString(before[:])), []byte(hex.EncodeToString(after[:])))} {
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if status, b := ask("GET", "/api/v1/alerts/"+id+"/evidence/east-1.jpg", ""); status != 409 || !strings.Contains(b, "evidence.changed") {
		t.Errorf("a changed still: %d %.200s", status, b)
	}
	if r, err := store.Verify(ctx, c.Data, store.Witness{}); err != nil || len(r.Problems) != 1 || r.Problems[0].Subject != "evidence/"+id+"/east-1.jpg" {
		t.Errorf("a changed still: %v %+v", err, r.Problems)
	}
	// Retention keeps what a legal hold keeps; after that it takes all away, and says so.
	hold, err := a.store.SetHold(ctx, record.Hold{Subject: id, Reason: "an inquiry", By: "N. Aziz", ByID: "w"})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.eraseEvidence(ctx, time.Now().AddDate(0, 0, 91)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(still); err != nil {
		t.Errorf("what a legal hold keeps is erased: %v", err)
	}
	if err := a.store.LiftHold(ctx, hold.ID, "w", "N. Aziz"); err != nil {
		t.Fatal(err)
	}
	if err := a.eraseEvidence(ctx, time.Now().AddDate(0, 0, 89)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(still); err != nil {
		t.Errorf("erased before its time: %v", err)
	}
	if err := a.eraseEvidence(ctx, time.Now().AddDate(0, 0, 91)); err != nil {
		t.Fatal(err)
	}
	if _, out := ask("GET", "/api/v1/alerts/"+id+"/evidence", ""); strings.Contains(out, "east.avi") {
		t.Errorf("erased, and still there: %s", out)
	}
	if entries, _, _ = a.store.Entries(ctx, store.AuditFilter{Sections: []string{"*"}, Subject: id, Kinds: []record.Kind{record.OfEvidence}}); len(entries) != 2 {
		t.Errorf("the erasure is not on record: %s", fmt.Sprint(entries))
	}
	if r, err := store.Verify(ctx, c.Data, store.Witness{}); err != nil || !r.OK() || r.Files != 0 {
		t.Errorf("after retention: %v, %d files, %+v", err, r.Files, r.Problems)
	}
}
