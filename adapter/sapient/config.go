package sapient

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"time"

	"marsad/geo"
	"marsad/say"
	"marsad/sense"
)

// Config of a server. The zero value listens on the loopback address.
type Config struct {
	// Addr to listen on, "127.0.0.1:5020" if empty; port 0 takes a free one.
	Addr string
	// NodeID is our own id, a UUID version 4; drawn anew if empty.
	NodeID string
	// CertFile and KeyFile (PEM) switch TLS on; ClientCAFile demands client
	// certificates signed by one of its authorities.
	CertFile, KeyFile, ClientCAFile string
	// MaxMessage in bytes (1 MiB), MaxRate in messages a second of one node, above
	// which its reader is slowed down (2000, twice as many at once), MaxClients at
	// once (4096), IdleTimeout after which a silent connection is closed (2
	// minutes, and never below three status intervals), Gap that closes a scan
	// (200 ms, in Now's time).
	MaxMessage  int
	MaxRate     int
	MaxClients  int
	IdleTimeout time.Duration
	Gap         time.Duration
	// Own maps the node ids of own patrols to their units: the roster. A node
	// that is not in it is never taken for own forces.
	Own map[sense.SensorID]string
	// Ground finds heights for positions that have none; may be nil.
	Ground sense.Ground
	// Geoid gives the geoid's height above the ellipsoid in metres; without it,
	// heights above the geoid are taken as they are with a wider error.
	Geoid func(geo.Point) (metres float64, ok bool)
	// Declination gives the magnetic declination in radians, positive east;
	// without it, azimuths from magnetic north are refused.
	Declination func(geo.Point, time.Time) (radians float64, ok bool)
	// Now is the engine's clock; time.Now if nil.
	Now func() time.Time
	// AtWall gives the engine's time at a wall time where Now is the clock of a
	// simulated world: real nodes beside the simulated ones keep the wall's time.
	AtWall func(time.Time) time.Time
}

const (
	defaultAddr = "127.0.0.1:5020" // the port that SAPIENT middleware uses by custom
	// greetingTime to register in, real time.
	greetingTime = 30 * time.Second
)

func (c Config) withDefaults() Config {
	if c.Addr == "" {
		c.Addr = defaultAddr
	}
	if c.NodeID == "" {
		c.NodeID = randomNodeID()
	}
	if c.MaxMessage <= 0 {
		c.MaxMessage = DefaultMaxMessage
	}
	if c.MaxRate <= 0 {
		c.MaxRate = 2000
	}
	if c.MaxClients <= 0 {
		c.MaxClients = 4096
	}
	if c.IdleTimeout <= 0 {
		c.IdleTimeout = 2 * time.Minute
	}
	if c.Gap <= 0 {
		c.Gap = DefaultGap
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// CheckFiles reads the certificates that a configuration names and says what is
// wrong with them.
func CheckFiles(c Config) error {
	_, err := c.tls()
	return err
}

// tls builds the server's TLS settings; nil without a certificate.
func (c *Config) tls() (*tls.Config, error) {
	if c.CertFile == "" && c.KeyFile == "" && c.ClientCAFile == "" {
		return nil, nil
	}
	pair, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
	if err != nil {
		return nil, configError("the SAPIENT certificate or its key cannot be used", "تعذر استخدام شهادة SAPIENT أو مفتاحها", err)
	}
	t := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	if c.ClientCAFile != "" {
		pem, err := os.ReadFile(c.ClientCAFile)
		if err != nil {
			return nil, configError("the file of client authorities cannot be read", "تعذرت قراءة ملف جهات إصدار الشهادات", err)
		}
		t.ClientCAs = x509.NewCertPool()
		if !t.ClientCAs.AppendCertsFromPEM(pem) {
			return nil, configError("the file of client authorities holds no certificate", "ملف جهات الإصدار لا يحوي أي شهادة", fmt.Errorf("%s", c.ClientCAFile))
		}
		t.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return t, nil
}

func configError(en, ar string, cause error) error {
	return &say.Error{Code: "sapient.config", Kind: say.Invalid, Text: say.Text{En: en, Ar: ar}, Cause: cause,
		Hint: say.Text{En: "check the sapient section of the configuration", Ar: "دقق قسم sapient في الإعدادات"}}
}
