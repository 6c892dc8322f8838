// Package score says how good tracks are, where the truth is known: in tests,
// on recorded files and on generated ones.
//
// In: truth and tracks, instant by instant. Out: OSPA, GOSPA with its parts,
// id switches, the SIAP measures, and consistency of covariances (NEES, NIS).
// It never reads a file and no tracker imports it.
//
// Sources. OSPA: Schuhmacher, Vo & Vo, IEEE Trans. Signal Processing 56(8),
// 2008. GOSPA: Rahmathullah, García-Fernández & Svensson, FUSION 2017,
// arXiv:1601.05585, with α = 2. SIAP: Votruba, Nisley, Rothrock & Zombro, Single
// Integrated Air Picture metrics implementation, 2001. NEES and NIS: Bar-Shalom,
// Li & Kirubarajan, Estimation with applications to tracking and navigation,
// 2001, section 5.4.
package score
