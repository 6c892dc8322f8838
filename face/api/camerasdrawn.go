package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"marsad/engine/access"
	"marsad/respond"
	"marsad/say"
)

// Dwelling that no camera may look into, drawn once by a person. Corners are
// latitude and longitude in degrees, Height metres, times Unix milliseconds.
type Dwelling struct {
	ID      string       `json:"id"`
	Name    string       `json:"name"`
	Height  float64      `json:"height"`
	Corners [][2]float64 `json:"corners"`
	By      string       `json:"by"`
	At      int64        `json:"at"`
	// Removed when, by whom and for which incident, and until when; 0 for in force.
	Removed   int64  `json:"removed,omitempty"`
	RemovedBy string `json:"removed_by,omitempty"`
	Incident  string `json:"incident,omitempty"`
	Back      int64  `json:"back,omitempty"`
}

// Nuisance is an area of a camera's picture where movers were judged to be
// nothing: proposed, or accepted by a named person until a time. Area is left,
// top, width and height, Most the largest mover's width and height, as shares of
// the picture; times are Unix milliseconds.
type Nuisance struct {
	ID     string     `json:"id,omitempty"` // empty for a proposal
	Camera string     `json:"camera"`
	Area   [4]float64 `json:"area"`
	Most   [2]float64 `json:"most"`
	Events int        `json:"events"`
	Hours  int        `json:"hours"`
	From   int64      `json:"from"`
	To     int64      `json:"to"`
	Why    say.Text   `json:"why"`

	By        string `json:"by,omitempty"`
	ByID      string `json:"by_id,omitempty"`
	Accepted  int64  `json:"accepted,omitempty"`
	Until     int64  `json:"until,omitempty"`
	Revoked   int64  `json:"revoked,omitempty"`
	RevokedBy string `json:"revoked_by,omitempty"`
	// Ended says why Marsad itself took an area off: a real mover was there.
	Ended *say.Text `json:"ended,omitempty"`
	// Refused by a named person: it is not proposed again before as much more was
	// judged there as made the proposal.
	Refused   int64  `json:"refused,omitempty"`
	RefusedBy string `json:"refused_by,omitempty"`
	// Held movers back since the server started.
	Held int `json:"held"`
	// Pose names how the camera stood, looked and drew when it was judged; Aspect is
	// the width by the height of its picture.
	Pose   string  `json:"pose,omitempty"`
	Aspect float64 `json:"aspect,omitempty"`
	// Resting says why an accepted area is not in force before its time is over.
	Resting *say.Text `json:"resting,omitempty"`
}

// Nuisances are what is proposed and what was accepted, newest first.
type Nuisances struct {
	Proposals []Nuisance `json:"proposals"`
	Areas     []Nuisance `json:"areas"`
}

// FoundCamera answered a question to the network. It is a proposal: none is
// added by itself.
type FoundCamera struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	From      string   `json:"from"` // network address
	Addresses []string `json:"addresses"`
	Known     bool     `json:"known"` // an address of it stands in the configuration
}

// FoundCameras is what answered in the time it was listened.
type FoundCameras struct {
	Found    []FoundCamera `json:"found"`
	Strange  int           `json:"strange"` // answers that could not be read
	Listened int64         `json:"listened_ms"`
}

// drawingCameras are what people draw and judge for cameras. record puts a change
// on the audit chain before it is made; its error stops it.
type drawingCameras interface {
	Dwellings() (drawn []Dwelling, configured int)
	Hide(d Dwelling, record func(Dwelling) error) (Dwelling, error)
	Unhide(id, incident, by string, record func(Dwelling) error) (Dwelling, error)
	Nuisances() Nuisances
	Quieten(camera string, area [4]float64, by, byID string, lasts time.Duration, record func(Nuisance) error) (Nuisance, error)
	Refuse(camera string, area [4]float64, by, byID string, record func(Nuisance) error) (Nuisance, error)
	Unquieten(id, by string, record func(Nuisance) error) (Nuisance, error)
	// Calibrate finds how a camera stands from places in its picture; without record
	// nothing is changed.
	Calibrate(id string, marks []CameraMark, hold []string, by string, record func(CameraCalibration) error) (CameraCalibration, error)
	// Discover asks the network once, in bounded time.
	Discover(ctx context.Context) (FoundCameras, error)
}

// maxQuiet is the longest that a quiet area lasts before a person looks again.
const maxQuiet = 90 * 24 * time.Hour

