package say

import "fmt"

// Guard lets a library read bytes from outside and gives a panic of it as an error:
// whatever stands in a file that a person wrote, it must not end the program.
func Guard(read func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the file is shaped as nothing that can be read here (%v): look for a tag that begins with !, an alias, or a list in the wrong place", p)
		}
	}()
	return read()
}
