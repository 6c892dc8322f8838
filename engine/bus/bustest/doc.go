// Package bustest holds the one behavioural suite for every implementation of
// the log. In: a way to open one. Out: failed tests where it behaves otherwise
// than package bus promises. It never looks at how an implementation does it.
package bustest
