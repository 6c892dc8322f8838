package access

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"marsad/say"
)

// Cost of argon2id: OWASP's first choice (2023), 19 MiB, two passes, one lane.
const (
	argonMemory = 19 * 1024
	argonPasses = 2
	argonLanes  = 1
	argonKey    = 32
	argonSalt   = 16
)

// minPassword is the shortest password accepted, in bytes.
const minPassword = 12

// hashing bounds how many passwords are checked at once, so that a flood of
// sign-ins costs memory for two of them.
var hashing = make(chan struct{}, 2)

func derive(password string, salt []byte, passes, memory uint32, lanes uint8, key uint32) []byte {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	return argon2.IDKey([]byte(password), salt, passes, memory, lanes, key)
}

// HashPassword encodes a password as argon2id with a fresh salt.
func HashPassword(password string) (string, error) {
	if len(password) < minPassword || len(password) > 1024 {
		return "", &say.Error{Code: "password.length", Kind: say.Invalid,
			Text: say.Text{En: "the password is too short or too long", Ar: "كلمة المرور قصيرة أو طويلة أكثر من اللازم"},
			Hint: say.Text{En: "use at least 12 characters; a sentence is good", Ar: "استعمل 12 حرفاً على الأقل؛ جملة كاملة مناسبة"}}
	}
	salt := make([]byte, argonSalt)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	key := derive(password, salt, argonPasses, argonMemory, argonLanes, argonKey)
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonPasses, argonLanes, b64(salt), b64(key)), nil
}

// checkPassword compares in constant time; an encoding that it cannot read
// matches nothing.
func checkPassword(encoded, password string) bool {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || len(password) > 1024 {
		return false
	}
	var version int
	var memory, passes uint32
	var lanes uint8
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes); err != nil ||
		memory == 0 || memory > 1<<20 || passes == 0 || passes > 16 || lanes == 0 {
		return false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(want) == 0 || len(want) > 128 {
		return false
	}
	return subtle.ConstantTimeCompare(derive(password, salt, passes, memory, lanes, uint32(len(want))), want) == 1
}
