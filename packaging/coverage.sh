#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Branch coverage of the write model (core/*/write) by the tests of core, with clang's source-based coverage. Prints it per
# file and fails below 98 % of all branches. Branches that no test can take stand with a reason in coverage-accepted.txt.
#   packaging/coverage.sh
set -euo pipefail
cd "$(dirname "$0")/.."

packaging/dependencies.sh coverage
export CC=clang-14 CXX=clang++-14
build=build/coverage
# GCC's precompiled headers mean nothing to clang; without them each file is read as it is written.
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DSERVOLANE_CORE_ONLY=ON -DSERVOLANE_TESTS=ON \
    -DSERVOLANE_BENCHMARKS=OFF -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON \
    -DCMAKE_CXX_FLAGS="-O1 -fprofile-instr-generate -fcoverage-mapping -w" \
    -DCMAKE_EXE_LINKER_FLAGS="-fprofile-instr-generate" >/dev/null
# Only the programs that test the write model itself: what it is used for elsewhere proves nothing about it.
folders=$(grep -l servolane_core_write tests/core/*/CMakeLists.txt | xargs -n1 dirname | xargs -n1 basename)
targets=$(printf 'tests_core_%s ' $folders)
cmake --build "$build" --target $targets -- --quiet

. packaging/test-environment.sh
rm -rf "$build/profiles"
export LLVM_PROFILE_FILE="$PWD/$build/profiles/%p.profraw"
ctest --test-dir "$build" -R "^core_($(echo $folders | tr ' ' '|'))\\." --output-on-failure --no-tests=error | tail -3
llvm-profdata-14 merge -sparse "$build"/profiles/*.profraw -o "$build/core.profdata"

programs=()
for folder in $folders; do
    programs+=(-object "$build/tests/core/$folder/tests_core_$folder")
done
llvm-cov-14 export "${programs[@]:1}" -instr-profile "$build/core.profdata" core/*/write/*.cpp >"$build/coverage.json"
python3 packaging/branch_coverage.py "$build/coverage.json" packaging/coverage-accepted.txt 98
