package pmb

import "marsad/fuse/kin"

// Config holds every number that the core can be tuned by. Times in seconds,
// lengths in metres.
type Config struct {
	Motion kin.Motion
	// Habit lets Motion follow how often the things followed so far left off going
	// straight, within bounds. Like Arrivals it is for scans that are taken as they
	// come (Window 0), and no part of State.
	Habit bool
	// Manners is how each class moves, against the usual: all zero says nothing.
	Manners [NClass]Manner
	// Ground, where set, is what is known of the ground at a place of a cell at an
	// instant (ns). It must not change within the window, and it is asked from
	// several lanes at once.
	Ground func(cell int32, x, y float64, at int64) Going

	// Gate is the squared normalised distance beyond which a detection cannot
	// belong to a track.
	Gate float64
	// Undetected is the density of things that no sensor has seen yet, per m².
	Undetected float64
	// Arrivals, where it has a Window, makes Undetected follow what is found.
	Arrivals Arrivals
	// Unseen maps where they are: Undetected is then their density where one
	// sensor keeps watch.
	Unseen Unseen
	// LeastClutter stands in for sensors that register less: false detections
	// per scan.
	LeastClutter float64
	// Deaf is the probability that a sensor which reports an empty scan saw nothing
	// at all, before it is asked what it should have seen; 0 believes every scan.
	// Burst is the number of standard deviations by which a scan's detections must
	// exceed what was expected to pass for a burst of false ones; 0 is never.
	Deaf, Burst float64
	// Life is the mean time until a thing leaves or stops being one.
	Life float64
	// Stranger scales the detection probability of a sensor that has not yet
	// contributed to a track, when it misses it: it may be hidden from there.
	Stranger float64
	// Learn is the weight of one scan in the rate at which a sensor sees a
	// particular thing; 0 takes the registered probability as it is.
	Learn float64
	// Repeat is how likely a false detection comes again at the same place:
	// a sensor's further detections of a tentative track raise the odds by no
	// more than 1/Repeat each.
	Repeat float64
	// Hide and Show are the mean times until a shown thing steps out of every
	// sensor's sight, and back; Hide 0 means never. Surveyed is how well, against
	// a thing in the open, a sensor sees such a thing where its footprint says
	// that it can: there the ground at least hides nothing.
	Hide, Show, Surveyed float64
	// Size is the size of each class, as footprints tell them apart.
	Size [NClass]uint8
	// Fade is the time in which a thing that nothing measures is thought to
	// lose its speed; 0 means never.
	Fade float64
	// StillPd scales the detection probability of a radar for things that
	// stand still and show no Doppler.
	StillPd float64

	// ConfirmAt is the existence from which a track is confirmed, once it has
	// ConfirmHits measurements spread over at least ConfirmSpan.
	ConfirmAt   float64
	ConfirmHits int
	ConfirmSpan float64
	// EndAt is the existence below which a confirmed track ends, DropAt below
	// which a tentative one is forgotten.
	EndAt, DropAt float64
	// Patience without a measurement a tentative track is forgotten.
	// CoastAfter without one a confirmed track is coasting; after CoastFor, or
	// once its position is not known to CoastSigma, it ends.
	Patience, CoastAfter, CoastFor, CoastSigma float64
	// LostSigma is the 1σ of a shown track's place from which it ends although
	// bearings go on feeding it: a ghost beyond every sensor, where nothing can miss
	// it, would run away and live for good. 0 is never.
	LostSigma float64
	// BiasAz in rad and BiasRange in m are the 1σ that a sensor's systematic
	// error may have; BiasAz 0 takes every sensor at its word. BiasLife in s is
	// the time over which such errors stay the same; 0 means for good.
	BiasAz, BiasRange, BiasLife float64
	// BiasUsual in rad is the azimuth error of a sensor that stands right, a few
	// being far off; 0 takes all for alike. BiasLeast is the azimuth error from which
	// taking it off is worth while, unless the range is off too.
	BiasUsual, BiasLeast float64
	// BiasClock in s is the 1σ that a sensor's clock may be off; 0 takes every
	// clock at its word.
	BiasClock float64
	// A bias is taken off once it is BiasSure times its own 1σ and that is below
	// BiasKnown times what was thought possible, or BiasUsual; BiasMore times is enough where a
	// neighbour's is taken off already, since they were solved for together.
	BiasSure, BiasMore, BiasKnown float64
	// BiasJump is the number of standard deviations by which the measurements of late
	// must contradict an estimate for what was known of that bias to be forgotten: the
	// sensor was knocked, or its clock was set. 0 is never.
	BiasJump float64
	// StrayAz in rad is the 1σ of the azimuth of a detection that may be a track's
	// but for a bias (see strays); 0 lets registration hear only of what lies in
	// the gates.
	StrayAz float64
	// Window is how long a scan may come after younger ones and still give
	// exactly what it would have given in time; 0 takes scans as they come.
	Window float64

	// MergeGate is the squared normalised distance of two states below which
	// two tracks that share detections may be one thing seen twice.
	MergeGate float64
	// GroupRadius is how far apart things may walk and still be one group, one
	// track; 0 keeps everyone apart.
	GroupRadius float64
	// UnitRadius is the same for an own unit, whose people are known to keep
	// together: who walks farther from it is somebody else.
	UnitRadius float64
	// Company is how many further members a shown track is expected to have
	// before any were counted; it counts only with a GroupRadius.
	Company float64

	// RayAge is how long an unexplained bearing waits for one that crosses it;
	// RayAngle (rad) the least angle of a crossing.
	RayAge, RayAngle float64
	// Doubt is the probability that a bearing which tracks explain is that of
	// something nobody follows all the same, where one that nothing explains crosses
	// it: a track fed by two things' bearings keeps both of them from being found.
	// 0 believes every explanation.
	Doubt float64
	// Crossings is how many of one bearing's crossings start a track, the
	// likeliest first; 0 is all of them. What it leaves out is counted.
	Crossings int
	// Rays is how many unexplained bearings of one scan wait; 0 is all of them.
	Rays int

	// UnitFor is how long an own unit's fix identifies its track.
	UnitFor float64

	// Exact is the largest smaller side of a cluster that is solved exactly.
	Exact int
	// Apart is the largest size of a cluster, tracks and detections together,
	// in which tracks are kept from drifting together.
	Apart int
	// Best, where positive, is how many of a larger cluster's likeliest hypotheses
	// stand for all of them, instead of belief propagation.
	Best int
	// Lead, above 1, is the power to which the association probabilities of a
	// track with less than LeadHits measurements are raised before its state, not
	// its existence, is averaged over them: a young track between two things goes
	// with the likelier one, or it would be shown where nobody is and take the
	// first of them from the other. It holds where a scan measures places.
	Lead     float64
	LeadHits int32
	// AlikeGate is the squared normalised difference of two velocities below
	// which tracks go the same way.
	AlikeGate float64
	// Bucket is the side of a square of the spatial hash.
	Bucket float64
	// Crowd is the most tentative tracks in one bucket; 0 sets no limit. What it
	// keeps out is counted.
	Crowd int
}

