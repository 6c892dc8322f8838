package thermal

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// challenge is one way in that a server offers (RFC 9110, 11.6.1). Names of
// parameters are lower case.
type challenge struct {
	scheme string // lower case
	params map[string]string
}

// maxChallenge bounds what is read of a header in bytes, maxOffers the ways in.
const maxChallenge, maxOffers = 8 << 10, 16

// readChallenges reads WWW-Authenticate: every header may hold several ways in,
// separated by the commas that separate their parameters too. What cannot be read
// ends its header; the ways before it stand.
func readChallenges(headers []string) (out []challenge) {
	for _, h := range headers {
		s, begun := scanner{h[:min(len(h), maxChallenge)]}, len(out)
		for len(out) < maxOffers {
			s.skip(" \t,")
			name := s.token()
			if name == "" {
				break
			}
			if len(out) > begun && s.peek('=') { // a parameter of the way before
				value, ok := s.value()
				if !ok {
					break
				}
				last := out[len(out)-1].params
				if _, twice := last[strings.ToLower(name)]; !twice {
					last[strings.ToLower(name)] = value
				}
				continue
			}
			out = append(out, challenge{strings.ToLower(name), map[string]string{}})
		}
	}
	return out
}

// scanner reads the words of a header.
type scanner struct{ rest string }

func (s *scanner) skip(set string) { s.rest = strings.TrimLeft(s.rest, set) }

func (s *scanner) token() string {
	end := strings.IndexAny(s.rest, " \t,=\"")
	if end < 0 {
		end = len(s.rest)
	}
	word := s.rest[:end]
	s.rest = s.rest[end:]
	return word
}

// peek reports whether a sign comes next, after white space, and passes over it.
func (s *scanner) peek(sign byte) bool {
	rest := strings.TrimLeft(s.rest, " \t")
	if rest == "" || rest[0] != sign {
		return false
	}
	s.rest = rest[1:]
	return true
}

// value reads a word or a quoted text; false where the quotes do not end.
func (s *scanner) value() (string, bool) {
	s.skip(" \t")
	if s.rest == "" || s.rest[0] != '"' {
		return s.token(), true
	}
	var b strings.Builder
	for i := 1; i < len(s.rest); i++ {
		switch c := s.rest[i]; {
		case c == '"':
			s.rest = s.rest[i+1:]
			return b.String(), true
		case c == '\\' && i+1 < len(s.rest):
			i++
			b.WriteByte(s.rest[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", false
}

// digests are the sums that RFC 7616 knows and Go has, the best first.
var digests = []struct {
	name string
	sum  func() hash.Hash
}{{"SHA-256", sha256.New}, {"MD5", md5.New}}

var errNoWayIn = errors.New("the camera answered 401 and wants an account in a way that is not known here (known: Digest with SHA-256 or MD5, Basic)")

// credentials gives the Authorization for a request: Digest (RFC 7616; RFC 2069 where
// the camera names no quality) with the best sum that is offered, or Basic where
// nothing else is. cnonce is a random text that was never used.
func credentials(offers []challenge, method, uri string, user *url.Userinfo, cnonce string) (string, error) {
	password, _ := user.Password()
	for _, d := range digests {
		for _, o := range offers {
			name, session := strings.CutSuffix(strings.ToUpper(o.params["algorithm"]), "-SESS")
			if name == "" {
				name = "MD5"
			}
			if o.scheme != "digest" || name != d.name || o.params["nonce"] == "" {
				continue
			}
			qop := qualities(o.params["qop"])
			if len(qop) > 0 && !slices.Contains(qop, "auth") {
				continue // it wants the body summed, too
			}
			return digest(d.sum, o.params, session, len(qop) > 0, method, uri, user.Username(), password, cnonce), nil
		}
	}
	for _, o := range offers {
		if o.scheme == "basic" {
			return "Basic " + base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password)), nil
		}
	}
	return "", errNoWayIn
}

func qualities(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
}

func digest(sum func() hash.Hash, p map[string]string, session, quality bool, method, uri, user, password, cnonce string) string {
	of := func(parts ...string) string {
		h := sum()
		h.Write([]byte(strings.Join(parts, ":")))
		return hex.EncodeToString(h.Sum(nil))
	}
	const count = "00000001" // a stream is one request, and takes a nonce of its own
	secret := of(user, p["realm"], password)
	if session {
		secret = of(secret, p["nonce"], cnonce)
	}
	response := of(secret, p["nonce"], of(method, uri))
	if quality {
		response = of(secret, p["nonce"], count, cnonce, "auth", of(method, uri))
	}
	hidden := strings.EqualFold(p["userhash"], "true")
	if hidden {
		user = of(user, p["realm"])
	}
	out := fmt.Sprintf(`Digest username=%s, realm=%s, nonce=%s, uri=%s, response="%s"`, quoted(user), quoted(p["realm"]), quoted(p["nonce"]), quoted(uri), response)
	if a := p["algorithm"]; a != "" {
		out += ", algorithm=" + a
	}
	if o, ok := p["opaque"]; ok {
		out += ", opaque=" + quoted(o)
	}
	if quality || session {
		out += fmt.Sprintf(`, cnonce=%s`, quoted(cnonce))
	}
	if quality {
		out += ", qop=auth, nc=" + count
	}
	if hidden {
		out += ", userhash=true"
	}
	return out
}

func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// admitted sends a request, and again with an account where the camera asks for
// one: never before it was asked, for Basic says the password to whoever listens.
// A nonce that went stale is asked for once more. ways are the schemes that may
// be taken.
func admitted(client *http.Client, q *http.Request, user *url.Userinfo, ways ...string) (*http.Response, error) {
	for try := 0; ; try++ {
		if q.GetBody != nil {
			q.Body, _ = q.GetBody() // of a string it never fails
		}
		r, err := client.Do(q)
		if err != nil || r.StatusCode != http.StatusUnauthorized || user == nil {
			return r, err
		}
		offers := readChallenges(r.Header.Values("WWW-Authenticate"))
		offers = slices.DeleteFunc(offers, func(o challenge) bool { return !slices.Contains(ways, o.scheme) })
		stale := slices.ContainsFunc(offers, func(o challenge) bool { return strings.EqualFold(o.params["stale"], "true") })
		if try == 2 || try == 1 && !stale {
			return r, nil
		}
		r.Body.Close()
		header, err := credentials(offers, q.Method, q.URL.RequestURI(), user, rand.Text())
		if err != nil {
			return nil, err
		}
		q.Header.Set("Authorization", header)
	}
}
