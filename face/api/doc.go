// Package api is what programs and the page touch: HTTP with OpenAPI 3.1
// generated from the handlers' types, problem details for errors, and
// server-sent events for the live picture.
//
// In: requests of signed-in accounts. Out: rows of the picture, records, and
// people's actions handed to the pipeline. It decides nothing, computes nothing
// that a stage computes, and everything is denied that is not allowed.
package api
