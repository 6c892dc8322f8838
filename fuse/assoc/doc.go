// Package assoc says which detection belongs to which track.
//
// In: for every gated pair how much better the detection explains the track
// than a miss does, and for every detection how well clutter and undetected
// things explain it. Out: the probability of every pair, of every miss and of
// every detection being nobody's. At most one detection belongs to a track, at
// most one track to a detection.
//
// Clusters are found by union-find. A pair alone has a closed form; small
// clusters are solved exactly by summing over subsets; larger ones from their K
// likeliest hypotheses (Murty 1968), where that is asked for, or else by belief
// propagation (Williams & Lau, IEEE Trans. Aerospace and Electronic Systems
// 50(4), 2014), which converges. A Solver keeps its scratch memory and is not
// safe for use by two goroutines at once.
package assoc
