package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"image"
	"image/draw"
	_ "image/jpeg"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"marsad/detect"
	"marsad/detect/class"
)

// shrinks are the scales at which a look is taken again, so that the network
// also learns what things are like that are far away.
var shrinks = []float64{1, 0.5}

// hitUAV reads the test split of HIT-UAV: persons, vehicles, groups of boxes of
// persons that touch, and places where nothing is marked.
func hitUAV(folder string) ([]sample, error) {
	b, err := os.ReadFile(filepath.Join(folder, "test.json"))
	if err != nil {
		return nil, err
	}
	var truth struct {
		Images []struct {
			ID       any    `json:"id"`
			Filename string `json:"filename"`
		} `json:"images"`
		Annotation []struct {
			ImageID    any        `json:"image_id"`
			CategoryID int        `json:"category_id"`
			Bbox       [4]float64 `json:"bbox"`
		} `json:"annotation"`
		Categories []struct {
			ID   int    `json:"id"`
			Name string `json:"name"`
		} `json:"categories"`
	}
	if err := json.Unmarshal(b, &truth); err != nil {
		return nil, fmt.Errorf("test.json: %w", err)
	}
	names := map[int]string{}
	for _, c := range truth.Categories {
		names[c.ID] = c.Name
	}
	type mark struct {
		kind string
		box  detect.Box
	}
	marks := map[string][]mark{}
	for _, a := range truth.Annotation {
		id := fmt.Sprint(a.ImageID)
		marks[id] = append(marks[id], mark{names[a.CategoryID], boxOf(a.Bbox)})
	}
	var files []string
	for _, i := range truth.Images {
		files = append(files, i.Filename)
	}
	slices.Sort(files)
	flight := flights(files)
	r := rand.New(rand.NewPCG(3, 4))
	var out []sample
	for _, im := range truth.Images {
		frame, err := picture(filepath.Join(folder, "images", im.Filename))
		if err != nil {
			return nil, err
		}
		var persons, all []detect.Box
		for _, m := range marks[fmt.Sprint(im.ID)] {
			all = append(all, m.box)
			switch m.kind {
			case "Person":
				persons = append(persons, m.box)
			case "Car", "OtherVehicle":
				out = take(out, frame, m.box, class.Vehicle, flight[im.Filename], r)
			}
		}
		single, groups := together(persons)
		for _, p := range single {
			out = take(out, frame, p, class.Person, flight[im.Filename], r)
		}
		for _, g := range groups {
			out = take(out, frame, g, class.Group, flight[im.Filename], r)
		}
		for _, c := range clutter(frame, all, 6, r) {
			out = take(out, frame, c, class.Unknown, flight[im.Filename], r)
		}
	}
	return out, nil
}

// flights names the flight of each file: same light, height, angle and
// weather, and frame numbers that follow one another within 60.
func flights(files []string) map[string]string {
	out := map[string]string{}
	type last struct{ number, run int }
	seen := map[string]last{}
	for _, f := range files {
		stem := strings.TrimSuffix(f, filepath.Ext(f))
		cut := strings.LastIndex(stem, "_")
		number, _ := strconv.Atoi(stem[cut+1:])
		series := stem[:cut]
		l, known := seen[series]
		if known && number-l.number > 60 {
			l.run++
		}
		l.number = number
		seen[series] = l
		out[f] = fmt.Sprintf("%s/%d", series, l.run)
	}
	return out
}

func boxOf(b [4]float64) detect.Box {
	x, y := int(math.Floor(b[0])), int(math.Floor(b[1]))
	return detect.Box{X: max(x, 0), Y: max(y, 0), W: max(int(math.Round(b[2])), 1), H: max(int(math.Round(b[3])), 1)}
}

