// Command marsad keeps a long land border: sensors, barriers, people and
// knowledge in one picture, in which software proposes and a named person
// decides. README.md begins with two commands.
package main

import (
	"os"

	"marsad/command"
)

func main() { os.Exit(command.Main(os.Args[1:], os.Stdout, os.Stderr)) }
