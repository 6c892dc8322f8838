package record

import (
	"bytes"
	"slices"
	"sort"

	"golang.org/x/mod/sumdb/tlog"
)

// maxListed is how many problems a report lists; the rest are counted.
const maxListed = 200

// maxCompared is how many changed entries are compared with one another to tell
// a change of order from a change of content.
const maxCompared = 500

// SignedHead is a head that a chain is to be compared with.
type SignedHead struct {
	Source string
	Signed []byte
	// Current marks the record's own latest head, which must cover the whole
	// chain. The others may be older.
	Current bool
}

// Checker verifies a record: give it every entry in order of Seq, then every
// row, then Finish. It keeps one hash for every row's id and none for entries.
type Checker struct {
	report Report
	tree   Tree
	heads  []openedHead
	roots  map[int64]tlog.Hash // at the sizes that heads speak of
	runs   map[int64]Erasure
	spans  []Span // of all runs, merged, in order
	rows   map[rowKey][]byte
	odd    []oddEntry
}

type rowKey struct{ table, id string }

type openedHead struct {
	SignedHead
	head  Head
	known bool
}

type oddEntry struct {
	entry Entry
	want  tlog.Hash
}

// NewChecker begins a verification. Keys are those that the chain names, runs
// the erasures that it tells of (both are verified with the other entries),
// heads what it is compared with.
func NewChecker(keys []string, runs []Erasure, heads []SignedHead) *Checker {
	c := &Checker{roots: map[int64]tlog.Hash{}, runs: map[int64]Erasure{}, rows: map[rowKey][]byte{}}
	c.roots[0] = c.tree.Root()
	for _, r := range runs {
		c.runs[r.Seq] = r
		c.spans = append(c.spans, r.Spans...)
	}
	c.report.Erasures = runs
	c.spans = merge(c.spans)
	for _, h := range heads {
		head, known, err := OpenHead(h.Signed, keys)
		if err != nil {
			c.found(problem(BadHead, "head broken", 0, 0, h.Source))
			continue
		}
		c.heads = append(c.heads, openedHead{SignedHead: h, head: head, known: known})
		if _, is := c.roots[head.Size]; !is {
			c.roots[head.Size] = tlog.Hash{} // asked for: filled in on the way
		}
	}
	return c
}

func merge(spans []Span) []Span {
	sort.Slice(spans, func(i, j int) bool { return spans[i][0] < spans[j][0] })
	var out []Span
	for _, s := range spans {
		if n := len(out); n > 0 && s[0] <= out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], s[1])
			continue
		}
		out = append(out, s)
	}
	return out
}

func (c *Checker) found(p Problem) {
	c.report.Add(p)
}

// Next is the Seq that the chain should go on with.
func (c *Checker) Next() int64 { return c.tree.Size() + 1 }

// Stray tells of an entry that stands where none can be: it is reported and is
// no part of the tree.
func (c *Checker) Stray(e Entry) {
	c.report.Entries++
	c.found(problem(Added, "entry unhashed", e.Seq, 0, ""))
}

// Missing tells that no entry with the next Seq is there, up to and including
// one. stored gives the hashes kept for each, with which the tree goes on; with
// none it goes on with the hash of nothing.
func (c *Checker) Missing(to int64, stored func(seq int64) []tlog.Hash) {
	c.found(problem(Removed, "entry removed", c.Next(), to, ""))
	for seq := c.Next(); seq <= to; seq++ {
		leaf := tlog.RecordHash(nil)
		if s := stored(seq); len(s) > 0 {
			leaf = s[0]
		}
		c.grow(leaf)
	}
}

func (c *Checker) grow(leaf tlog.Hash) []tlog.Hash {
	made := c.tree.Add(leaf)
	if _, asked := c.roots[c.tree.Size()]; asked {
		c.roots[c.tree.Size()] = c.tree.Root()
	}
	return made
}

// Add checks the entry with the next Seq against the hashes stored for it (see
// Tree.Add), against its commitment, and keeps the rows that it binds.
func (c *Checker) Add(e Entry, stored []tlog.Hash) {
	c.report.Entries++
	c.report.Last = e.At
	leaf := e.Hash()
	if len(stored) == 0 {
		c.found(problem(Added, "entry unhashed", e.Seq, 0, ""))
	} else if stored[0] != leaf {
		if len(c.odd) < maxCompared {
			c.odd = append(c.odd, oddEntry{e, stored[0]})
		} else {
			c.found(problem(Changed, "entry changed", e.Seq, 0, ""))
		}
		leaf = stored[0] // so that one changed entry is reported once
	}
	made := c.grow(leaf)
	if len(stored) > 0 && !slices.Equal(made, stored) {
		c.found(problem(Changed, "tree changed", e.Seq, 0, ""))
	}
	if e.Kind == OfHead && e.Verb == VerbDoubt {
		c.found(problem(Doubted, "doubted", e.Seq, 0, ""))
	}
	c.personal(e)
	rows, err := e.Rows()
	if err != nil {
		c.found(problem(Unreadable, "entry unreadable", e.Seq, 0, ""))
	}
	for _, r := range rows {
		c.rows[rowKey{r.Table, r.ID}] = r.Hash
	}
}

