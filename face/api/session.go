package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"marsad/engine/access"
)

type signInInput struct {
	Device string `cookie:"marsad-device" maxLength:"2048" doc:"What an earlier sign-in in this browser set: who tries passwords elsewhere does not keep it waiting."`
	Body   struct {
		Name     string `json:"name" maxLength:"128"`
		Password string `json:"password" maxLength:"1024"`
	}
}

type signInOutput struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      Me
}

// deviceCookie of a browser in which somebody signed in. It lets nobody in.
const (
	deviceCookie = "marsad-device"
	signInPath   = "/api/v1/sign-in"
)

type meOutput struct{ Body Me }

func (s *Server) sessions() {
	route(s, open, huma.Operation{OperationID: "sign-in", Method: http.MethodPost, Path: signInPath,
		Summary: "Sign in with a name and a password", Tags: []string{"access"}},
		func(ctx context.Context, _ *access.Account, in *signInInput) (*signInOutput, error) {
			entry, err := s.door.SignIn(ctx, access.Attempt{Login: in.Body.Name, Password: in.Body.Password, Address: fromWhere(ctx), Device: in.Device})
			if err != nil {
				return nil, err
			}
			_, session, err := s.door.Enter(ctx, entry.Token)
			if err != nil {
				return nil, err
			}
			device := s.cookie(entry.Device, s.frame.Wall().Add(access.DeviceFor))
			device.Name, device.Path = deviceCookie, signInPath
			return &signInOutput{SetCookie: []http.Cookie{s.cookie(entry.Token, session.Expires), device}, Body: s.me(entry.Account, session)}, nil
		})
	route(s, access.ReadLine, huma.Operation{OperationID: "me", Method: http.MethodGet, Path: "/api/v1/me",
		Summary: "Who is signed in, and the token that changes need", Tags: []string{"access"}},
		func(ctx context.Context, a *access.Account, _ *struct{}) (*meOutput, error) {
			return &meOutput{Body: s.me(a, whoAsks(ctx).session)}, nil
		})
	type signOutOutput struct {
		SetCookie http.Cookie `header:"Set-Cookie"`
	}
	route(s, access.ReadLine, huma.Operation{OperationID: "sign-out", Method: http.MethodPost, Path: "/api/v1/sign-out",
		Summary: "End this session", Tags: []string{"access"}, DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, _ *access.Account, _ *struct{}) (*signOutOutput, error) {
			return &signOutOutput{s.cookie("", time.Unix(1, 0))}, s.door.SignOut(ctx, whoAsks(ctx).session)
		})
	// The link that demo and an administrator's command print: it turns a token
	// into a cookie and goes to the page. A plain handler, since it answers a
	// browser and not a program.
	s.mux.HandleFunc("GET /sign-in", func(w http.ResponseWriter, r *http.Request) {
		token := r.URL.Query().Get("token")
		account, session, err := s.door.Enter(r.Context(), token)
		if err == nil {
			c := s.cookie(token, session.Expires)
			http.SetCookie(w, &c)
		}
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Referrer-Policy", "no-referrer")
		http.Redirect(w, r, landing(account), http.StatusSeeOther)
	})
}

// landing is the page that an account begins with: a patrol's is its own, and an administrator sees no alerts.
func landing(a *access.Account) string {
	if a != nil && slices.Equal(a.Roles, []access.Role{access.Field}) {
		return "/field"
	}
	if a != nil && slices.Equal(a.Roles, []access.Role{access.Administrator}) {
		return "/administration"
	}
	return "/"
}

func (s *Server) cookie(token string, expires time.Time) http.Cookie {
	return http.Cookie{Name: cookieName, Value: token, Path: "/", Expires: expires,
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: s.secure}
}

func (s *Server) me(a *access.Account, session *access.Session) Me {
	me := Me{ID: a.ID, Name: a.Name, Rank: a.Rank, Roles: a.Roles, Sections: a.Sections, Deputy: a.Deputy, CSRF: session.CSRF()}
	me.Home = s.homeOf(a)
	for _, r := range a.Rights() {
		me.Rights = append(me.Rights, string(r))
	}
	return me
}
