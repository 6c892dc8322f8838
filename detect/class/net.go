package class

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

//go:embed weights.bin
var weights []byte

// seen are the kinds that the network tells apart by a look. Animal is not
// among them: there is none in the data.
var seen = [...]Kind{Person, Group, Vehicle, SlowAir, Bird, Unknown}

// NSeen is the number of outputs of the network.
const NSeen = len(seen)

// Net is one hidden layer of tanh and a soft maximum.
type Net struct {
	Mean, Scale [NFeature]float32
	// Hidden[h] weighs the features, its last value is the bias; Out[k] the
	// hidden values likewise.
	Hidden [][NFeature + 1]float32
	Out    [NSeen][]float32
}

// Default is the network that comes with Marsad.
func Default() (*Net, error) { return ReadNet(bytes.NewReader(weights)) }

const magic = "MCN1"

// ErrNet is returned for bytes that are no network of this version.
var ErrNet = errors.New("these bytes are no network for this version: train it anew with detect/class/train")

// ReadNet reads weights: magic, features, hidden and outputs as uint16, then
// float32, little endian. It refuses what does not fit or is not finite.
func ReadNet(r io.Reader) (*Net, error) {
	var head [10]byte
	if _, err := io.ReadFull(r, head[:]); err != nil || string(head[:4]) != magic {
		return nil, ErrNet
	}
	u := func(i int) int { return int(binary.LittleEndian.Uint16(head[i:])) }
	hidden := u(6)
	if u(4) != NFeature || u(8) != NSeen || hidden < 1 || hidden > 256 {
		return nil, fmt.Errorf("%d features, %d hidden, %d kinds: %w", u(4), hidden, u(8), ErrNet)
	}
	n := &Net{Hidden: make([][NFeature + 1]float32, hidden)}
	parts := []any{&n.Mean, &n.Scale, n.Hidden}
	for k := range n.Out {
		n.Out[k] = make([]float32, hidden+1)
		parts = append(parts, n.Out[k])
	}
	for _, p := range parts {
		if err := binary.Read(r, binary.LittleEndian, p); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNet, err)
		}
	}
	if !n.finite() {
		return nil, fmt.Errorf("a weight is not finite: %w", ErrNet)
	}
	return n, nil
}

// Write writes weights as ReadNet reads them.
func (n *Net) Write(w io.Writer) error {
	head := []byte(magic)
	for _, v := range []int{NFeature, len(n.Hidden), NSeen} {
		head = binary.LittleEndian.AppendUint16(head, uint16(v))
	}
	parts := []any{head, &n.Mean, &n.Scale, n.Hidden}
	for k := range n.Out {
		parts = append(parts, n.Out[k])
	}
	for _, p := range parts {
		if err := binary.Write(w, binary.LittleEndian, p); err != nil {
			return err
		}
	}
	return nil
}

func (n *Net) finite() bool {
	sum := 0.0
	for i := range n.Mean {
		sum += float64(n.Mean[i]) + float64(n.Scale[i])
	}
	for i := range n.Hidden {
		for _, v := range n.Hidden[i] {
			sum += float64(v)
		}
	}
	for k := range n.Out {
		for _, v := range n.Out[k] {
			sum += float64(v)
		}
	}
	return !math.IsNaN(sum) && !math.IsInf(sum, 0)
}

// Judge gives the logarithm of the probability of each seen kind, all kinds
// being as likely before.
func (n *Net) Judge(l *Look) (out [NSeen]float64) {
	hidden := make([]float64, len(n.Hidden))
	for h := range n.Hidden {
		w := &n.Hidden[h]
		sum := float64(w[NFeature])
		for i, v := range l {
			sum += float64(w[i]) * float64((v-n.Mean[i])*n.Scale[i])
		}
		hidden[h] = math.Tanh(sum)
	}
	top := math.Inf(-1)
	for k := range out {
		w := n.Out[k]
		sum := float64(w[len(hidden)])
		for h, v := range hidden {
			sum += float64(w[h]) * v
		}
		out[k] = sum
		top = math.Max(top, sum)
	}
	total := 0.0
	for _, v := range out {
		total += math.Exp(v - top)
	}
	for k := range out {
		out[k] -= top + math.Log(total)
	}
	return out
}

// Seen gives the kinds of a network's outputs in order.
func Seen() []Kind { return append([]Kind(nil), seen[:]...) }
