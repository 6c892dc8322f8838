package record

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"marsad/say"
)

// Head is the state of the chain at one moment: how many entries and the root
// of their tree. Its text follows C2SP tlog-checkpoint (origin, size, root) with
// a fourth line for the time.
type Head struct {
	Origin string // the name of the key that signs
	Size   int64
	Root   tlog.Hash
	At     time.Time
}

// Text of the head, not yet signed.
func (h Head) Text() string {
	return fmt.Sprintf("%s\n%d\n%s\n%s\n", h.Origin, h.Size, h.Root, h.At.UTC().Format(time.RFC3339Nano))
}

// Sign gives the head as a signed note. The error is that of the signer.
func (h Head) Sign(signer note.Signer) ([]byte, error) {
	return note.Sign(&note.Note{Text: h.Text()}, signer)
}

// maxHead is the longest head in bytes that is read: a few lines and signatures.
const maxHead = 16 << 10

// ParseHead reads a head without judging its signatures: see OpenHead.
func ParseHead(text string) (Head, error) {
	lines := strings.Split(text, "\n")
	if len(text) > maxHead || len(lines) != 5 || lines[4] != "" || lines[0] == "" {
		return Head{}, badHead(nil)
	}
	h := Head{Origin: lines[0]}
	var err error
	if h.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || h.Size < 0 || strconv.FormatInt(h.Size, 10) != lines[1] {
		return Head{}, badHead(err)
	}
	if h.Root, err = tlog.ParseHash(lines[2]); err != nil {
		return Head{}, badHead(err)
	}
	if h.At, err = time.Parse(time.RFC3339Nano, lines[3]); err != nil {
		return Head{}, badHead(err)
	}
	h.At = h.At.UTC()
	return h, nil
}

// OpenHead reads a signed head and says whether one of the keys signed it. A
// head with a signature that none of the keys made is returned with signed
// false; one that is broken, or falsely signed under a known key, is an error.
func OpenHead(signed []byte, keys []string) (h Head, ok bool, err error) {
	if len(signed) > maxHead {
		return Head{}, false, badHead(nil)
	}
	var known []note.Verifier
	seen := map[string]bool{}
	for _, k := range keys {
		// A key that is damaged knows no head; one that is named twice is one.
		if v, err := note.NewVerifier(k); err == nil && !seen[k] {
			known, seen[k] = append(known, v), true
		}
	}
	n, err := note.Open(signed, note.VerifierList(known...))
	if unverified, is := err.(*note.UnverifiedNoteError); is {
		h, err = ParseHead(unverified.Note.Text)
		return h, false, err
	}
	if err != nil {
		return Head{}, false, badHead(err)
	}
	h, err = ParseHead(n.Text)
	return h, err == nil, err
}

// Clean strips what mail and editors do to a head: carriage returns, a byte
// order mark, blank lines around it.
func Clean(head []byte) []byte {
	head = bytes.TrimPrefix(head, []byte("\ufeff"))
	head = bytes.ReplaceAll(head, []byte("\r\n"), []byte("\n"))
	head = bytes.TrimSpace(head)
	return append(bytes.Clone(head), '\n')
}

func badHead(cause error) error {
	return &say.Error{
		Code: "head.broken", Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: "this is not a head that Marsad signed, or it was damaged", Ar: "هذا ليس ختماً وقّعه مرصد، أو أنه تالف"},
		Hint: say.Text{En: "give the file as it was handed out: four lines, an empty line, and the signature", Ar: "قدّم الملف كما سُلّم: أربعة أسطر، ثم سطر فارغ، ثم التوقيع"},
	}
}
