package record

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

var t0 = time.Date(2026, 3, 1, 2, 10, 0, 0, time.UTC)

// chain is a chain in memory, as a store keeps it.
type chain struct {
	entries []Entry
	hashes  []tlog.Hash
	tree    Tree
	signer  note.Signer
	key     string
	head    []byte
}

func newChain(t testing.TB, n int) *chain {
	t.Helper()
	skey, vkey, err := note.GenerateKey(rand.Reader, "marsad-test")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	c := &chain{signer: signer, key: vkey}
	for i := range n {
		e, err := Note{
			At: t0.Add(time.Duration(i) * time.Minute), ActorID: "a-1", Verb: "sign-in", Section: "rabia",
			Detail: map[string]any{"i": i}, Personal: map[string]string{"actor": "Officer " + number(int64(i))},
		}.Entry()
		if err != nil {
			t.Fatal(err)
		}
		c.add(t, e)
	}
	return c
}

func (c *chain) add(t testing.TB, e Entry) {
	t.Helper()
	e, err := e.Seal(int64(len(c.entries))+1, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c.entries = append(c.entries, e)
	c.hashes = append(c.hashes, c.tree.Add(e.Hash())...)
	c.head, err = Head{Origin: "marsad-test", Size: c.tree.Size(), Root: c.tree.Root(), At: e.At}.Sign(c.signer)
	if err != nil {
		t.Fatal(err)
	}
}

func (c *chain) stored(seq int64) []tlog.Hash {
	from, to := tlog.StoredHashCount(seq-1), tlog.StoredHashCount(seq)
	if to > int64(len(c.hashes)) {
		return nil
	}
	return c.hashes[from:to]
}

func (c *chain) verify(witness []byte) Report {
	heads := []SignedHead{{Source: "record", Signed: c.head, Current: true}}
	if witness != nil {
		heads = append(heads, SignedHead{Source: "witness", Signed: witness})
	}
	var runs []Erasure
	for _, e := range c.entries {
		if e.Kind == OfErasure {
			if r, err := e.Erasure(); err == nil {
				runs = append(runs, r)
			}
		}
	}
	k := NewChecker([]string{c.key}, runs, heads)
	for _, e := range c.entries {
		if e.Seq > k.Next() {
			k.Missing(e.Seq-1, c.stored)
		}
		k.Add(e, c.stored(e.Seq))
	}
	return k.Finish(int64(len(c.hashes)))
}

func has(r Report, f Fault, seq int64) bool {
	for _, p := range r.Problems {
		if p.Fault == f && (seq == 0 || p.Seq == seq) {
			return true
		}
	}
	return false
}

func TestTreeIsTheOneOfTlog(t *testing.T) {
	var tree Tree
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(is []int64) ([]tlog.Hash, error) {
		var out []tlog.Hash
		for _, i := range is {
			out = append(out, stored[i])
		}
		return out, nil
	})
	for n := range int64(130) {
		want, err := tlog.TreeHash(n, read)
		if err != nil {
			t.Fatal(err)
		}
		if tree.Root() != want {
			t.Fatalf("root of %d entries is %v, want %v", n, tree.Root(), want)
		}
		var peaks []tlog.Hash
		for _, i := range PeakIndexes(n) {
			peaks = append(peaks, stored[i])
		}
		again, err := Resume(n, peaks)
		if err != nil || again.Root() != want {
			t.Fatalf("resumed at %d: %v %v", n, err, again)
		}
		leaf := tlog.RecordHash([]byte{byte(n)})
		hashes, err := tlog.StoredHashesForRecordHash(n, leaf, read)
		if err != nil {
			t.Fatal(err)
		}
		made := again.Add(leaf)
		if len(made) != len(hashes) || made[len(made)-1] != hashes[len(hashes)-1] {
			t.Fatalf("stored hashes at %d differ", n)
		}
		stored = append(stored, tree.Add(leaf)...)
	}
	if _, err := Resume(3, nil); err == nil {
		t.Error("a tree of 3 entries was resumed from no peaks")
	}
}

