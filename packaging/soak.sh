#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the tests do ten times, two hundred times: the real program recording simulated servos is killed at random moments,
# and recordings are cut short or have a bit flipped at random. Each must open or be repaired, and tell the truth.
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
exec python3 packaging/soak.py "build/$build/app/cli/servolane-cli" "$@"
