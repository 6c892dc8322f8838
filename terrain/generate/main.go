// Command generate makes terrain/data from two public sources, by hand:
//
//	gdal_translate -of GTiff -projwin 37.9 38.1 43.6 31.9 NETCDF:etopo5.cdf:ROSE relief.tif
//	gdal_translate -of GTiff -projwin 37.9 38.1 43.7 31.8 egm96_15.gtx geoid.tif
//	go run ./terrain/generate relief.tif geoid.tif terrain/data
//
// In: the two GeoTIFFs. Out: relief.bin and geoid.bin, little-endian int16. It
// is no part of the program.
package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"marsad/geo"
	"marsad/terrain/geotiff"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: generate relief.tif geoid.tif FOLDER")
		os.Exit(2)
	}
	for _, job := range []struct {
		from, to      string
		step, scale   float64
		columns, rows int
	}{
		{os.Args[1], "relief.bin", 1. / 12, 1, 67, 73},
		{os.Args[2], "geoid.bin", 1. / 4, 100, 23, 25},
	} {
		if err := resample(job.from, filepath.Join(os.Args[3], job.to), job.step, job.scale, job.columns, job.rows); err != nil {
			fmt.Fprintln(os.Stderr, "generate:", err)
			os.Exit(1)
		}
	}
}

// resample takes the nearest cell at each point of a lattice from 38° E, 38° N.
func resample(from, to string, step, scale float64, columns, rows int) error {
	file, err := os.Open(from)
	if err != nil {
		return err
	}
	defer file.Close()
	stat, err := file.Stat()
	if err != nil {
		return err
	}
	f, err := geotiff.Open(file, stat.Size())
	if err != nil {
		return err
	}
	var out []byte
	for row := range rows {
		for column := range columns {
			p := geo.Point{Lat: 38 - float64(row)*step, Lon: 38 + float64(column)*step}
			x := int((p.Lon - f.Transform[0]) / f.Transform[1])
			y := int((p.Lat - f.Transform[3]) / f.Transform[5])
			var v [1]float32
			if err := f.Read(x, y, 1, 1, v[:]); err != nil {
				return err
			}
			if math.IsNaN(float64(v[0])) {
				return fmt.Errorf("%s: nothing at %v", from, p)
			}
			out = binary.LittleEndian.AppendUint16(out, uint16(int16(math.Round(float64(v[0])*scale))))
		}
	}
	return os.WriteFile(to, out, 0o644)
}
