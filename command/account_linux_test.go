package command

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// terminal gives the two ends of a terminal: the keys and the screen, and the program's.
func terminal(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no terminals here:", err)
	}
	t.Cleanup(func() { person.Close() })
	if err := unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Skip("no terminals here:", err)
	}
	n, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Skip("no terminals here:", err)
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no terminals here:", err)
	}
	t.Cleanup(func() { program.Close() })
	return person, program
}

// At a terminal a password is typed twice and shown to nobody; from a pipe it is read
// once and nobody is asked.
func TestAPasswordIsTypedTwiceAndUnseen(t *testing.T) {
	for _, c := range []struct{ first, second, refused string }{
		{"correct horse", "correct horse", ""},
		{"correct horse", "correct house", "not the same"},
	} {
		person, program := terminal(t)
		screen := &pausing{to: person, lines: []string{c.first, c.second}}
		got, err := askPassword(program, screen)
		if c.refused == "" && (err != nil || got != c.first) || c.refused != "" && (err == nil || !strings.Contains(err.Error(), c.refused)) {
			t.Errorf("%q and %q: %q, %v", c.first, c.second, got, err)
		}
		// What the program wrote last is read after all that the terminal showed before.
		fmt.Fprint(program, "end")
		shown := ""
		for b := make([]byte, 200); !strings.HasSuffix(shown, "end"); {
			n, err := person.Read(b)
			if err != nil {
				t.Fatal(err)
			}
			shown += string(b[:n])
		}
		if strings.Contains(shown, "correct") {
			t.Errorf("the terminal showed %q", shown)
		}
	}

	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	fmt.Fprintln(out, "piped in")
	out.Close()
	var prompt strings.Builder
	if got, err := askPassword(in, &prompt); err != nil || got != "piped in" || prompt.Len() > 0 {
		t.Errorf("from a pipe: %q, %v, asked %q", got, err, prompt.String())
	}
	if _, err := askPassword(in, io.Discard); err == nil {
		t.Error("a password came from an empty pipe")
	}
}

// pausing types the next line when it was asked for one and the terminal shows nothing.
type pausing struct {
	to    *os.File
	lines []string
}

func (p *pausing) Write(b []byte) (int, error) {
	if strings.HasSuffix(string(b), ": ") {
		line := p.lines[0]
		p.lines = p.lines[1:]
		go func() {
			for range 5000 { // then it is typed for all to see
				if state, err := unix.IoctlGetTermios(int(p.to.Fd()), unix.TCGETS); err == nil && state.Lflag&unix.ECHO == 0 {
					break
				}
				time.Sleep(time.Millisecond)
			}
			fmt.Fprintln(p.to, line)
		}()
	}
	return len(b), nil
}
