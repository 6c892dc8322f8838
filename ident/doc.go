// Package ident makes and reads identifiers.
//
// Identifiers that stages make are derived: a UUID version 8 (RFC 9562) from a
// hash of kind, event time, cause and ordinal, so that a replay makes the same
// ones. Identifiers of people's actions are UUID version 7, made where the
// action enters. The package imports only the standard library and never
// draws randomness or time by itself.
package ident
