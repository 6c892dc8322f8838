package store_test

import (
	"testing"
	"time"

	"marsad/engine/store"
	"marsad/engine/store/storetest"
)

func TestSQLiteBehavesAsARecord(t *testing.T) {
	storetest.Run(t, func(dir string, now func() time.Time) (storetest.Store, error) {
		return store.Open(dir, store.Options{Now: now})
	})
}
