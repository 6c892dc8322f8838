// Package config is the one typed configuration with its defaults, and the
// reader that refuses what it does not understand by line, column, reason and
// mend.
//
// In: a YAML file, or nothing. Out: a Config that everything is built from. It
// opens no other file and starts nothing.
package config
