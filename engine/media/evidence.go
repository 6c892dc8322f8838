package media

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"marsad/detect"
	"marsad/say"
)

// Evidence is what one camera showed of one alert.
type Evidence struct {
	Alert    string    `json:"alert"`
	Camera   string    `json:"camera"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Pictures int       `json:"pictures"`
	Files    []File    `json:"files"` // the clip, then the stills
	// Movers are the boxes (left, top, width, height) in the picture that tells
	// most, which is Width by Height pixels.
	Movers    [][4]int `json:"movers"`
	Width     int      `json:"width"`
	Height    int      `json:"height"`
	Simulated bool     `json:"simulated,omitempty"`
}

// File is one file of evidence.
type File struct {
	Name   string `json:"name"`
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"`
}

var errBusy = &say.Error{Code: "media.busy", Kind: say.Unavailable,
	Text: say.Text{En: fmt.Sprintf("%d alerts are being filmed already; this one is not", maxTakes), Ar: "يجري تصوير عدد كبير من التنبيهات؛ لم يُصوَّر هذا التنبيه"},
	Hint: say.Text{En: "its detections are on record all the same", Ar: "كشوفه مسجلة على أي حال"}}

var errNone = &say.Error{Code: "evidence.none", Kind: say.NotFound,
	Text: say.Text{En: "there is no such evidence", Ar: "لا يوجد دليل كهذا"},
	Hint: say.Text{En: "it may have been erased with its incident", Ar: "ربما مُحي مع حادثته"}}

// ErrChanged is returned for a file that is not the one on record.
var ErrChanged = &say.Error{Code: "evidence.changed", Kind: say.Conflict,
	Text: say.Text{En: "the file is not the one that was put on record", Ar: "الملف ليس هو الذي سُجّل"},
	Hint: say.Text{En: "somebody changed it on the disk: tell oversight", Ar: "غيّره أحد على القرص: أبلغ الرقابة"}}

// write puts a reel on disk: files first, then the list that names them.
func (m *Media) write(alert, id string, reel []picture) (Evidence, error) {
	if !plain(alert) || !plain(id) {
		return Evidence{}, errNone
	}
	e := Evidence{Alert: alert, Camera: id, From: reel[0].at, To: reel[len(reel)-1].at, Pictures: len(reel)}
	told := reel[tellsMost(reel)]
	e.Width, e.Height = told.gray.Rect.Dx(), told.gray.Rect.Dy()
	for _, b := range told.boxes {
		e.Movers = append(e.Movers, [4]int{b.X, b.Y, b.W, b.H})
	}
	for _, p := range reel {
		e.Simulated = e.Simulated || p.simulated
	}
	clip, err := film(reel)
	if err != nil {
		return Evidence{}, err
	}
	contents := map[string][]byte{id + ".avi": clip}
	names := []string{id + ".avi"}
	for i, p := range stills(reel) {
		b, err := draw(p, true)
		if err != nil {
			return Evidence{}, err
		}
		name := fmt.Sprintf("%s-%d.jpg", id, i+1)
		names, contents[name] = append(names, name), b
	}
	m.disk.Lock()
	defer m.disk.Unlock()
	dir := filepath.Join(m.options.Dir, alert)
	if err := folder(dir); err != nil {
		return Evidence{}, unwritten(err)
	}
	for _, name := range names {
		sum := sha256.Sum256(contents[name])
		e.Files = append(e.Files, File{Name: name, Bytes: len(contents[name]), SHA256: hex.EncodeToString(sum[:])})
		if err := put(filepath.Join(dir, name), contents[name]); err != nil {
			return Evidence{}, unwritten(err)
		}
	}
	b, err := json.MarshalIndent(e, "", " ")
	if err == nil {
		err = put(filepath.Join(dir, id+".json"), b)
	}
	if err != nil {
		return Evidence{}, unwritten(err)
	}
	return e, nil
}

// put writes a file whole or not at all: its content is on disk before it has its
// name, and its name when put returns.
func put(path string, b []byte) error {
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// folder makes a folder and those above it that are missing; their names are on
// disk when it returns.
func folder(dir string) error {
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return nil
	}
	above := filepath.Dir(dir)
	if above != dir {
		if err := folder(above); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(above)
}

// syncFolder makes the names in a folder survive a power cut.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func unwritten(err error) error {
	return &say.Error{Code: "evidence.unwritten", Kind: say.Unavailable, Cause: err,
		Text: say.Text{En: "evidence cannot be written", Ar: "تعذرت كتابة الدليل"},
		Hint: say.Text{En: "look at the disk", Ar: "افحص القرص"}}
}

