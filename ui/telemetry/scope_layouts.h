// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/session/work_queue.h"
#include "ui/telemetry/layout_shelf.h"

#include <QtCore/QPointer>
#include <QtCore/QStringList>
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
/// no dialog stands in the way. Files are read and written on a thread of their own. GUI thread.
class ScopeLayouts : public QWidget {
    Q_OBJECT
public:
    /// `capture` gives the scope as it stands; its name is not used.
    ScopeLayouts(Theme& theme, std::function<ScopeLayout()> capture,
                 std::function<void(const ScopeLayout&)> apply, QWidget* parent);

    /// Shows the scope as it was left, at once: nothing is on the screen yet. Without a folder nothing can be
    /// saved.
    void open(const QString& folder);
    /// The saved layouts alone: how this scope was left is not kept.
    void openShelf(const QString& folder);
    /// How the scope is left; written when this object goes at the latest.
    void keep();
    /// What came of reading and writing. A sentence that says nothing more than that it worked goes by
    /// itself.
    void tick(Time now);
    /// The saved layouts, save, save as, rename, delete; filled now, whenever they change and whenever it
    /// opens: the command palette reads it, too.
    void fillMenu(QMenu& menu);
    /// Files are being read or written, or what came of it is not shown yet.
    [[nodiscard]] bool isBusy() const { return files_.isBusy(); }
    [[nodiscard]] const QString& current() const { return current_; }
    void load(const QString& name);
    void saveAs(const QString& name);
    /// Save layout as: for the keyboard.
    [[nodiscard]] QAction* saveAsAction() const { return saveAsAction_; }

private:
    /// What came of a file.
    struct Done {
        QString error = {}; ///< empty: it worked
        QString sentence = {};
        QString name = {}; ///< of the layout that is current then
        std::optional<ScopeLayout> loaded = {};
        QStringList names = {};
        bool isListing = false; ///< only the names were looked at
        bool isEntered = false; ///< a name was entered: another one may do
    };
    enum class Ask : std::uint8_t { saveAs, rename, remove };
    void ask(Ask what);
    void answer();
    void tell(const QString& sentence, const char* role);
    /// Changes files on the queue's thread; `name` is current afterwards.
    void change(std::function<tl::expected<void, QString>(const LayoutShelf&)> deed, const QString& sentence,
                const QString& name);
    void list();
    void listIn(QMenu& menu);
    void finish(const Done& done);

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
    QStringList names_;
    QPointer<QMenu> menu_; ///< the one opened last
    WorkQueue<Done> files_;
};

} // namespace servolane::ui
