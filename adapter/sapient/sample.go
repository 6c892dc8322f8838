package sapient

import _ "embed" // the sample

//go:embed sample.yaml
var sample string

// Sample is a sample of this adapter's section of the configuration, with
// every name in it and a word on each.
func Sample() string { return sample }
