package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"text/tabwriter"
	"time"

	"marsad/app"
	"marsad/barrier"
	"marsad/border"
	"marsad/coverage"
	"marsad/engine/config"
	"marsad/engine/ground"
	"marsad/engine/risk"
	"marsad/say"
	"marsad/sense"
	"marsad/sim"
	"marsad/terrain"
)

// CoverageCmd says which metres are seen: by a list of sensors, or by those that a
// configured Marsad has heard of, with the health they were last known in.
type CoverageCmd struct {
	Config      string   `type:"path" help:"The configuration whose terrain, zones and known sensors are taken."`
	Sensors     string   `help:"JSON list of sensors, as registered, in place of those that are known."`
	DEM         []string `name:"dem" help:"Elevation files in place of the configured terrain; without any the built-in synthetic relief."`
	Seed        uint64   `default:"1" help:"Of the synthetic relief."`
	Works       string   `type:"path" help:"Data folder, or a folder with works.jsonl, whose standing walls and berms hide what is behind them; that of --config unless given."`
	AboveGround bool     `help:"The sensors' heights are metres above the ground, not the ellipsoid."`
	Day         bool     `help:"By day; else at night."`
	Weather     string   `default:"clear" enum:"clear,haze,dust,rain,fog" help:"Weather."`
	Gaps        int      `default:"10" help:"How many gaps are listed, the heaviest first."`
	JSON        string   `name:"json" help:"File to write the whole report to. With --config its export is put on record."`
}

// maxSensorFile bounds the list of sensors.
const maxSensorFile = 64 << 20

// Run computes coverage, prints a summary and writes the report.
func (c *CoverageCmd) Run(s *Streams) error {
	conf := config.Default()
	conf.Terrain.Seed = c.Seed
	if c.Config != "" {
		var err error
		if conf, err = config.Read(c.Config); err != nil {
			return err
		}
	}
	stations, at, err := c.stations(&conf)
	if err != nil {
		return err
	}
	atlas, err := app.Atlas(conf)
	if err != nil {
		return err
	}
	options := ground.Options{Folder: conf.Terrain.Folder, Spacing: conf.Terrain.Spacing, Seed: conf.Terrain.Seed}
	if len(c.DEM) > 0 {
		options.Folder, options.Files = "", c.DEM
	}
	g, err := ground.Open(options)
	if err != nil {
		return err
	}
	defer g.Close()
	ledger, err := c.ledger(&conf)
	if err != nil {
		return err
	}
	var walls []terrain.Wall
	if ledger != nil {
		walls = app.Walls(ledger)
	}
	data := ""
	if c.Config != "" {
		data = conf.Data
	}
	causes, err := app.KnownRisk(context.Background(), data, atlas, g, ledger, at)
	if err != nil {
		return err
	}
	weather, _ := coverage.ParseWeather(c.Weather)
	n, err := coverage.New(coverage.Config{
		Axis: border.Default(), Ground: g.Surface, Walls: walls, Run: abreast,
		When: coverage.Condition{Day: c.Day, Weather: weather}, Weight: app.RiskOf(risk.Sum(causes, border.Default().Whole())),
		Above: func(s *sense.Sensor) (float64, bool) {
			if c.Config != "" && s.Simulated {
				return s.Position.Height - sim.Ground, true // its world is flat
			}
			return s.Position.Height, c.AboveGround || conf.Coverage.HeightsAboveGround
		},
	}, nil)
	if err != nil {
		return err
	}
	n.Update(coverage.Update{Put: stations})
	if holes := g.HolesOf(border.Default(), 500); !holes.Where.Empty() {
		fmt.Fprintf(s.Err, "the ground of %.1f km of the line is not known, so nothing counts as seen there; tiles that lack: %v\n", holes.Where.Length()/1000, holes.Tiles)
	}
	report := n.Report()
	zones, err := app.Zones(conf.Coverage)
	if err != nil {
		return err
	}
	for _, z := range zones {
		view, err := n.Zone(z, sense.Person)
		if err != nil {
			return err
		}
		report.Zones = append(report.Zones, view)
	}
	if c.JSON != "" {
		if err := c.onRecord(&conf); err != nil {
			return err
		}
		if err := writeFile(c.JSON, ranking{report, risk.Formula, causes}.WriteJSON); err != nil {
			return err
		}
	}
	fmt.Fprintln(s.Out, "ground:", report.Ground.Source.En)
	fmt.Fprintf(s.Out, "walls and berms: %.1f km stand in the way of lines of sight\n", report.WallsM/1000)
	for _, class := range report.Classes {
		fmt.Fprintf(s.Out, "%-9s seen on %s, %d gaps\n", class.Class, class.Share.Text().En, len(class.Gaps))
	}
	c.ranked(s.Out, atlas, n.Gaps(sense.Person), causes)
	for _, f := range report.Flaws {
		fmt.Fprintf(s.Err, "%s counts for nothing: %s\n", f.Sensor, f.Why.En)
	}
	fmt.Fprintln(s.Out, report.Definition.En)
	return nil
}

