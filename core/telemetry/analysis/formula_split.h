// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of Formula: cuts the calls of sample functions out of a text. Text stays as long as it was, so
// that positions in errors stay true.
#pragma once

#include "core/telemetry/analysis/formula.h"
#include "core/telemetry/analysis/sample_function.h"

namespace servolane::telemetry {

/// Not among the characters of names that a person may write.
constexpr char nodeMark = '#';

struct FormulaNode {
    const FunctionTraits* function = nullptr;
    std::string argument; ///< expression over channels and earlier nodes: "#0"
    std::size_t argumentAt = 0;
    double parameter = 0.0;
};

struct SplitFormula {
    std::vector<FormulaNode> nodes; ///< each after those in its argument
    std::string rest;
};

[[nodiscard]] tl::expected<SplitFormula, FormulaError> splitFormula(std::string_view text);

[[nodiscard]] bool isNameStart(char sign);
[[nodiscard]] bool isNamePart(char sign);

} // namespace servolane::telemetry
