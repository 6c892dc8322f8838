package command

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"marsad/app"
	"marsad/engine/config"
)

// ServeCmd runs the server for real sensors.
type ServeCmd struct {
	Config string `type:"path" help:"The configuration file; the defaults without one."`
}

// Run serves until it is asked to end.
func (c *ServeCmd) Run(s *Streams) error {
	conf := config.Default()
	if c.Config != "" {
		var err error
		if conf, err = config.Read(c.Config); err != nil {
			return err
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	a, err := app.New(conf, app.Options{Log: logger(conf.Logging, s)})
	if err != nil {
		return err
	}
	fmt.Fprintf(s.Out, "page and API on %s, SAPIENT on %s, data in %s\n", a.URL(), conf.Sapient.Addr, conf.Data)
	return runAndClose(ctx, a)
}

// frugal lets the garbage collector run twice as often as it would by itself: the
// server lives beside other programs on a small machine, and has time to spare.
// Whoever sets GOGC knows better.
func frugal() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}

func runAndClose(ctx context.Context, a *app.App) error {
	frugal()
	err := a.Run(ctx)
	if closing := a.Close(); err == nil {
		err = closing
	}
	return err
}

// logger of the program itself: structured, to the error stream.
func logger(l config.Logging, s *Streams) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(l.Level)); err != nil {
		level = slog.LevelInfo // config.Read has refused other words
	}
	o := &slog.HandlerOptions{Level: level}
	if l.Format == "json" {
		return slog.New(slog.NewJSONHandler(s.Err, o))
	}
	return slog.New(slog.NewTextHandler(s.Err, o))
}
