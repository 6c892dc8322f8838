package command

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"marsad/app"
	"marsad/engine/config"
	"marsad/respond"
	"marsad/say"
	"marsad/sim"
)

// DemoCmd shows a live, guarded border with a simulated world.
type DemoCmd struct {
	Addr      string        `default:"127.0.0.1:8080" help:"Where the page and the API listen."`
	Sapient   string        `default:"127.0.0.1:5020" help:"Where SAPIENT nodes connect."`
	Data      string        `default:"marsad-data" type:"path" help:"The data folder; kept between runs."`
	Scenario  string        `default:"family" help:"Which scenario plays; empty is a border without simulated sensors."`
	Speed     float64       `default:"1" help:"How many times as fast as real time."`
	Skip      time.Duration `default:"8m" help:"Begin so long after the scenario's beginning, so that one need not wait for its first alert."`
	Seed      uint64        `default:"1" help:"Decides every chance of the simulated world."`
	NoBrowser bool          `help:"Do not open a browser."`
	ReadyFile string        `type:"path" help:"Write {url, token, sapient} as JSON there once ready."`

	video string // where the simulator's cameras give their pictures
}

// ready is what the ready file holds.
type ready struct {
	URL     string            `json:"url"`
	Token   string            `json:"token"`
	Sapient string            `json:"sapient"`
	Seats   map[string]string `json:"seats"` // tokens of the other seats
}

// Run starts the server and, unless the scenario is empty, the simulator as a
// process of its own that connects to the SAPIENT port like any vendor's sensors.
func (c *DemoCmd) Run(s *Streams) error {
	if c.Speed <= 0 || c.Speed > 60 {
		return &say.Error{Code: "demo.speed", Kind: say.Invalid,
			Text: say.Text{En: "the speed must lie between 0 and 60", Ar: "يجب أن تكون السرعة بين صفر و60"},
			Hint: say.Text{En: "1 is real time, 4 is four times as fast", Ar: "1 هو الزمن الحقيقي"}}
	}
	scene, err := sim.Scenario(c.Scenario)
	if err != nil {
		return err
	}
	if !c.simulates() && c.Speed != 1 {
		return &say.Error{Code: "demo.speed", Kind: say.Invalid,
			Text: say.Text{En: "real sensors run in real time: the scenario empty has no other speed", Ar: "تعمل المتحسسات الحقيقية بالزمن الحقيقي: لا سرعة أخرى لهذا السيناريو"},
			Hint: say.Text{En: "leave out --speed", Ar: "احذف الخيار " + say.LTR("--speed")}}
	}
	estate := wholeEstate()
	conf := config.Default()
	conf.Addr, conf.Data, conf.Sapient.Addr = c.Addr, c.Data, c.Sapient
	conf.Units = estate.Roster
	conf.Respond.Commanders = map[string]string{"*": app.Duty}
	conf.Respond.Deputies = map[string]string{"*": app.SeatIDs()[1]}
	conf.Logging.Level = "warn"
	conf.Log.MaxBytes = 4 << 30

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	options := app.Options{Scenario: c.Scenario, Log: logger(conf.Logging, s)}
	if c.simulates() {
		flat := sim.Ground
		options.Night, options.Speed, options.FlatGround = scene.Night.Add(c.Skip), c.Speed, &flat
		if c.video, err = freePort(); err != nil {
			return err
		}
		options.Cameras = demoCameras(estate, "http://"+c.video)
	}
	a, err := app.New(conf, options)
	if err != nil {
		return err
	}
	ctx, end := context.WithCancel(ctx)
	defer end()
	finished := make(chan error, 1)
	go func() { finished <- runAndClose(ctx, a) }()
	select {
	case <-a.Ready():
	case err := <-finished:
		return err
	}
	r, err := c.hand(ctx, a)
	if err == nil {
		err = c.announce(s, r)
	}
	if err == nil && c.simulates() {
		err = c.simulate(ctx, s, r.Sapient, a)
	}
	if err != nil {
		end()
		<-finished
		return err
	}
	return <-finished
}

// simulates reports whether a world is played; without one, real sensors connect
// and the clock is the wall's.
func (c *DemoCmd) simulates() bool { return c.Scenario != "empty" }

