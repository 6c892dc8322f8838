package command

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"marsad/engine/config"
)

// DoctorCmd looks for what is wrong with an installation.
type DoctorCmd struct {
	Config string `type:"path" help:"The configuration file; the defaults without one."`
	Data   string `type:"path" help:"The data folder, when it is not the configuration's."`
}

// finding of the doctor.
type finding struct {
	well       bool
	what, mend string
}

// Run prints one line for each thing looked at. It changes nothing and exits
// with 1 where something needs mending.
func (c *DoctorCmd) Run(s *Streams) error {
	conf := config.Default()
	if c.Config != "" {
		var err error
		if conf, err = config.Read(c.Config); err != nil {
			return err
		}
	}
	if c.Data != "" {
		conf.Data = c.Data
	}
	sick := 0
	for _, f := range []finding{
		lookAtFolder(conf.Data), lookAtSpace(conf.Data), lookAtKeys(conf.Data), lookAtHeads(conf.Data, conf.Heads),
		lookAtPort("page and API", conf.Addr), lookAtPort("SAPIENT", conf.Sapient.Addr),
		lookAtClock(conf.Data), lookAtFile("certificate", conf.TLS.Cert), lookAtFile("SAPIENT certificate", conf.Sapient.TLS.Cert),
		lookAtRoster(len(conf.Units)),
	} {
		if f.well {
			fmt.Fprintln(s.Out, "well ", f.what)
			continue
		}
		sick++
		fmt.Fprintln(s.Out, "MEND ", f.what)
		fmt.Fprintln(s.Out, "      do this:", f.mend)
	}
	if sick > 0 {
		return exit(1)
	}
	return nil
}

func lookAtFolder(dir string) finding {
	info, err := os.Stat(dir)
	if os.IsNotExist(err) {
		return finding{true, fmt.Sprintf("data folder %s does not exist yet; the first start makes it", dir), ""}
	}
	if err != nil || !info.IsDir() {
		return finding{false, fmt.Sprintf("data folder %s is no folder that can be read (%v)", dir, err), "choose another with data: in the configuration"}
	}
	probe, err := os.CreateTemp(dir, "doctor-*")
	if err != nil {
		return finding{false, fmt.Sprintf("data folder %s cannot be written (%v)", dir, err), "give it to the user that Marsad runs as"}
	}
	probe.Close()
	os.Remove(probe.Name())
	return finding{true, "data folder " + dir + " can be written", ""}
}

func lookAtSpace(dir string) finding {
	for dir != "/" && dir != "." {
		if _, err := os.Stat(dir); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return finding{false, fmt.Sprintf("free space of %s is unknown (%v)", dir, err), "look with df"}
	}
	free := float64(st.Bavail) * float64(st.Bsize) / (1 << 30)
	what := fmt.Sprintf("%.1f GiB free for data", free)
	return finding{free >= 2, what, "make room or lower log.max_bytes; the record stops acknowledging when the disk is full"}
}

func lookAtKeys(dir string) finding {
	keys, _ := filepath.Glob(filepath.Join(dir, "*.key"))
	for _, k := range keys {
		if info, err := os.Stat(k); err == nil && info.Mode().Perm()&0o077 != 0 {
			return finding{false, fmt.Sprintf("key %s can be read by others (%s)", k, info.Mode().Perm()), "chmod 600 " + k}
		}
	}
	return finding{true, fmt.Sprintf("%d signing keys are private to their owner", len(keys)), ""}
}

func lookAtHeads(dir, heads string) finding {
	if heads == "" {
		return finding{false, "signed heads of the audit chain stay inside the data folder", "set heads: to a folder that the administrator does not control, or copy them out every day; only a head outside shows a truncation"}
	}
	if within, err := filepath.Rel(dir, heads); err == nil && filepath.IsLocal(within) {
		return finding{false, "heads: " + heads + " lies inside the data folder", "choose a folder elsewhere"}
	}
	return finding{true, "signed heads are handed out to " + heads, ""}
}

func lookAtPort(what, addr string) finding {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return finding{false, fmt.Sprintf("%s cannot listen on %s (%v)", what, addr, err), "stop what uses the port (a running Marsad?), or choose another address"}
	}
	l.Close()
	return finding{true, fmt.Sprintf("%s can listen on %s", what, addr), ""}
}

// lookAtClock compares the clock with the newest file of the data folder: a
// clock that went backwards makes new event times look old.
func lookAtClock(dir string) finding {
	newest := time.Time{}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, f := range files {
		if info, err := os.Stat(f); err == nil && info.ModTime().After(newest) {
			newest = info.ModTime()
		}
	}
	now := time.Now()
	if now.Year() < 2025 || newest.After(now.Add(2*time.Second)) {
		return finding{false, fmt.Sprintf("the clock says %s, the newest data %s", now.Format(time.RFC3339), newest.Format(time.RFC3339)), "set the clock; without NTP compare it with a GPS receiver"}
	}
	return finding{true, "the clock is not behind the data: " + now.Format(time.RFC3339), ""}
}

func lookAtFile(what, path string) finding {
	if path == "" {
		return finding{true, "no " + what + " is configured", ""}
	}
	f, err := os.Open(path)
	if err != nil {
		return finding{false, fmt.Sprintf("%s %s cannot be read (%v)", what, path, err), "correct the path or its owner"}
	}
	f.Close()
	return finding{true, what + " " + path + " can be read", ""}
}

func lookAtRoster(n int) finding {
	if n == 0 {
		return finding{false, "the roster names no own unit", "list units: in the configuration; without them nobody can be proposed and no patrol is known as own"}
	}
	return finding{true, fmt.Sprintf("the roster names %d own units", n), ""}
}
