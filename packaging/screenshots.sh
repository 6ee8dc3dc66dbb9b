#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Starts the real program under Xvfb, drives it with the keyboard, and writes PNGs: every workspace in both themes at 1280×800
# and 1920×1080, and at 1280×800 also what is rarely seen: the empty start, connecting, faults, panels, export, leaving.
#   packaging/screenshots.sh [--quick] [FOLDER]      (default: build/screenshots)
# --quick drives everything once, in the dark theme at 1280×800, and the workspaces alone in the light one.
set -euo pipefail
cd "$(dirname "$0")/.."
quick=
if [ "${1:-}" = --quick ]; then
    quick=yes
    shift
fi
out=${1:-build/screenshots}
mkdir -p "$out"
out=$(cd "$out" && pwd)

packaging/dependencies.sh test
cmake --preset release >/dev/null
day=
[ "$quick" ] || day=bench_session_open
cmake --build build/release --target servolane servolane-cli servolane-sim $day -- --quiet
day=build/release/tests/bench/$day
. packaging/test-environment.sh
export QT_QPA_PLATFORM=xcb

work=$(mktemp -d)
display=:$((90 + RANDOM % 400))
Xvfb "$display" -screen 0 1920x1080x24 -noreset -nolisten tcp >"$work/xvfb.log" 2>&1 &
xvfb=$!
program=
trap 'kill $program $xvfb 2>/dev/null || true; rm -rf "$work"' EXIT
export DISPLAY=$display
for _ in $(seq 100); do xdotool getdisplaygeometry >/dev/null 2>&1 && break; sleep 0.1; done

# A recording for the Sessions workspace, made by the command line program with the same store.
build/release/app/cli/servolane-cli demo --store "$work/store" --config "$work/config" \
    --out "$work/store/sessions" --quiet >/dev/null || true

keys() { xdotool key --clearmodifiers "$@"; sleep 0.25; }
click() { xdotool mousemove "$1" "$2" click 1; sleep 0.3; }
types() { xdotool type --delay 15 "$1"; sleep 0.1; }
shot() { # NAME
    sleep 0.5
    import -window root -crop "${width}x${height}+0+0" +repage "$out/$1-$theme-${width}x${height}.png"
}

start() { # ARGUMENTS OF THE PROGRAM
    local window
    rm -rf "$work/window"
    mkdir -p "$work/window"
    build/release/app/servolane --store "$work/store" --config "$work/window" --theme "$theme" "$@" >"$work/program.log" 2>&1 &
    program=$!
    window=$(timeout 60 xdotool search --sync --onlyvisible --pid $program --name Servolane | tail -1)
    xdotool windowmove "$window" 0 0 windowsize "$window" "$width" "$height" windowfocus "$window" || true
    sleep 1.5
}

finish() {
    kill -TERM $program 2>/dev/null || true
    wait $program || { echo "the program ended with an error:"; cat "$work/program.log"; return 1; }
    program=
}

move() { # Torque on, a move, a jog: something to see in the scope.
    keys ctrl+t
    keys g; types "225,5"; keys Return
    sleep 1.2
    keys Escape
    xdotool keydown l; sleep 1; xdotool keyup l
    sleep 0.3
}

workspaces() { # THEME WIDTH HEIGHT
    theme=$1 width=$2 height=$3
    start --simulate
    move
    shot bench
    keys ctrl+2; shot line
    keys ctrl+3; sleep 0.5; keys Down; sleep 0.5; shot sessions
    finish
}

finding() { # Two simulated buses on pseudo-terminals: typed, searched, found, connected, and what the doctor says.
    local buses port
    build/release/app/sim/servolane-sim --bus dynamixel2:4@1000000 --bus feetech:2@1000000 >"$work/sim.log" &
    buses=$!
    for _ in $(seq 50); do [ "$(wc -l <"$work/sim.log")" -ge 2 ] && break; sleep 0.1; done
    start
    keys ctrl+F5; sleep 1; shot find-empty
    # From the button to the ports (protocols, depth), then to the field for another one.
    keys Tab Tab Tab Tab
    for port in $(cut -d' ' -f1 "$work/sim.log"); do types "$port"; keys Return; sleep 1.5; done
    keys ctrl+F5; keys space; sleep 1.5; shot finding
    sleep 8; shot found
    keys space; sleep 3; shot doctor-found # what was found is connected, and the doctor comes
    finish
    kill $buses
    wait $buses 2>/dev/null || true
}

# Statistics and Keep of the chosen recording, and the list of the flight recorder, by their places at 1280×800
# with the page of the export open: the keyboard would have to pass by all the channels.
keeping() {
    click 545 741; sleep 0.8; shot statistics
    click 627 741; sleep 0.5; shot keep
    click 538 525; click 538 525 # no page is open
    click 172 75; sleep 1.2; shot flight
    click 63 75; sleep 1; click 170 185; sleep 0.8
}

