package media

import (
	"slices"
	"time"
)

// take is evidence in the making: of one alert, from some cameras.
type take struct {
	cameras []string
	until   time.Time
	reels   map[string][]picture
	bytes   map[string]int
}

const (
	// maxReel bounds the pictures of one camera in one clip, in bytes of memory.
	maxReel = 64 << 20
	// maxTakes at once; what comes above is told as failed, not kept half.
	maxTakes = 16
)

// Begin starts the evidence of an alert that was opened at a time: what is in
// memory of its cameras, and what comes until End or until the clip is long
// enough. Asked again for the same alert it does nothing.
func (m *Media) Begin(alert string, cameras []string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.taking[alert] != nil || m.closed || len(cameras) == 0 {
		return nil
	}
	if len(m.taking) >= maxTakes {
		return errBusy
	}
	t := &take{cameras: slices.Clone(cameras), until: at.Add(m.options.After), reels: map[string][]picture{}, bytes: map[string]int{}}
	for _, id := range cameras {
		if c := m.cameras[id]; c != nil {
			for _, p := range c.ring {
				t.add(id, p)
			}
		}
	}
	m.taking[alert] = t
	return nil
}

// End ends the evidence of an alert and writes it.
func (m *Media) End(alert string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if t := m.taking[alert]; t != nil {
		m.finish(alert, t)
	}
}

func (t *take) add(id string, p picture) {
	if t.bytes[id]+len(p.gray.Pix) > maxReel || p.at.After(t.until) {
		return
	}
	t.bytes[id] += len(p.gray.Pix)
	t.reels[id] = append(t.reels[id], p)
}

// finish writes a take in the background. The caller holds the lock.
func (m *Media) finish(alert string, t *take) {
	delete(m.taking, alert)
	m.work.Go(func() {
		for _, id := range t.cameras {
			if len(t.reels[id]) == 0 {
				continue
			}
			e, err := m.write(alert, id, t.reels[id])
			if err != nil {
				m.options.Failed(alert, err)
				continue
			}
			m.options.Kept(e)
		}
	})
}
