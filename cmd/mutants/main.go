// Command mutants puts the conformance suite to every deviating server and
// prints what it found; see `make mutants`.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"sdegauge/internal/mutantmatrix"
)

func main() {
	o := mutantmatrix.Options{}
	flag.StringVar(&o.Golden, "golden", "internal/mutantmatrix/testdata/golden.txt", "the file with what is red")
	flag.StringVar(&o.Only, "only", "", "only the servers whose id this pattern fits, such as 'version-*'")
	flag.IntVar(&o.Beside, "beside", 8, "how many servers are tried side by side")
	flag.BoolVar(&o.Update, "update", false, "write the golden file anew")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "mutants: it takes no argument, and %q is one; see -help\n", flag.Arg(0))
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := mutantmatrix.Run(ctx, o, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}
