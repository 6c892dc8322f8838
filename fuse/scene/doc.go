// Package scene makes scenarios with truth, for trying the tracker out: sensors,
// things that walk, drive, halt and turn, and what the sensors report of them.
//
// In: a family's name and a seed. Out: the scenario, the detections in the
// format of package recorded, and the truth, which goes to scoring alone. Equal
// seeds give equal files. It shares no model with the tracker: motion is by
// legs, not by white acceleration, and nothing of the tracker is imported but
// the file format.
package scene
