// Package record is the last stage: what is decided or happened, in the form in
// which it is kept, and the audit chain that proves it was not changed.
//
// In: cases, notices, refused attempts, sign-ins. Out: incidents, chain entries
// with salted commitments, signed heads, erasures. It is pure; engine/store puts
// it on disk.
package record