// together joins persons whose boxes stand within three quarters of their
// width of one another: a detector sees them as one.
func together(persons []detect.Box) (single, groups []detect.Box) {
	of := make([]int, len(persons))
	for i := range of {
		of[i] = i
	}
	var root func(i int) int
	root = func(i int) int {
		if of[i] != i {
			of[i] = root(of[i])
		}
		return of[i]
	}
	for i, a := range persons {
		for j, b := range persons[:i] {
			gap := float64(a.W+b.W) / 2 * 0.75
			dx := max(b.X-(a.X+a.W), a.X-(b.X+b.W))
			dy := max(b.Y-(a.Y+a.H), a.Y-(b.Y+b.H))
			if float64(max(dx, dy)) < gap {
				of[root(i)] = root(j)
			}
		}
	}
	members := map[int][]detect.Box{}
	var roots []int
	for i, p := range persons {
		if members[root(i)] == nil {
			roots = append(roots, root(i))
		}
		members[root(i)] = append(members[root(i)], p)
	}
	for _, k := range roots {
		m := members[k]
		if len(m) == 1 {
			single = append(single, m[0])
			continue
		}
		g := m[0]
		for _, b := range m[1:] {
			x1, y1 := max(g.X+g.W, b.X+b.W), max(g.Y+g.H, b.Y+b.H)
			g.X, g.Y = min(g.X, b.X), min(g.Y, b.Y)
			g.W, g.H = x1-g.X, y1-g.Y
		}
		groups = append(groups, g)
	}
	return single, groups
}

// clutter picks places where nothing is marked, the most striking of eight.
func clutter(f *detect.Frame, marked []detect.Box, n int, r *rand.Rand) (out []detect.Box) {
	for range n {
		var found detect.Box
		strongest := -1.0
		for range 8 {
			w := 5 + r.IntN(30)
			b := detect.Box{W: w, H: max(4, int(float64(w)*math.Exp(0.5*r.NormFloat64())))}
			b.H = min(b.H, 60)
			b.X, b.Y = r.IntN(f.Width-b.W), r.IntN(f.Height-b.H)
			if slices.ContainsFunc(marked, func(m detect.Box) bool {
				return m.X-8 < b.X+b.W && b.X < m.X+m.W+8 && m.Y-8 < b.Y+b.H && b.Y < m.Y+m.H+8
			}) {
				continue
			}
			s, q, c := 0.0, 0.0, 0.0
			for y := b.Y; y < b.Y+b.H; y++ {
				for x := b.X; x < b.X+b.W; x++ {
					v := float64(f.Pix[y*f.Width+x])
					s, q, c = s+v, q+v*v, c+1
				}
			}
			if d := q/c - s*s/c/c; d > strongest {
				found, strongest = b, d
			}
		}
		if strongest > 0 {
			out = append(out, found)
		}
	}
	return out
}

// take adds the looks of a box: as marked, with its edges a little off, and
// smaller.
func take(out []sample, f *detect.Frame, box detect.Box, kind class.Kind, group string, r *rand.Rand) []sample {
	truth := slices.Index(class.Seen(), kind)
	for _, k := range shrinks {
		g := f
		b := box
		if k < 1 {
			if float64(min(b.W, b.H))*k < 2 {
				continue
			}
			g, b = shrink(f, box, k)
		}
		off := func(size int) int { return int(math.Round(r.NormFloat64() * 0.07 * float64(size))) }
		x, y := b.X+off(b.W), b.Y+off(b.H)
		b = detect.Box{X: x, Y: y, W: max(b.W+off(b.W), 1), H: max(b.H+off(b.H), 1)}
		if l, ok := class.Of(g, b); ok {
			out = append(out, sample{l, truth, group})
		}
	}
	return out
}

