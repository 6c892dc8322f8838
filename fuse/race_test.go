//go:build race

package fuse

const underRace = true
