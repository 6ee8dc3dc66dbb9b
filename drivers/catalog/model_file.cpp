// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/catalog/model_file.h"

#include "drivers/catalog/json_file.h"

namespace servolane::drivers::catalog {

ModelFolder readModelFolder(const std::filesystem::path& folder, Problems& problems) {
    ModelFolder files;
    std::error_code failed;
    for (std::filesystem::directory_iterator entry(folder, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        std::string ending = entry->path().extension().string();
        for (char& letter : ending)
            if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
        if (ending != ".json") continue;
        if (auto content = readJsonFile(entry->path(), problems)) {
            files.emplace(entry->path().filename().string(), std::move(*content));
        }
    }
    if (failed && failed != std::errc::no_such_file_or_directory) {
        problems.push_back({{folder.string(), ""}, 0, 0, "a readable folder", failed.message()});
    }
    return files;
}

} // namespace servolane::drivers::catalog
