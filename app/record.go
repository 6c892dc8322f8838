package app

import (
	"context"

	"marsad/assess"
	"marsad/engine/store"
	"marsad/face/api"
	"marsad/ident"
	"marsad/record"
	"marsad/respond"
)

// reader shows the store to the API in the API's own words.
type reader struct{ store *store.Store }

func filter(q api.Query) store.Filter {
	f := store.Filter{Sections: q.Sections, Open: q.State == "open", Since: q.Since, Until: q.Until, Page: store.Page{Limit: q.Limit, After: q.Cursor}}
	if q.Sections == nil {
		f.Sections = []string{store.AllSections}
	}
	if q.State == "closed" {
		f.States = []respond.State{respond.Debriefed}
	}
	return f
}

func (r reader) Case(ctx context.Context, id ident.ID) (respond.Case, error) {
	return r.store.Case(ctx, id)
}

func (r reader) Cases(ctx context.Context, q api.Query) ([]respond.Case, string, error) {
	return r.store.Cases(ctx, filter(q))
}

func (r reader) Tasks(ctx context.Context, q api.Query) ([]respond.Task, string, error) {
	return r.store.Tasks(ctx, filter(q))
}

func (r reader) Incidents(ctx context.Context, q api.Query) ([]record.Incident, string, error) {
	return r.store.Incidents(ctx, filter(q))
}

func (r reader) Suppressed(ctx context.Context, q api.Query) ([]assess.Suppressed, string, error) {
	return r.store.Suppressed(ctx, filter(q))
}

func (r reader) Silences(ctx context.Context, q api.Query) ([]assess.Silence, string, error) {
	return r.store.Silences(ctx, filter(q))
}

func (r reader) Audit(ctx context.Context, q api.Query) ([]record.Entry, string, error) {
	f := filter(q)
	a := store.AuditFilter{Sections: f.Sections, Since: f.Since, Page: f.Page}
	if q.Kind != "" {
		a.Kinds = []record.Kind{record.Kind(q.Kind)}
	}
	return r.store.Entries(ctx, a)
}

func (r reader) Watches(ctx context.Context, q api.Query) ([]record.Entry, error) {
	entries, _, err := r.store.Entries(ctx, store.AuditFilter{Sections: []string{store.AllSections}, Kinds: []record.Kind{record.OfWatch}, Page: store.Page{Limit: q.Limit}})
	return entries, err
}

func (r reader) Note(ctx context.Context, n record.Note) error { return r.store.Audit(ctx, n) }

func (r reader) Head(ctx context.Context) ([]byte, error) { return r.store.Head(ctx) }

func (r reader) Holds(ctx context.Context, q api.Query) ([]record.Hold, string, error) {
	return r.store.Holds(ctx, store.Page{Limit: q.Limit, After: q.Cursor})
}

func (r reader) SetHold(ctx context.Context, h record.Hold) (record.Hold, error) {
	return r.store.SetHold(ctx, h)
}

func (r reader) LiftHold(ctx context.Context, id, byID, by string) error {
	return r.store.LiftHold(ctx, id, byID, by)
}
