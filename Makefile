# What a contributor and the continuous integration run. cargo does the rest.

.DEFAULT_GOAL := help
.PHONY: help test e2e e2e-tools wasm package playground tools bench soak fuzz deny clean

help: ## this list
	@grep -E '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

test: tools wasm playground ## everything: formatting, lints, docs, each feature alone, all tests with the real tools
	cargo fmt --check
	cargo fmt --check --manifest-path fuzz/Cargo.toml
	cargo clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps
	cargo check --locked --no-default-features
	cargo check --locked --no-default-features --features server
	cargo check --locked --no-default-features --features yaml
	cargo check --locked --no-default-features --features guest
	cargo check --locked --no-default-features --features js
	cargo test --locked --features guest --lib wasm
	package/build.sh amd64
	cargo test --locked --no-fail-fast -- --include-ignored
	PROFILE=short TIME=3 fuzz/run.sh
	cargo build --locked
	FUNCTION_APPAUTH="$(PACKAGED)" cargo test --locked --test conformance --test sdk --test ways -- --include-ignored
	FUNCTION_APPAUTH="$(PACKAGED)" cargo test --locked --test cost
	FUNCTION_APPAUTH="$(BINARY)" target/tools/python/bin/pytest -p no:cacheprovider tests/python
	FUNCTION_APPAUTH="$(BINARY)" node --test tests/npm/package.test.mjs
	node --test tests/playground/page.test.mjs
	@rustc --version | grep -q '^rustc $(MSRV)\.' && echo 'MSRV: proved, all of this was Rust $(MSRV)' \
		|| echo "MSRV: NOT PROVED, Cargo.toml promises Rust $(MSRV) and this was $$(rustc --version)"

e2e: e2e-tools ## scenarios on real control planes (as root: each has a network namespace); XP=1.14,1.20,2.0,2.2 for other Crossplanes
	cargo build --locked
	tests/e2e/next.sh
	FUNCTION_APPAUTH="$(BINARY)" tests/e2e/run.sh $(VERSIONS)

e2e-tools:
	tests/tools/build.sh e2e $(VERSIONS)

wasm: ## the guest for function-wasm and the npm package, into target/wasm
	package/wasm/build.sh

package: tools ## what Crossplane installs, for amd64 and arm64, into target/package; `make test` builds and tests amd64 only
	package/build.sh

playground: wasm ## the page to try an AppAuth in, into target/playground
	node examples/playground/build.mjs

tools: ## build and install the tools of others that the tests run, into target/tools, and what Debian has of them
	tests/tools/build.sh

bench: ## what a render costs
	cargo bench --locked

soak: ## ten million calls of all sizes over mutual TLS while certificates are swapped, an hour; CALLS=100000 for fewer
	CALLS=$(or $(CALLS),10000000) cargo test --locked --release --test soak -- --nocapture

fuzz: ## look for crashes, hangs and growth for hours: RUNS=10000000 for each of TARGETS="request xr"
	RUNS="$(RUNS)" TARGETS="$(TARGETS)" fuzz/run.sh

deny: ## licences, sources and known faults of the crates, by cargo-deny, which has to be installed
	cargo deny --all-features check

clean: ## remove all that was built; target/tools takes ten minutes to build again
	rm -rf target

# How often `make fuzz` runs each target, and which: all of them where none is named.
RUNS ?= 5000000
TARGETS ?=

# The versions of Crossplane that `make e2e` runs: the oldest and the newest.
XP ?= 1.14,2.2
comma := ,
VERSIONS = $(subst $(comma), ,$(XP))

# The binary as it was taken from the package.
PACKAGED = $(CURDIR)/target/package/amd64/function-appauth

# The oldest Rust that is promised.
MSRV = $(shell sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)

# Where cargo puts the binary.
BINARY = $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)/debug/function-appauth
