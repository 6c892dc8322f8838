//go:build race

package health

const underRace = true
