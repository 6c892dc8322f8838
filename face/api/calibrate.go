package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"marsad/engine/access"
)

// CameraMark is a place in the world and where a person clicked it in a camera's
// picture: X and Y as shares of the picture from the left above, degrees, Above
// metres over the ground there, Error 1σ of the place in metres.
type CameraMark struct {
	Name  string  `json:"name" maxLength:"60"`
	X     float64 `json:"x" minimum:"0" maximum:"1"`
	Y     float64 `json:"y" minimum:"0" maximum:"1"`
	Lat   float64 `json:"lat" minimum:"-90" maximum:"90"`
	Lon   float64 `json:"lon" minimum:"-180" maximum:"180"`
	Above float64 `json:"above,omitempty" minimum:"0" maximum:"500"`
	Error float64 `json:"error,omitempty" minimum:"0" maximum:"100"`
}

// CameraAngles is how a camera stands and how wide it sees, in degrees, with 1σ.
type CameraAngles struct {
	Azimuth    float64 `json:"azimuth"`
	Tilt       float64 `json:"tilt"`
	Roll       float64 `json:"roll"`
	Horizontal float64 `json:"horizontal"`
	Vertical   float64 `json:"vertical"`
	Errors     struct {
		Azimuth float64 `json:"azimuth"`
		Tilt    float64 `json:"tilt"`
		Roll    float64 `json:"roll"`
		Field   float64 `json:"field"`
	} `json:"errors"`
}

// CameraResidual is how far, in pixels, a mark was clicked from where the calibrated
// camera shows it. Doubtful ones lie further off than their errors explain; Unseen
// ones are not in its picture.
type CameraResidual struct {
	Name     string  `json:"name"`
	DX       float64 `json:"dx"`
	DY       float64 `json:"dy"`
	Doubtful bool    `json:"doubtful,omitempty"`
	Unseen   bool    `json:"unseen,omitempty"`
}

// CameraCalibration is what marks tell of a camera. Before and After are root mean
// squares of the residuals in pixels, Before -1 where a mark was not in the picture.
type CameraCalibration struct {
	CameraAngles
	Width     int              `json:"width"`
	Height    int              `json:"height"`
	Before    float64          `json:"before"`
	After     float64          `json:"after"`
	Residuals []CameraResidual `json:"residuals"`
	Assumed   bool             `json:"assumed,omitempty"` // the ground was taken for flat
	Accepted  bool             `json:"accepted,omitempty"`
}

// CameraStanding says who accepted a camera's calibration, when (Unix milliseconds),
// on how many marks and with which root mean square in pixels.
type CameraStanding struct {
	By    string  `json:"by"`
	At    int64   `json:"at"`
	After float64 `json:"after"`
	Marks int     `json:"marks"`
}

func (s *Server) calibrations() {
	type input struct {
		ID   string `path:"id" maxLength:"64"`
		Body struct {
			Marks  []CameraMark `json:"marks" minItems:"1" maxItems:"200"`
			Hold   []string     `json:"hold,omitempty" maxItems:"4" enum:"azimuth,tilt,roll,field" doc:"Left as it is."`
			Accept bool         `json:"accept,omitempty" doc:"Take it for the right one; false changes nothing."`
		}
	}
	route(s, access.DrawMasks, huma.Operation{OperationID: "calibrate-camera", Method: http.MethodPost, Path: "/api/v1/cameras/{id}/calibrate", Tags: []string{"cameras"},
		Summary: "How a camera stands, from places that a person clicked in its picture; accepted, it is put on record and in force from the next picture on"},
		func(ctx context.Context, a *access.Account, in *input) (*body[CameraCalibration], error) {
			if !s.hasCamera(a, in.ID) {
				return nil, noSuchCamera
			}
			var record func(CameraCalibration) error
			if in.Body.Accept {
				record = func(c CameraCalibration) error {
					return s.door.Drew(ctx, a, "camera.calibrated", fmt.Sprintf("%s by %d marks, %.1f pixels: azimuth %.2f tilt %.2f roll %.2f field %.2f", in.ID, len(c.Residuals), c.After, c.Azimuth, c.Tilt, c.Roll, c.Horizontal))
				}
			}
			out, err := s.cameras.Calibrate(in.ID, in.Body.Marks, in.Body.Hold, a.Name.En, record)
			out.Accepted = in.Body.Accept && err == nil
			return &body[CameraCalibration]{out}, err
		})
}
