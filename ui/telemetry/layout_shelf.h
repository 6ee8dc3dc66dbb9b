// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/telemetry/scope_layout.h"

#include <QtCore/QStringList>

namespace servolane::ui {

/// The saved layouts of the scope: one JSON file each in FOLDER/scope-layouts, named after the layout, and
/// FOLDER/scope-last.json, how the scope was left. Files are small and written beside, then renamed. Errors
/// are sentences with the file's name; a file that cannot be read is left as it is.
class LayoutShelf {
public:
    template <class T>
    using Outcome = tl::expected<T, QString>;

    explicit LayoutShelf(QString folder);

    /// In the order of the alphabet; broken ones too.
    [[nodiscard]] QStringList names() const;
    [[nodiscard]] Outcome<ScopeLayout> load(const QString& name) const;
    /// An existing one is replaced only if `replace`.
    [[nodiscard]] Outcome<void> save(const ScopeLayout& layout, bool replace) const;
    [[nodiscard]] Outcome<void> rename(const QString& from, const QString& to) const;
    [[nodiscard]] Outcome<void> remove(const QString& name) const;

    /// Nothing if the scope was never left.
    [[nodiscard]] Outcome<std::optional<ScopeLayout>> loadLast() const;
    [[nodiscard]] Outcome<void> saveLast(const ScopeLayout& layout) const;

    [[nodiscard]] QString pathOf(const QString& name) const;

private:
    [[nodiscard]] QString lastPath() const;
    QString folder_;
};

} // namespace servolane::ui
