// Package past remembers what the live picture was: for looking back in time.
//
// In: versions of the picture as they come, a folder, a time asked for. Out: the
// picture as it was then, rows equal to the live ones in every field, and the
// stretch of time that is kept.
//
// A segment of a minute is one file: first the whole picture, then what
// changed every five seconds. Looking back reads one segment up to the moment
// asked for, whatever the length of the memory. Frames are written without a
// sync and never read by a stage: the log and the record decide, this only
// shows. A frame that a crash cut short ends its segment. The oldest segments go
// by age and by size. It never changes a version and tells nobody anything.
package past
