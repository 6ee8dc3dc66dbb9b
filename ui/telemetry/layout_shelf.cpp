// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/telemetry/layout_shelf.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QSaveFile>
#include <QtCore/QUrl>
#include <algorithm>

namespace servolane::ui {

namespace {

const QString ending = QStringLiteral(".json");
constexpr int longestName = 80;
constexpr qint64 largestFile = 1 << 20;

tl::expected<ScopeLayout, QString> readFile(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return tl::make_unexpected(QStringLiteral("%1 cannot be opened: %2").arg(path, file.errorString()));
    if (file.size() > largestFile)
        return tl::make_unexpected(QStringLiteral("%1 is too large for a layout").arg(path));
    auto layout = layoutFrom(file.readAll());
    if (!layout)
        return tl::make_unexpected(
            QStringLiteral("%1 cannot be read, and was left as it is: %2").arg(path, layout.error()));
    return layout;
}

tl::expected<void, QString> writeFile(const QString& path, const ScopeLayout& layout) {
    QDir().mkpath(QFileInfo(path).absolutePath());
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(textOf(layout)) < 0 || !file.commit())
        return tl::make_unexpected(QStringLiteral("%1 cannot be written: %2").arg(path, file.errorString()));
    return {};
}

tl::expected<void, QString> checkName(const QString& name) {
    if (name.trimmed().isEmpty()) return tl::make_unexpected(QStringLiteral("A layout needs a name"));
    if (name.size() > longestName)
        return tl::make_unexpected(
            QStringLiteral("The name has %1 letters; %2 are the most").arg(name.size()).arg(longestName));
    return {};
}

/// As they were written once, letters beyond ASCII as %XX too: those of other scripts took three to nine
/// times their room, and a file's name ends at 255 bytes.
QString formerFileOf(const QString& name) {
    QString file = QString::fromLatin1(QUrl::toPercentEncoding(name, " ()+,'"));
    if (file.startsWith(QLatin1Char('.'))) file.replace(0, 1, QStringLiteral("%2E"));
    return file;
}

/// At most 3 bytes a letter: 240 of them for the longest name.
QString fileOf(const QString& name) {
    QString file;
    for (const QChar letter : name)
        file +=
            letter.unicode() < 0x80 ? QString::fromLatin1(QUrl::toPercentEncoding(letter, " ()+,'")) : letter;
    if (file.startsWith(QLatin1Char('.'))) file.replace(0, 1, QStringLiteral("%2E"));
    return file;
}

} // namespace

LayoutShelf::LayoutShelf(QString folder)
    : folder_(std::move(folder)) {}

/// Any name is possible: what a file's name may not hold is written as %XX.
QString LayoutShelf::pathOf(const QString& name) const {
    const QString folder = folder_ + QStringLiteral("/scope-layouts/");
    const QString path = folder + fileOf(name) + ending;
    const QString former = folder + formerFileOf(name) + ending;
    return former != path && !QFile::exists(path) && QFile::exists(former) ? former : path;
}

QString LayoutShelf::lastPath() const {
    return folder_ + QStringLiteral("/scope-last.json");
}

QStringList LayoutShelf::names() const {
    QStringList names;
    const QDir folder(folder_ + QStringLiteral("/scope-layouts"));
    for (const QString& file : folder.entryList({QLatin1Char('*') + ending}, QDir::Files))
        names << QUrl::fromPercentEncoding(file.chopped(ending.size()).toUtf8());
    std::sort(names.begin(), names.end(),
              [](const QString& a, const QString& b) { return QString::localeAwareCompare(a, b) < 0; });
    return names;
}

LayoutShelf::Outcome<ScopeLayout> LayoutShelf::load(const QString& name) const {
    auto layout = readFile(pathOf(name));
    if (layout) layout->name = name; // the file may have been renamed by hand
    return layout;
}

LayoutShelf::Outcome<void> LayoutShelf::save(const ScopeLayout& layout, bool replace) const {
    if (auto checked = checkName(layout.name); !checked) return checked;
    if (!replace && QFile::exists(pathOf(layout.name)))
        return tl::make_unexpected(
            QStringLiteral("There is a layout “%1” already: choose another name, or delete it first")
                .arg(layout.name));
    return writeFile(pathOf(layout.name), layout);
}

LayoutShelf::Outcome<void> LayoutShelf::rename(const QString& from, const QString& to) const {
    if (from == to) return {};
    auto layout = load(from);
    if (!layout) return tl::make_unexpected(layout.error());
    layout->name = to;
    if (auto saved = save(*layout, false); !saved) return saved;
    return remove(from);
}

LayoutShelf::Outcome<void> LayoutShelf::remove(const QString& name) const {
    QFile file(pathOf(name));
    if (!file.remove())
        return tl::make_unexpected(
            QStringLiteral("%1 cannot be removed: %2").arg(file.fileName(), file.errorString()));
    return {};
}

LayoutShelf::Outcome<std::optional<ScopeLayout>> LayoutShelf::loadLast() const {
    if (!QFile::exists(lastPath())) return std::nullopt;
    auto layout = readFile(lastPath());
    if (!layout) return tl::make_unexpected(layout.error());
    return *layout;
}

LayoutShelf::Outcome<void> LayoutShelf::saveLast(const ScopeLayout& layout) const {
    // One that could not be read is somebody's work all the same.
    if (!loadLast()) QFile::rename(lastPath(), lastPath() + QStringLiteral(".broken"));
    return writeFile(lastPath(), layout);
}

} // namespace servolane::ui
