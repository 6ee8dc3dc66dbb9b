#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Fuzzes every parser of bytes from a wire, and the reader of damaged files, with libFuzzer. What is found new is kept in tests/fuzz/corpus, small, and
# replayed by the tests.
#   packaging/fuzz.sh [SECONDS PER TARGET] [TARGET …]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
targets=("$@")
[ ${#targets[@]} -eq 0 ] && targets=(dynamixel2 ff modbus lx maestro buses pages)
command -v clang++ >/dev/null || { echo "packaging/fuzz.sh: needs clang (apt-get install clang)" >&2; exit 1; }

mkdir -p build/fuzz
sources=(tests/fuzz/fuzzer.cpp tests/fuzz/targets.cpp core/kernel/*.cpp core/registers/control_table.cpp
    core/registers/number_form.cpp core/registers/shared_bytes.cpp drivers/line/*.cpp drivers/simulator/*.cpp drivers/transport/pipe_transport.cpp
    drivers/families/*.cpp drivers/dynamixel*/*.cpp drivers/ff/*.cpp drivers/feetech/*.cpp drivers/modbus/*.cpp drivers/lx/*.cpp drivers/maestro/*.cpp drivers/wire/*.cpp drivers/sqlite/page_rows.cpp drivers/sqlite/log_frames.cpp)
objects=()
for source in "${sources[@]}"; do
    object=build/fuzz/${source//\//_}.o
    objects+=("$object")
    ccache clang++ -std=c++20 -O1 -g -I. -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -c "$source" \
        -o "$object"
done
clang++ -fsanitize=fuzzer,address,undefined "${objects[@]}" -o build/fuzz/fuzzer

for target in "${targets[@]}"; do
    echo "== $target, $seconds s"
    mkdir -p "build/fuzz/$target" "tests/fuzz/corpus/$target"
    longest=600
    [ "$target" = pages ] && longest=8192
    SERVOLANE_FUZZ=$target build/fuzz/fuzzer -max_total_time="$seconds" -max_len="$longest" -print_final_stats=1 \
        -artifact_prefix="build/fuzz/$target-" "build/fuzz/$target" "tests/fuzz/corpus/$target"
    # The corpus keeps what reaches something new, and nothing else.
    rm -rf "build/fuzz/$target-merged"
    mkdir "build/fuzz/$target-merged"
    SERVOLANE_FUZZ=$target build/fuzz/fuzzer -merge=1 "build/fuzz/$target-merged" "tests/fuzz/corpus/$target" \
        "build/fuzz/$target" 2>/dev/null
    rm -f "tests/fuzz/corpus/$target"/*
    cp "build/fuzz/$target-merged"/* "tests/fuzz/corpus/$target/"
done
