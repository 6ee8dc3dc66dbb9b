#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# One command from a fresh Debian 12 to a running workstation on a simulated bus. Arguments go to the program; without any it
# starts with --simulate.
set -euo pipefail
cd "$(dirname "$0")/.."

packaging/dependencies.sh run
if [ ! -f build/release/build.ninja ]; then
    echo "configuring"
    cmake --preset programs >/dev/null
fi
echo "building (a few minutes the first time, seconds afterwards)"
cmake --build build/release --target servolane servolane-cli servolane-sim servolane_samples -- --quiet

if [ -z "${DISPLAY:-}" ] && [ -z "${WAYLAND_DISPLAY:-}" ]; then
    echo "no display here: running the demo without a window instead"
    exec build/release/app/cli/servolane-cli demo
fi
[ $# -gt 0 ] || set -- --simulate
exec build/release/app/servolane "$@"