rarities() { # THEME
    theme=$1 width=1280 height=800
    start
    shot empty-bench
    keys ctrl+n; shot connect; keys Escape
    keys ctrl+2; shot empty-line
    finish
    finding
    start --simulate
    move
    keys ctrl+k; types "tor"; shot palette; keys Escape
    keys ctrl+2 ctrl+1; keys a; keys b; shot cursors; keys c
    keys t; keys g; types "180"; keys Return; sleep 1; keys Escape; shot trigger
    keys ctrl+2 ctrl+1; keys o; shot overlaid; keys o; keys t
    keys g; types "400"; keys Return; shot rejected; keys Escape
    keys r; sleep 1.2; shot recording; keys r
    keys ctrl+q; shot leaving; keys Escape # asks while torque is on
    keys alt+5; shot history
    keys ctrl+shift+m; sleep 0.5
    types "lag"; keys Tab; types "deg"; keys Tab; types "a1.setpoint - a1.position"; keys Return; sleep 1; shot math
    keys ctrl+shift+f; sleep 0.5; shot spectrum
    keys ctrl+shift+x; sleep 0.5; shot xy
    keys alt+6; shot registers
    keys alt+7; shot link
    # The panel opens on its list of buses; then come the fault, the axis and Inject.
    keys alt+8; keys Tab; types "Overl"; keys Tab Tab space; sleep 0.8; shot simulation
    keys alt+3; shot alarms
    xdotool mousemove 640 26 # under a pointer no tile moves, and the list of alarms stays closed
    keys ctrl+2; shot line-fault
    keys ctrl+shift+l; shot line-table; keys ctrl+shift+l
    keys ctrl+3; sleep 0.5; keys Down; sleep 0.5; keys ctrl+e; sleep 1.2; shot export; keys ctrl+e; sleep 0.5; shot exported
    keeping
    keys n; types "It squeaks at the end of travel"; shot note; keys Return; sleep 0.3; keys Escape
    xdotool mousemove $((width / 2)) 400 click 1; keys t F3; shot session-find; keys t
    keys F8; sleep 1; keys period period period; sleep 0.5; keys space; sleep 1.5; keys space; shot replay
    keys ctrl+shift+f; sleep 0.8; shot replay-spectrum
    keys ctrl+2; shot replay-line; keys F8
    keys ctrl+1; keys F12; shot stopped
    finish
    if [ -z "$quick" ]; then
        start --simulate dynamixel2:60@4000000
        keys ctrl+2; sleep 2.5; shot line-60
        finish
    fi
    start --simulate dynamixel2:24@4000000
    keys ctrl+2; sleep 2; shot line-24
    finish
    start --simulate dynamixel2:250@4000000
    keys ctrl+2; sleep 4; shot line-250
    finish
}

scoped() { # THEME: what the scope is asked to show seldom
    theme=$1 width=1280 height=800
    start --simulate
    move
    keys ctrl+2 ctrl+1 space
    # A box in the uppermost pane; with Shift at any time.
    xdotool mousemove 480 125 keydown shift mousedown 1 mousemove 600 160 mousemove 700 190 mouseup 1 keyup shift
    shot held-box; keys BackSpace; keys space
    # The adapter is gone for three seconds: first the traces are stale, then there is a gap.
    keys alt+8; keys Tab; types "Adapter"; keys Tab Tab space; sleep 0.5; shot stale
    keys ctrl+2 ctrl+1; sleep 3; shot gap
    keys ctrl+shift+s; types "Tuning"; shot layout-row; keys Return; sleep 0.5; shot layout-saved
    keys ctrl+k; types "layout"; shot layout-palette; keys Escape
    finish
}

provisioning() { # THEME WIDTH HEIGHT: a recipe, what it would write, and what it wrote.
    theme=$1 width=$2 height=$3
    cat >"$work/line.json" <<'RECIPE'
{"kind": "servolane-recipe", "schema": 1, "all": {"temperature_limit": 70, "return_delay_time": 0},
 "servos": [{"id": 1, "new_id": 2, "name": "Pan", "settings": {"max_position_limit": 270, "position_p_gain": 7.03}},
            {"id": 2, "new_id": 1, "name": "Lift", "settings": {"drive_mode": {"reverse": true}}},
            {"id": 3, "new_id": 13, "name": "Grip"}]}
RECIPE
    start --simulate
    keys ctrl+k; types "provision"; keys Return; sleep 0.5; shot provision-empty
    keys space; sleep 1
    xdotool windowfocus "$(timeout 20 xdotool search --sync --onlyvisible --name "Open recipe" | tail -1)"
    types "$work/line.json"; keys Return; sleep 1
    xdotool windowfocus "$(xdotool search --onlyvisible --pid $program --name Servolane | tail -1)"
    keys ctrl+k; types "provision"; keys Return; sleep 0.5
    keys Tab Tab Tab space; sleep 1.5; shot provision # Preview
    keys Tab Tab Tab Tab space; sleep 3; shot provisioned # Apply
    finish
}

exporting() { # THEME WIDTH HEIGHT: what only a long recording shows. A day of six axes takes a few seconds to be written.
    theme=$1 width=$2 height=$3
    [ -f "$work/store/sessions/day.servolane" ] || "$day" --write "$work/store/sessions/day.servolane"
    start
    keys ctrl+3; sleep 1; keys Down; sleep 1; keys ctrl+e; sleep 1.5; keys ctrl+e; sleep 1.5; shot exporting
    finish
    rm -f "$work"/store/sessions/day.csv*
}

for theme_name in dark light; do
    workspaces "$theme_name" 1280 800
    if [ "$quick" ] && [ "$theme_name" = light ]; then continue; fi
    if [ -z "$quick" ]; then
        workspaces "$theme_name" 1920 1080
        exporting "$theme_name" 1280 800
    fi
    rarities "$theme_name"
    scoped "$theme_name"
    provisioning "$theme_name" 1280 800
done
ls "$out"
