package client

import (
	"os"
	"os/signal"
	"testing"

	"go.uber.org/goleak"
)

// TestMain is also the client that tests start as a command.
func TestMain(m *testing.M) {
	if habit, url := os.Getenv(habitVariable), os.Getenv(VariableURL); habit != "" && url != "" {
		os.Exit(comeAs(habit, url))
	}
	if signal.Ignored(os.Interrupt) {
		// A shell ignores it for what runs in its background, and the commands of
		// the tests would inherit that.
		signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	}
	goleak.VerifyTestMain(m)
}
