// Package command is what can be typed after marsad: one file for each command.
//
// In: arguments. Out: text for people, JSON for programs on request, an exit
// code. It wires nothing itself: app does.
package command
