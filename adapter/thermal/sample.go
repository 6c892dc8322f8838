package thermal

import _ "embed" // the sample

//go:embed sample.yaml
var sample string

// Sample is a sample of a camera's file, with every name in it and a word on
// each.
func Sample() string { return sample }