func TestUntouchedChainVerifies(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 7, 64, 100} {
		c := newChain(t, n)
		if n == 0 {
			c.head, _ = Head{Origin: "marsad-test", Root: c.tree.Root(), At: t0}.Sign(c.signer)
		}
		if r := c.verify(c.head); !r.OK() || r.Entries != int64(n) || r.Root != c.tree.Root() {
			t.Errorf("%d entries: %+v", n, r.Problems)
		}
	}
}

// Any one byte of any entry, changed in any way, is found and named.
func TestAnyChangedByteIsFound(t *testing.T) {
	whole := newChain(t, 20)
	rapid.Check(t, func(t *rapid.T) {
		c := *whole
		c.entries = append([]Entry(nil), whole.entries...)
		i := rapid.IntRange(0, len(c.entries)-1).Draw(t, "entry")
		e := c.entries[i]
		flip := func(b []byte) []byte {
			b = bytes.Clone(b)
			at := rapid.IntRange(0, len(b)-1).Draw(t, "at")
			b[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "xor"))
			return b
		}
		switch field := rapid.SampledFrom([]string{"at", "kind", "actor", "verb", "subject", "section", "detail", "personal", "salt", "commitment", "erased"}).Draw(t, "field"); field {
		case "at":
			e.At = e.At.Add(time.Duration(rapid.Int64Range(1, 1e15).Draw(t, "by")))
		case "kind":
			e.Kind = Kind(flip([]byte(e.Kind)))
		case "actor":
			e.ActorID = string(flip([]byte(e.ActorID)))
		case "verb":
			e.Verb = string(flip([]byte(e.Verb)))
		case "subject":
			e.Subject += "x"
		case "section":
			e.Section = string(flip([]byte(e.Section)))
		case "detail":
			e.Detail = flip(e.Detail)
		case "personal":
			e.Personal = flip(e.Personal)
		case "salt":
			e.Salt = flip(e.Salt)
		case "commitment":
			e.Commitment = flip(e.Commitment)
		case "erased":
			e.ErasedBy = rapid.Int64Range(1, 30).Draw(t, "run")
		}
		c.entries[i] = e
		if r := c.verify(nil); !has(r, Changed, e.Seq) && !has(r, Unexplained, e.Seq) {
			t.Fatalf("not found: %+v", r.Problems)
		}
	})
}

func TestRemovedAndReorderedAreFound(t *testing.T) {
	c := newChain(t, 12)
	c.entries = append(c.entries[:4:4], c.entries[6:]...)
	if r := c.verify(nil); !has(r, Removed, 5) || len(r.Problems) != 1 {
		t.Errorf("removed 5 and 6: %+v", r.Problems)
	}
	c = newChain(t, 12)
	c.entries[3], c.entries[8] = c.entries[8], c.entries[3]
	c.entries[3].Seq, c.entries[8].Seq = 4, 9
	if r := c.verify(nil); !has(r, Reordered, 4) || !has(r, Reordered, 9) {
		t.Errorf("exchanged 4 and 9: %+v", r.Problems)
	}
}

// Somebody who has the key and all hashes can cut the end off or write history
// anew, and only a head outside his reach shows it.
func TestWitnessedHeadFindsWhatTheKeyCanHide(t *testing.T) {
	c := newChain(t, 20)
	witness := c.head
	short := newChain(t, 0)
	short.signer, short.key = c.signer, c.key
	for _, e := range c.entries[:15] {
		short.add(t, e)
	}
	if r := short.verify(nil); !r.OK() {
		t.Fatalf("a chain signed anew should look whole without a witness: %+v", r.Problems)
	}
	if r := short.verify(witness); !has(r, Truncated, 15) {
		t.Errorf("truncation not found: %+v", r.Problems)
	}
	anew := newChain(t, 0)
	anew.signer, anew.key = c.signer, c.key
	for i, e := range c.entries {
		if i == 7 {
			e.Verb = "nothing"
		}
		anew.add(t, e)
	}
	if r := anew.verify(nil); !r.OK() {
		t.Fatal("a chain written anew should look whole without a witness")
	}
	if r := anew.verify(witness); !has(r, Rewritten, 0) {
		t.Errorf("rewriting not found: %+v", r.Problems)
	}
	other := newChain(t, 20)
	if r := c.verify(other.head); !has(r, BadHead, 0) {
		t.Error("a head of another Marsad was accepted")
	}
}

