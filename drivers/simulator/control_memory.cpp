// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/simulator/control_memory.h"

#include <algorithm>
#include <string>
#include <utility>

namespace servolane::drivers::simulator {

namespace {

constexpr std::string_view indirectAddress = "indirect_address_";
constexpr std::string_view indirectData = "indirect_data_";

std::size_t tableEnd(const registers::ServoModel& model) {
    std::size_t end = 0;
    for (const auto& one : model.registers)
        end = std::max<std::size_t>(end, one.address + one.size);
    return end;
}

} // namespace

ControlMemory::ControlMemory(std::shared_ptr<const registers::ServoModel> model)
    : model_(std::move(model))
    , bytes_(tableEnd(*model_))
    , owner_(bytes_.size(), nowhere)
    , pointer_(bytes_.size(), nowhere) {
    for (std::size_t index = 0; index < model_->registers.size(); ++index) {
        const auto& one = model_->registers[index];
        if (!one.isView)
            std::fill_n(owner_.begin() + one.address, one.size, static_cast<std::uint16_t>(index));
    }
    linkIndirection();
    restoreDefaults(registers::Storage::eeprom);
    restoreDefaults(registers::Storage::ram);
}

void ControlMemory::linkIndirection() {
    for (const auto& data : model_->registers) {
        if (!data.name.starts_with(indirectData)) continue;
        const std::string source = std::string(indirectAddress) + data.name.substr(indirectData.size());
        if (const auto* address = model_->find(source)) {
            pointer_[data.address] = address->address;
            indirect_ = true;
        }
    }
}

std::int64_t ControlMemory::value(const registers::Register& of) const {
    return of.rawFrom(ByteView(bytes_).subspan(of.address));
}

void ControlMemory::put(const registers::Register& into, std::int64_t raw) {
    std::ranges::copy(into.bytesFrom(raw), bytes_.begin() + into.address);
}

std::uint16_t ControlMemory::resolve(std::size_t address) const {
    const auto own = static_cast<std::uint16_t>(address);
    if (!indirect_ || pointer_[address] == nowhere) return own;
    const auto target =
        static_cast<std::size_t>(littleEndian(ByteView(bytes_).subspan(pointer_[address], 2)));
    // A pointer out of the table, or at another window, leads back to the byte itself.
    if (target >= bytes_.size() || pointer_[target] != nowhere) return own;
    return static_cast<std::uint16_t>(target);
}

Refusal ControlMemory::read(bus::RegisterSpan span, Bytes& into) const {
    if (span.address + std::size_t{span.size} > bytes_.size()) return Refusal::access;
    for (std::size_t i = 0; i < span.size; ++i)
        into.push_back(bytes_[resolve(span.address + i)]);
    return Refusal::none;
}

Refusal ControlMemory::sort(std::uint16_t address, ByteView bytes, std::vector<Assignment>& into) const {
    if (address + bytes.size() > bytes_.size()) return Refusal::access;
    if (bytes.empty()) return Refusal::dataLength;
    std::size_t i = 0;
    while (i < bytes.size()) {
        const std::uint16_t place = resolve(address + i);
        if (owner_[place] == nowhere) return Refusal::access;
        const auto& target = model_->registers[owner_[place]];
        if (target.access == registers::Access::readOnly) return Refusal::access;
        // A register is written whole and in the order of its bytes, through windows as well.
        if (place != target.address || bytes.size() - i < target.size) return Refusal::dataLength;
        for (std::size_t k = 1; k < target.size; ++k)
            if (resolve(address + i + k) != place + k) return Refusal::dataLength;
        into.push_back({&target, target.rawFrom(bytes.subspan(i))});
        i += target.size;
    }
    return Refusal::none;
}

void ControlMemory::restoreDefaults(registers::Storage storage) {
    for (const auto& one : model_->registers)
        if (one.storage == storage && !one.isView) put(one, defaultOf(one));
}

std::int64_t ControlMemory::defaultOf(const registers::Register& of) const {
    if (of.name.starts_with(indirectAddress)) {
        // An indirect address starts out pointing at its own window.
        const auto* data = model_->find(std::string(indirectData) + of.name.substr(indirectAddress.size()));
        if (data != nullptr) return data->address;
    }
    return of.defaultValue.value_or(0);
}

} // namespace servolane::drivers::simulator
