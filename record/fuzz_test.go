package record

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"marsad/say"
)

// A head either is refused or reads as what it writes again.
func FuzzHead(f *testing.F) {
	c := newChain(f, 3)
	f.Add(c.head)
	f.Add(bytes.ReplaceAll(c.head, []byte("\n"), []byte("\r\n")))
	f.Add([]byte("marsad\n3\nAAAA\n2026-03-01T02:10:00Z\n"))
	f.Add([]byte("x\n-1\n\n\n"))
	f.Add([]byte(""))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, known, err := OpenHead(Clean(b), []string{c.key, "not a key"})
		if err != nil {
			if known || h != (Head{}) {
				t.Fatalf("an error and a head: %+v", h)
			}
			if e := say.As(err); e.Text.Ar == "" {
				t.Fatalf("an error that does not speak to people: %v", err)
			}
			return
		}
		if known && h.Size != 3 {
			t.Fatalf("a head that was never signed: %+v", h)
		}
		again, err := ParseHead(h.Text())
		if err != nil || again != h {
			t.Fatalf("%+v reads back as %+v, %v", h, again, err)
		}
	})
}

// Whatever a batch says, what the record makes of it never panics, encodes, and
// has no name of a person outside what can be erased.
func FuzzBatch(f *testing.F) {
	b := Batch{Cursor: 1}
	b.Cases = append(b.Cases, family())
	seed, err := json.Marshal(b)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add([]byte(`{"Cases":[{"steps":[{}],"result":{}}],"Actions":[{"action":{"result":{},"silence":{}}}]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		var b Batch
		if json.Unmarshal(in, &b) != nil {
			return
		}
		for _, c := range b.Cases {
			e, err := AlertEntry(c.Alert)
			sealed(t, e, err)
			for i := range c.Steps {
				e, err := StepEntry(c, i)
				sealed(t, e, err)
			}
			gone := RedactCase(c, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC))
			if !Extends(c, gone) {
				t.Fatal("erasing names reads as losing steps")
			}
			if i, ok := FromCase(gone); ok {
				if _, err := json.Marshal(i); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, a := range b.Actions {
			const name = "Zaynab bint Sulayman"
			a.Action.By.Name, a.Action.Text = name, name
			if a.Action.Result != nil {
				a.Action.Result.Text = name
			}
			if s := a.Action.Silence; s != nil {
				s.Granter, s.Movement, s.Why = name, name, name
			}
			e, err := a.Entry("rabia")
			sealed(t, e, err)
			if strings.Contains(string(e.Detail), name) {
				t.Fatalf("a name is kept for good: %s", e.Detail)
			}
			if j, err := json.Marshal(RedactActed(a)); err == nil && strings.Contains(string(j), name) {
				t.Fatalf("a name is left: %s", j)
			}
		}
	})
}

func sealed(t *testing.T, e Entry, err error) {
	t.Helper()
	if err != nil {
		return // a value that JSON cannot hold is refused
	}
	e, err = e.Seal(1, strings.NewReader(strings.Repeat("s", SaltSize)))
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(e.Detail) || !e.Kept() {
		t.Fatalf("%+v does not hold", e)
	}
}

// What an entry says of rows and of runs either reads or is refused.
func FuzzEntryDetail(f *testing.F) {
	es, err := RowsEntries([]Row{{"cases", "a", []byte("1")}, {"cases", "b", nil}}, t0)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(es[0].Detail))
	f.Add([]byte(`{"spans":[[1,9223372036854775807],[5,2]],"entries":3}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		e := Entry{Seq: 2, Kind: OfRows, Detail: b}
		if rows, err := e.Rows(); err == nil {
			again, err := RowsEntries(rows, t0)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, a := range again {
				back, err := a.Rows()
				if err != nil {
					t.Fatal(err)
				}
				n += len(back)
			}
			if n != len(rows) {
				t.Fatalf("%d rows read back as %d", len(rows), n)
			}
		}
		if run, err := e.Erasure(); err == nil {
			k := NewChecker(nil, []Erasure{run}, nil)
			k.Add(Entry{Seq: 1, ErasedBy: 2, Commitment: []byte{1}}, nil)
			k.Finish(0)
		}
	})
}
