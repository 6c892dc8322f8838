package pmb

import "marsad/fuse/kin"

// sheaf adds one thing's measurements within a second to the normal equations.
func (e *Engine) sheaf(uses []use) {
	e.rows = e.rows[:0]
	ref := uses[0]
	many := false
	for i := range uses {
		u := &uses[i]
		many = many || u.sensor != ref.sensor
		dt := seconds(u.at - ref.at)
		x := [4]float64{ref.x[0] + dt*ref.x[2], ref.x[1] + dt*ref.x[3], ref.x[2], ref.x[3]}
		var rows [3]kin.Row
		z := u.meas
		z.VarD, z.CovAzRange = 0, 0
		n := z.Rows(u.pose, &x, &rows)
		for k := range n {
			r := &rows[k]
			// The thing may not have kept its pace to the metre.
			drift := sq(0.7*dt) * (r.H[0]*r.H[0] + r.H[1]*r.H[1])
			b := biasRow{sensor: u.sensor, kind: k, hx: r.H[0], hy: r.H[1], nu: r.Nu, w: 1 / (r.R + drift)}
			if e.cfg.BiasClock > 0 && !z.XY {
				b.pace = -(r.H[0]*x[2] + r.H[1]*x[3]) // one velocity for all, or the time that all share would seem known
				b.nu += b.pace * u.shift              // as the clock had it
			}
			if z.XY {
				b.sensor = -1
			}
			e.rows = append(e.rows, b)
		}
	}
	if !many || len(e.rows) < 3 {
		return
	}
	var n00, n01, n11, g0, g1 float64
	for i := range e.rows {
		r := &e.rows[i]
		n00 += r.w * r.hx * r.hx
		n01 += r.w * r.hx * r.hy
		n11 += r.w * r.hy * r.hy
		g0 += r.w * r.hx * r.nu
		g1 += r.w * r.hy * r.nu
	}
	det := n00*n11 - n01*n01
	if !(det > 1e-9*n00*n11) {
		return
	}
	i00, i01, i11 := n11/det, -n01/det, n00/det
	// The position that fits best, as if nobody were biased: what lies far from
	// it by the sensors' errors and the largest bias is not one thing.
	d0, d1 := i00*g0+i01*g1, i01*g0+i11*g1
	for i := range e.rows {
		r := &e.rows[i]
		limit := 1/r.w + sq(e.cfg.BiasAz)
		if r.kind == 1 || r.sensor < 0 {
			limit = 1/r.w + sq(e.cfg.BiasRange)
		}
		limit += sq(r.pace * e.cfg.BiasClock)
		if sq(r.nu-r.hx*d0-r.hy*d1) > 16*limit {
			return
		}
	}
	for i := range e.rows {
		p := &e.rows[i]
		if p.sensor < 0 {
			continue
		}
		// W − W·H·(HᵀWH)⁻¹·Hᵀ·W, one row at a time.
		k0, k1 := p.w*(p.hx*i00+p.hy*i01), p.w*(p.hx*i01+p.hy*i11)
		y := p.w*p.nu - k0*g0 - k1*g1
		me := e.node(p.sensor)
		me.learn(p, y)
		for j := range e.rows {
			q := &e.rows[j]
			if q.sensor < 0 {
				continue
			}
			v := -(k0*q.hx + k1*q.hy) * q.w
			if i == j {
				v += p.w
			}
			e.node(p.sensor).edge(q.sensor).learn(p, q, v)
		}
	}
}

// learn adds to the right-hand sides.
func (n *node) learn(p *biasRow, y float64) {
	n.fresh = true
	for _, of := range [...]*[3]float64{&n.y, &n.lateY} {
		of[p.kind] += y
		of[clock] += p.pace * y
	}
}

// learn adds to a block what two rows have in common.
func (g *edge) learn(p, q *biasRow, v float64) {
	for _, of := range [...]*[3][3]float64{&g.n, &g.late} {
		of[p.kind][q.kind] += v
		of[p.kind][clock] += v * q.pace
		of[clock][q.kind] += p.pace * v
		of[clock][clock] += p.pace * v * q.pace
	}
}
