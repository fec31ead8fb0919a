package scenarios

import (
	"embed"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"sdegauge/internal/spelling"
)

//go:embed smoke.yaml steady.yaml launch.yaml spike.yaml soak.yaml mixed.yaml outage.yaml
var shipped embed.FS

// shippedNames are the shipped scenarios in the order in which to meet them.
var shippedNames = []string{"smoke", "steady", "launch", "spike", "soak", "mixed", "outage"}

// Shipped is a scenario that comes with the program.
type Shipped struct {
	Name        string
	Description string // a sentence
}

// List returns the shipped scenarios, the one to begin with first.
func List() []Shipped {
	list := make([]Shipped, len(shippedNames))
	for i, name := range shippedNames {
		list[i].Name = name
		// That each of them can be opened is what their test says.
		if s, err := Open(name, Options{}); err == nil {
			list[i].Description = s.Description
		}
	}
	return list
}

// Get is the text of a shipped scenario, comments and all.
func Get(name string) ([]byte, error) {
	if !slices.Contains(shippedNames, name) {
		return nil, unknownScenario(name)
	}
	return shipped.ReadFile(name + ".yaml")
}

// Open is the scenario that somebody names on a command line: a shipped one by
// its bare name, or else a file. What looks like a path, with a separator or
// the ending .yaml or .yml, is always a file.
func Open(name string, o Options) (*Scenario, error) {
	ending := strings.ToLower(filepath.Ext(name))
	if strings.ContainsAny(name, `/\`) || ending == ".yaml" || ending == ".yml" {
		return Load(name, o)
	}
	text, err := Get(name)
	if err != nil {
		return nil, err
	}
	return Parse(name+".yaml", text, o)
}

func unknownScenario(name string) error {
	hint := ""
	if near := spelling.Nearest(name, shippedNames); near != "" {
		hint = fmt.Sprintf("; did you mean %q?", near)
	}
	return fmt.Errorf("no shipped scenario is called %q: there are %s, and a file ends in .yaml%s", name, strings.Join(shippedNames, ", "), hint)
}
