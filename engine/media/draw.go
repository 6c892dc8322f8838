package media

import (
	"bytes"
	"image"
	"image/jpeg"
)

// draw makes a JPEG of a picture, with its boxes if wanted. A simulated
// picture carries bars at its edges, in the clip as in the stills.
func draw(p picture, boxes bool) ([]byte, error) {
	img := p.gray
	if boxes && len(p.boxes) > 0 || p.simulated {
		img = image.NewGray(p.gray.Rect)
		copy(img.Pix, p.gray.Pix)
	}
	if boxes {
		for _, b := range p.boxes {
			outline(img, b.X-2, b.Y-2, b.X+b.W+1, b.Y+b.H+1)
		}
	}
	if p.simulated {
		bars(img)
	}
	var out bytes.Buffer
	err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 80})
	return out.Bytes(), err
}

// outline draws a white rectangle with a black one around it, to be seen on
// any ground.
func outline(img *image.Gray, left, top, right, bottom int) {
	for i, v := range []uint8{255, 0} {
		l, t, r, b := left-i, top-i, right+i, bottom+i
		for x := l; x <= r; x++ {
			set(img, x, t, v)
			set(img, x, b, v)
		}
		for y := t; y <= b; y++ {
			set(img, l, y, v)
			set(img, r, y, v)
		}
	}
}

// bars marks a simulated picture along its upper edge.
func bars(img *image.Gray) {
	for y := range min(6, img.Rect.Dy()) {
		for x := range img.Rect.Dx() {
			v := uint8(0)
			if (x+y)/8%2 == 0 {
				v = 255
			}
			set(img, x, y, v)
		}
	}
}

func set(img *image.Gray, x, y int, v uint8) {
	if image.Pt(x, y).In(img.Rect) {
		img.Pix[y*img.Stride+x] = v
	}
}
