package record

import (
	"crypto/sha256"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Tree grows a Merkle tree of entries from the first on, keeping only the roots
// of its complete subtrees: some 40 hashes for a year of entries. The zero
// value is the empty tree.
type Tree struct {
	size int64
	// peaks are the roots of complete subtrees, largest first, one for every bit
	// of size.
	peaks []tlog.Hash
}

// Size is the number of leaves.
func (t *Tree) Size() int64 { return t.size }

// Add appends a leaf and gives the hashes that a log stores for it, lowest level
// first: the leaf's own, then those of the subtrees that it completes. Stored in
// the order of leaves they stand at tlog.StoredHashIndex.
func (t *Tree) Add(leaf tlog.Hash) []tlog.Hash {
	made := []tlog.Hash{leaf}
	h := leaf
	for n := t.size; n&1 == 1; n >>= 1 {
		last := len(t.peaks) - 1
		h = tlog.NodeHash(t.peaks[last], h)
		t.peaks = t.peaks[:last]
		made = append(made, h)
	}
	t.peaks = append(t.peaks, h)
	t.size++
	return made
}

// Root of the tree: the peaks joined from the smallest on (RFC 6962 section 2.1).
// The root of the empty tree is the hash of nothing.
func (t *Tree) Root() tlog.Hash {
	if len(t.peaks) == 0 {
		return sha256.Sum256(nil)
	}
	h := t.peaks[len(t.peaks)-1]
	for i := len(t.peaks) - 2; i >= 0; i-- {
		h = tlog.NodeHash(t.peaks[i], h)
	}
	return h
}

// Peaks gives the state from which Resume goes on.
func (t *Tree) Peaks() []tlog.Hash { return t.peaks }

// PeakIndexes are the places of the peaks of a tree of some size in the order in
// which a log stores hashes.
func PeakIndexes(size int64) []int64 {
	var out []int64
	at := int64(0)
	for level := 62; level >= 0; level-- {
		if size&(1<<level) != 0 {
			out = append(out, tlog.StoredHashIndex(level, at>>level))
			at += 1 << level
		}
	}
	return out
}

// Resume continues a tree from its size and peaks. It errors when their number
// does not fit the size.
func Resume(size int64, peaks []tlog.Hash) (*Tree, error) {
	if len(peaks) != len(PeakIndexes(size)) {
		return nil, fmt.Errorf("a tree of %d entries has %d peaks, not %d", size, len(PeakIndexes(size)), len(peaks))
	}
	return &Tree{size: size, peaks: append([]tlog.Hash(nil), peaks...)}, nil
}
