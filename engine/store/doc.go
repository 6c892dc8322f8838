// Package store keeps the record on disk: SQLite in one data folder, synced
// before anyone is told.
//
// In: batches of what the stages decided (record.Batch), events of the barrier
// programme, which are added and never changed, notes for the audit chain, accounts and sessions as bytes that engine/access understands. Out: the
// same by id, page and filter; signed heads; backups; the report of a
// verification. A write returns after the sync of the disk or with an error
// that says what to do; nothing is acknowledged and lost.
//
// The data folder:
//
//	lock         held by the one server of this folder
//	record.db    the record (SQLite, WAL), with record.db-wal and record.db-shm
//	audit.key    the private key that signs heads, readable by its owner only
//	audit.pub    its public key
//	heads/       one signed head a day
//
// Every row of the record is bound to the audit chain in the transaction that
// writes it. Not bound, for they come and go: sessions, tokens, settings,
// snapshots, the outbox's marks and the log cursor.
//
// Locking: one goroutine writes at a time (Store.mu); readers have connections
// of their own and never wait. The chain's state is read anew inside every
// transaction, so that a command beside a running server may append as well.
//
// It never decides, never talks to the bus or the network, and knows nothing of
// the JSON in accounts, sessions, tokens and settings.
package store
