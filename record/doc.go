// Package record is the last stage: what is decided or happened, in the form in
// which it is kept, and the audit chain that proves it was not changed.
//
// In: cases, notices, refused attempts, sign-ins. Out: incidents, entries of the
// chain with salted commitments, signed heads, erasures, the finding of a
// verification. It is pure: time and random bytes come in as arguments, and
// engine/store puts it on disk.
//
// The chain is a Merkle tree (RFC 6962, golang.org/x/mod/sumdb/tlog) whose leaves
// are entries. An entry keeps its facts in the clear and, of its personal fields,
// only the hash of salt and text: the fields can be erased and the tree still
// holds. An entry of kind "rows" binds the rows of the record's tables, as they
// were written, by the same kind of hash. A head is the tree's size and root,
// signed (golang.org/x/mod/sumdb/note); kept outside the data folder it finds
// even a chain that was cut short or rewritten by somebody with the key.
package record
