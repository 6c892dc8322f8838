package bus

import "time"

// Forget and MakeRoom let tests be the clock and the disk.
func (b *Bus) Forget(before time.Time) { b.forget(before) }

// MakeRoom pretends that so many bytes are free.
func (b *Bus) MakeRoom(free int64) { b.makeRoom(free) }

// ForgetReaders sets after what idleness the server forgets a reader.
func (b *Bus) ForgetReaders(after time.Duration) { b.idle = after }

// Drop breaks the connection to the server, as a fault would.
func (b *Bus) Drop() error { return b.core.Load().conn.ForceReconnect() }
