// SPDX-License-Identifier: GPL-3.0-or-later
// Which tokens are in force, and everything that follows from them: palette, style sheet, tinted icons.
// GUI thread only.
#pragma once

#include "ui/theme/tokens.h"

#include <QtCore/QObject>
#include <QtCore/QTemporaryDir>
#include <QtGui/QIcon>
#include <functional>

class QAbstractButton;
class QAction;

namespace servolane::ui {

enum class ThemeChoice { system, light, dark };
/// Stable words for the settings file: "system", "light", "dark".
[[nodiscard]] QString wordOf(ThemeChoice choice);
[[nodiscard]] ThemeChoice themeChoiceFrom(const QString& word);

class Theme : public QObject {
    Q_OBJECT
public:
    /// `systemIsDark` is asked whenever the system may have changed; it must not block for long.
    explicit Theme(std::function<bool()> systemIsDark, ThemeChoice choice = ThemeChoice::system,
                   QObject* parent = nullptr);

    [[nodiscard]] const Tokens& tokens() const { return *tokens_; }
    [[nodiscard]] ThemeChoice choice() const { return choice_; }
    void choose(ThemeChoice choice);
    /// Asks the system again; nothing happens unless the choice is `system`.
    void followSystem();

    [[nodiscard]] QIcon icon(const QString& name) const;
    /// In a colour of its own.
    [[nodiscard]] QIcon labelIcon(const QString& name, const QColor& color) const;
    /// Sets the icon now and at every change of theme, for as long as the target lives.
    void keepIcon(QAbstractButton* button, const QString& name) const;
    void keepIcon(QAction* action, const QString& name) const;

Q_SIGNALS:
    void changed();

private:
    [[nodiscard]] const Tokens* tokensChosen() const;
    void apply();

    std::function<bool()> systemIsDark_;
    ThemeChoice choice_ = ThemeChoice::system;
    const Tokens* tokens_;
    QTemporaryDir styleIcons_; ///< a style sheet takes its pictures from files
};

} // namespace servolane::ui
