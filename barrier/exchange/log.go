package exchange

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"marsad/barrier"
)

// maxEvent bounds one line of a log.
const maxEvent = 4 << 20

// ReadLog reads events, one JSON object a line, as WriteLog wrote them. The
// error names the line that is not one; nothing after it is read.
func ReadLog(r io.Reader) ([]barrier.Event, error) {
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 64<<10), maxEvent)
	var out []barrier.Event
	for n := 1; in.Scan(); n++ {
		if len(in.Bytes()) == 0 {
			continue
		}
		var e barrier.Event
		if err := json.Unmarshal(in.Bytes(), &e); err != nil {
			return nil, fileError(fmt.Sprintf("line %d of the log is not an event", n), "أحد أسطر السجل ليس حدثاً", err)
		}
		out = append(out, e)
	}
	if err := in.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			return nil, fileError("a line of the log is too long", "أحد أسطر السجل طويل جداً", err)
		}
		return nil, fileError("the log cannot be read to its end", "تعذرت قراءة السجل كاملاً", err)
	}
	return out, nil
}

// WriteLog writes events, one JSON object a line.
func WriteLog(w io.Writer, events []barrier.Event) error {
	enc := json.NewEncoder(w)
	for i := range events {
		if err := enc.Encode(&events[i]); err != nil {
			return err
		}
	}
	return nil
}
