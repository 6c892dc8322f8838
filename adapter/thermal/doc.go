// Package thermal takes thermal cameras in: streams and files become frames,
// frames go through package detect, and movers leave as values of package sense.
//
// In: a camera's stream, a file or a folder of images. Out: frames with the
// time of their exposure. It never judges what it sees; detect does that.
package thermal
