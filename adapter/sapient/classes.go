package sapient

import (
	"strings"

	pb "marsad/adapter/sapient/sapientpb"
	"marsad/sense"
)

// word of the standard's free taxonomy and the class that it means here. The
// first entry of a class is the one that is written; a word with a parent is
// written as the parent's sub-class.
type taxon struct {
	class  sense.Class
	word   string
	parent string
}

var taxonomy = []taxon{
	{sense.Unknown, "Unknown", ""},
	{sense.Person, "Human", ""},
	{sense.Group, "Group", "Human"},
	{sense.Vehicle, "Land Vehicle", ""},
	{sense.Convoy, "Convoy", "Land Vehicle"},
	{sense.Animal, "Animal", ""},
	{sense.SlowAir, "Air Vehicle", ""},
	{sense.Float, "Floating Object", ""},
	{sense.Dig, "Digging", ""},
}

// synonyms are further words in use, in lower case.
var synonyms = map[string]sense.Class{
	"other": sense.Unknown, "person": sense.Person, "pedestrian": sense.Person, "walker": sense.Person, "man": sense.Person,
	"people": sense.Group, "crowd": sense.Group, "vehicle": sense.Vehicle, "car": sense.Vehicle, "truck": sense.Vehicle,
	"lorry": sense.Vehicle, "motorcycle": sense.Vehicle, "motorbike": sense.Vehicle, "ground vehicle": sense.Vehicle,
	"wildlife": sense.Animal, "livestock": sense.Animal, "dog": sense.Animal, "bird": sense.Animal, "herd": sense.Animal,
	"uav": sense.SlowAir, "uas": sense.SlowAir, "drone": sense.SlowAir, "balloon": sense.SlowAir, "slow-air": sense.SlowAir,
	"boat": sense.Float, "vessel": sense.Float, "raft": sense.Float, "float": sense.Float, "sea vessel": sense.Float,
	"dig": sense.Dig, "tunnelling": sense.Dig, "tunneling": sense.Dig, "tunnel": sense.Dig,
}

// unsaidConfidence of a class that is named without one.
const unsaidConfidence = 0.8

func classOf(word string) (sense.Class, bool) {
	word = strings.TrimSpace(word)
	for _, t := range taxonomy {
		if strings.EqualFold(t.word, word) {
			return t.class, true
		}
	}
	c, ok := synonyms[strings.ToLower(word)]
	return c, ok
}

// readClasses gives each class its share: a sub-class that is known takes its
// confidence from its parent's, words that are not known leave it there, and
// what is missing to 1 is Unknown.
func readClasses(list []*pb.DetectionReport_DetectionReportClassification) sense.Classes {
	var c sense.Classes
	if len(list) == 0 {
		return c
	}
	for _, e := range list {
		class, _ := classOf(e.GetType())
		addClass(&c, class, confidence(e.Confidence, unsaidConfidence), e.GetSubClass(), 0)
	}
	sum := float32(0)
	for _, p := range c {
		sum += p
	}
	if sum > 1 {
		for i := range c {
			c[i] /= sum
		}
	} else if rest := 1 - sum; rest > 1e-6 {
		c[sense.Unknown] += rest
	}
	return c
}

func addClass(c *sense.Classes, class sense.Class, p float32, subs []*pb.DetectionReport_SubClass, depth int) {
	for _, s := range subs {
		sub, known := classOf(s.GetType())
		if !known {
			sub = class
		}
		if depth == maxDepth {
			break
		}
		share := min(p, confidence(s.Confidence, p))
		addClass(c, sub, share, s.GetSubClass(), depth+1)
		p -= share
	}
	c[class] += p
}

// confidence clamps what a node says into 0 to 1.
func confidence(said *float32, unsaid float32) float32 {
	if said == nil {
		return unsaid
	}
	return min(max(*said, 0), 1)
}

// writeClasses is the inverse of readClasses.
func writeClasses(c sense.Classes) []*pb.DetectionReport_DetectionReportClassification {
	var list []*pb.DetectionReport_DetectionReportClassification
	for _, t := range taxonomy {
		p := c[t.class]
		if t.parent != "" {
			continue
		}
		var subs []*pb.DetectionReport_SubClass
		for _, s := range taxonomy {
			if s.parent == t.word && c[s.class] > 0 {
				p += c[s.class]
				subs = append(subs, &pb.DetectionReport_SubClass{Type: ptr(s.word), Confidence: ptr(c[s.class]), Level: ptr(int32(1))})
			}
		}
		if p > 0 {
			list = append(list, &pb.DetectionReport_DetectionReportClassification{Type: ptr(t.word), Confidence: ptr(p), SubClass: subs})
		}
	}
	return list
}
