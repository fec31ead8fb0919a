package mutantmatrix

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"
)

// certificate is a server's of this machine, and the file by which a client
// trusts it.
type certificate struct {
	server *tls.Config
	file   string
}

func selfSigned() (*certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make a certificate: %w", err)
	}
	file, err := os.CreateTemp("", "sdegauge-mutants-*.pem")
	if err != nil {
		return nil, err
	}
	err = pem.Encode(file, &pem.Block{Type: "CERTIFICATE", Bytes: der})
	if closing := file.Close(); err == nil {
		err = closing
	}
	c := &certificate{
		server: &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, file: file.Name(),
	}
	if err != nil {
		c.remove()
		return nil, err
	}
	return c, nil
}

// remove removes the file. One that stays is a certificate of an hour, and
// nobody's key.
func (c *certificate) remove() { _ = os.Remove(c.file) }
