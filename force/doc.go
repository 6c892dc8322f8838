// Package force is what the force itself is: units, their people and vehicles,
// where they belong, and how fast they go in a straight line.
//
// In: the operator's roster. Out: units by id. It never knows where a unit is
// now; that is a fix from its own GPS.
package force
