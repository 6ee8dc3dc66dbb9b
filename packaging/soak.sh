#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the tests do ten times, two hundred times: the real program is killed at random moments while it moves axes and
# records; recordings are cut short or have a bit flipped at random; and every call to the line and to the disk fails in
# every way (the tests try each call in one way, or each third).
# Whatever was stored must be there, each file must open or be repaired, and tell the truth.
#   packaging/soak.sh [--build asan|release] [--kills N] [--damages N] [--seed N]
set -euo pipefail
cd "$(dirname "$0")/.."
build=release
if [ "${1:-}" = --build ]; then
    build=$2
    shift 2
fi
packaging/dependencies.sh test
cmake --preset "$build" >/dev/null
cmake --build "build/$build" --target servolane-cli -- --quiet
. packaging/test-environment.sh
python3 packaging/soak.py "build/$build/app/cli/servolane-cli" "$@"

cmake --preset asan >/dev/null
cmake --build build/asan --target servolane-cli servolane-sim tests_fault -- --quiet
export SERVOLANE_CLI=build/asan/app/cli/servolane-cli SERVOLANE_SIM=build/asan/app/sim/servolane-sim
export SERVOLANE_SERVOS=resources/servos SERVOLANE_SOURCE_DIR=$PWD SERVOLANE_BINARY_DIR=$PWD/build/asan
SERVOLANE_KILLS=200 python3 -B tests/app/cli/kill_test.py
SERVOLANE_SWEEP=all QTEST_FUNCTION_TIMEOUT=7200000 build/asan/tests/fault/tests_fault
