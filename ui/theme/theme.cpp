// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include "ui/theme/fonts.h"
#include "ui/theme/house_style.h"
#include "ui/theme/icons.h"
#include "ui/theme/style_sheet.h"

#include <QtCore/QFile>
#include <QtCore/QPointer>
#include <QtGui/QAction>
#include <QtGui/QPalette>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QApplication>

namespace servolane::ui {

namespace {

constexpr int iconSize = 16;
constexpr int labelGap = 4;

QPalette paletteOf(const Tokens& t) {
    QPalette palette;
    palette.setColor(QPalette::Window, t.window);
    palette.setColor(QPalette::WindowText, t.text);
    palette.setColor(QPalette::Base, t.surface);
    palette.setColor(QPalette::AlternateBase, t.window);
    palette.setColor(QPalette::Text, t.text);
    palette.setColor(QPalette::Button, t.raised);
    palette.setColor(QPalette::ButtonText, t.text);
    palette.setColor(QPalette::ToolTipBase, t.raised);
    palette.setColor(QPalette::ToolTipText, t.text);
    palette.setColor(QPalette::PlaceholderText, t.muted);
    palette.setColor(QPalette::Highlight, t.accent);
    palette.setColor(QPalette::HighlightedText, t.onAccent);
    palette.setColor(QPalette::Link, t.accent);
    palette.setColor(QPalette::Mid, t.border);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, t.muted);
    return palette;
}

} // namespace

QString wordOf(ThemeChoice choice) {
    switch (choice) {
    case ThemeChoice::light:
        return QStringLiteral("light");
    case ThemeChoice::dark:
        return QStringLiteral("dark");
    case ThemeChoice::system:
        break;
    }
    return QStringLiteral("system");
}

ThemeChoice themeChoiceFrom(const QString& word) {
    if (word == QLatin1String("light")) return ThemeChoice::light;
    if (word == QLatin1String("dark")) return ThemeChoice::dark;
    return ThemeChoice::system;
}

Theme::Theme(std::function<bool()> systemIsDark, ThemeChoice choice, QObject* parent)
    : QObject(parent)
    , systemIsDark_(std::move(systemIsDark))
    , choice_(choice)
    , tokens_(&lightTokens()) {
    // Asked before the first apply(): afterwards the application's palette is ours and says nothing of the
    // system's.
    tokens_ = tokensChosen();
    apply();
}

const Tokens* Theme::tokensChosen() const {
    const bool dark = choice_ == ThemeChoice::system ? systemIsDark_() : choice_ == ThemeChoice::dark;
    return dark ? &darkTokens() : &lightTokens();
}

void Theme::choose(ThemeChoice choice) {
    choice_ = choice;
    const Tokens* wanted = tokensChosen();
    if (wanted == tokens_) return;
    tokens_ = wanted;
    apply();
}

void Theme::followSystem() {
    if (choice_ == ThemeChoice::system) choose(ThemeChoice::system);
}

QIcon Theme::icon(const QString& name) const {
    return tintedIcon(name, tokens_->text, blend(tokens_->muted, tokens_->surface, 0.6));
}

QIcon Theme::labelIcon(const QString& name, const QColor& color) const {
    return tintedIcon(name, color, blend(tokens_->muted, tokens_->surface, 0.6));
}

void Theme::keepIcon(QAbstractButton* button, const QString& name) const {
    const auto set = [this, button, name] {
        const bool onAccent = button->property("role") == QLatin1String("primary");
        if (button->text().isEmpty()) return button->setIcon(icon(name));
        button->setIconSize(QSize(iconSize + labelGap, iconSize));
        button->setIcon(labelIcon(name, onAccent ? tokens_->onAccent : tokens_->text));
    };
    set();
    connect(this, &Theme::changed, button, set);
}

void Theme::keepIcon(QAction* action, const QString& name) const {
    action->setIcon(icon(name));
    connect(this, &Theme::changed, action, [this, action, name] { action->setIcon(icon(name)); });
}

void Theme::apply() {
    // Asked for by pointer: a style sheet wraps the style, and another theme in this process may have set it.
    static QPointer<HouseStyle> style;
    if (!style) QApplication::setStyle(style = new HouseStyle);
    QApplication::setPalette(paletteOf(*tokens_));
    QApplication::setFont(fontOf(TextSize::body));
    for (const StyleIcon& icon : styleIconsOf(*tokens_)) {
        QFile file(styleIcons_.filePath(icon.file));
        if (file.open(QIODevice::WriteOnly)) file.write(icon.svg);
    }
    qApp->setStyleSheet(styleSheetOf(*tokens_, styleIcons_.path()));
    Q_EMIT changed();
}

} // namespace servolane::ui
