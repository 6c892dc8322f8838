package api

import (
	"context"

	"marsad/engine/access"
)

// CoverageAll is what the page of coverage shows, of one moment: each part as its
// own path gives it.
type CoverageAll struct {
	CoverageSummary
	Gaps         []GapRow         `json:"gaps"`
	Outages      []OutageRow      `json:"outages"`
	SinglePoints []SinglePointRow `json:"single_points"`
	Availability Availability     `json:"availability"`
	Repairs      []RepairRow      `json:"repairs"`
	RepairOrder  RepairOrder      `json:"repair_order"`
	Control      []ControlRow     `json:"control"`
}

// Strip is every lane that an account may see over one span.
type Strip struct {
	Items []LaneData `json:"items"`
	// Absent names lanes that do not remember how they were at as_of.
	Absent []string `json:"absent"`
}

type stripInput struct {
	Stretch
	Resolution float64 `query:"resolution" minimum:"0" doc:"Pieces shorter than this many metres are joined with their neighbour."`
	LaneTime
}

// together serves in one answer what a page would ask for by thirty questions: on a
// slow line or a busy machine each of them waits its turn. Rights, sections and
// refusals are those of the single ones, since it calls the same functions.
func (s *Server) together() {
	route(s, access.ReadCoverage, get("coverage-all", "/api/v1/coverage/all", "Figures, gaps, outages, single points, availability, repairs and control in one answer, of one moment", "coverage"),
		func(_ context.Context, a *access.Account, in *gapInput) (*body[CoverageAll], error) {
			l, err := s.look(a, in.Class, in.Moment)
			if err != nil {
				return nil, err
			}
			s.coverage.Hold(l.Revision)
			sum, err := s.summary(l, &summaryInput{})
			if err != nil {
				return nil, err
			}
			return &body[CoverageAll]{CoverageAll{CoverageSummary: sum, Gaps: some(s.gaps(l, in.Limit)), Outages: s.outages(l), SinglePoints: s.singlePoints(l),
				Availability: s.availability(l), Repairs: some(s.repairs(l)), RepairOrder: s.repairOrder(l), Control: some(s.controlRows(l))}}, nil
		})
	route(s, access.ReadLine, get("strip", "/api/v1/strip", "Every lane between two chainages in one answer", "border"),
		func(_ context.Context, a *access.Account, in *stripInput) (*body[Strip], error) {
			out := Strip{Items: []LaneData{}, Absent: []string{}}
			for _, entry := range s.lanes.All() {
				if !mayLane(a, entry) {
					continue
				}
				data, err := s.lane(a, &laneInput{ID: entry.ID, Stretch: in.Stretch, Resolution: in.Resolution, LaneTime: in.LaneTime})
				switch {
				case err == errNoHistory:
					out.Absent = append(out.Absent, entry.ID)
				case err != nil:
					return nil, err
				default:
					out.Items = append(out.Items, data)
				}
			}
			return &body[Strip]{out}, nil
		})
}
