// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtWidgets/QToolButton>

#include "ui/scope/trace_choice.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

class QLabel;
class QLineEdit;
class QTreeWidget;
class QTreeWidgetItem;

namespace servolane::ui {

/// A button that opens a tree of traces by axis, with a field that finds them among many. Either several of
/// them are ticked, and it stays open meanwhile, or one is chosen, which the button says. Channels of the
/// selected axis stay chosen when another axis is selected; those of an axis by its name are of that axis.
class TraceMenu : public QToolButton {
    Q_OBJECT
public:
    enum class Choosing : std::uint8_t { several, one };
    using Choices = std::shared_ptr<const std::vector<scope::TraceChoice>>;

    TraceMenu(Choosing choosing, QWidget* parent);
    /// Not null. Costs nothing while it is the same object.
    void offer(const Choices& choices);
    /// Of what is offered, at most scope::maximumTraces, each once.
    [[nodiscard]] std::vector<scope::TraceChoice> chosen() const;
    /// Stable words: "position", "Lift.position@ttyUSB0:2", "math2".
    [[nodiscard]] QStringList words() const { return words_; }
    /// Also words without bus and id, as they were kept before: "Lift.position", "Pan (id 2).position".
    void choose(const QStringList& words);
    /// The tree as it stands when it is opened.
    void fill();
    [[nodiscard]] QTreeWidget* tree() const { return tree_; }

Q_SIGNALS:
    void changed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    /// Of what is offered; null: it is not there now.
    [[nodiscard]] const scope::TraceChoice* meantBy(const QString& word) const;
    void makeLasting();
    void findMeant();
    void build();
    void find(const QString& text);
    void tick(QTreeWidgetItem* item);
    void take(QTreeWidgetItem* item);
    void showChosen();

    Choosing choosing_;
    Choices offered_ = std::make_shared<const std::vector<scope::TraceChoice>>();
    QStringList words_;                         ///< chosen
    std::set<const scope::TraceChoice*> meant_; ///< of offered_, by words_
    std::set<QString> seen_;      ///< lasting words that were offered: who is gone is waited for
    QTreeWidget* tree_ = nullptr; ///< as the next ones, until it is first opened
    QLineEdit* search_ = nullptr;
    QLabel* said_ = nullptr;
};

/// "position" of whichever axis, "Lift.position@ttyUSB0:2", "math2": what a choice is called in the settings
/// file.
[[nodiscard]] QString wordOf(const scope::TraceChoice& choice);
/// Of a channel of a certain axis, by its name, its bus and its id there.
[[nodiscard]] QString lastingWordOf(const std::string& axis, telemetry::Channel channel,
                                    const std::string& bus, int servo);

} // namespace servolane::ui
