package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"io"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Kind of an entry of the audit chain.
type Kind string

// The kinds of entries.
const (
	OfAction   Kind = "action"   // a person's action, accepted
	OfRefusal  Kind = "refused"  // a person's attempt that was refused
	OfAlert    Kind = "alert"    // a new alert
	OfStep     Kind = "step"     // a case went from one state to another
	OfConflict Kind = "conflict" // a revision that would have lost a step, and was not taken
	OfAccess   Kind = "access"   // sign-in, sign-out, change of a role, lock-out
	OfExport   Kind = "export"   // something left Marsad: a print, a file, a release
	OfRows     Kind = "rows"     // hashes of the rows that were written
	OfErasure  Kind = "erasure"  // a run of retention that erased personal fields
	OfHold     Kind = "hold"     // a legal hold was set or lifted
	OfKey      Kind = "key"      // the key that signs heads from here on
	OfHead     Kind = "head"     // a signed head was handed out
	OfGap      Kind = "gap"      // the log ended before the record
	OfEvidence Kind = "evidence" // pictures of an alert were kept, or erased: EvidenceFiles
	OfWatch    Kind = "watch"    // a watch was given by one officer, or taken by the next
	OfBackup   Kind = "backup"   // a backup was made or restored
)

// VerbDoubt is the verb of an entry of kind OfHead by which a start of Marsad
// tells that the chain does not end where its last head said.
const VerbDoubt = "doubt"

// Software is the actor of what no person did.
const Software = "marsad"

// SaltSize is the length of a salt in bytes.
const SaltSize = 32

// Entry is one link of the audit chain. Everything but Personal, Salt and
// ErasedBy is part of the leaf and can never change.
type Entry struct {
	Seq     int64     `json:"seq"` // from 1, without a gap
	At      time.Time `json:"at"`
	Kind    Kind      `json:"kind"`
	ActorID string    `json:"actor_id"`
	Verb    string    `json:"verb"`
	Subject string    `json:"subject,omitempty"` // id of the case, account or thing
	Section string    `json:"section,omitempty"`
	// Detail is a JSON object of facts with nothing personal; kept for good.
	Detail json.RawMessage `json:"detail,omitempty"`
	// Personal is a JSON object of names and free text; nil for none or erased.
	Personal json.RawMessage `json:"personal,omitempty"`
	// Salt of the commitment, erased with Personal.
	Salt []byte `json:"-"`
	// Commitment is the hash of salt and personal fields, empty where there
	// never were any.
	Commitment []byte `json:"commitment,omitempty"`
	// ErasedBy is the Seq of the run that erased Personal, 0 for none.
	ErasedBy int64 `json:"erased_by,omitempty"`
}

// Seal gives the entry its place in the chain and commits to its personal
// fields with a salt drawn from random. Entries without personal fields draw
// nothing. The error is that of the source of randomness.
func (e Entry) Seal(seq int64, random io.Reader) (Entry, error) {
	e.Seq = seq
	e.At = e.At.UTC()
	e.Salt, e.Commitment = nil, nil
	if len(e.Personal) == 0 {
		return e, nil
	}
	e.Salt = make([]byte, SaltSize)
	if _, err := io.ReadFull(random, e.Salt); err != nil {
		return Entry{}, err
	}
	e.Commitment = Commit(e.Salt, e.Personal)
	return e, nil
}

// Commit is the salted commitment to some bytes: SHA-256 over a fixed prefix,
// the salt and the bytes.
func Commit(salt, data []byte) []byte {
	h := sha256.New()
	io.WriteString(h, "marsad commitment 1\n")
	h.Write(salt)
	h.Write(data)
	return h.Sum(nil)
}

// Kept reports whether the personal fields are what was committed to. It is
// false for erased ones.
func (e Entry) Kept() bool {
	if len(e.Commitment) == 0 {
		return len(e.Personal) == 0 && len(e.Salt) == 0
	}
	return len(e.Personal) > 0 && bytes.Equal(Commit(e.Salt, e.Personal), e.Commitment)
}

// Leaf is the entry as the tree hashes it: a fixed prefix, then every field that
// is kept for good, each behind its length, so that no two entries share bytes.
func (e Entry) Leaf() []byte {
	b := []byte("marsad entry 1\n")
	b = binary.AppendUvarint(b, uint64(e.Seq))
	b = binary.AppendVarint(b, e.At.UnixNano())
	for _, field := range [][]byte{
		[]byte(e.Kind), []byte(e.ActorID), []byte(e.Verb), []byte(e.Subject), []byte(e.Section), e.Detail, e.Commitment,
	} {
		b = binary.AppendUvarint(b, uint64(len(field)))
		b = append(b, field...)
	}
	return b
}

// Hash of the leaf (RFC 6962).
func (e Entry) Hash() tlog.Hash { return tlog.RecordHash(e.Leaf()) }

// Names gives the personal fields by name; nil when erased or none.
func (e Entry) Names() map[string]string {
	if len(e.Personal) == 0 {
		return nil
	}
	var m map[string]string
	if json.Unmarshal(e.Personal, &m) != nil {
		return nil
	}
	return m
}

// Actor is the name of the person who acted, as it was then; empty when erased
// or when software acted.
func (e Entry) Actor() string { return e.Names()["actor"] }

// Note asks for an entry about something that did not come through the log: a
// sign-in, an attempt that was refused at the door, an export, a change of role.
type Note struct {
	At      time.Time // zero for the store's own time
	Kind    Kind      // OfAccess when empty
	ActorID string    // account id, never a name; empty for software
	Verb    string
	Subject string
	Section string
	// Detail is encoded as a JSON object: facts with nothing personal.
	Detail map[string]any
	// Personal is names, addresses and free text; "actor" is the actor's name.
	// It can be erased.
	Personal map[string]string
}

// Entry of the note, not yet sealed. The error is about a Detail that JSON
// cannot hold.
func (n Note) Entry() (Entry, error) {
	e := Entry{At: n.At, Kind: n.Kind, ActorID: n.ActorID, Verb: n.Verb, Subject: n.Subject, Section: n.Section}
	if e.Kind == "" {
		e.Kind = OfAccess
	}
	if e.ActorID == "" {
		e.ActorID = Software
	}
	var err error
	if len(n.Detail) > 0 {
		if e.Detail, err = json.Marshal(n.Detail); err != nil {
			return Entry{}, err
		}
	}
	e.Personal = personal(n.Personal)
	return e, nil
}

// personal encodes names and texts, leaving out empty ones; nil for none.
func personal(m map[string]string) json.RawMessage {
	kept := make(map[string]string, len(m))
	for k, v := range m {
		if v != "" {
			kept[k] = v
		}
	}
	if len(kept) == 0 {
		return nil
	}
	b, err := json.Marshal(kept) // sorted by key: the same map gives the same bytes
	if err != nil {
		return nil // a map of texts always encodes
	}
	return b
}
