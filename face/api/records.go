package api

import (
	"context"

	"marsad/assess"
	"marsad/engine/access"
	"marsad/record"
	"marsad/respond"
)

// AuditRow is an entry of the audit chain for those who may read it.
type AuditRow struct {
	record.Entry
	Actor string `json:"actor,omitempty"`
}

// IncidentRow is an incident with the number that people call it by.
type IncidentRow struct {
	record.Incident
	Number string `json:"number"`
}

// names of accounts by id, in the asker's language. An entry whose personal fields
// were erased gets none back by this way.
func (s *Server) names(ctx context.Context) (map[string]string, error) {
	all, err := s.door.Accounts(ctx)
	out := make(map[string]string, len(all))
	for _, a := range all {
		out[a.ID] = titled(a).In(language(ctx))
	}
	return out, err
}

func (s *Server) records() {
	type auditInput struct {
		Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"200"`
		Cursor string `query:"cursor" maxLength:"128"`
		Kind   string `query:"kind" enum:"refused," doc:"refused for refused attempts alone, absent for everything"`
	}
	route(s, access.ReadRecord, get("tasks", "/api/v1/tasks", "Approved tasks with their approver, newest first", "record"),
		func(ctx context.Context, a *access.Account, in *listInput) (*list[respond.Task], error) {
			items, next, err := s.record.Tasks(ctx, s.query(a, in))
			return page(items, next), err
		})
	route(s, access.ReadRecord, get("incidents", "/api/v1/incidents", "What happened and what came of it, newest first", "record"),
		func(ctx context.Context, a *access.Account, in *listInput) (*list[IncidentRow], error) {
			items, next, err := s.record.Incidents(ctx, s.query(a, in))
			rows := make([]IncidentRow, len(items))
			for i, x := range items {
				rows[i] = IncidentRow{Incident: x, Number: numberOf(x.Opened, x.Case)}
			}
			return page(rows, next), err
		})
	route(s, access.ReadSilenced, get("suppressed", "/api/v1/suppressed", "What was kept silent, why, and by whom", "record"),
		func(ctx context.Context, a *access.Account, in *listInput) (*list[assess.Suppressed], error) {
			items, next, err := s.record.Suppressed(ctx, s.query(a, in))
			return page(items, next), err
		})
	route(s, access.ReadSilenced, get("silences", "/api/v1/silences", "Silences granted, newest first", "record"),
		func(ctx context.Context, a *access.Account, in *listInput) (*list[assess.Silence], error) {
			items, next, err := s.record.Silences(ctx, s.query(a, in))
			return page(items, next), err
		})
	route(s, access.ReadAudit, get("audit", "/api/v1/audit", "The audit chain, newest first; refused attempts included", "record"),
		func(ctx context.Context, a *access.Account, in *auditInput) (*list[AuditRow], error) {
			items, next, err := s.record.Audit(ctx, Query{Cursor: in.Cursor, Limit: max(1, in.Limit), Kind: in.Kind})
			if err != nil {
				return nil, err
			}
			names, err := s.names(ctx)
			rows := make([]AuditRow, len(items))
			for i, e := range items {
				if rows[i] = (AuditRow{Entry: e, Actor: e.Actor()}); rows[i].Actor == "" && e.ErasedBy == 0 {
					rows[i].Actor = names[e.ActorID]
				}
			}
			return page(rows, next), err
		})
	route(s, access.ReadHead, get("head", "/api/v1/audit/head", "The newest signed head of the audit chain, to be kept by a witness", "record"),
		func(ctx context.Context, _ *access.Account, _ *struct{}) (*either, error) {
			head, err := s.record.Head(ctx)
			return &either{ContentType: "text/plain; charset=utf-8", Body: head}, err
		})
}
