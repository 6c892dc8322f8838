package command

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// responder is a camera that answers one question of WS-Discovery on the
// loopback, and gives its address.
func responder(t *testing.T) string {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	asked := regexp.MustCompile(`MessageID>(uuid:[^<]+)<`)
	go func() {
		b := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFrom(b)
			if err != nil {
				return
			}
			id := asked.FindSubmatch(b[:n])
			if id == nil || !bytes.Contains(b[:n], []byte("NetworkVideoTransmitter")) {
				continue // it knows its old name alone
			}
			conn.WriteTo([]byte("noise"), from)
			conn.WriteTo([]byte(`<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope"><Header><RelatesTo>`+string(id[1])+`</RelatesTo></Header><Body><ProbeMatches><ProbeMatch>`+
				`<EndpointReference><Address>urn:uuid:1</Address></EndpointReference><Scopes>onvif://www.onvif.org/name/Ridge%20Cam onvif://www.onvif.org/hardware/T640</Scopes>`+
				`<XAddrs>http://192.0.2.44/onvif/device_service</XAddrs></ProbeMatch></ProbeMatches></Body></Envelope>`), from)
		}
	}()
	return conn.LocalAddr().String()
}

func TestCamerasThatAnswerAreListedAndNotAdded(t *testing.T) {
	at := responder(t)
	began := time.Now()
	code, out, errOut := typed("cameras", "discover", "--to", at, "--listen", "300ms")
	for _, want := range []string{"Ridge Cam T640 at 127.0.0.1", "onvif: {address: http://192.0.2.44/onvif/device_service}", "1 answers could not be read", "1 found, none added"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in %s%s", want, out, errOut)
		}
	}
	if code != 0 || time.Since(began) > 20*time.Second {
		t.Errorf("exit %d after %v", code, time.Since(began))
	}
	if _, out, _ = typed("cameras", "discover", "--to", at, "--listen", "300ms", "--lang", "ar"); !strings.Contains(out, "لم تُضف") {
		t.Errorf("in Arabic: %s", out)
	}
	silent, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	if code, out, _ = typed("cameras", "discover", "--to", silent.LocalAddr().String(), "--listen", "100ms"); code != 0 || !strings.Contains(out, "no camera answered") {
		t.Errorf("nobody: %d %s", code, out)
	}
	for _, bad := range []string{"31s", "0s", "-1s"} {
		if code, _, errOut = typed("cameras", "discover", "--to", at, "--listen="+bad); code != 1 || !strings.Contains(errOut, "no time to listen") {
			t.Errorf("%s: %d %s", bad, code, errOut)
		}
	}
	if code, _, errOut = typed("cameras", "discover", "--to", "nowhere"); code != 1 || !strings.Contains(errOut, "do this") {
		t.Errorf("no address: %d %s", code, errOut)
	}
}

// configured writes a configuration with cameras and gives its path.
func configured(t *testing.T, input string, cameras ...string) string {
	t.Helper()
	dir := t.TempDir()
	conf := "data: " + filepath.Join(dir, "data") + "\ncameras:\n"
	for i, c := range cameras {
		file := filepath.Join(dir, string(rune('a'+i))+".yaml")
		if c != "" {
			if err := os.WriteFile(file, []byte(c), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		conf += "  - {file: " + file + ", input: \"" + input + "\"}\n"
	}
	name := filepath.Join(dir, "marsad.yaml")
	if err := os.WriteFile(name, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

const goodCamera = "id: east\nposition: {lat: 36.81, lon: 42.09, height: 385}\nmast: 20\nazimuth: 265\nfield_of_view: {horizontal: 12}\n"

func TestCheckAndDoctorLookAtCameras(t *testing.T) {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("ffmpeg is not installed: ./test installs it")
	}
	pictures := walk(t, 3)
	conf := configured(t, pictures, goodCamera)
	code, out, errOut := typed("check", conf, "--online", "--limit", "30s")
	for _, want := range []string{"ffmpeg ", "camera east", "looks to 265° across 12.0°", "marked assumed", "a picture of 160×120 came"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in %s%s", want, out, errOut)
		}
	}
	if code != 0 {
		t.Errorf("exit %d", code)
	}
	if _, out, _ = typed("check", conf, "--lang", "ar"); !strings.Contains(out, "الكاميرا") || !strings.Contains(out, "سليم") {
		t.Errorf("in Arabic: %s", out)
	}
	// Every fault is told at once: a wrong field with its line, a file that is missing.
	broken := configured(t, pictures, goodCamera, strings.Replace(goodCamera, "mast: 20", "mast: -2", 1), "", goodCamera+"onvif: {address: http://127.0.0.1:9/, password_file: /nowhere/password}\n")
	code, out, _ = typed("doctor", "--config", broken, "--online", "--limit", "2s")
	for _, want := range []string{"MEND", "[3:7] mast", "its file", "ONVIF password of east", "its head"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in %s", want, out)
		}
	}
	if code != 1 {
		t.Errorf("exit %d", code)
	}
	// Two of one id are found by check as by serve.
	if code, out, _ = typed("check", configured(t, pictures, goodCamera, goodCamera)); code != 1 || !strings.Contains(out, "is that of another camera") {
		t.Errorf("twins: %d %s", code, out)
	}
	if err := os.Chmod(conf, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, out, _ = typed("doctor", "--config", conf); !strings.Contains(out, "can be read by others") {
		t.Errorf("a file with passwords that all can read: %s", out)
	}
}

// A camera that takes the connection and says nothing ends the question in its
// time, and its password is not printed.
func TestOnlineEndsInItsTime(t *testing.T) {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("ffmpeg is not installed: ./test installs it")
	}
	mute, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	conf := configured(t, "rtsp://user:hunter2@"+mute.Addr().String()+"/x", goodCamera)
	began := time.Now()
	code, out, errOut := typed("check", conf, "--online", "--limit", "700ms")
	if code != 1 || !strings.Contains(out, "no picture came in the time allowed") || strings.Contains(out+errOut, "hunter2") || time.Since(began) > 30*time.Second {
		t.Errorf("%d after %v: %s%s", code, time.Since(began), out, errOut)
	}
	// marsad detect says so at once too, and prints no password.
	camera := filepath.Join(filepath.Dir(conf), "a.yaml")
	mute.Close()
	code, out, errOut = typed("detect", "--input", "rtsp://user:hunter2@"+mute.Addr().String()+"/x", "--camera", camera, "--out", filepath.Join(t.TempDir(), "o.jsonl"))
	if code != 1 || !strings.Contains(errOut, "no pictures come from rtsp://user@") || strings.Contains(out+errOut, "hunter2") {
		t.Errorf("detect: %d %s%s", code, out, errOut)
	}
	t.Setenv("PATH", t.TempDir())
	if code, out, _ = typed("check", conf); code != 1 || !strings.Contains(out, "ffmpeg is not installed") || !strings.Contains(out, "apt install ffmpeg") {
		t.Errorf("without ffmpeg: %d %s", code, out)
	}
}
