// SPDX-License-Identifier: GPL-3.0-or-later
// raw
#include "app/cli/attach.h"
#include "app/cli/commands.h"
#include "app/cli/failures.h"
#include "core/kernel/hex.h"

#include <charconv>

namespace servolane::cli {

namespace {

constexpr Duration armingSpan = std::chrono::seconds{5};

std::optional<Bytes> bytesFrom(const std::vector<std::string>& words) {
    Bytes bytes;
    std::string digits;
    for (const std::string& word : words)
        for (const char c : word)
            if (c != ' ') digits += c;
    if (digits.empty() || digits.size() % 2 != 0) return std::nullopt;
    for (std::size_t at = 0; at < digits.size(); at += 2) {
        unsigned value = 0;
        const char* end = digits.data() + at + 2;
        const auto [stop, problem] = std::from_chars(digits.data() + at, end, value, 16);
        if (problem != std::errc{} || stop != end) return std::nullopt;
        bytes.push_back(static_cast<std::uint8_t>(value));
    }
    return bytes;
}

Outcome exchange(Context& context, BusId bus, const Bytes& bytes) {
    if (const auto armed = context.client.perform(access::Arm{armingSpan}); !armed.isDone())
        return fail(failureOf(armed, "Arming", context));
    const auto fate = context.client.perform(bus::SendRawPacket{bus, bytes});
    static_cast<void>(context.client.perform(access::Disarm{}));
    if (!fate.isDone()) return fail(failureOf(fate, "Raw packet", context));
    std::optional<bus::RawPacketExchanged> exchanged;
    static_cast<void>(context.client.waitUntil(
        [&] {
            const auto board = context.client.models().buses.read();
            const bus::BusView* view = board->find(bus);
            // Not what an earlier one brought back.
            if (view && view->lastRaw && view->lastRaw->command == fate.entry.id) exchanged = view->lastRaw;
            return exchanged.has_value();
        },
        boardPatience));
    if (!exchanged)
        return fail({Codes::notConfirmed,
                     "The packet was sent, and what it brought back is not known",
                     "send it again with servolane-cli monitor --wire beside it",
                     {{"sent", hexText(bytes)}}});
    const Bytes& received = exchanged->received;
    return Report{{{"sent", hexText(bytes)}, {"received", hexText(received)}},
                  "sent      " + hexText(bytes) + "\nreceived  " +
                      (received.empty() ? "nothing" : hexText(received)) + "\n"};
}

} // namespace

Outcome runRaw(Context& context) {
    const auto bytes = bytesFrom(context.arguments.bytes);
    if (!bytes)
        return fail({Codes::usage,
                     "The bytes of a raw packet are pairs of hexadecimal digits",
                     "servolane-cli raw --port P FF FF FD 00 01 03 00 01 19 4E",
                     {}});
    // Whoever takes down an undocumented servo asks it first of all.
    Wish wish;
    wish.nobody = true;
    return withPort(context, wish,
                    [&](const Attached& attached) { return exchange(context, attached.bus, *bytes); });
}

} // namespace servolane::cli
