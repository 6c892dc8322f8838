// Package bus keeps the one ordered log: an embedded NATS server with a
// JetStream stream for the subjects `in.>`, in a folder of its own. Beside it
// stands a small stream `out.>` of announcements, which programs outside may
// listen to where the configuration opens a socket for them; by default there is
// none.
//
// In: subjects and bytes, in the order of the calls to Publish. Out: sequence
// numbers, and the same bytes again in the same order, from any sequence, as
// often as wanted. It never looks inside the bytes, and it is never the only
// home of a decision: JetStream confirms before the disk does.
//
// Guarantees, proved by bustest against JetStream and against Memory: messages
// published one after the other by one goroutine stand in that order; sequences
// grow by one from message to message and are never reused; what was
// acknowledged is read back, until age or size take the oldest away.
package bus
