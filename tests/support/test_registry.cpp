// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_registry.h"

#include <QtCore/QCoreApplication>
#include <QtTest/QTest>
#include <cstdio>
#include <map>

namespace servolane::tests {

namespace {
std::map<std::string, Factory>& registry() {
    static std::map<std::string, Factory> tests;
    return tests;
}
} // namespace

bool registerTest(std::string name, Factory factory) {
    return registry().emplace(std::move(name), std::move(factory)).second;
}

/// Widget tests replace it by one that makes a QApplication.
__attribute__((weak)) std::unique_ptr<QCoreApplication> makeApplication(int& argc, char** argv) {
    return std::make_unique<QCoreApplication>(argc, argv);
}

} // namespace servolane::tests

/// PROGRAM [CLASS [Qt Test arguments]]: one class, or all of them.
int main(int argc, char** argv) {
    const auto application = servolane::tests::makeApplication(argc, argv);
    const std::string wanted = argc > 1 && argv[1][0] != '-' ? argv[1] : "";
    QStringList arguments = QCoreApplication::arguments();
    if (!wanted.empty()) arguments.removeAt(1);
    int failures = 0;
    bool found = false;
    for (const auto& [name, factory] : servolane::tests::registry()) {
        if (!wanted.empty() && name != wanted) continue;
        found = true;
        const auto test = factory();
        failures += QTest::qExec(test.get(), arguments);
    }
    if (!found) std::fprintf(stderr, "no test class named %s\n", wanted.c_str());
    return found ? failures : 1;
}
