package command

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"marsad/app"
	"marsad/border"
	"marsad/engine/config"
	"marsad/engine/pipeline"
	"marsad/say"
	"marsad/sim"
	"marsad/sim/play"
	"marsad/sim/scn"
)

// DrillCmd generates nights and plays them through the real stages, faster than
// real time.
type DrillCmd struct {
	Scenarios string   `type:"existingdir" help:"Also play the *.scn files of this folder and judge them."`
	Name      []string `help:"Also play these scenarios that come with Marsad; all for every one."`
	Nights    int      `default:"10" help:"How many random nights."`
	Seed      uint64   `default:"1" help:"Decides every chance."`
	From      float64  `default:"0" help:"First km of the stretch."`
	To        float64  `default:"150" help:"Last km of the stretch; beyond the end for the whole line."`
	Hours     float64  `default:"4" help:"How long a night lasts."`
	Desks     string   `default:"sector" enum:"region,sector,section" help:"One watch officer for each of these."`
	Recorded  string   `type:"existingdir" env:"MARSAD_RECORDED" help:"Folder with recorded movements (GPX, CSV)."`
	JSON      bool     `name:"json" help:"Print the whole result as JSON."`
	First     int      `default:"0" help:"Number of the first night, to play one again."`
	Verbose   bool     `short:"v" help:"Print every missed incursion and every nuisance alert."`
}

// Run plays and prints.
func (c *DrillCmd) Run(s *Streams) error {
	atlas := border.DefaultAtlas()
	estate := sim.NewEstate(atlas.Axis, sim.EstateSeed, func(at border.Chainage) string {
		section, _ := border.SectionAt(at)
		return section.ID
	})
	d := &drill{cmd: c, atlas: atlas, estate: estate}
	if c.Recorded != "" {
		d.recorded = sim.InFolder(os.DirFS(c.Recorded))
	}
	scenes, err := c.scenes()
	if err != nil {
		return err
	}
	result := &drillResult{}
	failed := 0
	for _, scene := range scenes {
		r, err := d.play(scene, c.Seed, nil)
		if err != nil {
			return err
		}
		result.Plays = append(result.Plays, r)
		if !r.OK() {
			failed++
		}
		if !c.JSON {
			r.Print(s.Out)
		}
	}
	if c.Nights > 0 {
		if err := d.nights(result, s); err != nil {
			return err
		}
	}
	if c.JSON {
		e := json.NewEncoder(s.Out)
		e.SetIndent("", "  ")
		if err := e.Encode(result); err != nil {
			return err
		}
	} else if c.Nights > 0 {
		result.print(s.Out, c.Verbose)
	}
	if failed > 0 {
		fmt.Fprintf(s.Err, "%d of %d scenarios failed\n", failed, len(scenes))
		return exit(1)
	}
	return nil
}

func (c *DrillCmd) scenes() ([]*scn.Scenario, error) {
	var scenes []*scn.Scenario
	names := c.Name
	if slices.Contains(names, "all") {
		names = sim.Names()
	}
	for _, name := range names {
		scene, err := sim.Scenario(name)
		if err != nil {
			return nil, err
		}
		scenes = append(scenes, scene)
	}
	if c.Scenarios == "" {
		return scenes, nil
	}
	files, err := filepath.Glob(filepath.Join(c.Scenarios, "*.scn"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, &say.Error{Code: "drill.no_scenarios", Kind: say.NotFound,
			Text: say.Text{En: "there is no *.scn file in " + c.Scenarios, Ar: "لا يوجد ملف سيناريو في المجلد " + say.LTR(c.Scenarios)},
			Hint: say.Text{En: "see sim/scenarios for examples", Ar: "راجع المجلد sim/scenarios للأمثلة"}}
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		scene, err := scn.Parse(string(b))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		scenes = append(scenes, scene)
	}
	return scenes, nil
}

type drill struct {
	cmd      *DrillCmd
	atlas    *border.Atlas
	estate   *sim.Estate
	recorded sim.Recordings
}

func (d *drill) play(scene *scn.Scenario, seed uint64, crew *play.Crew) (*play.Report, error) {
	conf := config.Default()
	conf.Units = d.estate.Roster
	if !scene.Empty {
		conf.Units = d.estate.Within(scene.From, scene.To).Roster
	}
	stages, err := pipeline.NewStages(app.Parts(conf, d.atlas))
	if err != nil {
		return nil, err
	}
	return play.Play(d.estate, scene, &inProcess{stages: stages}, play.Options{Seed: seed, Recorded: d.recorded, Crew: crew})
}

// desks are the spans of the watch officers on a stretch.
func (d *drill) desks(from, to border.Chainage) []border.Span {
	var spans []border.Span
	for _, s := range d.atlas.Division.Level(border.Level(d.cmd.Desks)) {
		if s.To > from && s.From < to {
			spans = append(spans, border.Span{From: max(s.From, from), To: min(s.To, to)})
		}
	}
	return spans
}

func (d *drill) nights(into *drillResult, s *Streams) error {
	c := d.cmd
	from, to := border.Chainage(c.From*1000), border.Chainage(math.Min(c.To*1000, d.atlas.Axis.Length()))
	spans := d.desks(from, to)
	began := time.Now()
	for n := range c.Nights {
		seed := c.Seed*1000 + uint64(c.First+n)
		scene := sim.Night(sim.UsualNight(from, to, time.Duration(c.Hours*float64(time.Hour))), seed)
		r, err := d.play(scene, seed, &play.Crew{Spans: spans})
		if err != nil {
			return err
		}
		into.reports = append(into.reports, r)
		if !c.JSON {
			fmt.Fprintf(s.Err, "night %d of %d: %d incursions, %d alerts, %d nuisance, %.0f s\n", n+1, c.Nights,
				len(r.Score.Incursions), r.Score.Alerts, len(r.Score.Nuisance), time.Since(began).Seconds())
		}
	}
	into.Km, into.Desks, into.DeskKind = float64(to-from)/1000, len(spans), c.Desks
	into.Wall = time.Since(began).Seconds()
	into.sum(c.Seed)
	into.Speed = into.Hours * 3600 / into.Wall
	return nil
}
