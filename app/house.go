package app

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"os"
	"strings"
	"time"

	"marsad/engine/config"
	"marsad/face/api"
	"marsad/record"
)

// houseOf shows an administrator how the record and the doors are kept.
type houseOf struct{ app *App }

func (h houseOf) Keeping(ctx context.Context) (api.Keeping, error) {
	a := h.app
	signed, err := a.store.Head(ctx)
	if err != nil {
		return api.Keeping{}, err
	}
	head, _, err := record.OpenHead(signed, []string{a.store.Key()})
	if err != nil {
		return api.Keeping{}, err
	}
	handed, err := a.store.Heads()
	if err != nil {
		return api.Keeping{}, err
	}
	c := a.config
	k := api.Keeping{
		Head:         api.HeadRow{Entries: head.Size, At: head.At.UnixMilli(), Root: head.Root.String(), Key: a.store.Key(), Signed: string(signed)},
		PersonalDays: c.Retention.PersonalDays, LogHours: time.Duration(c.Log.Keep).Hours(), LogBytes: c.Log.MaxBytes,
		Page: a.secure, Sapient: c.Sapient.TLS.Cert != "", Demands: c.Sapient.TLS.ClientCA != "", Outside: c.Heads != "",
		Certificates: Certificates(c), Nodes: int(a.sapient.Counters().Open),
	}
	if n := len(handed); n > 0 {
		k.HandedOut = strings.TrimSuffix(handed[n-1].Name, ".head")
	}
	return k, nil
}

// Certificates lists those that the configuration names for the page and for SAPIENT,
// with what is wrong with a file in place of what cannot be read.
func Certificates(c config.Config) []api.Certificate {
	out := []api.Certificate{}
	for _, f := range []struct{ use, path string }{{"page", c.TLS.Cert}, {"sapient", c.Sapient.TLS.Cert}, {"sapient-clients", c.Sapient.TLS.ClientCA}} {
		if f.path != "" {
			out = append(out, certificatesOf(f.use, f.path)...)
		}
	}
	return out
}

// certificatesOf reads the certificates of a PEM file. What cannot be read is a
// row that says so: it is what an administrator looks for.
func certificatesOf(use, path string) (out []api.Certificate) {
	b, err := os.ReadFile(path)
	if err != nil {
		return []api.Certificate{{Use: use, Trouble: err.Error()}}
	}
	for block, rest := pem.Decode(b); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			out = append(out, api.Certificate{Use: use, Trouble: err.Error()})
			continue
		}
		out = append(out, api.Certificate{Use: use, Subject: cert.Subject.String(), Until: cert.NotAfter.UnixMilli()})
	}
	if out == nil {
		out = []api.Certificate{{Use: use, Trouble: "no certificate in the file"}}
	}
	return out
}
