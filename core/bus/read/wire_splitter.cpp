// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bus/read/wire_splitter.h"

#include <algorithm>

namespace servolane::bus {

void WireSplitter::take(const WireHeard& heard, WireBlock& into) {
    for (const WireChunk& chunk : heard.chunks) {
        const ByteView bytes = ByteView(heard.bytes).subspan(chunk.begin, chunk.size);
        if (chunk.direction == WireDirection::out)
            takeOut(chunk, bytes, into);
        else
            takeIn(chunk, bytes, into);
    }
    // What is missing would make false packets of the bytes around it.
    if (heard.lostBytes > 0) tellRest(into);
}

void WireSplitter::giveUp(Time now, WireBlock& into) {
    if (!pending_.empty() && now - pendingAt_ > patience) tellRest(into);
}

void WireSplitter::takeOut(const WireChunk& chunk, ByteView bytes, WireBlock& into) {
    tellRest(into);
    request_.clear();
    const std::size_t told = tellParts(chunk, bytes, into);
    if (told < bytes.size()) tell(chunk.at, WireDirection::out, bytes.subspan(told), false, into);
}

void WireSplitter::takeIn(const WireChunk& chunk, ByteView bytes, WireBlock& into) {
    giveUp(chunk.at, into);
    pending_.insert(pending_.end(), bytes.begin(), bytes.end());
    pendingAt_ = chunk.at;
    const std::size_t told = tellParts(chunk, pending_, into);
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(told));
}

std::size_t WireSplitter::tellParts(const WireChunk& chunk, ByteView bytes, WireBlock& into) {
    std::size_t told = 0;
    while (told < bytes.size()) {
        const ByteView rest = bytes.subspan(told);
        const WirePart part = firstOf(rest, chunk.direction);
        if (part.size == 0) break;
        told += part.size;
        // Several packets that were read in one go did not end at the same time.
        Time at = chunk.at;
        if (chunk.direction == WireDirection::in) {
            const auto after = static_cast<Duration::rep>(bytes.size() - told);
            at = lastIn_ = std::max(lastIn_, chunk.at - chunk.byteTime * after);
        }
        tell(at, chunk.direction, rest.first(part.size), part.isPacket, into);
    }
    return told;
}

WirePart WireSplitter::firstOf(ByteView bytes, WireDirection direction) const {
    if (!format_) return {bytes.size(), false};
    return direction == WireDirection::in ? format_->firstAnswer(bytes, request_) : format_->first(bytes);
}

void WireSplitter::tell(Time at, WireDirection direction, ByteView bytes, bool isPacket, WireBlock& into) {
    if (isPacket) {
        WireWords words = format_->describe(bytes, direction, request_);
        if (namer_ && !words.touches.empty())
            if (const std::string names = namer_(bus_, words.touches); !names.empty())
                words.text += (words.text.empty() ? "" : " · ") + names;
        into.add(at, bus_, direction, bytes, words);
        if (direction == WireDirection::out) request_.assign(bytes.begin(), bytes.end());
        return;
    }
    WireWords words;
    // Where nobody knows the packets, bytes are no trouble.
    if (format_) words.trouble = WireTrouble::noise;
    into.add(at, bus_, direction, bytes, words);
}

void WireSplitter::tellRest(WireBlock& into) {
    if (pending_.empty()) return;
    tell(pendingAt_, WireDirection::in, pending_, false, into);
    pending_.clear();
}

} // namespace servolane::bus