// tellsMost is the picture in which the boxes are largest, the middle one
// without any.
func tellsMost(reel []picture) int {
	best, most := len(reel)/2, 0
	for i, p := range reel {
		area := 0
		for _, b := range p.boxes {
			area += b.W * b.H
		}
		if area > most {
			best, most = i, area
		}
	}
	return best
}

// stills are three pictures that tell most: where the boxes are largest, and
// the first and the last with any box; without boxes the first, middle and
// last.
func stills(reel []picture) []picture {
	first, last, best := -1, -1, tellsMost(reel)
	for i, p := range reel {
		if !slices.ContainsFunc(p.boxes, func(b detect.Box) bool { return b.W*b.H > 0 }) {
			continue
		}
		if first < 0 {
			first = i
		}
		last = i
	}
	if first < 0 {
		first, last = 0, len(reel)-1
	}
	order := []int{first, best, last}
	slices.Sort(order)
	var out []picture
	for _, i := range slices.Compact(order) {
		out = append(out, reel[i])
	}
	for i := 0; len(out) < 3 && i < len(reel); i++ { // others where two are the same
		if !slices.Contains(order, i) {
			out = append(out, reel[i])
		}
	}
	return out
}

// plain reports whether a name is safe as that of a file.
func plain(s string) bool {
	return s != "" && len(s) <= 100 && strings.Trim(s, ".") != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r == '-' || r == '_' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	})
}

// Of lists the evidence of an alert, by camera.
func (m *Media) Of(alert string) ([]Evidence, error) {
	if !plain(alert) {
		return nil, errNone
	}
	m.disk.Lock()
	defer m.disk.Unlock()
	dir := filepath.Join(m.options.Dir, alert)
	entries, err := os.ReadDir(dir)
	if info, _ := os.Stat(dir); errors.Is(err, fs.ErrNotExist) || info != nil && !info.IsDir() {
		entries, err = nil, nil
	}
	if err != nil {
		return nil, err
	}
	out := []Evidence{}
	for _, x := range entries {
		if !strings.HasSuffix(x.Name(), ".json") || !plain(x.Name()) {
			continue // nothing that Marsad writes
		}
		b, err := os.ReadFile(filepath.Join(dir, x.Name()))
		if err != nil {
			return nil, err
		}
		var e Evidence
		if err := json.Unmarshal(b, &e); err != nil {
			return nil, ErrChanged
		}
		out = append(out, e)
	}
	return out, nil
}

// File gives a file of evidence, and refuses one that is not what its list
// says.
func (m *Media) File(alert, name string) ([]byte, error) {
	list, err := m.Of(alert)
	if err != nil {
		return nil, err
	}
	for _, e := range list {
		for _, f := range e.Files {
			if f.Name != name || !plain(name) {
				continue
			}
			b, err := os.ReadFile(filepath.Join(m.options.Dir, alert, name))
			if errors.Is(err, fs.ErrNotExist) {
				return nil, errNone
			}
			if err != nil {
				return nil, err
			}
			if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != f.SHA256 {
				return nil, ErrChanged
			}
			return b, nil
		}
	}
	return nil, errNone
}

// Erase removes the evidence of alerts that are over, and lists them. over
// judges an alert by its id and the end of its newest clip.
func (m *Media) Erase(over func(alert string, to time.Time) bool) (erased []string, err error) {
	entries, err := os.ReadDir(m.options.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, d := range entries {
		list, ofErr := m.Of(d.Name())
		if ofErr != nil || !d.IsDir() {
			err = errors.Join(err, ofErr)
			continue
		}
		to := time.Time{}
		for _, e := range list {
			if e.To.After(to) {
				to = e.To
			}
		}
		if len(list) == 0 || !over(d.Name(), to) {
			continue
		}
		m.disk.Lock()
		gone := os.RemoveAll(filepath.Join(m.options.Dir, d.Name()))
		m.disk.Unlock()
		if gone != nil {
			err = errors.Join(err, gone)
			continue
		}
		erased = append(erased, d.Name())
	}
	return erased, err
}

// film is a reel as an AVI of JPEG pictures, which every player reads.
func film(reel []picture) ([]byte, error) {
	bounds := reel[0].gray.Rect
	per := reel[len(reel)-1].at.Sub(reel[0].at) / time.Duration(max(len(reel)-1, 1))
	a := newAVI(bounds.Dx(), bounds.Dy(), max(per, time.Millisecond))
	for _, p := range reel {
		if p.gray.Rect != bounds {
			continue // the picture changed its size: the stills and the next clip show it
		}
		b, err := draw(p, false)
		if err != nil {
			return nil, err
		}
		a.add(b)
	}
	var out bytes.Buffer
	a.writeTo(&out)
	return out.Bytes(), nil
}
