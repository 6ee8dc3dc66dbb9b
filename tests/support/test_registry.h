// SPDX-License-Identifier: GPL-3.0-or-later
// Several Qt Test classes in one program: fewer programs to link, one CTest test per class all the same.
#pragma once

#include <QtCore/QObject>
#include <functional>
#include <memory>
#include <string>

namespace servolane::tests {

using Factory = std::function<std::unique_ptr<QObject>()>;
bool registerTest(std::string name, Factory factory);

} // namespace servolane::tests

/// At file scope, at the start of a line: tests/CMakeLists.txt looks for it.
#define SERVOLANE_TEST(Class)                                                                                \
    [[maybe_unused]] static const bool registered##Class =                                                   \
        servolane::tests::registerTest(#Class, [] { return std::make_unique<Class>(); });
