package app

import (
	"context"

	"marsad/ident"
	"marsad/respond"
)

// Dispatches calls tell with every task whose unit has been sent off and has not
// arrived, once each, until the context ends: what a radio operator would read
// out. The simulated patrols of the demo listen to it.
func (a *App) Dispatches(ctx context.Context, tell func(respond.Task)) {
	told := map[ident.ID]bool{}
	for {
		v := a.picture.Current()
		for _, row := range v.Alerts {
			if t := row.Task; t != nil && !t.Dispatched.IsZero() && t.Arrived.IsZero() && t.Ended.IsZero() && !told[t.ID] {
				told[t.ID] = true
				tell(*t)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-v.Next():
		}
	}
}
