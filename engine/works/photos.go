package works

import (
	"sync"
	"time"

	"marsad/barrier"
	"marsad/border"
	"marsad/ident"
)

// PhotoUse is what statements say of a photo.
type PhotoUse struct {
	// Spans are where the things lie that it is evidence of; Things are their ids.
	Spans  []border.Span
	Things []ident.ID
	// Nobody is set when every statement says that no person is in it.
	Nobody bool
	// Known is when the first statement that names it became known: naming it again
	// keeps nobody's face longer.
	Known time.Time
}

// photos is what statements say of photos, by hash.
type photos struct {
	mu sync.Mutex
	by map[string]PhotoUse
}

// Photo gives what statements say of a photo, and whether any names it. One that
// was taken back still names it: it stays in the history.
func (b *Book) Photo(sha256 string) (PhotoUse, bool) {
	b.photos.mu.Lock()
	defer b.photos.mu.Unlock()
	use, ok := b.photos.by[sha256]
	return use, ok
}

func (p *photos) see(e *barrier.Event) {
	evidence, at := e.Evidence()
	if len(evidence) == 0 {
		return
	}
	_, thing, _ := e.About()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.by == nil {
		p.by = map[string]PhotoUse{}
	}
	for _, x := range evidence {
		if x.SHA256 == "" {
			continue
		}
		use, named := p.by[x.SHA256]
		if !named {
			use.Known = e.Known
		}
		use.Nobody = x.Nobody && (use.Nobody || !named)
		use.Spans, use.Things = append(use.Spans, at), append(use.Things, thing)
		p.by[x.SHA256] = use
	}
}
