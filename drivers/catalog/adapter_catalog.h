// SPDX-License-Identifier: GPL-3.0-or-later
// What stands behind a serial port, told by its USB numbers (resources/adapters/README.md describes the
// file).
#pragma once

#include "drivers/catalog/catalog_problem.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace servolane::drivers::catalog {

enum class AdapterKind : std::uint8_t { adapter, chip, board, controller };
/// Whether a search for servos asks there.
enum class SearchHabit : std::uint8_t { beforehand, ifAsked, never };

struct Adapter {
    std::uint16_t vid = 0;
    std::optional<std::uint16_t> pid; ///< absent: all of this maker
    std::string name;
    AdapterKind kind = AdapterKind::adapter;
    SearchHabit search = SearchHabit::ifAsked;
    std::vector<std::string> families; ///< empty: any
    std::string note;
};

/// Later entries of the same numbers win; those with a product go before those of the maker alone.
class AdapterCatalog {
public:
    AdapterCatalog() = default;
    explicit AdapterCatalog(std::vector<Adapter> adapters)
        : adapters_(std::move(adapters)) {}
    /// nullptr if it is not known.
    [[nodiscard]] const Adapter* find(std::uint16_t vid, std::uint16_t pid) const;
    [[nodiscard]] const std::vector<Adapter>& all() const { return adapters_; }

private:
    std::vector<Adapter> adapters_;
};

struct AdapterLoad {
    AdapterCatalog catalog;
    Problems problems;
};

/// Reads the files in their order; those that are not there are left out. An entry with a problem is left out
/// and does no harm to others. Any thread; does not throw.
[[nodiscard]] AdapterLoad loadAdapters(std::span<const std::filesystem::path> files);

} // namespace servolane::drivers::catalog
