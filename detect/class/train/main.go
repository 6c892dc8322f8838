// Command train makes detect/class/weights.bin from open data and prints how
// well it does on flights and clips that it has not seen.
//
//	go run ./detect/class/train --data FOLDER [--out detect/class/weights.bin]
//
// FOLDER holds hit-uav-test (CC BY 4.0: Suo et al. 2023) and drone-ir (CC0:
// Svanström et al. 2021); ffmpeg reads the latter's clips. It is not part of
// the product.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"

	"marsad/detect/class"
)

// sample is one look with its truth; the group is the flight or clip it is
// from: looks of one group are never split between training and test.
type sample struct {
	look  class.Look
	truth int // index into class.Seen
	group string
}

const folds = 5

func main() {
	data := flag.String("data", "", "folder with hit-uav-test and drone-ir")
	out := flag.String("out", "detect/class/weights.bin", "where the weights go")
	flag.Parse()
	if err := run(*data, *out); err != nil {
		log.Fatal(err)
	}
}

func run(data, out string) error {
	samples, err := hitUAV(filepath.Join(data, "hit-uav-test"))
	if err != nil {
		return err
	}
	more, flights, err := droneIR(filepath.Join(data, "drone-ir"))
	if err != nil {
		return err
	}
	samples = append(samples, more...)
	fold := assign(samples)
	heats(flights)
	clipFold := map[string]int{}
	for i, s := range samples {
		clipFold[s.group] = fold[i]
	}
	told := tally{}
	var confusion [class.NSeen][class.NSeen]int
	for f := range folds {
		var train []sample
		for i, s := range samples {
			if fold[i] != f {
				train = append(train, s)
			}
		}
		net := fit(train)
		for i, s := range samples {
			if fold[i] == f {
				confusion[s.truth][best(net, &s.look)]++
			}
		}
		for _, fl := range flights {
			if clipFold[fl.clip] == f {
				told.judge(net, &fl)
			}
		}
	}
	report(samples, confusion)
	told.report()
	file, err := os.Create(out)
	if err != nil {
		return err
	}
	if err := fit(samples).Write(file); err != nil {
		return err
	}
	return file.Close()
}

// assign puts whole groups into folds, each next group, the largest first,
// where its kind is rarest so far.
func assign(samples []sample) []int {
	count := map[string]*[class.NSeen]int{}
	var names []string
	for _, s := range samples {
		if count[s.group] == nil {
			count[s.group] = &[class.NSeen]int{}
			names = append(names, s.group)
		}
		count[s.group][s.truth]++
	}
	size := func(n string) (sum int) {
		for _, c := range count[n] {
			sum += c
		}
		return sum
	}
	slices.SortFunc(names, func(a, b string) int {
		if d := size(b) - size(a); d != 0 {
			return d
		}
		if a < b {
			return -1
		}
		return 1
	})
	var load [folds][class.NSeen]float64
	of := map[string]int{}
	for _, n := range names {
		bestFold, bestLoad := 0, 0.0
		for f := range folds {
			sum := 0.0
			for k, c := range count[n] {
				sum += load[f][k] * float64(c)
			}
			if f == 0 || sum < bestLoad {
				bestFold, bestLoad = f, sum
			}
		}
		of[n] = bestFold
		for k, c := range count[n] {
			load[bestFold][k] += float64(c)
		}
	}
	out := make([]int, len(samples))
	for i, s := range samples {
		out[i] = of[s.group]
	}
	fmt.Printf("%d looks of %d flights and clips, %d folds\n\n", len(samples), len(names), folds)
	return out
}

func best(n *class.Net, l *class.Look) int {
	p := n.Judge(l)
	at := 0
	for k := range p {
		if p[k] > p[at] {
			at = k
		}
	}
	return at
}

func report(samples []sample, confusion [class.NSeen][class.NSeen]int) {
	kinds := class.Seen()
	fmt.Print("| truth \\ said |")
	for _, k := range kinds {
		fmt.Printf(" %s |", k)
	}
	fmt.Print(" recall |\n|---|")
	for range len(kinds) + 1 {
		fmt.Print("---|")
	}
	fmt.Println()
	right, balanced := 0, 0.0
	for t, row := range confusion {
		sum := 0
		fmt.Printf("| %s |", kinds[t])
		for _, c := range row {
			fmt.Printf(" %d |", c)
			sum += c
		}
		right += row[t]
		recall := float64(row[t]) / float64(max(sum, 1))
		balanced += recall / float64(len(kinds))
		fmt.Printf(" %.3f |\n", recall)
	}
	fmt.Print("| precision |")
	for k := range kinds {
		sum := 0
		for t := range confusion {
			sum += confusion[t][k]
		}
		fmt.Printf(" %.3f |", float64(confusion[k][k])/float64(max(sum, 1)))
	}
	fmt.Printf(" |\n\naccuracy %.3f, mean of the recalls %.3f\n", float64(right)/float64(len(samples)), balanced)
}
