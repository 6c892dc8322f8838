// Package adapter holds nothing but a test: one folder below it is one way in
// or out, and the test walks them and fails where one is not complete.
// README.md says what a good adapter is.
//
// In: the folders. Out: complaints. It is never imported.
package adapter
