// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString> // before core: moc 6.4 stumbles over <concepts> where it comes first

#include "core/registers/read/register_board.h"
#include "core/registers/restore_plan.h"
#include "ui/registers/register_text.h"

#include <QtCore/QObject>
#include <QtCore/QSet>
#include <QtCore/QStringList>
#include <map>

class QTableWidget;
class QWidget;

namespace servolane::ui {

class Theme;

/// What stands beside the servo's own values.
struct RegisterDiff {
    const std::map<std::string, std::int64_t>* pending = nullptr; ///< raw
    const registers::RestorePlan* file = nullptr;
};

/// Which rows are shown.
struct RegisterFilter {
    enum class Kind : std::uint8_t { all, favourites, pending, file, watched, group };
    Kind kind = Kind::all;
    RegisterGroup group = RegisterGroup::other;
    QString text; ///< in name, title or meaning; or an address
};

/// The rows of a control table: a register each, with all that is known of it. GUI thread.
class RegisterTable : public QObject {
    Q_OBJECT
public:
    /// Favourites are kept in `file`, by model; empty: for this window alone.
    RegisterTable(const Theme& theme, QString file, QWidget* parent);

    [[nodiscard]] QTableWidget* widget() const { return table_; }
    void showModel(const std::shared_ptr<const registers::ServoModel>& model);
    void showValues(const registers::RegisterBoard& board, AxisId axis, const RegisterDiff& diff, Time now);
    /// How often each watched register arrives, by its name.
    void showWatched(const std::map<std::string, QString>& watched);
    void filter(const RegisterFilter& wanted);
    /// nullptr if none is chosen.
    [[nodiscard]] const registers::Register* chosen() const;
    void toggleFavourite();

Q_SIGNALS:
    void chosenChanged();

private:
    void showRow(int row, const registers::KnownValue* known, const RegisterDiff& diff, Time now);
    void showDifference(int row, const RegisterDiff& diff);
    void showFavourites();
    [[nodiscard]] bool isWanted(int row) const;
    [[nodiscard]] const registers::Register& at(int row) const;

    const Theme& theme_;
    QString file_;
    QTableWidget* table_;
    std::shared_ptr<const registers::ServoModel> model_;
    QStringList favourites_;
    RegisterFilter wanted_;
    QSet<int> pendingRows_;
    QSet<int> fileRows_;
    QSet<int> watchedRows_;
};

} // namespace servolane::ui
