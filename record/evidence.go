package record

import (
	"encoding/json"
	"strings"
)

// EvidenceFolder is where a data folder keeps the pictures of alerts: a folder
// for each alert, in it the files that the chain names.
const EvidenceFolder = "evidence"

// EvidenceFile is one picture or clip that the chain commits to.
type EvidenceFile struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // in hex
}

// The verbs of entries of kind OfEvidence.
const (
	EvidenceKept   = "kept"   // Detail holds files
	EvidenceErased = "erased" // all files of the subject
)

// EvidenceFiles gives the files that an entry says were kept; none for another
// entry, or one that cannot be read.
func (e Entry) EvidenceFiles() []EvidenceFile {
	if e.Kind != OfEvidence || e.Verb != EvidenceKept {
		return nil
	}
	var d struct {
		Files []EvidenceFile `json:"files"`
	}
	if json.Unmarshal(e.Detail, &d) != nil {
		return nil // reported as changed by the chain itself
	}
	return d.Files
}

// PlainName reports whether a name is safe as that of one file: 1 to 100 Latin
// letters, digits, '-', '_' and '.', and not dots alone.
func PlainName(s string) bool {
	return s != "" && len(s) <= 100 && strings.Trim(s, ".") != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r == '-' || r == '_' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	})
}

// FileProblem tells of a file that the chain commits to and that is not there
// (Removed), is another (Changed) or cannot be read (Unreadable). The subject is
// its path in the data folder.
func FileProblem(f Fault, seq int64, path string) Problem {
	text := map[Fault]string{Removed: "file removed", Changed: "file changed", Unreadable: "file unreadable"}[f]
	return problem(f, text, seq, 0, path)
}

// OfFile reports whether a problem is one of a file outside of the record: the
// record itself is as it was.
func (p *Problem) OfFile() bool { return strings.HasPrefix(p.Subject, EvidenceFolder+"/") }

// Add puts more problems into a report, within its bounds.
func (r *Report) Add(problems ...Problem) {
	for _, p := range problems {
		if len(r.Problems) >= maxListed {
			r.More++
			continue
		}
		r.Problems = append(r.Problems, p)
	}
}
