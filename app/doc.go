// Package app builds everything in one order from the configuration and closes
// it in reverse. It is the one place that knows all rooms; commands and
// end-to-end tests start the same thing.
package app