func (s *Server) drawings() {
	type none struct{}
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"cameras"}}
	}
	type dwellings struct {
		Items      []Dwelling `json:"items"`
		Configured int        `json:"configured"`
	}
	route(s, access.ReadMasks, get("dwellings", "/api/v1/dwellings", "Dwellings that no camera may look into", "cameras"),
		func(_ context.Context, a *access.Account, _ *none) (*body[dwellings], error) {
			out := dwellings{Items: []Dwelling{}}
			if s.cameras != nil {
				var drawn []Dwelling
				drawn, out.Configured = s.cameras.Dwellings()
				for _, d := range drawn {
					if s.hasHome(a, d.Corners) {
						out.Items = append(out.Items, d)
					}
				}
			}
			return &body[dwellings]{out}, nil
		})
	type drawInput struct {
		Body struct {
			Name    string       `json:"name" maxLength:"100"`
			Height  float64      `json:"height,omitempty" minimum:"0" maximum:"200" doc:"Metres; 0 for two floors."`
			Corners [][2]float64 `json:"corners" minItems:"3" maxItems:"200" doc:"Latitude and longitude in degrees."`
		}
	}
	route(s, access.DrawMasks, op("draw-dwelling", http.MethodPost, "/api/v1/dwellings", "Mask a dwelling in every camera's picture; it is put on record"),
		func(ctx context.Context, a *access.Account, in *drawInput) (*body[Dwelling], error) {
			if s.cameras == nil {
				return nil, noSuchCamera
			}
			if err := shaped(in.Body.Corners); err != nil {
				return nil, err
			}
			if !s.hasHome(a, in.Body.Corners) {
				return nil, noSuchHome
			}
			d, err := s.cameras.Hide(Dwelling{Name: in.Body.Name, Height: in.Body.Height, Corners: in.Body.Corners, By: a.Name.En}, func(d Dwelling) error {
				return s.door.Drew(ctx, a, "mask.drawn", d.ID+" "+d.Name)
			})
			return &body[Dwelling]{d}, err
		})
	type removeInput struct {
		ID   string `path:"id" maxLength:"36"`
		Body struct {
			Incident string `json:"incident" minLength:"36" maxLength:"36" doc:"The open incident that needs it."`
		}
	}
	route(s, access.Unmask, op("remove-dwelling", http.MethodPost, "/api/v1/dwellings/{id}/remove", "Take a dwelling's mask off for a day, for an open incident that it can concern; it is put on record first, and the mask comes back by itself"),
		func(ctx context.Context, a *access.Account, in *removeInput) (*body[Dwelling], error) {
			c, err := s.theCase(ctx, a, in.Body.Incident)
			if err != nil {
				return nil, err
			}
			if c.State == respond.Debriefed {
				return nil, closedIncident
			}
			if s.cameras == nil {
				return nil, noSuchCamera
			}
			drawn, _ := s.cameras.Dwellings()
			i := slices.IndexFunc(drawn, func(d Dwelling) bool { return d.ID == in.ID && s.hasHome(a, d.Corners) })
			if i < 0 {
				return nil, noSuchHome
			}
			if !s.concernsHome(a, drawn[i].Corners, &c) {
				return nil, unconcerned
			}
			d, err := s.cameras.Unhide(in.ID, c.Alert.ID.String(), a.Name.En, func(d Dwelling) error {
				return s.door.Drew(ctx, a, "mask.removed", fmt.Sprintf("%s %s for incident %s until %s", d.ID, d.Name, d.Incident, time.UnixMilli(d.Back).UTC().Format(time.RFC3339)))
			})
			return &body[Dwelling]{d}, err
		})
	s.nuisances()
	s.calibrations()
	var asking = make(chan struct{}, 1)
	route(s, access.FindCameras, op("find-cameras", http.MethodPost, "/api/v1/cameras/find", "Ask the network once which ONVIF cameras are on it; none is added"),
		func(ctx context.Context, a *access.Account, _ *none) (*body[FoundCameras], error) {
			select {
			case asking <- struct{}{}:
				defer func() { <-asking }()
			default:
				return nil, &say.Error{Code: "cameras.asking", Kind: say.Conflict,
					Text: say.Text{En: "the network is being asked already", Ar: "يجري سؤال الشبكة الآن"}, Hint: say.Text{En: "wait a few seconds", Ar: "انتظر بضع ثوانٍ"}}
			}
			if s.cameras == nil {
				return nil, noSuchCamera
			}
			if err := s.door.Drew(ctx, a, "cameras.asked", "the network for cameras"); err != nil {
				return nil, err
			}
			out, err := s.cameras.Discover(ctx)
			if out.Found == nil {
				out.Found = []FoundCamera{}
			}
			return &body[FoundCameras]{out}, err
		})
}

