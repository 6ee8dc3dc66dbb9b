# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the scripts that run programs: the same surroundings on every machine.
export LC_ALL=C.UTF-8 TZ=UTC QT_QPA_PLATFORM="${QT_QPA_PLATFORM:-offscreen}"
export SERVOLANE_READERS="$PWD/build/readers"
export ASAN_OPTIONS="detect_leaks=1:abort_on_error=1" UBSAN_OPTIONS="print_stacktrace=1"
export TSAN_OPTIONS="halt_on_error=1:second_deadlock_stack=1:suppressions=$PWD/tests/support/thread_sanitizer.supp"
if [ -z "${XDG_RUNTIME_DIR:-}" ]; then
    XDG_RUNTIME_DIR=$(mktemp -d)
    chmod 0700 "$XDG_RUNTIME_DIR"
    export XDG_RUNTIME_DIR
fi
