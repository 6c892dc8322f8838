// Package video is what thermal cameras of the simulated world see: pictures
// drawn from its truth, handed out as motion JPEG over HTTP as a network camera
// does.
//
// In: cameras that stand on towers of the estate, and the world's truth second
// by second. Out: pictures with the simulated time of their exposure. A camera
// whose tower is cut off gives none.
//
// It shares no code with the detector that looks at its pictures, nor with what
// turns pixels into places: it would only confirm them. Ground, bodies and
// weather are drawn simply, and everything that comes of these pictures is
// marked simulated.
package video
