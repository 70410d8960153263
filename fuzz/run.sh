#!/usr/bin/env bash
# Runs the fuzz targets with the stable compiler: TARGETS, each RUNS times (a million) or TIME seconds, whichever is over
# first. What a target has found before is where it goes on from. At a crash, a hang or too much memory it ends, and says
# how to see that again. PROFILE=short is sooner built, without the rules of CRDs, and runs slower.
set -euo pipefail
cd "$(dirname "$0")"
targets=${TARGETS:-request struct xr input yaml crds import}
profile=${PROFILE:-release}
host=$(rustc -vV | sed -n 's/^host: //p')
built=${CARGO_TARGET_DIR:-$PWD/../target}/fuzz
features=()
[[ $profile != short ]] || features=(--no-default-features)

# What cargo-fuzz builds with, but for comparisons: to follow them takes half of the time. Where a target is named, these
# flags are not for the programs that run in the build.
coverage="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters"
coverage+=" -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-simplifycfg-branch-fold-threshold=0"
export RUSTFLAGS="$coverage --cfg fuzzing -Cdebug-assertions"
same=(--quiet --locked --profile "$profile" --target "$host" --target-dir "$built" "${features[@]}")
cargo build "${same[@]}" --bins --examples
[[ $profile != short ]] || cargo clippy "${same[@]}" --all-targets -- -D warnings
programs=$(cd "$built/$host/$profile" && pwd)
"$programs/examples/seeds"

for target in $targets; do
  found=$PWD/artifacts/$target
  mkdir -p "$found"
  longest=8192
  # A long text is many times what the others cost.
  [[ $target != yaml ]] || longest=3000
  if ! RUST_BACKTRACE=1 "$programs/$target" -runs="${RUNS:-1000000}" -max_total_time="${TIME:-0}" \
    -timeout=5 -rss_limit_mb=1024 -max_len="$longest" -len_control=0 -entropic=0 -dict=dictionaries/words \
    -artifact_prefix="$found/" -print_final_stats=1 "corpus/$target" &>"$found/log"; then
    tail -n 60 "$found/log"
    input=$(sed -n 's/.*Test unit written to //p' "$found/log" | tail -n 1)
    echo "$target: FAILED; all it said is in $found/log"
    echo "again: $programs/$target $input"
    echo "made smaller: $programs/$target -minimize_crash=1 -runs=100000 -artifact_prefix=$found/ $input"
    exit 1
  fi
  awk -v target="$target" '$2 == "DONE" { for (i = 3; i < NF; i++) if ($i == "corp:") corpus = $(i + 1) }
    /^Done / { seconds = $5 }
    /^stat::number_of_executed_units/ { runs = $2 }
    /^stat::peak_rss_mb/ { printf "%s: %d executions in %d s, %d MB, %s in the corpus\n", target, runs, seconds, $2, corpus }' "$found/log"
done
