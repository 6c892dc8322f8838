package command

import (
	"errors"
	"fmt"
	"io"

	"github.com/alecthomas/kong"

	"marsad/say"
)

// CLI is the table of commands in the order in which help shows them.
type CLI struct {
	Demo     DemoCmd     `cmd:"" help:"Show a live, guarded border with a simulated world."`
	Serve    ServeCmd    `cmd:"" help:"Run the server for real sensors."`
	Check    CheckCmd    `cmd:"" help:"Check a configuration file: line, column, why, and the mend."`
	Locate   LocateCmd   `cmd:"" help:"Say where a point is: km, offset, side, MGRS, nearest place."`
	Verify   VerifyCmd   `cmd:"" help:"Prove that the record was not changed."`
	Replay   ReplayCmd   `cmd:"" help:"Step a recorded stretch again and compare tracks and alerts bit for bit."`
	Drill    DrillCmd    `cmd:"" help:"Generate and play nights; print what was alerted before the line."`
	Sim      SimCmd      `cmd:"" help:"Run the simulated world against a SAPIENT port."`
	Fuse     FuseCmd     `cmd:"" help:"Run the tracker over a file of detections."`
	Soak     SoakCmd     `cmd:"" help:"Run the thermal detector over a synthetic day of nuisances; count its false alarms and misses."`
	Viewshed ViewshedCmd `cmd:"" help:"Compute what can be seen from a point of an elevation file."`
	Coverage CoverageCmd `cmd:"" help:"Compute which metres of the line a list of sensors sees."`
	Detect   DetectCmd   `cmd:"" help:"Find what moves in a thermal camera's video or folder of images, off line."`
	Cameras  CamerasCmd  `cmd:"" help:"Thermal cameras: which are on the network."`
	Works    WorksCmd    `cmd:"" help:"The barrier programme: what stands, what is claimed, when it will be done."`
	Backup   BackupCmd   `cmd:"" help:"Copy the record while the server runs."`
	Restore  RestoreCmd  `cmd:"" help:"Bring a copy back into an empty folder."`
	Doctor   DoctorCmd   `cmd:"" help:"Look for what is wrong with this installation."`
	OpenAPI  OpenAPICmd  `cmd:"" name:"openapi" help:"Print the API's OpenAPI 3.1 description."`
	Account  AccountCmd  `cmd:"" help:"Create accounts and tokens on this machine."`
}

// Streams are where a command writes.
type Streams struct{ Out, Err io.Writer }

// exit asks for an exit code without a message: the command has said it all.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// Main parses the arguments, runs the command and gives the exit code: 0 for
// done, 1 for failed, 2 for not understood.
func Main(args []string, out, errOut io.Writer) int {
	var cli CLI
	code := 0
	parser, err := kong.New(&cli,
		kong.Name("marsad"),
		kong.Description("Marsad keeps a long land border. Software proposes; a named person decides."),
		kong.Writers(out, errOut),
		kong.UsageOnError(),
		kong.Exit(func(c int) { code = c; panic(exit(c)) }),
	)
	if err != nil {
		fmt.Fprintln(errOut, "marsad:", err)
		return 1
	}
	return run(parser, args, out, errOut, &code)
}

func run(parser *kong.Kong, args []string, out, errOut io.Writer, code *int) (result int) {
	defer func() {
		if r := recover(); r != nil {
			if _, asked := r.(exit); !asked {
				panic(r)
			}
			result = *code
		}
	}()
	ctx, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(errOut, "marsad:", err)
		fmt.Fprintln(errOut, "try: marsad --help")
		return 2
	}
	if err := ctx.Run(&Streams{Out: out, Err: errOut}); err != nil {
		var e exit
		if errors.As(err, &e) {
			return int(e)
		}
		Explain(errOut, err)
		return 1
	}
	return 0
}

// Explain prints an error for a person: what happened, why, and what to do.
func Explain(w io.Writer, err error) {
	var e *say.Error
	if !errors.As(err, &e) {
		fmt.Fprintln(w, "marsad:", err)
		return
	}
	fmt.Fprintln(w, "marsad:", e.Text.En)
	if e.Cause != nil {
		fmt.Fprintln(w, "  because:", e.Cause)
	}
	if e.Hint.En != "" {
		fmt.Fprintln(w, "  do this:", e.Hint.En)
	}
}
