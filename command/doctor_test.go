package command

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marsad/engine/config"
)

// A certificate that ends within a month is to be renewed now: on a site without
// internet nothing does so by itself.
func TestDoctorSaysWhenCertificatesEnd(t *testing.T) {
	now := time.Now()
	path := filepath.Join(t.TempDir(), "page.pem")
	for days, want := range map[int]bool{-1: false, 10: false, 29: false, 40: true, 800: true} {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		until := now.Add(time.Duration(days) * 24 * time.Hour)
		cert := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "marsad.site"}, NotBefore: now.Add(-48 * time.Hour), NotAfter: until}
		der, err := x509.CreateCertificate(rand.Reader, cert, cert, &key.PublicKey, key)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		c := config.Default()
		c.TLS.Cert = path
		found := lookAtCertificates(c, now)
		if len(found) != 1 || found[0].well != want || !strings.Contains(found[0].what.En, until.UTC().Format(time.DateOnly)) || !strings.Contains(found[0].what.Ar, "marsad.site") || !want && found[0].mend.Ar == "" {
			t.Errorf("%d days: %+v", days, found)
		}
	}
	if found := lookAtCertificates(config.Default(), now); len(found) != 0 {
		t.Errorf("without certificates: %+v", found)
	}
}
