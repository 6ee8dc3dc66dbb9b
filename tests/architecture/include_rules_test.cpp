// SPDX-License-Identifier: GPL-3.0-or-later
// The borders of the architecture, read off every #include line: a link list alone does not guard them, since
// headers leak through transitive modules. The table is that of ARCHITECTURE.md.
#include "tests/support/test_registry.h"

#include <QtTest/QTest>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

struct Include {
    std::string file; ///< from the repository root
    int line = 0;
    std::string target; ///< between the quotes or brackets
    bool quoted = false;
};

/// Who an include rule is about, and what it may never name. Patterns are regular expressions on paths.
struct Rule {
    std::string name;
    std::string from;
    std::string never;
};

const std::vector<Rule> rules{
    {"core knows no Qt, no store, no port", "core/.*",
     "Q[A-Za-z].*|sqlite3.*|libserialport.*|zstd.*|nlohmann/.*"},
    {"core knows no drivers, window or program", "core/.*", "(drivers|ui|app|tests)/.*"},
    {"drivers know no Qt", "drivers/.*", "Q[A-Za-z].*"},
    {"drivers know no write model, runtime, window or program", "drivers/.*",
     "core/[a-z]+/write/.*|core/runtime/.*|(ui|app|tests)/.*"},
    {"messages between processes know lanes, not who runs them", "drivers/(ipc|json)/.*",
     "drivers/(?!ipc/|json/).*|sqlite3.*|libserialport.*"},
    {"the kernel knows no domain", "core/kernel/.*", "core/(?!kernel/).*"},
    {"the read side never looks at the write side", "core/[a-z]+/read/.*",
     "core/[a-z]+/write/.*|core/runtime/.*"},
    {"the write side never looks at the read side", "core/[a-z]+/write/.*",
     "core/[a-z]+/read/.*|core/runtime/.*"},
    {"the window sends commands and reads snapshots, nothing else", "ui/.*",
     "core/[a-z]+/write/.*|core/runtime/.*|core/[a-z]+/events\\.h|core/api/event\\.h|core/bus/"
     "servo_bus\\.h|drivers/.*|"
     "app/.*"},
    {"the command line and the simulator know no widgets", "app/(cli|sim|workstation)/.*",
     "ui/.*|Q[A-Za-z].*"},
    {"nothing but tests includes tests", "(core|drivers|ui|app)/.*", "tests/.*"},
};

fs::path root() {
    return std::getenv("SERVOLANE_SOURCE_DIR");
}

bool isSource(const fs::path& path) {
    return path.extension() == ".h" || path.extension() == ".cpp";
}

std::vector<Include> includesOf(const fs::path& path) {
    static const std::regex form(R"(^\s*#\s*include\s*(["<])([^">]+)[">])");
    std::vector<Include> found;
    std::ifstream file(path);
    std::string text;
    for (int line = 1; std::getline(file, text); ++line) {
        std::smatch match;
        if (std::regex_search(text, match, form))
            found.push_back({fs::relative(path, root()).generic_string(), line, match[2], match[1] == "\""});
    }
    return found;
}

std::vector<Include> allIncludes() {
    std::vector<Include> all;
    for (const char* folder : {"core", "drivers", "ui", "app"})
        for (const auto& entry : fs::recursive_directory_iterator(root() / folder))
            if (entry.is_regular_file() && isSource(entry.path()))
                for (auto& include : includesOf(entry.path()))
                    all.push_back(std::move(include));
    return all;
}

/// "bus" for core/bus/read/x.h; empty outside of the contexts.
std::string contextOf(const std::string& path) {
    static const std::regex form("^core/([a-z]+)/.*");
    std::smatch match;
    if (!std::regex_match(path, match, form)) return {};
    const std::string name = match[1];
    return name == "kernel" || name == "api" || name == "runtime" ? "" : name;
}

bool isInside(const std::string& path, const char* side) {
    return path.starts_with("core/") && path.find(side) != std::string::npos;
}

QString describe(const Include& include, const std::string& rule) {
    return QString("%1:%2 includes %3: %4")
        .arg(QString::fromStdString(include.file))
        .arg(include.line)
        .arg(QString::fromStdString(include.target), QString::fromStdString(rule));
}

class IncludeRulesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyIncludeKeepsTheTable() {
        QStringList broken;
        for (const Include& include : allIncludes())
            for (const Rule& rule : rules)
                if (std::regex_match(include.file, std::regex(rule.from)) &&
                    std::regex_match(include.target, std::regex(rule.never)))
                    broken << describe(include, rule.name);
        QVERIFY2(broken.isEmpty(), qPrintable(broken.join('\n')));
    }

    void betweenContextsOnlyRootHeadersAreIncluded() {
        QStringList broken;
        for (const Include& include : allIncludes()) {
            const std::string from = contextOf(include.file);
            const std::string to = contextOf(include.target);
            const bool foreign = !from.empty() && !to.empty() && from != to;
            const bool root = !isInside(include.target, "/read/") && !isInside(include.target, "/write/");
            if (foreign && !root) broken << describe(include, "between contexts only root headers");
        }
        QVERIFY2(broken.isEmpty(), qPrintable(broken.join('\n')));
    }

    void baseKnowsNeitherSide() {
        QStringList broken;
        for (const Include& include : allIncludes()) {
            const bool base = include.file.starts_with("core/") &&
                              !include.file.starts_with("core/runtime/") &&
                              !isInside(include.file, "/read/") && !isInside(include.file, "/write/");
            const bool side = isInside(include.target, "/read/") || isInside(include.target, "/write/") ||
                              include.target.starts_with("core/runtime/");
            if (base && side) broken << describe(include, "base knows neither side");
        }
        QVERIFY2(broken.isEmpty(), qPrintable(broken.join('\n')));
    }

    void quotedIncludesAreWrittenFromTheRoot() {
        QStringList broken;
        for (const Include& include : allIncludes())
            if (include.quoted && !fs::exists(root() / include.target) && !include.target.ends_with(".moc"))
                broken << describe(include, "written from the repository root");
        QVERIFY2(broken.isEmpty(), qPrintable(broken.join('\n')));
    }

    void everyPolicyStandsInTheListOfItsContext() {
        QStringList missing;
        int policies = 0;
        for (const auto& entry : fs::directory_iterator(root() / "core")) {
            const fs::path side = entry.path() / "write";
            if (!fs::exists(side)) continue;
            std::string text;
            for (const auto& file : fs::directory_iterator(side)) {
                std::ifstream source(file.path());
                text.append(std::istreambuf_iterator<char>(source), {});
            }
            static const std::regex form(R"(\bRefusal (refuse[A-Z]\w+)\(const Attempt&)");
            for (std::sregex_iterator found(text.begin(), text.end(), form), end; found != end; ++found) {
                const std::string name = (*found)[1];
                ++policies;
                // The tests of each context walk its list and demand one refusal and one pass of each.
                if (text.find("NamedPolicy{\"" + name + "\"") == std::string::npos)
                    missing << QString::fromStdString(entry.path().filename().string() + ": " + name);
            }
        }
        QVERIFY2(missing.isEmpty(), qPrintable(missing.join('\n')));
        QVERIFY(policies > 100);
    }

    /// One that is made elsewhere escapes the list, and with it the tests that walk over it.
    void onlyPoliciesMakeRejections() {
        QStringList broken;
        for (const auto& entry : fs::recursive_directory_iterator(root() / "core")) {
            const std::string file = fs::relative(entry.path(), root()).generic_string();
            const bool decides = isInside(file, "/write/") || file.starts_with("core/runtime/");
            const bool isOfPolicies = entry.path().filename().string().starts_with("policies") ||
                                      file == "core/session/write/recording_state.cpp";
            if (!decides || isOfPolicies || !isSource(entry.path())) continue;
            std::ifstream source(entry.path());
            std::string text;
            for (int line = 1; std::getline(source, text); ++line)
                if (text.find("RejectionCode::") != std::string::npos)
                    broken << QString("%1:%2").arg(QString::fromStdString(file)).arg(line);
        }
        QVERIFY2(broken.isEmpty(), qPrintable(broken.join('\n')));
    }

    void everySourceNamesItsLicence() {
        QStringList broken;
        for (const char* folder : {"core", "drivers", "ui", "app", "tests"})
            for (const auto& entry : fs::recursive_directory_iterator(root() / folder)) {
                if (!entry.is_regular_file() || !isSource(entry.path())) continue;
                std::ifstream file(entry.path());
                std::string first;
                std::getline(file, first);
                if (first != "// SPDX-License-Identifier: GPL-3.0-or-later")
                    broken << QString::fromStdString(entry.path().string());
            }
        QVERIFY2(broken.isEmpty(), qPrintable(broken.join('\n')));
    }
};

SERVOLANE_TEST(IncludeRulesTest)

} // namespace

#include "include_rules_test.moc"