// ranking is the report with what its gaps are ranked by.
type ranking struct {
	coverage.Report
	// Risk is how the causes add up to the weight of a metre. A gap's score is its
	// length in metres times the mean weight of them.
	Risk   say.Text     `json:"risk"`
	Causes []risk.Cause `json:"causes"`
}

// WriteJSON writes it indented.
func (w ranking) WriteJSON(out io.Writer) error {
	e := json.NewEncoder(out)
	e.SetIndent("", " ")
	return e.Encode(w)
}

// ranked lists the gaps in the order of the page and says by what they are ranked:
// the score is km times the mean risk of the metres.
func (c *CoverageCmd) ranked(out io.Writer, atlas *border.Atlas, gaps []coverage.Stretch, causes []risk.Cause) {
	if len(gaps) == 0 || c.Gaps <= 0 {
		return
	}
	fmt.Fprintf(out, "gaps for a person by length × risk, the heaviest %d of %d; risk is %s\n", min(c.Gaps, len(gaps)), len(gaps), risk.Formula.En)
	t := tabwriter.NewWriter(out, 2, 0, 2, ' ', 0)
	fmt.Fprintln(t, "rank\tfrom – to\tstate\tkm\trisk\tscore\tnear\tbecause")
	for i, g := range gaps[:min(c.Gaps, len(gaps))] {
		because := "nothing known makes it matter more"
		if why := risk.Touching(causes, g.Span); len(why) > 0 {
			because = fmt.Sprintf("%s (%+.2f)", why[0].What.En, why[0].Weight)
			if len(why) > 1 {
				because += fmt.Sprintf(" and %d more", len(why)-1)
			}
		}
		fmt.Fprintf(t, "%d\t%s – %s\t%s\t%.2f\t%.2f\t%.2f\t%s\t%s\n", i+1, g.From, g.To, g.State, g.Metres/1000, g.Score/g.Metres, g.Score/1000,
			atlas.DescribeAt((g.From+g.To)/2, 0).Near.En, because)
	}
	t.Flush()
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

// stations are the sensors of the list, all of them working, or those of a
// configured Marsad's newest snapshot as they were then; and the time of the world in
// which they stand.
func (c *CoverageCmd) stations(conf *config.Config) (stations []coverage.Station, at time.Time, err error) {
	if c.Config == "" && c.Sensors == "" {
		return nil, at, &say.Error{Code: "coverage.what", Kind: say.Invalid,
			Text: say.Text{En: "it is not said which sensors to take", Ar: "لم تُحدد المتحسسات"},
			Hint: say.Text{En: "give --sensors with a list, or --config of a Marsad that has heard of some", Ar: "أعطِ " + say.LTR("--sensors") + " أو " + say.LTR("--config")}}
	}
	at = time.Now()
	if c.Sensors != "" {
		sensors, err := readSensors(c.Sensors)
		for _, x := range sensors {
			stations = append(stations, coverage.Station{Sensor: x, Health: sense.Good})
		}
		return stations, at, err
	}
	known, err := app.KnownSensors(context.Background(), *conf)
	var last time.Time
	for _, k := range known {
		stations = append(stations, coverage.Station{Sensor: k.Sensor, Health: k.Health})
		if k.Heard.After(last) {
			last = k.Heard
		}
	}
	if !last.IsZero() {
		at = last
	}
	return stations, at, err
}

// ledger is the barrier's as it is today; none where neither a folder nor a
// configuration names one.
func (c *CoverageCmd) ledger(conf *config.Config) (v *barrier.View, err error) {
	folder := c.Works
	if folder == "" && c.Config != "" {
		folder = conf.Data
	}
	if folder == "" {
		return nil, nil
	}
	book, keeper, err := openBook(folder, false, time.Now().UTC(), "coverage")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, keeper.close()) }()
	return book.View(time.Time{}, time.Time{}), nil
}

// onRecord puts an export of a configured Marsad's gaps on its record (safeguard 8).
func (c *CoverageCmd) onRecord(conf *config.Config) error {
	if c.Config == "" {
		return nil
	}
	return app.Exported(context.Background(), conf.Data, "coverage report to a file by command")
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