// hand out tokens for the demo's seats.
func (c *DemoCmd) hand(ctx context.Context, a *app.App) (ready, error) {
	r := ready{URL: a.URL(), Sapient: a.Sapient(), Seats: map[string]string{}}
	if err := a.ShowSample(ctx); err != nil {
		return r, err
	}
	if err := app.TakeSeats(ctx, a.Door()); err != nil {
		return r, err
	}
	for _, id := range app.SeatIDs() {
		token, err := a.Door().Grant(ctx, id, "demo", 24*time.Hour)
		if err != nil {
			return r, err
		}
		if id == app.Duty {
			r.Token = token
		} else {
			r.Seats[id] = token
		}
	}
	return r, nil
}

func (c *DemoCmd) announce(s *Streams, r ready) error {
	link := r.URL + "/sign-in?token=" + r.Token
	what := "Sensors, units and people are simulated, their figures assumed."
	if !c.simulates() {
		what = "No sensor is simulated and the clock is this machine's: connect real ones. Units and people are fictional."
	}
	fmt.Fprintf(s.Out, "\nMarsad is live. %s\n\n  open   %s\n\n", what, link)
	fmt.Fprintf(s.Out, "  this link signs in as the duty officer, who may also approve; other seats:\n")
	for _, id := range app.SeatIDs() {
		if id != app.Duty {
			fmt.Fprintf(s.Out, "  %-16s %s/sign-in?token=%s\n", id, r.URL, r.Seats[id])
		}
	}
	fmt.Fprintf(s.Out, "\n  SAPIENT nodes connect to %s; end with Ctrl-C, start again and everything is there\n", r.Sapient)
	if c.ReadyFile != "" {
		b, err := json.Marshal(r)
		if err != nil {
			return err
		}
		// Renamed into place, so that a reader never sees half of it.
		temporary := c.ReadyFile + ".part"
		if err := os.WriteFile(temporary, b, 0o600); err != nil {
			return err
		}
		if err := os.Rename(temporary, c.ReadyFile); err != nil {
			return err
		}
	}
	if !c.NoBrowser {
		openBrowser(link)
	}
	return nil
}

// waitOffset is where a simulated patrol waits: metres inside the home side.
const waitOffset = 150

// simulate starts the simulator and starts it again if it falls.
func (c *DemoCmd) simulate(ctx context.Context, s *Streams, addr string, a *app.App) error {
	clock := a.Clock()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	go func() {
		for ctx.Err() == nil {
			cmd := exec.CommandContext(ctx, self, "sim", "--connect", addr, "--scenario", c.Scenario, "--whole", "--orders", "--video", c.video,
				"--speed", strconv.FormatFloat(c.Speed, 'g', -1, 64), "--seed", strconv.FormatUint(c.Seed, 10),
				// The simulated world began earlier by what was skipped.
				"--start", clock.Start.Add(-c.Skip).Format(time.RFC3339Nano),
				"--anchor", clock.Anchor.Add(-time.Duration(float64(c.Skip)/c.Speed)).Format(time.RFC3339Nano))
			cmd.Stderr = s.Err
			// The radio: orders go down this pipe, and its end ends the simulator,
			// however this process ends.
			radio, err := cmd.StdinPipe()
			if err != nil {
				fmt.Fprintln(s.Err, "marsad:", err)
				return
			}
			talking, hangUp := context.WithCancel(ctx)
			go a.Dispatches(talking, func(t respond.Task) {
				json.NewEncoder(radio).Encode(sim.Order{Unit: t.Unit, Chainage: t.WaitAt, Offset: waitOffset})
			})
			cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
			cmd.WaitDelay = 3 * time.Second
			err = cmd.Run()
			hangUp()
			if err != nil && ctx.Err() == nil {
				fmt.Fprintln(s.Err, "marsad: the simulator ended:", err, "- it starts again")
			}
			select {
			case <-ctx.Done():
			case <-time.After(2 * time.Second):
			}
		}
	}()
	return nil
}

// openBrowser tries; a machine without one shows the link all the same.
func openBrowser(link string) {
	name, args := "xdg-open", []string{link}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", link}
	default:
		if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
			return
		}
	}
	if path, err := exec.LookPath(name); err == nil {
		cmd := exec.Command(filepath.Clean(path), args...)
		if cmd.Start() == nil {
			go cmd.Wait()
		}
	}
}
