// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/catalog/catalog.h"

#include "drivers/catalog/model_file.h"
#include "drivers/catalog/model_layers.h"
#include "drivers/catalog/model_reader.h"
#include "drivers/catalog/object_reader.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

namespace servolane::drivers::catalog {

namespace {

using registers::ServoModel;
using ModelsByName = std::map<std::string, std::shared_ptr<const ServoModel>>;

constexpr std::int64_t knownFormat = 1;

bool hasKnownFormat(const nlohmann::json& content, const Place& place, Problems& problems) {
    const auto format = content.value("format", nlohmann::json());
    if (format == knownFormat) return true;
    problems.push_back({place.at("format"), 0, 0, std::to_string(knownFormat),
                        format.is_null() ? "nothing" : shown(format)});
    return false;
}

/// Two names for one number: a servo that reports it could be either.
bool isAmbiguous(const ServoModel& model, const ModelsByName& models, const Place& place,
                 Problems& problems) {
    for (const auto& [name, other] : models) {
        if (name == model.name || other->number != model.number || other->family != model.family) continue;
        problems.push_back(
            {place.at("number"), 0, 0, "a number other than that of " + name, std::to_string(model.number)});
        return true;
    }
    return false;
}

/// A file of a family that nobody speaks would be loaded, and never used.
bool isOfAFamily(const ServoModel& model, std::span<const std::string> families, const Place& place,
                 Problems& problems) {
    if (families.empty() || std::ranges::find(families, model.family) != families.end()) return true;
    std::string expected;
    for (const std::string& family : families)
        expected += (expected.empty() ? "" : " or ") + family;
    problems.push_back({place.at("family"), 0, 0, std::move(expected), '"' + model.family + '"'});
    return false;
}

void loadFolder(ModelLayers& layers, const std::string& folder, std::span<const std::string> families,
                ReadRegisters& known, ModelsByName& models, Problems& problems) {
    std::set<std::string> namesHere;
    for (const auto& [file, content] : layers.lastFolder()) {
        const Place place{(std::filesystem::path(folder) / file).string(), ""};
        if (!hasKnownFormat(content, place, problems) || layers.isAbstract(file)) continue;
        const std::size_t before = problems.size();
        const auto layered = layers.resolve(file);
        const auto model = layered ? readModel(*layered, place, known, problems) : std::nullopt;
        if (!model || problems.size() > before || !isOfAFamily(*model, families, place, problems)) continue;
        if (isAmbiguous(*model, models, place, problems)) continue;
        if (!namesHere.insert(model->name).second) {
            problems.push_back(
                {place.at("name"), 0, 0, "a name used once in this folder", '"' + model->name + '"'});
            continue;
        }
        models[model->name] = std::make_shared<const ServoModel>(*model);
    }
}

/// Errors in a file that many extend are found once for each of them.
void dropRepetitions(Problems& problems) {
    std::set<std::string> seen;
    std::erase_if(problems,
                  [&](const CatalogProblem& problem) { return !seen.insert(problem.text()).second; });
}

} // namespace

CatalogLoad loadCatalog(std::span<const std::filesystem::path> folders,
                        std::span<const std::string> families) {
    CatalogLoad load;
    ModelLayers layers(load.problems);
    ModelsByName models;
    ReadRegisters known;
    std::error_code failed;
    if (!folders.empty() && !std::filesystem::is_directory(folders.front(), failed)) {
        load.problems.push_back({{folders.front().string(), ""}, 0, 0, "a folder of servo models", "none"});
    }
    for (const auto& folder : folders) {
        layers.addFolder(folder.string(), readModelFolder(folder, load.problems));
        loadFolder(layers, folder.string(), families, known, models, load.problems);
    }
    dropRepetitions(load.problems);
    std::vector<std::shared_ptr<const ServoModel>> all;
    for (const auto& [name, model] : models)
        all.push_back(model);
    load.catalog = registers::ModelCatalog(std::move(all));
    return load;
}

} // namespace servolane::drivers::catalog
