package bus

import "time"

// Forget and MakeRoom let tests be the clock and the disk.
func (b *Bus) Forget(before time.Time) { b.forget(before) }

// MakeRoom pretends that so many bytes are free.
func (b *Bus) MakeRoom(free int64) { b.makeRoom(free) }
