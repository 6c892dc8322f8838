// Package sapient lets sensors in that speak SAPIENT (BSI Flex 335 v2.0) over
// TCP, with TLS and client certificates if configured.
//
// In: framed protobuf messages from nodes that connect, and the "look at" cues
// of the host. Out: sensors, scans, status reports and answers to cues, through
// sense.Host; and to the nodes, acknowledgements and errors that name the bad
// field. A client for simulators and tests is here too.
//
// It never registers an effector, gives no task but "look at", keeps no health,
// and never believes that a node is an own patrol unless the roster says so. A
// node can harm nobody's connection but its own.
package sapient
