// SPDX-License-Identifier: GPL-3.0-or-later
// The register maps that a recording holds. Apart from the rest of session_file.h, so that whoever needs
// samples alone gets by without JSON.
#include "drivers/json/event_json.h"
#include "drivers/sqlite/session_file.h"

namespace servolane::drivers::sqlite {

Result<registers::ModelCatalog> readModels(SessionFile& file, std::vector<std::string>& damaged) {
    std::vector<std::shared_ptr<const registers::ServoModel>> models;
    const auto failed = [&](const Error& error) {
        return failure(error.code, file.path + ": " + error.detail);
    };
    auto select = file.connection.prepare("SELECT json, name FROM models");
    if (!select) return failed(select.error());
    for (;;) {
        const auto row = select->step();
        if (!row) return failed(row.error());
        if (!*row) break;
        auto model = modelFromJson(select->text(0));
        if (model)
            models.push_back(std::make_shared<const registers::ServoModel>(std::move(*model)));
        else
            damaged.push_back(file.path + ": servo model " + std::string{select->text(1)} + ": " +
                              model.error().detail);
    }
    return registers::ModelCatalog{std::move(models)};
}

} // namespace servolane::drivers::sqlite
