#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs the reader of MCAP files that the tests check exports with, into build/readers. Without a network the
# test that needs it is skipped and says so.
set -euo pipefail
cd "$(dirname "$0")/.."

from=tests/drivers/export/readers/package.json
into=build/readers
mkdir -p "$into"
if cmp -s "$from" "$into/package.json" && [ -d "$into/node_modules/@mcap/core" ]; then exit 0; fi
cp "$from" "$into/package.json"
npm install --prefix "$into" --no-audit --no-fund --loglevel=error >/dev/null ||
    echo "the MCAP reader could not be installed: its test will be skipped"
