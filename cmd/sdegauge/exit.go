package main

import (
	"context"
	"errors"
	"strings"

	"sdegauge/internal/contract"
	"sdegauge/internal/run"
)

// exitHelp is the table of exit codes as the help prints it.
const exitHelp = `Exit codes:
  0    every gate held
  1    a gate failed: a threshold, a requirement, a regression
  2    usage, or a scenario that is not valid; nothing was sent
  3    the target could not be reached or set up
  4    inconclusive: the instrument, not the server, was the limit,
       or the sample is too small
  130  interrupted; the partial report was written and says so`

// verdictError carries the exit code of a run that has a report, which has said
// why; err is what went wrong besides, nil where nothing did.
type verdictError struct {
	code int
	err  error
}

func (e verdictError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e verdictError) Unwrap() error { return e.err }

// concluded is the end of a command that came to an exit code by itself; err is what
// went wrong besides. A gate that held then is no longer said to have.
func concluded(code int, err error) error {
	if err != nil && code == contract.ExitPass {
		code = contract.ExitInconclusive
	}
	if code != contract.ExitPass {
		return verdictError{code, err}
	}
	return nil
}

// usageError is a mistake on the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// exitCode is the exit code of a command that ended with err.
func exitCode(ctx context.Context, err error) int {
	var (
		verdict verdictError
		usage   usageError
		config  *run.ConfigError
		setup   *run.SetupError
	)
	switch {
	case err == nil:
		return contract.ExitPass
	case errors.As(err, &verdict):
		return verdict.code
	case ctx.Err() != nil:
		return contract.ExitInterrupted
	case errors.As(err, &usage), errors.As(err, &config):
		return contract.ExitUsage
	case errors.As(err, &setup):
		return contract.ExitSetup
	case isCobraUsage(err):
		return contract.ExitUsage
	default:
		return contract.ExitInconclusive
	}
}

// isCobraUsage recognises the errors that the command library makes itself and
// gives no type.
func isCobraUsage(err error) bool {
	for _, start := range []string{"unknown command", "unknown flag", "unknown shorthand", "accepts ", "requires ", "required flag", "invalid argument", "flag needs"} {
		if strings.HasPrefix(err.Error(), start) {
			return true
		}
	}
	return false
}

// usageHint says where to look after a mistake on the command line.
func usageHint(err error) string {
	var usage usageError
	if errors.As(err, &usage) || isCobraUsage(err) {
		return "run sdegauge --help, or sdegauge COMMAND --help"
	}
	return ""
}
