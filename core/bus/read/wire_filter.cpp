// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bus/read/wire_filter.h"

#include <algorithm>

namespace servolane::bus {

namespace {

char lowered(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool holds(std::string_view where, std::string_view loweredText) {
    return std::search(where.begin(), where.end(), loweredText.begin(), loweredText.end(),
                       [](char one, char other) { return lowered(one) == other; }) != where.end();
}

std::optional<unsigned> digitOf(char letter) {
    if (letter >= '0' && letter <= '9') return static_cast<unsigned>(letter - '0');
    if (letter >= 'a' && letter <= 'f') return static_cast<unsigned>(letter - 'a' + 10);
    return std::nullopt;
}

/// "ff fd 00", two digits each; empty if it is not written so.
Bytes bytesFrom(std::string_view loweredText) {
    Bytes bytes;
    for (std::size_t at = 0; at < loweredText.size();) {
        if (loweredText[at] == ' ') {
            ++at;
            continue;
        }
        if (at + 1 >= loweredText.size()) return {};
        const auto high = digitOf(loweredText[at]);
        const auto low = digitOf(loweredText[at + 1]);
        if (!high || !low) return {};
        bytes.push_back(static_cast<std::uint8_t>(*high << 4U | *low));
        at += 2;
    }
    return bytes;
}

} // namespace

WireSieve::WireSieve(WireFilter filter)
    : filter_(std::move(filter)) {
    std::transform(filter_.text.begin(), filter_.text.end(), filter_.text.begin(), lowered);
    bytes_ = bytesFrom(filter_.text);
}

bool WireSieve::passes(const WirePacket& packet) const {
    if (filter_.bus && packet.bus != *filter_.bus) return false;
    if (filter_.id && packet.id != *filter_.id) return false;
    if (!filter_.instruction.empty() && packet.instruction != filter_.instruction) return false;
    if (filter_.troublesOnly && packet.trouble == WireTrouble::none) return false;
    if (filter_.text.empty()) return true;
    if (holds(packet.instruction, filter_.text) || holds(packet.text, filter_.text)) return true;
    return !bytes_.empty() && std::search(packet.bytes.begin(), packet.bytes.end(), bytes_.begin(),
                                          bytes_.end()) != packet.bytes.end();
}

} // namespace servolane::bus
