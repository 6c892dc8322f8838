package recorded

import (
	"math"

	"marsad/fuse/kin"
	"marsad/fuse/pmb"
)

// Config of a run on files.
type Config struct {
	Core pmb.Config
	// Threads and Parallel spread a scan's work; any number gives the same tracks.
	Threads  int
	Parallel pmb.Parallel
	// Report is the existence from which a track is written.
	Report float64
}

// For is the configuration for a scenario: nothing of the border, no groups, no
// hiding, registered detection probabilities taken at their word. Of the
// scenario's hints only the largest speed is used. The rates were found by
// coordinate search over generated and recorded scenes (see fuse/README.md).
func For(s *Scenario) Config {
	top := max(s.Speed, 4)
	return Config{
		Report: 0.75,
		Core: pmb.Config{
			Motion: kin.Motion{
				Mode: [kin.Modes]kin.Mode{
					kin.Still:  {Q: 0.001, V: 0.05, W: 0.1},
					kin.Slow:   {Q: 0.012, V: 2.3, W: 0.4},
					kin.Stroll: {Q: 0.14, Tau: 5, V: 1.6, W: 0.2},
					kin.Fast:   {Q: 0.002 * top, V: 0.28 * top, W: 0.2},
					kin.Veer:   {Q: 5, V: 0.5 * top, W: 0.1, Jump: 0.4 * top},
				},
				Rate: [kin.Modes][kin.Modes]float64{
					kin.Still:  {kin.Slow: 0.0005, kin.Stroll: 0.1, kin.Veer: 0.005},
					kin.Slow:   {kin.Still: 0.001, kin.Stroll: 0.002, kin.Veer: 0.0015},
					kin.Stroll: {kin.Still: 0.03, kin.Slow: 0.04, kin.Veer: 0.006},
					kin.Fast:   {kin.Still: 0.002, kin.Veer: 0.0075},
					kin.Veer:   {kin.Still: 0.035, kin.Slow: 0.013, kin.Stroll: 0.017, kin.Fast: 0.1},
				},
			},
			Habit: true,
			Gate:  20, Arrivals: pmb.Arrivals{Box: s.Area, Prior: 1, Window: 10},
			Undetected: 1 / ((s.Area[2] - s.Area[0]) * (s.Area[3] - s.Area[1])),
			Deaf:       1e-4, Burst: 5,
			Life: 1800 * s.DT, Stranger: 1, StillPd: 1,
			ConfirmAt: 0.75, ConfirmHits: 1,
			EndAt: 0.01, DropAt: 2e-5,
			Patience: 6 * s.DT, CoastAfter: 6 * s.DT, CoastFor: 8 * s.DT, CoastSigma: 1e4, LostSigma: math.Hypot(s.Area[2]-s.Area[0], s.Area[3]-s.Area[1]) / 4,
			MergeGate: 4, BiasAz: 0.01, BiasUsual: 0.003, BiasRange: 20, BiasClock: 0.3, StrayAz: 0.006, BiasSure: 3, BiasMore: 1, BiasKnown: 0.67, BiasJump: 5,
			RayAge: 0.9 * s.DT, RayAngle: 0.05, Doubt: 0.01,
			Exact: 6, Apart: 10, Best: 20, Lead: 2, LeadHits: 20, AlikeGate: 30, Bucket: bucket(s),
		},
	}
}

// bucket is the side in m of a square of the spatial hash: a kilometre, or more
// where the area would have more than a million of them.
func bucket(s *Scenario) float64 {
	w, h := s.Area[2]-s.Area[0], s.Area[3]-s.Area[1]
	return max(1000, math.Sqrt(w/1000*h), max(w, h)/1e6)
}
