package ground

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"marsad/terrain"
)

// pyramid is the terrarium tiles of one zoom of a folder.
type pyramid struct {
	name   string
	raster terrain.Raster
	cell   float64 // metres on the ground, about
}

// maxTiles bounds the tiles of one folder.
const maxTiles = 200_000

// terrariums finds tiles below a folder's own folder "terrarium", laid out as map
// tiles are: zoom, x and y.png. They are decoded when they are asked for.
func terrariums(folder string) ([]pyramid, error) {
	root := filepath.Join(folder, "terrarium")
	if folder == "" {
		return nil, nil
	}
	byZoom := map[int][][2]int{}
	count := 0
	err := filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, name)
		parts := strings.Split(strings.TrimSuffix(filepath.ToSlash(rel), ".png"), "/")
		if e.IsDir() || filepath.Ext(name) != ".png" || len(parts) != 3 {
			return nil
		}
		var n [3]int
		for i, p := range parts {
			if n[i], err = strconv.Atoi(p); err != nil {
				return nil // not named as a tile is
			}
		}
		if count++; count > maxTiles {
			return noFiles(folder, count)
		}
		byZoom[n[0]] = append(byZoom[n[0]], [2]int{n[1], n[2]})
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, unusable(root, err)
	}
	var out []pyramid
	for zoom, names := range byZoom {
		dir := filepath.Join(root, strconv.Itoa(zoom))
		raster, err := terrain.OpenTiles(zoom, names, func(x, y int) (io.Reader, error) {
			b, err := os.ReadFile(filepath.Join(dir, strconv.Itoa(x), strconv.Itoa(y)+".png"))
			return bytes.NewReader(b), err
		})
		if err != nil {
			return nil, unusable(dir, err)
		}
		const at = 35.0 // a cell of the web's map is shorter on the ground than its own metres say
		out = append(out, pyramid{dir, raster, math.Abs(raster.Grid().Transform[5]) * math.Cos(at*math.Pi/180)})
	}
	slices.SortFunc(out, func(a, b pyramid) int { return cmp.Compare(a.cell, b.cell) })
	return out, nil
}