func (s *Server) nuisances() {
	type none struct{}
	route(s, access.ReadCameras, get("nuisances", "/api/v1/nuisances", "Areas of pictures where movers were judged to be nothing: proposed, and accepted by a person", "cameras"),
		func(_ context.Context, a *access.Account, _ *none) (*body[Nuisances], error) {
			out := Nuisances{Proposals: []Nuisance{}, Areas: []Nuisance{}}
			if s.cameras == nil {
				return &body[Nuisances]{out}, nil
			}
			all := s.cameras.Nuisances()
			mine := map[string]bool{}
			for _, r := range s.cameraRows(a) {
				mine[r.ID] = true
			}
			foreign := func(n Nuisance) bool { return !mine[n.Camera] }
			out.Proposals = append(out.Proposals, slices.DeleteFunc(all.Proposals, foreign)...)
			out.Areas = append(out.Areas, slices.DeleteFunc(all.Areas, foreign)...)
			return &body[Nuisances]{out}, nil
		})
	type acceptInput struct {
		Body struct {
			Camera string     `json:"camera" maxLength:"64"`
			Area   [4]float64 `json:"area" doc:"As proposed."`
			Days   float64    `json:"days" minimum:"0.01" maximum:"90" doc:"Until it ends by itself."`
		}
	}
	route(s, access.JudgeNuisance, huma.Operation{OperationID: "accept-nuisance", Method: http.MethodPost, Path: "/api/v1/nuisances", Tags: []string{"cameras"},
		Summary: "Accept a proposed area: what begins and stays in it and is no larger is held back, counted, until it expires; on record"},
		func(ctx context.Context, a *access.Account, in *acceptInput) (*body[Nuisance], error) {
			if !s.hasCamera(a, in.Body.Camera) {
				return nil, noSuchCamera
			}
			lasts := min(time.Duration(in.Body.Days*24*float64(time.Hour)), maxQuiet)
			n, err := s.cameras.Quieten(in.Body.Camera, in.Body.Area, a.Name.En, a.ID, lasts, func(n Nuisance) error {
				return s.door.Drew(ctx, a, "nuisance.accepted", fmt.Sprintf("%s of camera %s, %d movers judged to be nothing, until %s", n.ID, n.Camera, n.Events, time.UnixMilli(n.Until).UTC().Format(time.RFC3339)))
			})
			return &body[Nuisance]{n}, err
		})
	type refuseInput struct {
		Body struct {
			Camera string     `json:"camera" maxLength:"64"`
			Area   [4]float64 `json:"area" doc:"As proposed."`
		}
	}
	route(s, access.JudgeNuisance, huma.Operation{OperationID: "refuse-nuisance", Method: http.MethodPost, Path: "/api/v1/nuisances/refuse", Tags: []string{"cameras"},
		Summary: "Refuse a proposed area: nothing is held back, and it is not proposed again before as much more was judged there; on record"},
		func(ctx context.Context, a *access.Account, in *refuseInput) (*body[Nuisance], error) {
			if !s.hasCamera(a, in.Body.Camera) {
				return nil, noSuchCamera
			}
			n, err := s.cameras.Refuse(in.Body.Camera, in.Body.Area, a.Name.En, a.ID, func(n Nuisance) error {
				return s.door.Drew(ctx, a, "nuisance.refused", fmt.Sprintf("%s of camera %s, %d movers judged to be nothing", n.ID, n.Camera, n.Events))
			})
			return &body[Nuisance]{n}, err
		})
	type revokeInput struct {
		ID string `path:"id" maxLength:"36"`
	}
	route(s, access.JudgeNuisance, huma.Operation{OperationID: "revoke-nuisance", Method: http.MethodPost, Path: "/api/v1/nuisances/{id}/revoke", Tags: []string{"cameras"},
		Summary: "End a nuisance area at once; on record"},
		func(ctx context.Context, a *access.Account, in *revokeInput) (*body[Nuisance], error) {
			if s.cameras == nil || !slices.ContainsFunc(s.cameras.Nuisances().Areas, func(n Nuisance) bool { return n.ID == in.ID && s.hasCamera(a, n.Camera) }) {
				return nil, noSuchCamera
			}
			n, err := s.cameras.Unquieten(in.ID, a.Name.En, func(n Nuisance) error {
				return s.door.Drew(ctx, a, "nuisance.revoked", n.ID+" of camera "+n.Camera)
			})
			return &body[Nuisance]{n}, err
		})
}
