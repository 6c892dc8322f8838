package api

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/danielgtaylor/huma/v2"

	"marsad/engine/access"
	"marsad/say"
)

// cookieName of the session. HttpOnly and SameSite=Strict.
const cookieName = "marsad"

type visitorKey struct{}

// visitor is who asks: nobody, or an account with its session.
type visitor struct {
	account *access.Account
	session *access.Session
}

func whoAsks(ctx context.Context) *visitor {
	v, _ := ctx.Value(visitorKey{}).(*visitor)
	if v == nil {
		return &visitor{}
	}
	return v
}

// withVisitor finds out who asks, bounds how often, and refuses changes that a
// foreign page made a browser send.
func (s *Server) withVisitor(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, byCookie := bearer(r), false
		if token == "" {
			if c, err := r.Cookie(cookieName); err == nil {
				token, byCookie = c.Value, true
			}
		}
		if token == "" {
			next.ServeHTTP(w, r)
			return
		}
		account, session, err := s.door.Enter(r.Context(), token)
		if err != nil {
			if say.As(err).Kind != say.Denied {
				writeProblem(w, r, err)
				return
			}
			next.ServeHTTP(w, r)
			return
		}
		if !s.pace.allow(account.ID) {
			w.Header().Set("Retry-After", "1")
			p := problem(r.Context(), &say.Error{Code: "access.pace", Kind: say.Unavailable,
				Text: say.Text{En: "too many requests from this account", Ar: "طلبات كثيرة من هذا الحساب"},
				Hint: say.Text{En: "wait a second and use the live stream", Ar: "انتظر ثانية واستعمل البث المباشر"}})
			p.Status = http.StatusTooManyRequests
			w.Header().Set("Content-Type", p.ContentType(""))
			w.WriteHeader(p.Status)
			return
		}
		if byCookie && changes(r.Method) && !session.SameCSRF(r.Header.Get("X-CSRF-Token")) {
			s.door.Refused(r.Context(), account, "csrf "+r.Method+" "+r.URL.Path)
			writeProblem(w, r, &say.Error{Code: "access.csrf", Kind: say.Denied,
				Text: say.Text{En: "the request did not come from Marsad's own page", Ar: "لم يأتِ الطلب من صفحة مرصد نفسها"},
				Hint: say.Text{En: "send the csrf of /api/v1/me as X-CSRF-Token, or use a bearer token", Ar: "أعد تحميل الصفحة ثم حاول من جديد"}})
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), visitorKey{}, &visitor{account, session})))
	})
}

type addressKey struct{}

// withAddress notes where a request comes from, for the pace of passwords: the
// machine, or the 64 bits of a network that one machine may have to itself. Only a
// proxy on this machine is believed where it says for whom it asks.
func withAddress(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		port, _ := netip.ParseAddrPort(r.RemoteAddr)
		from := port.Addr().Unmap()
		if from.IsLoopback() {
			chain := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
			if told, err := netip.ParseAddr(strings.TrimSpace(chain[len(chain)-1])); err == nil {
				from = told.Unmap()
			}
		}
		where := from.WithZone("").String()
		if from.Is6() {
			if net, err := from.WithZone("").Prefix(64); err == nil {
				where = net.String()
			}
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), addressKey{}, where)))
	})
}

// fromWhere is what withAddress noted.
func fromWhere(ctx context.Context) string {
	where, _ := ctx.Value(addressKey{}).(string)
	return where
}

func changes(method string) bool {
	return method != http.MethodGet && method != http.MethodHead && method != http.MethodOptions
}

func bearer(r *http.Request) string {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return ""
	}
	return token
}

// open is the right that everybody has: only signing in needs no account.
const open access.Right = ""

// route registers an operation behind a right. There is no other way to add
// one, so that nothing is served that no table allows.
func route[I, O any](s *Server, right access.Right, op huma.Operation, handle func(context.Context, *access.Account, *I) (*O, error)) {
	op.Middlewares = append(op.Middlewares, s.guard(right, op.Method+" "+op.Path))
	s.guarded = append(s.guarded, guardedRoute{op.Method, op.Path, right})
	huma.Register(s.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, whoAsks(ctx).account, in)
		if err != nil {
			e := say.As(err)
			switch e.Kind {
			case say.Internal:
				s.log.Error("request failed", "op", op.OperationID, "error", err)
			case say.Denied:
				s.door.Refused(ctx, whoAsks(ctx).account, op.OperationID+": "+e.Code)
			}
			if soon, ok := errors.AsType[*access.TooSoon](err); ok {
				return nil, huma.ErrorWithHeaders(problem(ctx, err), http.Header{"Retry-After": {fmt.Sprint(math.Ceil(soon.Wait.Seconds()))}})
			}
			return nil, problem(ctx, err)
		}
		return out, nil
	})
}

type guardedRoute struct {
	method, path string
	right        access.Right
}

func (s *Server) guard(right access.Right, what string) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if right == open {
			next(ctx)
			return
		}
		account := whoAsks(ctx.Context()).account
		var refusal *say.Error
		switch {
		case account == nil:
			refusal = signedOut
		case !account.May(right):
			refusal = access.Denied(string(right))
			s.door.Refused(ctx.Context(), account, what)
		default:
			next(ctx)
			return
		}
		p := problem(ctx.Context(), refusal)
		ctx.SetHeader("Content-Type", p.ContentType(""))
		ctx.SetStatus(p.Status)
		writeJSON(ctx.BodyWriter(), p)
	}
}

var signedOut = &say.Error{Code: "access.signed_out", Kind: say.Denied,
	Text: say.Text{En: "nobody is signed in", Ar: "لم يسجل أحد الدخول"},
	Hint: say.Text{En: "sign in, or send a bearer token", Ar: "سجل الدخول"}}

// pace bounds how often one account asks: 50 a second with bursts of 200.
type pace struct {
	mu sync.Mutex
	by map[string]*rate.Limiter
}

func (p *pace) allow(account string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.by[account]
	if l == nil {
		if p.by == nil {
			p.by = map[string]*rate.Limiter{}
		}
		l = rate.NewLimiter(rate.Every(20*time.Millisecond), 200)
		p.by[account] = l
	}
	return l.Allow()
}
