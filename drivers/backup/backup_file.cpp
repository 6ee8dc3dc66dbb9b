// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/backup/backup_file.h"

#include "drivers/backup/backup_reader.h"
#include "drivers/catalog/json_file.h"
#include "drivers/catalog/whole_file.h"

#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

namespace servolane::drivers::backup {

namespace fs = std::filesystem;
using registers::Access;
using registers::BackedUpRegister;
/// Members stand in the order in which people read them.
using Json = nlohmann::ordered_json;

namespace {

/// "2026-11-23T09:15:02.123Z"
std::string utcText(UtcTime at) {
    const auto ms = std::chrono::floor<std::chrono::milliseconds>(at.time_since_epoch()).count();
    const std::time_t whole = static_cast<std::time_t>(ms / 1000);
    std::tm parts{};
    ::gmtime_r(&whole, &parts);
    char text[80];
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900,
                  parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                  static_cast<int>(ms % 1000));
    return text;
}

Json registerJson(const BackedUpRegister& of) {
    Json made{{"name", of.name}};
    if (of.role != registers::Role::none) made["role"] = toString(of.role);
    made["address"] = of.address;
    made["size"] = of.size;
    made["access"] = of.access == Access::readWrite ? "rw" : "r";
    made["raw"] = of.raw;
    made["value"] = of.value;
    if (!of.unit.empty()) made["unit"] = of.unit;
    if (!of.word.empty()) made["word"] = of.word;
    if (!of.bits.empty()) made["bits"] = of.bits;
    return made;
}

Json servoJson(const registers::ServoBackup& servo) {
    Json made{{"family", servo.family},     {"model", servo.model},      {"model_number", servo.modelNumber},
              {"firmware", servo.firmware}, {"id", servo.servo.value},   {"axis", servo.axis},
              {"utc", utcText(servo.at)},   {"registers", Json::array()}};
    for (const BackedUpRegister& of : servo.registers)
        made["registers"].push_back(registerJson(of));
    return made;
}

} // namespace

Result<registers::Backup> readBackup(const fs::path& file, const registers::ModelCatalog& models) {
    std::error_code ignored;
    if (!fs::exists(file, ignored)) return failure(ErrorCode::notFound, "there is no file " + file.string());
    catalog::Problems problems;
    const auto document = catalog::readJsonFile(file, problems);
    registers::Backup backup;
    if (document) backup = backupFrom(*document, file.string(), models, problems);
    if (!problems.empty()) return tl::make_unexpected(catalog::errorOf(problems));
    return backup;
}

std::string backupText(const registers::Backup& backup) {
    Json document{{"kind", kind}, {"schema", schema}, {"servos", Json::array()}};
    for (const auto& servo : backup.servos)
        document["servos"].push_back(servoJson(servo));
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

Result<void> writeBackup(const fs::path& file, const registers::Backup& backup) {
    return catalog::writeWhole(file, backupText(backup));
}

} // namespace servolane::drivers::backup
