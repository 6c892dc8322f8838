// Package media keeps what cameras show: the newest picture of each for the
// tiles, a few seconds before an alert in memory, and the evidence of an alert
// on disk, a clip and three stills with boxes from each camera, hashed; and
// photos that people take of the barrier.
//
// In: frames with boxes and masks, alerts that begin and end, the folder. Out:
// pictures as JPEG, clips as AVI, their SHA-256, and what of it is there.
//
// What nobody may look into is painted over before a picture is kept in memory
// or on disk; only the newest frame of a camera is held unmasked, for a person
// whose incident allows it, and never written. It judges nothing, tells nobody
// who is in a picture, and forgets an alert's evidence when it is told to.
//
// A photo that a person takes is kept without what is not the picture. Of its
// metadata the file keeps which way up it is; where and when it was taken go to
// who states it; maker, model, serial number, owner, thumbnails, comments, edits
// and marked faces are gone before it is on disk.
package media
