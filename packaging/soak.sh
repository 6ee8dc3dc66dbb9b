#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What takes too long for every change: 200 times kill -9 at a random moment, and the whole sweep of failing bus calls.
#   packaging/soak.sh [SEED]
set -euo pipefail
cd "$(dirname "$0")/.."

packaging/dependencies.sh test
cmake --preset asan >/dev/null
cmake --build build/asan --target servolane-cli servolane-sim tests_fault -- --quiet
. packaging/test-environment.sh
export SERVOLANE_CLI=build/asan/app/cli/servolane-cli SERVOLANE_SIM=build/asan/app/sim/servolane-sim
export SERVOLANE_SERVOS=resources/servos SERVOLANE_SOURCE_DIR=$PWD SERVOLANE_BINARY_DIR=$PWD/build/asan
SERVOLANE_KILLS=200 SERVOLANE_SEED=${1:-1} python3 -B tests/app/cli/kill_test.py
SERVOLANE_SWEEP=all build/asan/tests/fault/tests_fault BusSweepTest -maxwarnings 0
