// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/notices.h"

#include <cstdio>
#include <unistd.h>

namespace servolane::cli {

namespace {
constexpr const char* eraseLine = "\r\033[K";
}

Notices::Notices(Loudness loudness)
    : loudness_(loudness)
    , terminal_(::isatty(STDERR_FILENO) == 1) {}

Notices::~Notices() {
    clearProgress();
}

void Notices::progress(const std::string& text) {
    if (loudness_ != Loudness::all || !terminal_ || text == shown_) return;
    std::fprintf(stderr, "%s%s", eraseLine, text.c_str());
    std::fflush(stderr);
    shown_ = text;
}

void Notices::clearProgress() {
    if (shown_.empty()) return;
    std::fputs(eraseLine, stderr);
    std::fflush(stderr);
    shown_.clear();
}

void Notices::note(const std::string& text) {
    if (loudness_ != Loudness::quiet) warn(text);
}

void Notices::warn(const std::string& text) {
    clearProgress();
    std::fprintf(stderr, "%s\n", text.c_str());
}

} // namespace servolane::cli
