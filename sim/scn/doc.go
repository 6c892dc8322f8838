// Package scn is the scenario language: one text is demo, test and drill.
//
// In: the text of a *.scn file. Out: a Scenario, plain values that say what
// happens (actors, weather, failures, words over the radio), what scripted
// people do, what must follow and what must never. Errors name line, column,
// what stood there and what could have stood there. It moves nothing, judges
// nothing and reads no file.
//
// A statement starts in the first column; indented lines continue it. "#"
// starts a comment. Times are Baghdad's; a time before the start belongs to the
// next day. Km posts are measured chainage; offsets are metres, negative on the
// other side. The whole grammar stands in grammar.md.
package scn
