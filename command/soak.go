package command

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"marsad/detect"
	"marsad/detect/scene"
	"marsad/sense"
)

// SoakCmd runs the detector over a synthetic day that does its best to make it
// cry wolf, with things mixed in that it has to find.
type SoakCmd struct {
	Hours   float64       `default:"24" help:"How long the day lasts."`
	From    float64       `default:"0" help:"Hour of the local day at which it begins."`
	Seed    uint64        `default:"1" help:"Decides landscape, weather and nuisances."`
	Things  uint64        `default:"1" help:"Seed of the things that are mixed in."`
	PerHour float64       `default:"6" help:"How many things an hour, of five classes together; 0 for a day without any."`
	Width   int           `default:"320" help:"Width of the picture."`
	Height  int           `default:"240" help:"Height of the picture."`
	FPS     float64       `name:"fps" default:"5" help:"Pictures a second that are rendered and shown to the detector."`
	Bits    int           `default:"8" help:"8 for a stream with automatic gain and coder, 16 for radiometric counts."`
	Balloon bool          `help:"The camera hangs below a balloon; in place of a mast that sways."`
	Skip    time.Duration `default:"1m" help:"How long the detector may learn the picture before it is judged."`
	Verbose bool          `short:"v" help:"Print every false alarm and every missed event."`
	JSON    bool          `name:"json" help:"Print the whole score as JSON."`
}

// soaked is a score with what it cost.
type soaked struct {
	// Score is of what the detector declares.
	scene.Score
	// Told is the score of what a person is told of: what is declared and which
	// the class track does not take for a bird. Called says of every declared mover
	// what it was and what it was called.
	Told   scene.Score
	Called called
	// Chain is the time by the clock that detector, place and class took, in a
	// single thread, Renderer that of the scene.
	Chain, Renderer time.Duration
}

// Run soaks and prints.
func (c *SoakCmd) Run(s *Streams) error {
	score, err := c.soak()
	if err != nil {
		return err
	}
	if c.JSON {
		e := json.NewEncoder(s.Out)
		e.SetIndent("", "  ")
		return e.Encode(score)
	}
	c.print(s.Out, score)
	return nil
}

func (c *SoakCmd) soak() (soaked, error) {
	config := scene.Config{Seed: c.Seed, ThingSeed: c.Things, Width: c.Width, Height: c.Height, FPS: c.FPS, Bits: c.Bits,
		Nuisances: scene.All, PerHour: map[sense.Class]float64{}}
	// 00:00 of the scene's solar day, 2 h 46 min ahead of UTC.
	config.Start = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).Add(-2*time.Hour - 46*time.Minute).Add(time.Duration(c.From * float64(time.Hour)))
	if c.Balloon {
		config.Nuisances = config.Nuisances&^scene.Sway | scene.Balloon
	}
	for _, class := range []sense.Class{sense.Person, sense.Group, sense.Vehicle, sense.Animal, sense.SlowAir} {
		config.PerHour[class] = c.PerHour / 5
	}
	day, err := scene.New(config)
	if err != nil {
		return soaked{}, err
	}
	chain, err := newChain(c.Width, c.Height)
	if err != nil {
		return soaked{}, err
	}
	declared, told := scene.NewJudge(c.Skip), scene.NewJudge(c.Skip)
	var out soaked
	mark := time.Now()
	day.Play(time.Duration(c.Hours*float64(time.Hour)), func(shot *scene.Shot) bool {
		rendered := time.Now()
		var result detect.Result
		if result, err = chain.step(&shot.Frame); err != nil {
			return false
		}
		movers := chain.tells(result.Movers)
		stepped := time.Now()
		declared.See(shot, result.Movers)
		told.See(shot, movers)
		chain.called.see(shot, result.Movers, &chain.follower)
		out.Renderer += rendered.Sub(mark)
		out.Chain += stepped.Sub(rendered)
		mark = time.Now()
		return true
	})
	out.Score, out.Told, out.Called = declared.Score(), told.Score(), chain.called
	out.Called.blame(out.Alarms)
	return out, err
}

func (c *SoakCmd) print(w io.Writer, s soaked) {
	fmt.Fprintf(w, "SYNTHETIC %s camera, %d×%d, %d bits, seed %d: %.2f h judged at %g pictures a second (%d pictures)\n",
		map[bool]string{false: "mast", true: "balloon"}[c.Balloon], c.Width, c.Height, c.Bits, c.Seed, s.Judged.Hours(), c.FPS, s.Frames)
	c.alarms(w, s)
	fmt.Fprintf(w, "events that had to be found (%d pixels or more, all in the picture, at %.0f times its noise or more, for %.0f s or more):\n",
		scene.EventPixels, scene.EventRatio, scene.EventTime.Seconds())
	events(w, "declared", &s.Score)
	events(w, "told", &s.Told)
	s.Called.print(w)
	if c.Verbose {
		for _, e := range s.Told.Events {
			if !e.Found {
				fmt.Fprintf(w, "missed %s %s, %d pixels at %.0f times the noise, %.0f pixels a second\n", e.Since.Format("15:04:05.0"), e.Class, e.Pixels, e.Ratio, e.Speed)
			}
		}
	}
	if s.Frames > 0 {
		fmt.Fprintf(w, "cost: %.2f ms of detector, place and class and %.2f ms of renderer per picture, by the clock on this machine\n",
			s.Chain.Seconds()*1e3/float64(s.Frames), s.Renderer.Seconds()*1e3/float64(s.Frames))
	}
}

// events prints recall and time to declare by class.
func events(w io.Writer, what string, s *scene.Score) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, what+"\tevents\tfound\tmedian s\t90 % s\twithin 1 s\t")
	row := func(name string, events []scene.Event) {
		one := scene.Score{Events: events}
		delays := one.Delays()
		soon := 0
		for _, d := range delays {
			if d <= time.Second {
				soon++
			}
		}
		median, most := "–", "–"
		if len(delays) > 0 {
			median = fmt.Sprintf("%.1f", delays[len(delays)/2].Seconds())
			most = fmt.Sprintf("%.1f", delays[len(delays)*9/10].Seconds())
		}
		fmt.Fprintf(t, "%s\t%d\t%.1f %%\t%s\t%s\t%.1f %%\t\n", name, len(events), 100*one.Recall(), median, most, 100*float64(soon)/float64(max(len(events), 1)))
	}
	for class := range sense.Class(sense.NClass) {
		of := slices.DeleteFunc(slices.Clone(s.Events), func(e scene.Event) bool { return e.Class != class })
		if len(of) > 0 {
			row(class.String(), of)
		}
	}
	row("all", s.Events)
	if len(s.Dim) > 0 {
		row("too dim or short", s.Dim)
	}
	t.Flush()
}
