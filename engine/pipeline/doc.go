// Package pipeline connects the stages: the one place where the log, the
// stages, the record and the picture meet.
//
// In: what adapters deliver, what people do, and the clock, all of it put into
// one order by the log. Then, in that order, every entry goes through
// sense → fuse → assess → respond. Out: batches for the record, and the live
// picture. It decides nothing, measures nothing and speaks no protocol.
//
//	adapters ─► Ingress ─► log ─► Stages.Step ─► pending batch ─► record ─► picture (alerts, cases)
//	people   ─┘ (queue)                      └──────────────────────────► picture (tracks, sensors)
//
// Ordering guarantees:
//   - Stages see entries in the order of the log and nothing else. The same log
//     gives the same outputs, bit for bit; Digest proves it.
//   - What one sensor says stays in order. People's actions may overtake scans
//     that wait, never one another.
//   - Alerts and cases reach the picture, and an action its answer, only after
//     the batch that holds them is on disk.
//   - After a crash the log is stepped again from the last snapshot; what the
//     record already has is neither written nor announced again.
//
// Overloaded, it sheds the oldest waiting scans, fairly by sensor, marks them
// in the log as "no data" and counts them. Health, people's actions and the
// newest fix of an own unit are never shed.
package pipeline
