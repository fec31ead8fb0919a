package traffic

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"sdegauge/internal/shell"
)

// masked stands for what is secret.
const masked = "***"

// leastSecret is the shortest value that is masked wherever it stands; a shorter
// one is masked in its field alone.
const leastSecret = 8

// Line is a line for a POSIX shell that sends what a script sends, with nc or,
// over TLS, with openssl: to be repeated by hand. Where the script waits for a
// response, the line waits for a while. The values of the options' own fields are
// masked, and redact, where it is not nil, takes out of the bytes what else is
// secret; but for that the bytes are the same.
func (x *RawExchanger) Line(script RawScript, redact func([]byte) []byte) string {
	steps, note := x.maskSteps(script.Steps, redact)
	var parts []string
	ending := StayOn
	for _, s := range steps {
		if pause := s.Pause + s.Continue; pause > 0 {
			parts = append(parts, "sleep "+seconds(pause))
		} else if s.After > 0 {
			parts = append(parts, "sleep 1")
		}
		if len(s.Bytes) > 0 {
			parts = append(parts, "printf "+shell.Printf(s.Bytes))
		}
		ending = max(ending, s.End)
	}
	from := strings.Join(parts, "; ")
	switch len(parts) {
	case 0:
		from = "printf ''"
	case 1:
	default:
		from = "{ " + from + "; }"
	}
	return from + " | " + x.peer(script, ending) + endings[ending] + note
}

// endings say what the line cannot do.
var endings = map[RawHangUp]string{
	HangUp: " # then hang up at once",
	Abort:  " # then reset the connection at once",
}

// maskSteps hides secrets in what the steps send. A secret that is spread over
// steps is found only in all their bytes together: then these are one step.
func (x *RawExchanger) maskSteps(steps []RawStep, redact func([]byte) []byte) (shown []RawStep, note string) {
	var all, apart []byte
	ending := StayOn
	for _, s := range steps {
		all = append(all, s.Bytes...)
		s.Bytes = x.mask(s.Bytes, redact)
		apart = append(apart, s.Bytes...)
		shown = append(shown, s)
		ending = max(ending, s.End)
	}
	if together := x.mask(all, redact); !bytes.Equal(together, apart) {
		return []RawStep{{Bytes: together, End: ending}}, " # pauses left out, for a secret is spread over them"
	}
	return shown, ""
}

// mask hides secrets in a copy of b.
func (x *RawExchanger) mask(b []byte, redact func([]byte) []byte) []byte {
	for _, f := range x.secrets {
		if len(f.Value) >= leastSecret {
			b = bytes.ReplaceAll(b, []byte(f.Value), []byte(masked))
		} else if f.Value != "" {
			b = bytes.ReplaceAll(b, []byte(f.Name+": "+f.Value+"\r\n"), []byte(f.Name+": "+masked+"\r\n"))
		}
	}
	if redact != nil {
		b = redact(bytes.Clone(b))
	}
	return b
}

// seconds writes a duration as sleep takes it.
func seconds(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64)
}

// tlsFlags are the flags of openssl s_client by version.
var tlsFlags = map[uint16]string{
	tls.VersionTLS10: " -tls1", tls.VersionTLS11: " -tls1_1", tls.VersionTLS12: " -tls1_2", tls.VersionTLS13: " -tls1_3",
}

// peer is the command that takes the bytes to the target.
func (x *RawExchanger) peer(script RawScript, ending RawHangUp) string {
	_, port, _ := net.SplitHostPort(x.to.hostport)
	if script.ClearPort != "" {
		port = script.ClearPort
	}
	if x.to.handshake == nil || script.ClearPort != "" {
		command := "nc "
		if ending == HalfClose {
			command = "nc -N "
		}
		return command + shell.Word(x.to.hostname) + " " + shell.Word(port)
	}
	command := fmt.Sprintf("openssl s_client -quiet -connect %s -alpn http/1.1", shell.Word(x.to.hostport))
	// A server name is a name: an address is never sent.
	if name := x.to.handshake.ServerName; net.ParseIP(name) == nil {
		command += " -servername " + shell.Word(name)
	}
	for _, file := range []struct{ flag, path string }{
		{"-CAfile", x.files.CA}, {"-cert", x.files.Certificate}, {"-key", x.files.Key},
	} {
		if file.path != "" {
			command += " " + file.flag + " " + shell.Word(file.path)
		}
	}
	return command + tlsFlags[script.TLS]
}
