package recorded

import (
	"marsad/fuse/kin"
	"marsad/fuse/pmb"
)

// Config of a run on files.
type Config struct {
	Core pmb.Config
	// Report is the existence from which a track is written.
	Report float64
}

// For is the configuration for a scenario: nothing of the border, no groups, no
// hiding, registered detection probabilities taken at their word.
func For(s *Scenario) Config {
	v := max(s.Speed, 2) / 2
	area := (s.Area[2] - s.Area[0]) * (s.Area[3] - s.Area[1])
	return Config{
		Report: 0.4,
		Core: pmb.Config{
			Motion: kin.Motion{
				Mode: [kin.Modes]kin.Mode{
					kin.Still:  {Q: 0.001, V: 0.05, W: 0.1},
					kin.Slow:   {Q: 0.01, V: 1.5, W: 0.3},
					kin.Stroll: {Q: 0.15, Tau: 20, V: 1.5, W: 0.2},
					kin.Fast:   {Q: 0.05, V: v, W: 0.3},
					kin.Veer:   {Q: 2, V: v, W: 0.1, Jump: v / 3},
				},
				Rate: [kin.Modes][kin.Modes]float64{
					kin.Still:  {kin.Slow: 0.02, kin.Stroll: 0.01, kin.Veer: 0.02},
					kin.Slow:   {kin.Still: 0.01, kin.Stroll: 0.01, kin.Veer: 0.005},
					kin.Stroll: {kin.Still: 0.02, kin.Slow: 0.02, kin.Veer: 0.01},
					kin.Fast:   {kin.Still: 0.01, kin.Veer: 0.03},
					kin.Veer:   {kin.Still: 0.05, kin.Slow: 0.02, kin.Stroll: 0.05, kin.Fast: 0.2},
				},
			},
			Gate: 20, Undetected: 1 / area, Arrivals: pmb.Arrivals{Box: s.Area, Prior: 0.3, Window: 10}, LeastClutter: 1e-3,
			Life: 100 * s.DT * 10, Stranger: 1, StillPd: 1,
			ConfirmAt: 0.5, ConfirmHits: 1,
			EndAt: 0.05, DropAt: 2e-5,
			Patience: 6 * s.DT, CoastAfter: 6 * s.DT, CoastFor: 8 * s.DT, CoastSigma: 1e4,
			MergeGate: 4,
			RayAge:    0.9 * s.DT, RayAngle: 0.05,
			Exact: 6, Bucket: max(500, (s.Area[2]-s.Area[0])/40),
		},
	}
}
