#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing on Debian 12, saying what and why; silent if all is there.
#   packaging/dependencies.sh run|test|coverage
set -euo pipefail

need=()
require() { # PACKAGE REASON
    if [ "$(dpkg-query -W -f='${Status}' "$1" 2>/dev/null)" != "install ok installed" ]; then
        printf 'missing: %-24s %s\n' "$1" "$2"
        need+=("$1")
    fi
}

require g++ "the C++20 compiler"
require cmake "configures the build"
require ninja-build "runs the build"
require ccache "makes the second build quick"
require pkg-config "finds the libraries"
require qt6-base-dev "the window"
require libqt6opengl6-dev "asked for by Qt Charts' CMake files"
require qt6-charts-dev "axes and grids of charts"
require qt6-svg-dev "icons"
require qt6-qpa-plugins "puts windows on X11"
require libserialport-dev "serial ports"
require libsqlite3-dev "journal and recordings"
require libzstd-dev "compression of recordings"
require libexpected-dev "results without exceptions"
require nlohmann-json3-dev "servo model files and JSON output"
require libhdf5-dev "exports recordings for numerical programs"
require libcli11-dev "arguments of the command line programs"
require libmuparser-dev "formulas of math channels"
require libfftw3-dev "spectra"
require fonts-dejavu-core "a font with tabular figures"
if [ "${1:-run}" = coverage ]; then
    require clang-14 "measures which branches the tests take"
    require llvm-14 "reads what was measured"
    require python3 "adds it up"
fi
if [ "${1:-run}" = test ]; then
    require lld "links the tests in a third of the time"
    require python3 "outside readers and clients in tests"
    require python3-h5py "reads exports back in tests"
    require python3-scipy "reads exports back in tests"
    require sqlite3 "reads recordings in tests; the limit that exports are measured against"
    require clang-format "checks the format"
    command -v node >/dev/null || require nodejs "runs the MCAP reader that checks exports"
    command -v npm >/dev/null || require npm "installs that reader"
    require xvfb "a screen for the window tests"
    require xauth "asked for by xvfb-run"
    require xdotool "presses keys in the real program"
    require imagemagick "takes screenshots"
fi

[ ${#need[@]} -eq 0 ] && exit 0
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    as_root=(sudo)
    echo "installing needs administrator rights: sudo may ask for your password"
fi
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${need[@]}" >/dev/null
echo "installed: ${need[*]}"
