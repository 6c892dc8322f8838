//go:build race

package thermal

const underRace = true