// Arrivals estimates how many undetected things a scan instant finds: those
// found within the last Window instants, and Prior of them besides, spread over
// Box (x0, y0, x1, y1 in m of cell 0). Outside it they are a fiftieth as likely.
type Arrivals struct {
	Box    [4]float64
	Prior  float64
	Window int // 0 leaves Undetected as it is
}

// share scales the density of undetected things at a place.
func (a *Arrivals) share(x, y float64) float64 {
	if a.Window == 0 || x >= a.Box[0] && x <= a.Box[2] && y >= a.Box[1] && y <= a.Box[3] {
		return 1
	}
	return 0.02
}

// Walkers do not drive, and vehicles seldom creep.
var (
	onFoot  = Manner{kin.Still: 1, kin.Slow: 1, kin.Stroll: 1, kin.Fast: 0.02, kin.Veer: 0.1}
	wheeled = Manner{kin.Still: 1, kin.Slow: 0.3, kin.Stroll: 0.2, kin.Fast: 2, kin.Veer: 2}
)

// Live is the configuration for the border.
func Live() Config {
	return Config{
		Motion: kin.Motion{
			Mode: [kin.Modes]kin.Mode{
				kin.Still:  {Q: 0.05, V: 0.05, W: 0.1},
				kin.Slow:   {Q: 0.01, V: 1.2, W: 0.3},
				kin.Stroll: {Q: 0.15, Tau: 20, V: 1.2, W: 0.2},
				kin.Fast:   {Q: 0.2, V: 10, W: 0.3},
				kin.Veer:   {Q: 2, V: 6, W: 0.1},
			},
			Rate: [kin.Modes][kin.Modes]float64{
				kin.Still:  {kin.Slow: 0.01, kin.Stroll: 0.01, kin.Veer: 0.01},
				kin.Slow:   {kin.Still: 0.01, kin.Stroll: 0.02, kin.Veer: 0.005},
				kin.Stroll: {kin.Still: 0.02, kin.Slow: 0.02, kin.Veer: 0.01},
				kin.Fast:   {kin.Veer: 0.05},
				kin.Veer:   {kin.Still: 0.05, kin.Stroll: 0.05, kin.Fast: 0.15},
			},
		},
		Manners: [NClass]Manner{
			1: onFoot, 2: onFoot, 3: wheeled, 4: wheeled,
			5: {kin.Still: 1, kin.Slow: 0.5, kin.Stroll: 2, kin.Fast: 0.3, kin.Veer: 1},
			6: {kin.Still: 0.2, kin.Slow: 0.5, kin.Stroll: 1, kin.Fast: 2, kin.Veer: 0.5},
			7: {kin.Still: 1, kin.Slow: 1.5, kin.Stroll: 1, kin.Fast: 0.3, kin.Veer: 0.2},
		},
		Gate: 20, Undetected: 1e-11, LeastClutter: 0.02,
		Unseen: Unseen{Side: 500, Births: 2.3, Stay: 3600, Pace: 1.2, Most: 100, Step: 4},
		Life:   3600, Stranger: 0.3, Learn: 0.1, Repeat: 0.05, Hide: 300, Show: 40, Surveyed: 0.15, Size: [NClass]uint8{3: 1, 4: 1, 6: 2}, Fade: 30, StillPd: 0.3,
		ConfirmAt: 0.99, ConfirmHits: 4, ConfirmSpan: 1.5,
		EndAt: 0.02, DropAt: 1e-6,
		Patience: 5, CoastAfter: 5, CoastFor: 120, CoastSigma: 300,
		MergeGate: 6, GroupRadius: 30, UnitRadius: 15, Company: 0.5, BiasAz: 0.01, BiasRange: 30, BiasClock: 1, BiasLife: 1800, BiasSure: 4, BiasMore: 4, BiasKnown: 0.25, BiasUsual: 0.003, BiasLeast: 0.0075, BiasJump: 5, StrayAz: 0.006,
		RayAge: 1.5, RayAngle: 0.09, Crossings: 6, Rays: 40,
		Window: 3, UnitFor: 30, Exact: 6, Bucket: 1000, Crowd: 40,
	}
}
