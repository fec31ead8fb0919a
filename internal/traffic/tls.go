package traffic

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
)

// TLSFiles say whom a target's certificate is held against and what this side
// shows. There is deliberately no switch that trusts anything: a server with a
// certificate of its own is measured by naming its CA file.
type TLSFiles struct {
	// CA is a PEM file whose certificates are trusted, instead of the system's.
	CA string
	// Certificate and Key are PEM files of the client certificate; both or none.
	Certificate, Key string
	// ServerName is the name the certificate must carry; empty: the target's host.
	ServerName string
}

// Config reads the files. Its errors name the file and what is wrong with it.
func (f TLSFiles) Config() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: f.ServerName}
	if f.CA != "" {
		pem, err := os.ReadFile(f.CA)
		if err != nil {
			return nil, fmt.Errorf("cannot read the CA file: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("the CA file %s holds no PEM certificate", f.CA)
		}
	}
	if (f.Certificate == "") != (f.Key == "") {
		return nil, errors.New("a client certificate needs both its certificate file and its key file")
	}
	if f.Certificate != "" {
		pair, err := tls.LoadX509KeyPair(f.Certificate, f.Key)
		if err != nil {
			return nil, fmt.Errorf("cannot load the client certificate %s with the key %s: %w", f.Certificate, f.Key, err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}
