package command

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"marsad/border"
	"marsad/say"
	"marsad/sim"
	"marsad/sim/scn"
	"marsad/sim/video"
)

// SimCmd runs the simulated world against a SAPIENT port.
type SimCmd struct {
	Connect  string    `default:"127.0.0.1:5020" help:"The SAPIENT port, host:port."`
	Scenario string    `default:"family" help:"Name of a scenario, or a *.scn file."`
	Speed    float64   `default:"1" help:"How many times as fast as real time."`
	Start    time.Time `help:"Simulated instant at the anchor (RFC 3339); without it the scenario begins now."`
	Anchor   time.Time `help:"Real instant that the start belongs to (RFC 3339); without it, now."`
	Seed     uint64    `default:"1" help:"Decides every chance."`
	Recorded string    `type:"existingdir" env:"MARSAD_RECORDED" help:"Folder with recorded movements (GPX, CSV)."`
	Whole    bool      `help:"Lay the sensors along the whole line, whatever stretch the scenario asks for."`
	Orders   bool      `help:"Read orders to units from standard input, one JSON object a line: {\"unit\":\"patrol-041\",\"chainage\":38400,\"offset\":150}; end with it."`
	Video    string    `help:"Where simulated thermal cameras give their pictures, host:port; without it there are none."`
	Once     bool      `help:"End with the scenario."`
	TLSCA    string    `name:"tls-ca" type:"existingfile" help:"Trust this authority (PEM) and speak TLS."`
	TLSCert  string    `name:"tls-cert" type:"existingfile" help:"Client certificate (PEM)."`
	TLSKey   string    `name:"tls-key" type:"existingfile" help:"Its key (PEM)."`
}

// Run plays until it is interrupted.
func (c *SimCmd) Run(s *Streams) error {
	scene, err := sceneOf(c.Scenario)
	if err != nil {
		return err
	}
	secure, err := c.tls()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if c.Whole && !scene.Empty {
		scene.From, scene.To = border.Default().Whole().From, border.Default().Whole().To
	}
	o := sim.Options{
		Addr: c.Connect, TLS: secure, Scenario: scene, Seed: c.Seed, Start: c.Start, Anchor: c.Anchor, Speed: c.Speed, Once: c.Once,
		Log: slog.New(slog.NewTextHandler(s.Err, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	if c.Video != "" {
		end, err := c.film(ctx, &o, s)
		if err != nil {
			return err
		}
		defer end()
	}
	o.Radio = func(at time.Time, w scn.Words) {
		from := "radio"
		if w.Claim {
			from = "unverified claim"
		}
		fmt.Fprintf(s.Err, "%s  %s, %s, at km %v %+.0f: %s / %s\n", at.In(scn.Zone).Format("15:04:05"), from, w.From,
			w.Place.Chainage, float64(w.Place.Offset), w.Text.En, w.Text.Ar)
	}
	if c.Recorded != "" {
		o.Recorded = sim.InFolder(os.DirFS(c.Recorded))
	}
	if c.Orders {
		orders := make(chan sim.Order)
		go func() {
			readOrders(ctx, os.Stdin, orders, o.Log)
			stop() // who gave orders has gone: a simulator is nobody's orphan
		}()
		o.Orders = orders
	}
	return sim.Run(ctx, o)
}

// film lets simulated cameras give their pictures until the context ends; end
// waits for that.
func (c *SimCmd) film(ctx context.Context, o *sim.Options, s *Streams) (end func(), err error) {
	on, err := net.Listen("tcp", c.Video)
	if err != nil {
		return nil, &say.Error{Code: "sim.video", Kind: say.Unavailable, Cause: err,
			Text: say.Text{En: "the cameras' address cannot be used: " + c.Video, Ar: "تعذر استعمال عنوان الكاميرات: " + say.LTR(c.Video)},
			Hint: say.Text{En: "give another host:port with --video", Ar: "أعطِ عنواناً آخر بالخيار " + say.LTR("--video")}}
	}
	o.Estate = wholeEstate()
	if o.Anchor.IsZero() {
		o.Anchor = time.Now()
	}
	if o.Start.IsZero() {
		o.Start = o.Anchor
	}
	start, anchor, speed := o.Start, o.Anchor, o.Speed
	studio := video.New(video.Cameras(o.Estate), c.Seed, func() time.Time {
		return start.Add(time.Duration(float64(time.Since(anchor)) * speed))
	})
	o.Truth = studio.Show
	ctx, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := studio.Serve(ctx, on); err != nil {
			fmt.Fprintln(s.Err, "marsad: the simulated cameras ended:", err)
		}
	}()
	return func() { stop(); <-done }, nil
}

// wholeEstate is the estate that demo and simulator share.
func wholeEstate() *sim.Estate {
	return sim.NewEstate(border.Default(), sim.EstateSeed, func(at border.Chainage) string {
		section, _ := border.SectionAt(at)
		return section.ID
	})
}

// sceneOf reads a scenario by its name or from a file.
func sceneOf(name string) (*scn.Scenario, error) {
	if b, err := os.ReadFile(name); err == nil {
		return scn.Parse(string(b))
	}
	return sim.Scenario(name)
}

// readOrders passes orders on, line by line; what cannot be read is said and
// left out.
func readOrders(ctx context.Context, in io.Reader, out chan<- sim.Order, log *slog.Logger) {
	defer close(out)
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		var o sim.Order
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			log.Warn("an order could not be read", "error", err)
			continue
		}
		select {
		case out <- o:
		case <-ctx.Done():
			return
		}
	}
}

func (c *SimCmd) tls() (*tls.Config, error) {
	if c.TLSCA == "" && c.TLSCert == "" {
		return nil, nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.TLSCA != "" {
		pem, err := os.ReadFile(c.TLSCA)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, tlsError(nil)
		}
	}
	if c.TLSCert != "" {
		pair, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
		if err != nil {
			return nil, tlsError(err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

func tlsError(cause error) error {
	return &say.Error{
		Code: "sim.tls", Kind: say.Invalid, Cause: cause,
		Text: say.Text{En: "the certificates cannot be used", Ar: "تعذر استعمال الشهادات"},
		Hint: say.Text{En: "--tls-ca, --tls-cert and --tls-key are PEM files; the last two belong together", Ar: "الملفات بصيغة PEM ويجب أن تتطابق الشهادة ومفتاحها"},
	}
}