func (c *Checker) personal(e Entry) {
	gone := len(e.Personal) == 0 && len(e.Salt) == 0
	switch {
	case len(e.Commitment) == 0 && gone && e.ErasedBy == 0:
	case gone && e.ErasedBy != 0:
		if run, is := c.runs[e.ErasedBy]; !is || run.Seq <= e.Seq || !run.Covers(e.Seq) {
			c.found(problem(Unexplained, "personal gone", e.Seq, 0, ""))
			return
		}
		c.report.Erased++
	case gone:
		c.found(problem(Unexplained, "personal gone", e.Seq, 0, ""))
	case !e.Kept() || e.ErasedBy != 0:
		c.found(problem(Changed, "personal changed", e.Seq, 0, ""))
	default:
		if run := c.erasedIn(e.Seq); run != 0 {
			c.found(problem(Changed, "personal back", e.Seq, run, ""))
		}
	}
}

// erasedIn gives the run that erased an entry, 0 for none.
func (c *Checker) erasedIn(seq int64) int64 {
	i := sort.Search(len(c.spans), func(i int) bool { return c.spans[i][1] >= seq })
	if i == len(c.spans) || c.spans[i][0] > seq {
		return 0
	}
	for _, r := range c.report.Erasures {
		if r.Seq > seq && r.Covers(seq) {
			return r.Seq
		}
	}
	return 0
}

// Row checks a row against the hash that the chain last bound for it.
func (c *Checker) Row(table, id string, hash []byte) {
	c.report.Rows++
	k := rowKey{table, id}
	want, is := c.rows[k]
	delete(c.rows, k)
	switch {
	case !is || want == nil:
		c.found(problem(Added, "row added", 0, 0, table+"/"+id))
	case !bytes.Equal(want, hash):
		c.found(problem(Changed, "row changed", 0, 0, table+"/"+id))
	}
}

// Finish judges what only the whole shows: order, rows that are gone, hashes
// left over (stored is how many are kept in all), and the heads.
func (c *Checker) Finish(stored int64) Report {
	c.order()
	if over := stored - tlog.StoredHashCount(c.tree.Size()); over > 0 {
		c.found(problem(Truncated, "tree over", c.tree.Size(), over, ""))
	}
	var gone []string
	for k, hash := range c.rows {
		if hash != nil {
			gone = append(gone, k.table+"/"+k.id)
		}
	}
	sort.Strings(gone)
	for _, subject := range gone {
		c.found(problem(Removed, "row removed", 0, 0, subject))
	}
	c.report.Root = c.tree.Root()
	current := false
	for _, h := range c.heads {
		current = current || h.Current
		c.report.Heads = append(c.report.Heads, HeadCheck{Source: h.Source, Size: h.head.Size, At: h.head.At, Holds: c.holds(h)})
	}
	if !current && c.report.Entries > 0 {
		c.found(problem(BadHead, "head missing", 0, 0, ""))
	}
	return c.report
}

func (c *Checker) holds(h openedHead) bool {
	size := c.tree.Size()
	before := len(c.report.Problems) + c.report.More
	if !h.known {
		c.found(problem(BadHead, "head unknown", 0, 0, h.Source))
	}
	switch {
	case h.head.Size > size:
		c.found(problem(Truncated, "truncated", size, h.head.Size, h.Source))
	case c.roots[h.head.Size] != h.head.Root:
		c.found(problem(Rewritten, "rewritten", 0, h.head.Size, h.Source))
	case h.Current && h.head.Size < size:
		c.found(problem(Added, "head behind", h.head.Size, 0, ""))
	}
	return len(c.report.Problems)+c.report.More == before
}

// order tells entries that were exchanged from entries that were changed: one
// whose content fits the hash of another place was moved.
func (c *Checker) order() {
	for _, o := range c.odd {
		moved := int64(0)
		for _, other := range c.odd {
			e := o.entry
			e.Seq = other.entry.Seq
			if e.Hash() == other.want {
				moved = other.entry.Seq
				break
			}
		}
		if moved != 0 && moved != o.entry.Seq {
			// What stands at o's place is the entry whose own place is moved.
			c.found(problem(Reordered, "entry reordered", moved, o.entry.Seq, ""))
			continue
		}
		c.found(problem(Changed, "entry changed", o.entry.Seq, 0, ""))
	}
}
