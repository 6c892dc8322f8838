package thermal

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marsad/say"
)

// The examples of RFC 7616 (3.9.1) and RFC 2617 (3.5), and one of RFC 2069 as
// errata 749 has it.
func TestDigestAsTheStandardsWriteIt(t *testing.T) {
	const nonce, opaque = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
	modern := func(algorithm string) string {
		return fmt.Sprintf(`Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=%s, nonce="%s", opaque="%s"`, algorithm, nonce, opaque)
	}
	const old = `Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"`
	life := url.UserPassword("Mufasa", "Circle of Life")
	for _, c := range []struct {
		name, cnonce, want string
		headers            []string
		user               *url.Userinfo
	}{
		{"SHA-256", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", `response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"`, []string{modern("MD5"), modern("SHA-256")}, life},
		{"one header", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", `response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"`, []string{`Basic realm="x, y", ` + modern("MD5") + ", " + modern("SHA-256")}, life},
		{"MD5", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", `response="8ca523f5e9506fed4657c9700eebdbec"`, []string{modern("SHA-512-256"), modern("MD5")}, life},
		{"RFC 2617", "0a4f113b", `response="6629fae49393a05397450978507c4ef1"`, []string{old + `, qop="auth"`}, url.UserPassword("Mufasa", "Circle Of Life")},
		{"RFC 2069", "", `response="1949323746fe6a43ef61f9606e7febea"`, []string{old}, url.UserPassword("Mufasa", "CircleOfLife")},
		{"Basic alone", "", "Basic TXVmYXNhOkNpcmNsZSBvZiBMaWZl", []string{`Basic realm="x"`}, life},
	} {
		got, err := credentials(readChallenges(c.headers), "GET", "/dir/index.html", c.user, c.cnonce)
		if err != nil || !strings.Contains(got, c.want) {
			t.Errorf("%s: %s %v", c.name, got, err)
		}
	}
	for _, none := range []string{"", "Negotiate", modern("SHA-512-256"), `Digest realm="a", qop="auth-int", nonce="b"`, `Digest realm="a"`} {
		if got, err := credentials(readChallenges([]string{none}), "GET", "/", life, "c"); err == nil {
			t.Errorf("%q is answered by %s", none, got)
		}
	}
}

func TestChallengesAreRead(t *testing.T) {
	for header, want := range map[string][]challenge{
		`Basic realm="a \"b\", c" , DIGEST Realm = x,nonce="n" ,qop=auth`: {
			{"basic", map[string]string{"realm": `a "b", c`}}, {"digest", map[string]string{"realm": "x", "nonce": "n", "qop": "auth"}}},
		`Digest nonce="first", nonce="second"`: {{"digest", map[string]string{"nonce": "first"}}},
		`Digest realm="never ends, Basic`:      {{"digest", map[string]string{}}},
		`, ,`:                                  nil,
	} {
		if diff := cmp.Diff(want, readChallenges([]string{header}), cmp.AllowUnexported(challenge{})); diff != "" {
			t.Errorf("%s:\n%s", header, diff)
		}
	}
}

// A camera that asks for Digest gets it, never the password; a nonce that went
// stale is asked for again, a wrong password once.
func TestMotionFromACameraThatAsksForDigest(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []string{"MD5", "SHA-256", "MD5-sess", "SHA-256-sess"} {
		var asked atomic.Int32
		camera := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n := asked.Add(1)
			header := r.Header.Get("Authorization")
			if strings.HasPrefix(header, "Basic") {
				t.Errorf("%s: the password is said", algorithm)
			}
			offer := fmt.Sprintf(`Digest realm="gate", qop="auth", algorithm=%s, nonce="n%d", stale=%t`, algorithm, n, n == 2)
			got := readChallenges([]string{header})
			right := n > 2 && len(got) == 1
			if right {
				p := got[0].params
				want, err := credentials(readChallenges([]string{strings.ReplaceAll(offer, fmt.Sprintf("n%d", n), p["nonce"])}), "GET", "/live?id=1", url.UserPassword("guard", "sesame"), p["cnonce"])
				right = err == nil && readChallenges([]string{want})[0].params["response"] == p["response"] && p["nonce"] == fmt.Sprintf("n%d", n-1) && p["uri"] == "/live?id=1"
			}
			if !right {
				w.Header().Set("WWW-Authenticate", offer)
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			w.Header().Set("Content-Type", motionType)
			fmt.Fprint(w, part("1.0", still(t, 16, 8, 40)), part("1.2", still(t, 16, 8, 60)), "--cut--\r\n")
		}))
		at := strings.TrimPrefix(camera.URL, "http://") + "/live?id=1"
		m, err := openMotion(t.Context(), "http://guard:sesame@"+at)
		if err != nil || asked.Load() != 3 {
			t.Fatalf("%s: %v after %d questions", algorithm, err, asked.Load())
		}
		m.end()
		asked.Store(10)
		_, err = openMotion(t.Context(), "http://guard:wrong@"+at)
		if e := say.As(err); e == nil || asked.Load() != 12 || !strings.Contains(e.Error(), "401") || strings.Contains(e.Error()+e.Text.Ar, "wrong") {
			t.Errorf("%s: %v after %d questions", algorithm, err, asked.Load()-10)
		}
		if _, err = openMotion(t.Context(), "http://"+at); err == nil {
			t.Errorf("%s: without an account", algorithm)
		}
		camera.Close()
	}
}

// Whatever a camera writes into its header is read in bounded time, and answered
// by a header of one line or not at all.
func FuzzChallenge(f *testing.F) {
	f.Add(`Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7y", opaque="F\"Q"`)
	f.Add(`Basic realm="a, b", Digest nonce=x, userhash=true`)
	f.Add(`Digest nonce="`)
	f.Add("=,=\"\\")
	f.Fuzz(func(t *testing.T, header string) {
		began := time.Now()
		offers := readChallenges([]string{header, header})
		if len(offers) > maxOffers || time.Since(began) > 5*time.Second {
			t.Fatalf("%d ways in after %v", len(offers), time.Since(began))
		}
		got, err := credentials(offers, "GET", "/a", url.UserPassword("guard", "sesame"), "c")
		if err != nil {
			return
		}
		if strings.HasPrefix(got, "Digest ") {
			if strings.Contains(got, "sesame") && !strings.Contains(header, "sesame") {
				t.Fatalf("the password is said: %s", got)
			}
			back := readChallenges([]string{got})
			if len(back) != 1 || back[0].params["username"] == "" || back[0].params["uri"] != "/a" || len(back[0].params["response"]) < 32 {
				t.Fatalf("%q answers %q", got, header)
			}
		}
	})
}
