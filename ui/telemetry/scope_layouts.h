// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/telemetry/layout_shelf.h"

#include <QtWidgets/QWidget>
#include <functional>

class QAction;
class QLabel;
class QLineEdit;
class QMenu;
class QPushButton;

namespace servolane::ui {

class Theme;

/// The menu of saved layouts, and the row in which a name is entered, a deletion confirmed, a failure told:
/// no dialog stands in the way. GUI thread.
class ScopeLayouts : public QWidget {
    Q_OBJECT
public:
    /// `capture` gives the scope as it stands; its name is not used.
    ScopeLayouts(Theme& theme, std::function<ScopeLayout()> capture,
                 std::function<void(const ScopeLayout&)> apply, QWidget* parent);

    /// Shows the scope as it was left. Without a folder nothing can be saved.
    void open(const QString& folder);
    /// How the scope is left.
    void keep();
    /// A sentence that says nothing more than that it worked goes by itself.
    void tick(Time now);
    /// The saved layouts, save, save as, rename, delete; filled anew whenever it opens.
    void fillMenu(QMenu& menu);
    [[nodiscard]] const QString& current() const { return current_; }
    void load(const QString& name);
    void saveAs(const QString& name);
    /// Save layout as: for the keyboard.
    [[nodiscard]] QAction* saveAsAction() const { return saveAsAction_; }

private:
    enum class Ask : std::uint8_t { saveAs, rename, remove };
    void ask(Ask what);
    void answer();
    void tell(const QString& sentence, const char* role);
    void done(const tl::expected<void, QString>& outcome, const QString& sentence, const QString& name);

    std::function<ScopeLayout()> capture_;
    std::function<void(const ScopeLayout&)> apply_;
    std::optional<LayoutShelf> shelf_;
    QString current_;
    bool passing_ = false; ///< what is told may go
    std::optional<Time> toldAt_;
    Ask asked_ = Ask::saveAs;
    QLabel* text_;
    QLineEdit* name_;
    QPushButton* accept_;
    QAction* saveAsAction_;
};

} // namespace servolane::ui
