package command

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"marsad/border"
	"marsad/coverage"
	"marsad/say"
	"marsad/sense"
	"marsad/terrain"
)

// CoverageCmd says which metres a list of sensors sees.
type CoverageCmd struct {
	Sensors     string   `required:"" help:"JSON list of sensors, as registered."`
	DEM         []string `name:"dem" help:"Elevation files, the best first; without any the built-in synthetic relief."`
	Seed        uint64   `default:"1" help:"Of the synthetic relief."`
	AboveGround bool     `help:"The sensors' heights are metres above the ground, not the ellipsoid."`
	Day         bool     `help:"By day; else at night."`
	Weather     string   `default:"clear" enum:"clear,haze,dust,rain,fog" help:"Weather."`
	JSON        string   `name:"json" help:"File to write the whole report to."`
}

// maxSensorFile bounds the list of sensors.
const maxSensorFile = 64 << 20

// Run computes coverage, prints a summary and writes the report.
func (c *CoverageCmd) Run(s *Streams) error {
	sensors, err := readSensors(c.Sensors)
	if err != nil {
		return err
	}
	ground, closeAll, err := c.ground()
	if err != nil {
		return err
	}
	defer closeAll()
	weather, _ := coverage.ParseWeather(c.Weather)
	n, err := coverage.New(coverage.Config{
		Axis: border.Default(), Ground: ground, Run: abreast,
		When: coverage.Condition{Day: c.Day, Weather: weather},
		Above: func(s *sense.Sensor) (float64, bool) {
			return s.Position.Height, c.AboveGround
		},
	}, sensors)
	if err != nil {
		return err
	}
	report := n.Report()
	if c.JSON != "" {
		if err := writeFile(c.JSON, report.WriteJSON); err != nil {
			return err
		}
	}
	fmt.Fprintln(s.Out, "ground:", report.Ground.Source.En)
	for _, class := range report.Classes {
		fmt.Fprintf(s.Out, "%-9s seen on %s, %d gaps\n", class.Class, class.Share.Text().En, len(class.Gaps))
	}
	for _, f := range report.Flaws {
		fmt.Fprintf(s.Err, "%s counts for nothing: %s\n", f.Sensor, f.Why.En)
	}
	fmt.Fprintln(s.Out, report.Definition.En)
	return nil
}

func readSensors(name string) ([]sense.Sensor, error) {
	stat, err := os.Stat(name)
	if err != nil {
		return nil, fileError("coverage.sensors", name, err)
	}
	if stat.Size() > maxSensorFile {
		return nil, fileError("coverage.sensors", name, fmt.Errorf("it has more than %d bytes", maxSensorFile))
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, fileError("coverage.sensors", name, err)
	}
	var sensors []sense.Sensor
	if err := json.Unmarshal(b, &sensors); err != nil {
		return nil, &say.Error{Code: "coverage.sensors", Kind: say.Invalid, Cause: err,
			Text: say.Text{En: "the list of sensors is not readable", Ar: "قائمة المتحسسات غير مقروءة"},
			Hint: say.Text{En: `give a JSON list: [{"id": "t1", "kind": "camera", "position": {"lat": 36, "lon": 41.4, "height": 30}, "max_range": 5000, "pd": 0.8}]`, Ar: "أعطِ قائمة بصيغة JSON كما في المساعدة"}}
	}
	return sensors, nil
}

// ground joins the files, or takes the built-in relief where there is none.
func (c *CoverageCmd) ground() (*terrain.Surface, func(), error) {
	var files []*os.File
	closeAll := func() {
		for _, f := range files {
			f.Close()
		}
	}
	var sources []terrain.Source
	for _, name := range c.DEM {
		f, err := os.Open(name)
		if err != nil {
			closeAll()
			return nil, nil, fileError("coverage.dem", name, err)
		}
		files = append(files, f)
		source, err := openSource(f, name)
		if err != nil {
			closeAll()
			return nil, nil, err
		}
		sources = append(sources, source)
	}
	if len(sources) == 0 {
		sources = append(sources, terrain.NewRelief(c.Seed))
	}
	s, err := terrain.NewSurface(3, sources...)
	if err != nil {
		closeAll()
		return nil, nil, err
	}
	return s, closeAll, nil
}

func openSource(f *os.File, name string) (terrain.Source, error) {
	stat, err := f.Stat()
	if err != nil {
		return nil, fileError("coverage.dem", name, err)
	}
	raster, err := terrain.Open(f, stat.Size(), filepath.Base(name))
	if err != nil {
		return nil, err
	}
	return terrain.FromRaster(raster)
}

// abreast runs work on all processors.
func abreast(n int, do func(i int)) {
	var group sync.WaitGroup
	next := make(chan int)
	for range min(n, runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	group.Wait()
}
