// SPDX-License-Identifier: GPL-3.0-or-later
// Inheritance between model files: what a file takes over, removes, overrides and adds.
#pragma once

#include "drivers/catalog/catalog_problem.h"
#include "drivers/catalog/model_file.h"

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace servolane::drivers::catalog {

/// A member of a model with the place it was last written at.
struct PlacedJson {
    nlohmann::json value;
    Place place;
};

/// A register, shared between the models that take it over as it is.
struct PlacedRegister {
    std::shared_ptr<const nlohmann::json> value; ///< never null
    Place place;
};

/// A model after inheritance: still JSON, arrays of registers unrolled.
struct LayeredModel {
    std::map<std::string, PlacedJson> members; ///< all but the registers
    std::vector<PlacedRegister> registers;
};

/// Holds the folders read so far and resolves files in them. One thread.
class ModelLayers {
public:
    explicit ModelLayers(Problems& problems)
        : problems_(problems) {}

    void addFolder(std::string path, ModelFolder files) {
        folders_.emplace_back(std::move(path), std::move(files));
    }
    [[nodiscard]] const ModelFolder& lastFolder() const { return folders_.back().second; }
    [[nodiscard]] bool isAbstract(const std::string& file) const;
    /// `file` is one of the folder added last. Absent if what it extends is missing or extends itself.
    [[nodiscard]] std::optional<LayeredModel> resolve(const std::string& file);

private:
    struct Located {
        const nlohmann::json* content;
        std::string path;
        std::size_t folder;
        std::string name;
    };

    [[nodiscard]] std::optional<Located> locate(const std::string& file, std::size_t lastFolder) const;
    [[nodiscard]] std::optional<LayeredModel> resolve(const Located& file, std::set<std::string> below);
    [[nodiscard]] std::optional<LayeredModel> resolveBase(const Located& file, std::set<std::string> below);
    void removeRegisters(LayeredModel& model, const nlohmann::json& names, const Place& place);
    void overrideRegisters(LayeredModel& model, const nlohmann::json& patches, const Place& place);
    void addRegisters(LayeredModel& model, const nlohmann::json& entries, const Place& place);
    void unroll(LayeredModel& model, const nlohmann::json& entry, const Place& place);

    Problems& problems_;
    std::vector<std::pair<std::string, ModelFolder>> folders_;
    std::map<std::string, LayeredModel> resolved_; ///< by path; most bases are extended by many
};

} // namespace servolane::drivers::catalog
