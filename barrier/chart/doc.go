// Package chart makes the two standard pictures of linear works as values: time
// against chainage (the march chart), and metres against time (the S-curve).
//
// In: a view of the programme, a stretch, a range of days. Out: lines, blocks
// and points in days and metres, merged to what a screen can show. It never
// draws, and never leaves out what does not fit: days without works are gaps.
package chart