func TestCutHashesAndStrayHeads(t *testing.T) {
	c := newChain(t, 9)
	c.entries = c.entries[:7]
	if r := c.verify(nil); !has(r, Truncated, 0) {
		t.Errorf("entries cut, hashes left: %+v", r.Problems)
	}
	c = newChain(t, 9)
	head := c.head
	c.add(t, c.entries[0])
	c.head = head
	if r := c.verify(nil); !has(r, Added, 9) {
		t.Errorf("entry past the head: %+v", r.Problems)
	}
	c.head = []byte(strings.Replace(string(c.head), "\n9\n", "\n8\n", 1))
	if r := c.verify(nil); !has(r, BadHead, 0) {
		t.Errorf("falsified head: %+v", r.Problems)
	}
}

func TestErasureHoldsAndIsNamed(t *testing.T) {
	c := newChain(t, 10)
	erase := func(seqs ...int64) {
		for _, s := range seqs {
			e := &c.entries[s-1]
			e.Personal, e.Salt, e.ErasedBy = nil, nil, 11
		}
	}
	e, err := Erasure{At: t0, Before: t0, Spans: []Span{{1, 4}, {6, 8}}, Entries: 7}.Entry()
	if err != nil {
		t.Fatal(err)
	}
	c.add(t, e)
	erase(1, 2, 3, 4, 6, 7, 8)
	r := c.verify(nil)
	if !r.OK() || r.Erased != 7 || len(r.Erasures) != 1 || r.Erasures[0].Seq != 11 || r.Erasures[0].Entries != 7 {
		t.Fatalf("erasure: %+v", r)
	}
	if c.entries[0].Actor() != "" || c.entries[4].Actor() != "Officer 4" {
		t.Error("wrong names left")
	}
	erase(5) // no run says so
	if r := c.verify(nil); !has(r, Unexplained, 5) {
		t.Errorf("names gone without a run: %+v", r.Problems)
	}
	c = newChain(t, 3)
	e, _ = Erasure{At: t0, Before: t0, Spans: []Span{{1, 3}}}.Entry()
	c.add(t, e)
	if r := c.verify(nil); !has(r, Changed, 2) {
		t.Errorf("names back after a run: %+v", r.Problems)
	}
}

func TestRowsAreBound(t *testing.T) {
	c := newChain(t, 1)
	rows := []Row{{"cases", "a", []byte("1")}, {"cases", "b", []byte("2")}, {"cases", "a", []byte("3")}, {"cases", "c", []byte("4")}, {"cases", "c", nil}}
	es, err := RowsEntries(rows, t0)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range es {
		c.add(t, e)
	}
	run := func(feed ...Row) Report {
		k := NewChecker([]string{c.key}, nil, []SignedHead{{Source: "record", Signed: c.head, Current: true}})
		for _, e := range c.entries {
			k.Add(e, c.stored(e.Seq))
		}
		for _, r := range feed {
			k.Row(r.Table, r.ID, r.Hash)
		}
		return k.Finish(int64(len(c.hashes)))
	}
	a, b := Row{"cases", "a", []byte("3")}, Row{"cases", "b", []byte("2")}
	if r := run(a, b); !r.OK() || r.Rows != 2 {
		t.Errorf("whole: %+v", r.Problems)
	}
	if r := run(Row{"cases", "a", []byte("1")}, b); !has(r, Changed, 0) {
		t.Error("an older revision put back was not found")
	}
	if r := run(a); !has(r, Removed, 0) {
		t.Error("a removed row was not found")
	}
	if r := run(a, b, Row{"cases", "c", []byte("4")}); !has(r, Added, 0) {
		t.Error("a deleted row put back was not found")
	}
}
