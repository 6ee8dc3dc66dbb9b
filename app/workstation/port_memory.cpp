// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workstation/port_memory.h"

#include "app/workstation/places.h"
#include "app/workstation/sim_line.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace servolane::app {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

bool isWorthRemembering(const std::string& path) {
    return !isSimPath(path) && !path.starts_with("/dev/pts/");
}

json readObject(const fs::path& file) {
    std::ifstream stream(file);
    if (!stream) return json::object();
    json read = json::parse(stream, nullptr, false);
    return read.is_object() ? read : json::object();
}

std::optional<KnownPort> portFrom(const json& entry) {
    const bool whole = entry.is_object() && entry.contains("protocol") && entry["protocol"].is_string() &&
                       entry.contains("baud") && entry["baud"].is_number_unsigned();
    if (!whole) return std::nullopt;
    return KnownPort{entry["protocol"], entry["baud"]};
}

} // namespace

std::optional<KnownPort> PortMemory::find(const std::string& path) const {
    const auto known = all();
    const auto found = known.find(path);
    return found == known.end() ? std::nullopt : std::optional(found->second);
}

std::map<std::string, KnownPort> PortMemory::all() const {
    std::map<std::string, KnownPort> known;
    const auto object = readObject(file_); // outlives the loop over its items
    for (const auto& [path, entry] : object.items())
        if (const auto port = portFrom(entry)) known[path] = *port;
    return known;
}

Result<void> PortMemory::remember(const std::string& path, const KnownPort& port) const {
    if (!isWorthRemembering(path) || find(path) == port) return {};
    if (auto made = makeFolder(file_.parent_path()); !made) return made;
    json all = readObject(file_);
    all[path] = {{"protocol", port.protocol}, {"baud", port.baud}};
    const fs::path fresh = file_.string() + "." + std::to_string(::getpid());
    std::ofstream stream(fresh);
    stream << all.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
    stream.close();
    std::error_code error;
    if (stream) fs::rename(fresh, file_, error);
    if (!stream || error) {
        std::error_code ignored;
        fs::remove(fresh, ignored);
        return failure(ErrorCode::inputOutput, "cannot write " + file_.string());
    }
    return {};
}

} // namespace servolane::app
