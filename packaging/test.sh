#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds everything with AddressSanitizer and UBSan and runs every test. Arguments go to ctest.
set -euo pipefail
cd "$(dirname "$0")/.."

packaging/dependencies.sh test
cmake --preset asan >/dev/null
cmake --build --preset asan -- --quiet
. packaging/test-environment.sh
packaging/test-readers.sh
# One more than there are cores: tests of processes wait most of the time.
ctest --test-dir build/asan --output-on-failure --no-tests=error -j "$(($(nproc) + 1))" "$@"
