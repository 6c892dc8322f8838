package ground

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"marsad/border"
	"marsad/geo"
	"marsad/say"
	"marsad/terrain"
)

// Options of a ground.
type Options struct {
	// Folder of elevation files; Files in place of it or beside it. With neither
	// the built-in synthetic relief stands in.
	Folder string
	Files  []string
	// Seed of the synthetic relief.
	Seed uint64
	// Spacing of the surface in arc seconds, 3 by default.
	Spacing int
}

// Ground is a surface over open files. Close it when nobody asks it any more.
type Ground struct {
	*terrain.Surface
	Names []string // of the files, the finest first
	done  []func() error
}

// maxFiles bounds a folder: a one-degree tile each, it is half a continent.
const maxFiles = 2000

// Open opens everything, or says which file cannot be used and why; then nothing
// stays open.
func Open(o Options) (g *Ground, err error) {
	if o.Spacing == 0 {
		o.Spacing = 3
	}
	names, err := list(o)
	if err != nil {
		return nil, err
	}
	g = &Ground{}
	defer func() {
		if err != nil {
			err = errors.Join(err, g.Close())
			g = nil
		}
	}()
	pyramids, err := terrariums(o.Folder)
	if err != nil {
		return g, err
	}
	if o.Folder != "" && len(names) == 0 && len(pyramids) == 0 {
		return g, noFiles(o.Folder, 0)
	}
	if len(names) == 0 && len(pyramids) == 0 {
		g.Surface, err = terrain.NewSurface(o.Spacing, terrain.NewRelief(o.Seed))
		return g, err
	}
	type file struct {
		name   string
		source terrain.Source
		cell   float64
	}
	var files []file
	for _, name := range names {
		raster, err := g.open(name)
		if err != nil {
			return g, err
		}
		source, err := terrain.FromRaster(raster)
		if err != nil {
			return g, unusable(name, err)
		}
		grid := raster.Grid()
		cell := math.Abs(grid.Transform[5])
		if grid.System.Geographic() {
			cell *= 111_000
		}
		files = append(files, file{name, source, cell})
	}
	for _, p := range pyramids {
		source, err := terrain.FromRaster(p.raster)
		if err != nil {
			return g, unusable(p.name, err)
		}
		files = append(files, file{p.name, source, p.cell})
	}
	// The finest first: a coarser one fills its voids and its edges.
	slices.SortStableFunc(files, func(a, b file) int {
		switch {
		case a.cell < b.cell*0.99:
			return -1
		case b.cell < a.cell*0.99:
			return 1
		}
		return strings.Compare(a.name, b.name)
	})
	var sources []terrain.Source
	for _, f := range files {
		g.Names = append(g.Names, f.name)
		sources = append(sources, f.source)
	}
	g.Surface, err = terrain.NewSurface(o.Spacing, sources...)
	return g, err
}

// Close closes the files.
func (g *Ground) Close() error {
	var err error
	for _, done := range g.done {
		err = errors.Join(err, done())
	}
	g.done = nil
	return err
}

func list(o Options) ([]string, error) {
	names := slices.Clone(o.Files)
	if o.Folder == "" {
		return names, nil
	}
	entries, err := os.ReadDir(o.Folder)
	if err != nil {
		return nil, unusable(o.Folder, err)
	}
	for _, e := range entries {
		switch strings.ToLower(filepath.Ext(e.Name())) {
		case ".hgt", ".tif", ".tiff":
			if !strings.HasPrefix(e.Name(), ".") && !e.IsDir() {
				names = append(names, filepath.Join(o.Folder, e.Name()))
			}
		}
	}
	if len(names) > maxFiles {
		return nil, noFiles(o.Folder, len(names))
	}
	return names, nil
}

func noFiles(folder string, n int) error {
	return &say.Error{Code: "ground.folder", Kind: say.Invalid,
		Text: say.Text{En: fmt.Sprintf("the folder %s holds %d elevation files", folder, n), Ar: "عدد ملفات الارتفاع في المجلد غير مقبول: " + say.LTR(folder)},
		Hint: say.Text{En: fmt.Sprintf("put SRTM tiles (N35E041.hgt), GeoTIFFs (.tif) or terrarium tiles (terrarium/12/2520/1608.png) there, at most %d, or leave terrain.folder out for the built-in synthetic relief", maxFiles), Ar: "ضع فيه مربعات " + say.LTR("SRTM") + " أو ملفات " + say.LTR("GeoTIFF") + " أو بلاطات " + say.LTR("terrarium") + " أو احذف الإعداد لاستعمال التضاريس الاصطناعية المدمجة"}}
}

func (g *Ground) open(name string) (terrain.Raster, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, unusable(name, err)
	}
	stat, err := f.Stat()
	if err != nil {
		return nil, unusable(name, errors.Join(err, f.Close()))
	}
	if !stat.Mode().IsRegular() || stat.Size() == 0 {
		return nil, unusable(name, errors.Join(errors.New("it is empty, or no plain file"), f.Close()))
	}
	r, done, err := mapFile(f, stat.Size())
	if err != nil {
		return nil, unusable(name, errors.Join(err, f.Close()))
	}
	g.done = append(g.done, done)
	raster, err := terrain.Open(r, stat.Size(), filepath.Base(name))
	if err != nil {
		return nil, unusable(name, err)
	}
	return raster, nil
}

// unusable says which file it is, and keeps the code and the hint of the cause.
func unusable(name string, cause error) error {
	e := &say.Error{Code: "ground.file", Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: fmt.Sprintf("the elevation file %s cannot be used: %v", name, cause), Ar: "لا يمكن استعمال ملف الارتفاع " + say.LTR(name)},
		Hint: say.Text{En: "check that it is there, whole, and may be read", Ar: "تأكد من وجود الملف وسلامته وصلاحية قراءته"}}
	if why, ok := errors.AsType[*say.Error](cause); ok {
		e.Code, e.Hint = why.Code, why.Hint
		e.Text = say.Text{En: fmt.Sprintf("the elevation file %s cannot be used: %s", name, why.Text.En), Ar: "لا يمكن استعمال ملف الارتفاع " + say.LTR(name) + ": " + why.Text.Ar}
	}
	return e
}

// Holes is what of the line the ground does not know: there nothing counts as
// seen.
type Holes struct {
	Where border.Set
	// Tiles are the names of the one-degree tiles that lack, in SRTM's form.
	Tiles []string
}

// HolesOf looks at the line every so many metres.
func (g *Ground) HolesOf(axis *border.Axis, every float64) Holes {
	var h Holes
	var spans []border.Span
	end := axis.Whole().To
	for at := border.Chainage(0); at < end; at += border.Chainage(every) {
		p := axis.At(at)
		if _, known := g.Height(p); known {
			continue
		}
		spans = append(spans, border.Span{From: at, To: min(end, at+border.Chainage(every))})
		if name := tileOf(p); !slices.Contains(h.Tiles, name) {
			h.Tiles = append(h.Tiles, name)
		}
	}
	h.Where = border.NewSet(spans...)
	slices.Sort(h.Tiles)
	return h
}

func tileOf(p geo.Point) string {
	ns, ew := 'N', 'E'
	lat, lon := int(math.Floor(p.Lat)), int(math.Floor(p.Lon))
	if lat < 0 {
		ns, lat = 'S', -lat
	}
	if lon < 0 {
		ew, lon = 'W', -lon
	}
	return fmt.Sprintf("%c%02d%c%03d", ns, lat, ew, lon)
}