// shrink gives the surroundings of a box at a smaller scale, averaged.
func shrink(f *detect.Frame, box detect.Box, k float64) (*detect.Frame, detect.Box) {
	grow := max(box.W, box.H) + 8
	x0, y0 := max(box.X-grow, 0), max(box.Y-grow, 0)
	x1, y1 := min(box.X+box.W+grow, f.Width), min(box.Y+box.H+grow, f.Height)
	w, h := max(int(float64(x1-x0)*k), 2), max(int(float64(y1-y0)*k), 2)
	g := &detect.Frame{Width: w, Height: h, Bits: f.Bits, Pix: make([]uint16, w*h)}
	for y := range h {
		for x := range w {
			s, c := 0, 0
			for sy := y0 + int(float64(y)/k); sy < min(y0+int(float64(y+1)/k), y1); sy++ {
				for sx := x0 + int(float64(x)/k); sx < min(x0+int(float64(x+1)/k), x1); sx++ {
					s += int(f.Pix[sy*f.Width+sx])
					c++
				}
			}
			g.Pix[y*w+x] = uint16(s / max(c, 1))
		}
	}
	return g, detect.Box{X: int(float64(box.X-x0) * k), Y: int(float64(box.Y-y0) * k),
		W: max(int(math.Round(float64(box.W)*k)), 1), H: max(int(math.Round(float64(box.H)*k)), 1)}
}

func picture(name string) (*detect.Frame, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	im, _, err := image.Decode(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	gray := image.NewGray(image.Rect(0, 0, im.Bounds().Dx(), im.Bounds().Dy()))
	draw.Draw(gray, gray.Rect, im, im.Bounds().Min, draw.Src)
	return frameOf(gray.Pix, gray.Rect.Dx(), gray.Rect.Dy()), nil
}

func frameOf(pix []byte, w, h int) *detect.Frame {
	f := &detect.Frame{Width: w, Height: h, Bits: 8, Pix: make([]uint16, w*h)}
	for i := range f.Pix {
		f.Pix[i] = uint16(pix[i])
	}
	return f
}

// droneIR reads every tenth frame of the clips: drones, aeroplanes and
// helicopters are slow-air, birds are birds. It also gives the way of what flies
// alone, at five frames a second.
func droneIR(folder string) ([]sample, []flown, error) {
	clips, err := filepath.Glob(filepath.Join(folder, "IR_*.csv"))
	if err != nil || len(clips) == 0 {
		return nil, nil, fmt.Errorf("no clips in %s", folder)
	}
	slices.Sort(clips)
	var flights []flown
	r := rand.New(rand.NewPCG(5, 6))
	var out []sample
	const w, h, every = 320, 256, 10
	for _, name := range clips {
		file, err := os.Open(name)
		if err != nil {
			return nil, nil, err
		}
		rows, err := csv.NewReader(file).ReadAll()
		file.Close()
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		video := strings.TrimSuffix(name, ".csv") + ".mp4"
		pix, err := exec.Command("ffmpeg", "-v", "error", "-threads", "1", "-i", video, "-f", "rawvideo", "-pix_fmt", "gray", "-s", "320x256", "-").Output()
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", video, err)
		}
		clip := filepath.Base(video)
		kind := class.SlowAir
		if strings.Contains(clip, "BIRD") {
			kind = class.Bird
		}
		boxes := map[int][]detect.Box{}
		for _, row := range rows[1:] {
			n, _ := strconv.Atoi(row[0])
			var b [4]float64
			for i := range b {
				b[i], _ = strconv.ParseFloat(row[2+i], 64)
			}
			boxes[n] = append(boxes[n], boxOf(b))
		}
		flight := flown{clip: clip, kind: kind}
		for n := 0; (n+1)*w*h <= len(pix); n++ {
			if n%every != 0 && n%beat != 0 {
				continue
			}
			frame := frameOf(pix[n*w*h:(n+1)*w*h], w, h)
			if n%beat == 0 && len(boxes[n]) == 1 {
				flight.see(frame, boxes[n][0], n)
			}
			if n%every != 0 {
				continue
			}
			for _, b := range boxes[n] {
				out = take(out, frame, b, kind, clip, r)
			}
			if n%(5*every) == 0 {
				for _, c := range clutter(frame, boxes[n], 1, r) {
					out = take(out, frame, c, class.Unknown, clip, r)
				}
			}
		}
		flights = append(flights, flight)
	}
	return out, flights, nil
}
