// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bus/read/wire_table.h"

#include "core/kernel/csv_text.h"

#include <algorithm>
#include <array>

namespace servolane::bus {

namespace {

constexpr std::string_view digits = "0123456789ABCDEF";

std::string secondsText(Duration span) {
    std::array<char, longestCell> cell{};
    return {cell.data(), writeSeconds(cell.data(), span)};
}

std::string_view wordOf(WireDirection direction) {
    return direction == WireDirection::out ? "out" : "in";
}

std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char letter : text) {
        if (letter == '"' || letter == '\\') result += '\\';
        // Texts are put together by formats, which make no control characters; JSON forbids them as such.
        if (static_cast<unsigned char>(letter) >= 0x20) result += letter;
    }
    return result + '"';
}

void appendCsv(std::string& into, const WirePacket& packet, Time start) {
    into += std::to_string(packet.number) + ',' + secondsText(packet.at - start) + ',' +
            std::to_string(packet.bus.value) + ',';
    into += wordOf(packet.direction);
    into += ',' + idText(packet.id) + ',';
    into += packet.instruction;
    into += ',' + csvCell(packet.text) + ',';
    into += toString(packet.trouble);
    into += ',' + hexText(packet.bytes) + '\n';
}

void appendJson(std::string& into, const WirePacket& packet, Time start) {
    const std::string id = packet.id == WireWords::nobody     ? "null"
                           : packet.id == WireWords::everyone ? "\"all\""
                                                              : std::to_string(packet.id);
    into += "{\"number\":" + std::to_string(packet.number) + ",\"time_s\":" + secondsText(packet.at - start) +
            ",\"bus\":" + std::to_string(packet.bus.value) +
            ",\"direction\":" + quoted(wordOf(packet.direction)) + ",\"id\":" + id +
            ",\"instruction\":" + quoted(packet.instruction) + ",\"text\":" + quoted(packet.text) +
            ",\"trouble\":" + quoted(toString(packet.trouble)) +
            ",\"bytes\":" + quoted(hexText(packet.bytes)) + "}\n";
}

} // namespace

std::string hexText(ByteView bytes, std::size_t most) {
    std::string text;
    const std::size_t count = std::min(most, bytes.size());
    text.reserve(count * 3 + 4);
    for (const std::uint8_t byte : bytes.first(count)) {
        if (!text.empty()) text += ' ';
        text += digits[byte >> 4U];
        text += digits[byte & 0xFU];
    }
    return count < bytes.size() ? text + " …" : text;
}

std::string idText(int id) {
    if (id == WireWords::nobody) return {};
    return id == WireWords::everyone ? "all" : std::to_string(id);
}

std::string wireTableHead(WireTableForm form) {
    return form == WireTableForm::csv ? "number,time_s,bus,direction,id,instruction,text,trouble,bytes\n"
                                      : "";
}

void appendWireRow(std::string& into, const WirePacket& packet, Time start, WireTableForm form) {
    if (form == WireTableForm::csv)
        appendCsv(into, packet, start);
    else
        appendJson(into, packet, start);
}

} // namespace servolane::bus
