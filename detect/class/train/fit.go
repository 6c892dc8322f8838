package main

import (
	"math"
	"math/rand/v2"

	"marsad/detect/class"
)

const (
	hidden = 24
	epochs = 30
	batch  = 32
	rate   = 2e-3
	decay  = 2e-4
)

// fit trains a network by Adam (Kingma and Ba 2015) on cross entropy, every
// kind weighing the same; the seed is fixed, so the same data give the same
// weights.
func fit(samples []sample) *class.Net {
	r := rand.New(rand.NewPCG(1, 2))
	n := &class.Net{Hidden: make([][class.NFeature + 1]float32, hidden)}
	normalise(n, samples)
	var parameters []*float32
	for h := range n.Hidden {
		for i := range n.Hidden[h] {
			n.Hidden[h][i] = float32(r.NormFloat64() / math.Sqrt(class.NFeature))
			parameters = append(parameters, &n.Hidden[h][i])
		}
	}
	for k := range n.Out {
		n.Out[k] = make([]float32, hidden+1)
		for i := range n.Out[k] {
			n.Out[k][i] = float32(r.NormFloat64() / math.Sqrt(hidden))
			parameters = append(parameters, &n.Out[k][i])
		}
	}
	var weight [class.NSeen]float64
	for _, s := range samples {
		weight[s.truth]++
	}
	for k := range weight {
		weight[k] = float64(len(samples)) / (float64(class.NSeen) * math.Max(weight[k], 1))
	}
	gradient := make([]float64, len(parameters))
	m, v := make([]float64, len(parameters)), make([]float64, len(parameters))
	step := 0
	for epoch := range epochs {
		now := rate * 0.5 * (1 + math.Cos(math.Pi*float64(epoch)/epochs))
		order := r.Perm(len(samples))
		for from := 0; from < len(order); from += batch {
			clear(gradient)
			some := order[from:min(from+batch, len(order))]
			for _, i := range some {
				back(n, &samples[i], weight[samples[i].truth], gradient)
			}
			step++
			for i, p := range parameters {
				g := gradient[i] / float64(len(some))
				m[i] = 0.9*m[i] + 0.1*g
				v[i] = 0.999*v[i] + 0.001*g*g
				mh, vh := m[i]/(1-math.Pow(0.9, float64(step))), v[i]/(1-math.Pow(0.999, float64(step)))
				*p -= float32(now * (mh/(math.Sqrt(vh)+1e-8) + decay*float64(*p)))
			}
		}
	}
	return n
}

func normalise(n *class.Net, samples []sample) {
	for i := range n.Mean {
		var s, q float64
		for j := range samples {
			v := float64(samples[j].look[i])
			s, q = s+v, q+v*v
		}
		count := float64(len(samples))
		mean := s / count
		n.Mean[i] = float32(mean)
		n.Scale[i] = float32(1 / math.Max(math.Sqrt(q/count-mean*mean), 1e-3))
	}
}

// back adds the gradient of one sample, in the order of fit's parameters.
func back(n *class.Net, s *sample, weight float64, gradient []float64) {
	var x [class.NFeature + 1]float64
	for i, v := range s.look {
		x[i] = float64((v - n.Mean[i]) * n.Scale[i])
	}
	x[class.NFeature] = 1
	var h [hidden + 1]float64
	h[hidden] = 1
	for j := range n.Hidden {
		sum := 0.0
		for i, w := range n.Hidden[j] {
			sum += float64(w) * x[i]
		}
		h[j] = math.Tanh(sum)
	}
	p := n.Judge(&s.look)
	var into [hidden]float64
	outAt := hidden * (class.NFeature + 1)
	for k := range p {
		// Labels are trusted to 95 %: boxes are drawn by people.
		want := 0.05 / float64(class.NSeen-1)
		if k == s.truth {
			want = 0.95
		}
		d := weight * (math.Exp(p[k]) - want)
		for j := range h {
			gradient[outAt+k*(hidden+1)+j] += d * h[j]
			if j < hidden {
				into[j] += d * float64(n.Out[k][j])
			}
		}
	}
	for j := range into {
		d := into[j] * (1 - h[j]*h[j])
		row := gradient[j*(class.NFeature+1) : (j+1)*(class.NFeature+1)]
		for i := range row {
			row[i] += d * x[i]
		}
	}
}
