// Package storetest is what every implementation of the record must do: one
// suite of behaviour, run against each.
//
// In: a function that opens a store in a folder. Out: test failures. It also
// makes the cases, actions and batches that tests of a store write. It knows
// nothing of how a store keeps things.
package storetest
