#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds Release and runs the benchmarks, all or those named. Each prints JSON lines with the limit measured in the same run.
#   packaging/bench.sh [--quick] [NAME …]
set -euo pipefail
cd "$(dirname "$0")/.."

packaging/dependencies.sh test
cmake --preset release >/dev/null
cmake --build --preset release -- --quiet
. packaging/test-environment.sh

options=()
if [ "${1:-}" = --quick ]; then
    options=(--quick)
    shift
fi
names=("$@")
if [ ${#names[@]} -eq 0 ]; then
    for program in build/release/tests/bench/bench_*; do
        [ -x "$program" ] && [ -f "$program" ] && names+=("$(basename "$program")")
    done
fi
for name in "${names[@]}"; do
    # A window is measured on a screen: without one Qt skips most of what its start and its frames cost.
    screen=()
    if [[ "$name" = bench_start || "$name" = bench_window ]] && [ -z "${DISPLAY:-}" ]; then screen=(env QT_QPA_PLATFORM=xcb xvfb-run -a); fi
    "${screen[@]}" "build/release/tests/bench/$name" "${options[@]}"
done
