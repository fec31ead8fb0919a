package client

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain is also the client that tests start as a command.
func TestMain(m *testing.M) {
	if habit, url := os.Getenv(habitVariable), os.Getenv(VariableURL); habit != "" && url != "" {
		os.Exit(comeAs(habit, url))
	}
	goleak.VerifyTestMain(m)
}
