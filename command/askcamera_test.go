package command

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// offering is an ONVIF camera on the loopback that answers with the cases of
// adapter/thermal; with locked it takes no account.
func offering(t *testing.T, locked bool) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		for call, name := range map[string]string{"GetSystemDateAndTime": "clock", "GetDeviceInformation": "information", "GetCapabilities": "services", "GetProfiles": "profiles-rate", "GetStreamUri": "uri", "GetStatus": "head"} {
			if !strings.Contains(string(b), "<"+call+" ") {
				continue
			}
			if locked && call != "GetSystemDateAndTime" {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			reply, err := os.ReadFile("../adapter/thermal/testdata/cases/onvif-" + name + ".in.xml")
			if err != nil {
				t.Error(err)
			}
			io.WriteString(w, strings.ReplaceAll(string(reply), "http://192.0.2.10", "http://"+r.Host))
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestAskPrintsWhatTheFileOfACameraNeeds(t *testing.T) {
	at := offering(t, false)
	secret := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(secret, []byte("hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errOut := typed("cameras", "ask", at, "--user", "marsad", "--password-file", secret)
	for _, want := range []string{"Example Optics Ridge T640, firmware 4.2.1 build 7", "kept by NTP: clock wrong", "set it, or give it the time server",
		`profile "main": main; size 640×512, pictures a second at most 25, codec H264`, `input: "rtsp://127.0.0.1:554/thermal?a=1&b=2"`,
		"pan -1…1, tilt -1…1", "now at pan 0.250, tilt -0.050, zoom 0.500", `onvif: {address: "` + at + `", user: "marsad", password_file: "` + secret + `", profile: "main", pan: 180, tilt: 90}`,
		`profile "sub": sub; size 320×256, pictures a second at most not told, codec JPEG`, "not turned by this profile"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in %s%s", want, out, errOut)
		}
	}
	if code != 0 || strings.Contains(out+errOut, "hunter2") {
		t.Errorf("exit %d: %s%s", code, out, errOut)
	}
	// The same by the camera's own file, in Arabic.
	file := filepath.Join(t.TempDir(), "east.yaml")
	if err := os.WriteFile(file, []byte(goodCamera+"onvif: {address: "+at+"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, errOut = typed("cameras", "ask", file, "--lang", "ar"); code != 0 || !strings.Contains(out, "الساعة غير مضبوطة") || !strings.Contains(out, "يدور رأسها") {
		t.Errorf("in Arabic: %d %s%s", code, out, errOut)
	}
}

func TestAskSaysWhyACameraCannotBeAsked(t *testing.T) {
	locked := offering(t, true)
	if code, out, errOut := typed("cameras", "ask", locked, "--user", "marsad"); code != 1 || !strings.Contains(out, "clock wrong") || !strings.Contains(errOut, "refuses the account") || !strings.Contains(errOut, "do this") {
		t.Errorf("refused: %d %s%s", code, out, errOut)
	}
	fixed := filepath.Join(t.TempDir(), "fixed.yaml")
	if err := os.WriteFile(fixed, []byte(goodCamera), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ of, want string }{{"192.0.2.10", "is no address, and no file"}, {fixed, "names no address"}, {"http://127.0.0.1:9/", "does not answer"}} {
		if code, _, errOut := typed("cameras", "ask", c.of, "--limit", "5s"); code != 1 || !strings.Contains(errOut, c.want) || !strings.Contains(errOut, "do this") {
			t.Errorf("%s: %d %s", c.of, code, errOut)
		}
	}
	if code, _, errOut := typed("cameras", "ask", locked, "--password-file", "/nowhere/password"); code != 1 || !strings.Contains(errOut, "/nowhere/password") {
		t.Errorf("no password: %d %s", code, errOut)
	}
}
