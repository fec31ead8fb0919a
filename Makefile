# sdegauge. `make help` lists the targets.

GO      ?= go
BIN     := bin/sdegauge
OUT     :=
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -X main.version=$(VERSION)
RUN     ?= smoke
BENCH   ?= .
FUZZ    ?= 20s
GATES   ?= 1

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## build bin/sdegauge
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN) ./cmd/sdegauge

.PHONY: run
run: build ## run the smoke scenario against the embedded reference server (RUN=steady for another)
	$(BIN) run $(RUN) $(if $(OUT),--out $(OUT))

# The command line's tests run by themselves at the end: they drive real load.
# Most tests wait much of the time, so more run at once than two processors would
# take. Without GORACE every process with the race detector, of which they
# start hundreds, waits a second before it ends. Vetting is left to lint.
.PHONY: test
test: export CGO_ENABLED = 1
test: export GORACE = atexit_sleep_ms=20
test: cc ## every test, with the race detector
	$(GO) test -race -vet=off -timeout 280s -p 3 $$($(GO) list ./... | grep -v /cmd/)
	$(GO) test -race -vet=off -timeout 280s -parallel 8 ./cmd/...

# The same tests are skipped by make test where there is no browser.
.PHONY: browser
browser: ## look at the HTML documents in headless Chromium, which has to be installed
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || { \
	  echo "no browser found: install chromium"; exit 1; }
	$(GO) test -run '^TestBrowser' -count 1 ./reports ./reports/conformance

.PHONY: golden
golden: ## whole five-minute scenarios in virtual time, to the digit
	$(GO) test -run TestGoldenScenarios -count 1 ./internal/run

# UPDATE=1 writes down what is red now; look at the difference before you keep it.
.PHONY: mutants
mutants: ## the conformance suite against every deviating server, as a matrix, about two minutes (ONLY='version-*' for some)
	$(GO) run ./cmd/mutants $(if $(ONLY),-only '$(ONLY)') $(if $(UPDATE),-update)

.PHONY: lint
lint: ## gofmt, go vet, staticcheck, a tidy go.mod
	@unformatted="$$(gofmt -l .)"; test -z "$$unformatted" || { echo "gofmt would change:"; echo "$$unformatted"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) mod tidy -diff

.PHONY: bench
bench: ## every benchmark with its allocations (BENCH=Judge for some)
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem ./...

# wrk is taken where it is installed; vegeta is built once, at the version that
# go.mod names. Who is not there is skipped. PEERS=-soak adds six minutes.
.PHONY: bench-peers
bench-peers: build ## race sdegauge against wrk and vegeta, about two minutes (Linux, two cores)
	@test -x bin/vegeta || GOBIN=$(CURDIR)/bin $(GO) install \
	  github.com/tsenart/vegeta/v12@$$($(GO) list -m -f '{{.Version}}' github.com/tsenart/vegeta/v12) || true
	$(GO) run ./cmd/peerbench -sdegauge $(BIN) -vegeta bin/vegeta $(PEERS)

# The figures are those of the machine: leave it alone meanwhile. GATES is how
# many real runs there are of each of four kinds, each up to two and a half minutes.
.PHONY: bench-gates
bench-gates: ## false alarms and power of sdegauge ab, a quarter of an hour (GATES=1)
	$(GO) test -run '^TestGates$$' -count 1 -v -timeout 0 ./internal/ab -gates $(GATES)

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZ=20s each
	@for pkg in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "$$pkg $$target"; \
	    $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZ) $$pkg || exit 1; \
	  done; \
	done

# The race detector is linked by a C compiler, the one thing that a machine with
# Go may lack.
.PHONY: cc
cc:
	@command -v gcc >/dev/null || command -v clang >/dev/null || command -v cc >/dev/null || { \
	  echo "the race detector needs a C compiler: installing gcc"; \
	  apt-get update -qq && apt-get install -y -qq gcc libc6-dev; \
	} || { echo "no C compiler found and none could be installed: install gcc or clang"; exit 1; }

.PHONY: clean
clean: ## remove what was built and the documents of runs
	rm -rf bin sdegauge-out
