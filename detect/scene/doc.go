// Package scene renders seeded, synthetic pictures of a long-range thermal
// camera with exact truth, to test what sees movers in them: a day of weather,
// the sensor's own tricks, and things that move or only seem to.
//
// In: a seed, a size, a rate, which nuisances and how many things an hour.
// Out: one shot after another, each a detect.Frame with the truth of every
// pixel, of every thing and of what disturbs the picture. Nothing is stored;
// any hour of the day starts the same whether or not the hours before it were
// played, apart from the state of the sensor.
//
// It never claims to be a recording: the pictures are synthetic, their
// statistics chosen by hand from published figures and experience, and a
// detector that does well here has proved no more than that. It never reads
// a detector, and was written before one was.
package scene
