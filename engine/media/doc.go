// Package media keeps what cameras show: the newest picture of each for the
// tiles, a few seconds before an alert in memory, and the evidence of an alert
// on disk, a clip and three stills with boxes from each camera, hashed.
//
// In: frames with boxes and masks, alerts that begin and end, the folder. Out:
// pictures as JPEG, clips as AVI, their SHA-256, and what of it is there.
//
// What nobody may look into is painted over before a picture is kept in memory
// or on disk; only the newest frame of a camera is held unmasked, for a person
// whose incident allows it, and never written. It judges nothing, tells nobody
// who is in a picture, and forgets an alert's evidence when it is told to.
package media
