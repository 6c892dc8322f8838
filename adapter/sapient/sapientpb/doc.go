// Package sapientpb is the SAPIENT messages (BSI Flex 335 v2.0) as Go values,
// generated from sapient.proto.
//
// In: protobuf bytes. Out: messages, and back. It never judges them: what the
// standard demands beyond types stands in the options of sapient.proto and is
// enforced by package sapient.
package sapientpb
