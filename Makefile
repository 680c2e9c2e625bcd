# Every target works on a fresh clone and runs under the Node that package-lock.json pins, whatever the machine has.
SHELL := /bin/bash
.DEFAULT_GOAL := help
bin := node_modules/.bin
export PATH := $(CURDIR)/$(bin):$(PATH)
sources := $(shell find src scripts -name '*.ts' -o -name '*.json' -o -name '*.sql' 2>/dev/null)

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: node_modules/.installed ## all that the other targets need: packages, and servers for tests from Debian
	@rm -f .cache/fetched
	@$(MAKE) --no-print-directory .cache/fetched

.PHONY: demo
demo: node_modules/.installed dist/mooring.mjs ## a shop at a laptop, then a day in a cluster with Argo CD; ENGINE=postgres, mariadb or mysql
	node demo/demo.ts $(ENGINE)

.PHONY: test
test: node_modules/.installed .cache/fetched dist/mooring.mjs ## the tests, on the oldest and newest server versions
	vitest run

.PHONY: sweep
sweep: node_modules/.installed .cache/fetched dist/mooring.mjs ## the tests on all versions, with the long sweeps
	MOORING_SWEEP=1 MOORING_TEST_POSTGRES_VERSIONS=$${MOORING_TEST_POSTGRES_VERSIONS:-14,15,16,17,18} vitest run

.PHONY: lint
lint: node_modules/.installed ## format, lint rules and types
	biome check .
	tsc --noEmit -p .

.PHONY: build
build: dist/mooring.mjs ## dist/mooring.mjs and what lies beside it

.PHONY: bench
bench: node_modules/.installed .cache/fetched dist/mooring.mjs ## speed, as ratios to psql and to bare Node
	node bench/bench.ts

.PHONY: e2e
e2e: ## running Argo CD and Flux
	@echo 'make e2e: nothing to run yet; it comes with the work on the cluster'

.PHONY: images
images: node_modules/.installed dist/mooring.mjs ## the runner's and the plugin's image; BASE=… is what they run on
	node images/images.ts

.PHONY: clean
clean: ## removes what was built, fetched and installed
	rm -rf dist .cache coverage node_modules

# A copy of the lock file, so that one that was only touched installs nothing anew.
node_modules/.installed: package-lock.json
	@cmp -s $< $@ || npm ci
	@cp $< $@

# What cannot be fetched is said aloud, and the tests that need it are skipped; `make setup` tries again.
.cache/fetched: node_modules/.installed $(wildcard scripts/fetch-*.ts test/go/go.* test/go/*/*.go)
	@mkdir -p .cache
	@for script in scripts/fetch-*.ts; do \
	  node $$script || echo "!!! $$script failed: the tests that need it will be skipped" >&2; \
	done
	@touch $@

dist/mooring.mjs: node_modules/.installed $(sources)
	node scripts/build.ts
