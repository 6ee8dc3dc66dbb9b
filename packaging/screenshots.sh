#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Starts the real program under Xvfb on the simulated bus, drives it with the keyboard, and writes PNGs of every workspace in
# both themes at 1280×800 and 1920×1080.
#   packaging/screenshots.sh [FOLDER]      (default: build/screenshots)
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-build/screenshots}
mkdir -p "$out"
out=$(cd "$out" && pwd)

packaging/dependencies.sh test
cmake --preset release >/dev/null
cmake --build build/release --target servolane servolane-cli -- --quiet
. packaging/test-environment.sh
export QT_QPA_PLATFORM=xcb

work=$(mktemp -d)
display=:$((90 + RANDOM % 400))
Xvfb "$display" -screen 0 1920x1080x24 -noreset -nolisten tcp >"$work/xvfb.log" 2>&1 &
xvfb=$!
trap 'kill $xvfb 2>/dev/null || true; rm -rf "$work"' EXIT
export DISPLAY=$display
for _ in $(seq 100); do xdotool getdisplaygeometry >/dev/null 2>&1 && break; sleep 0.1; done

# A recording for the Sessions workspace, made by the command line program with the same store.
build/release/app/cli/servolane-cli demo --store "$work/store" --config "$work/config" \
    --out "$work/store/sessions" --quiet >/dev/null || true

keys() { xdotool key --clearmodifiers "$@"; sleep 0.6; }
shot() { # NAME
    sleep 0.8
    import -window root -crop "${width}x${height}+0+0" +repage "$out/$1-$theme-${width}x${height}.png"
}

take() { # THEME WIDTH HEIGHT
    theme=$1 width=$2 height=$3
    local config="$work/config-$theme-$width"
    mkdir -p "$config"
    build/release/app/servolane --simulate --store "$work/store" --config "$config" --theme "$theme" \
        >"$work/$theme-$width.log" 2>&1 &
    local program=$!
    local window
    window=$(timeout 60 xdotool search --sync --onlyvisible --name Servolane | tail -1)
    xdotool windowmove "$window" 0 0 windowsize "$window" "$width" "$height" windowfocus "$window" || true
    sleep 2
    # Torque on, a move, a jog: something to see in the scope.
    keys ctrl+t
    keys g; xdotool type --delay 30 "225,5"; keys Return
    sleep 1.5
    keys Escape
    xdotool keydown j; sleep 1; xdotool keyup j
    sleep 0.5
    shot bench
    keys ctrl+k; xdotool type --delay 30 "tor"; shot palette; keys Escape
    keys ctrl+2; shot line
    keys ctrl+3; sleep 1; keys Down; keys Return; sleep 1.5; shot sessions
    keys ctrl+1; keys F12; shot stopped
    kill -TERM $program
    wait $program || { echo "the program ended with an error:"; cat "$work/$theme-$width.log"; return 1; }
}

for theme_name in dark light; do
    take "$theme_name" 1280 800
    take "$theme_name" 1920 1080
done
ls "$out"
