// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/registers/register_table.h"

#include "ui/binding/state_text.h"
#include "ui/binding/value_text.h"
#include "ui/theme/theme.h"
#include "ui/widgets/figure_table.h"

#include <QtCore/QSettings>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QTableWidget>
#include <algorithm>

namespace servolane::ui {

using registers::Register;

namespace {

enum Column {
    favourite,
    address,
    title,
    value,
    pending,
    file,
    raw,
    hex,
    range,
    usual,
    storage,
    age,
    watch,
    meaning
};
constexpr int rowHeight = 24;
constexpr int widths[] = {28, 80, 190, 150, 130, 130, 84, 92, 170, 100, 84, 64, 96};
constexpr Column figures[] = {address, value, pending, file, raw, hex, range, usual, age, watch};

QString leftText(const registers::LeftRegister& left) {
    using registers::Leftover;
    switch (left.reason) {
    case Leftover::registerMissing:
        return QStringLiteral("not in this model");
    case Leftover::readOnly:
        return QStringLiteral("only read here");
    case Leftover::motion:
    case Leftover::lock:
        return QStringLiteral("never restored");
    case Leftover::unread:
        return QStringLiteral("not read");
    case Leftover::identity:
        return QStringLiteral("stays its own");
    case Leftover::tooWide:
    case Leftover::outOfRange:
        return QStringLiteral("out of range");
    case Leftover::otherUnit:
        return QStringLiteral("other unit");
    case Leftover::factory:
        return QStringLiteral("the maker's own");
    case Leftover::otherMeaning:
        break;
    }
    return QStringLiteral("no such value");
}

} // namespace

RegisterTable::RegisterTable(const Theme& theme, QString file_name, QWidget* parent)
    : QObject(parent)
    , theme_(theme)
    , file_(std::move(file_name))
    , table_(makeTable(QStringLiteral("registerTable"),
                       {QStringLiteral("★"), QStringLiteral("Address"), QStringLiteral("Register"),
                        QStringLiteral("Value"), QStringLiteral("Pending"), QStringLiteral("File"),
                        QStringLiteral("Raw"), QStringLiteral("Hex"), QStringLiteral("Range"),
                        QStringLiteral("Default"), QStringLiteral("Kept in"), QStringLiteral("Age"),
                        QStringLiteral("Watched"), QStringLiteral("Meaning")},
                       99, parent)) {
    table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    for (const Column column : figures)
        table_->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    for (int column = favourite; column < meaning; ++column)
        table_->setColumnWidth(column, widths[column]);
    table_->setColumnHidden(file, true);
    table_->verticalHeader()->setDefaultSectionSize(rowHeight); // read, not pressed: as many as there is room
    connect(table_, &QTableWidget::currentCellChanged, this, &RegisterTable::chosenChanged);
    connect(table_, &QTableWidget::cellClicked, this, [this](int, int column) {
        if (column == favourite) toggleFavourite();
    });
}

const Register& RegisterTable::at(int row) const {
    return model_->registers[static_cast<std::size_t>(row)];
}

const Register* RegisterTable::chosen() const {
    const int row = table_->currentRow();
    if (!model_ || row < 0 || row >= static_cast<int>(model_->registers.size())) return nullptr;
    return &at(row);
}

void RegisterTable::showModel(const std::shared_ptr<const registers::ServoModel>& model) {
    model_ = model;
    if (!file_.isEmpty()) {
        const QSettings kept(file_, QSettings::IniFormat);
        favourites_ =
            kept.value(QStringLiteral("favourites/") + QString::fromStdString(model->name)).toStringList();
    }
    table_->setRowCount(static_cast<int>(model->registers.size()));
    for (int row = 0; row < table_->rowCount(); ++row) {
        const Register& of = at(row);
        showCell(table_, row, address, registerPlace(of));
        showCell(table_, row, title, registerTitle(of));
        showCell(table_, row, storage,
                 of.storage == registers::Storage::eeprom ? QStringLiteral("EEPROM") : QStringLiteral("RAM"));
        showCell(table_, row, range, registerRange(of));
        showCell(table_, row, usual, of.defaultValue ? registerText(of, *of.defaultValue) : QString());
        showCell(table_, row, meaning, QString::fromStdString(of.meaning));
        for (const int column : {favourite, value, pending, file, raw, hex, age, watch})
            showCell(table_, row, column, {});
        table_->item(row, title)->setToolTip(QString::fromStdString(of.name));
        for (const int column : {address, raw, hex, range, usual, storage, age, watch, meaning})
            table_->item(row, column)->setForeground(theme_.tokens().muted);
        for (const Column column : figures)
            table_->item(row, column)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        for (const int column : {favourite, pending})
            table_->item(row, column)->setForeground(theme_.tokens().accent);
        table_->item(row, favourite)->setTextAlignment(Qt::AlignCenter);
    }
    pendingRows_.clear();
    fileRows_.clear();
    watchedRows_.clear();
    showFavourites();
    filter(wanted_);
}

void RegisterTable::showFavourites() {
    for (int row = 0; row < table_->rowCount(); ++row)
        showCell(table_, row, favourite,
                 favourites_.contains(QString::fromStdString(at(row).name)) ? QStringLiteral("★")
                                                                            : QStringLiteral("☆"));
}

void RegisterTable::toggleFavourite() {
    const Register* of = chosen();
    if (!of) return;
    const QString name = QString::fromStdString(of->name);
    if (favourites_.removeAll(name) == 0) favourites_ << name;
    if (!file_.isEmpty())
        QSettings(file_, QSettings::IniFormat)
            .setValue(QStringLiteral("favourites/") + QString::fromStdString(model_->name), favourites_);
    showFavourites();
    filter(wanted_);
}

void RegisterTable::showValues(const registers::RegisterBoard& board, AxisId axis, const RegisterDiff& diff,
                               Time now) {
    if (!model_) return;
    const QSet<int> before = pendingRows_ + fileRows_;
    pendingRows_.clear();
    fileRows_.clear();
    table_->setColumnHidden(file, !diff.file);
    for (int row = 0; row < table_->rowCount(); ++row)
        showRow(row, board.find(axis, at(row).name), diff, now);
    if (before != pendingRows_ + fileRows_) filter(wanted_);
}

void RegisterTable::showWatched(const std::map<std::string, QString>& watched) {
    if (!model_) return;
    const QSet<int> before = watchedRows_;
    watchedRows_.clear();
    for (int row = 0; row < table_->rowCount(); ++row) {
        const auto found = watched.find(at(row).name);
        if (found != watched.end()) watchedRows_.insert(row);
        showCell(table_, row, watch, found == watched.end() ? QString() : found->second);
    }
    if (before != watchedRows_) filter(wanted_);
}

void RegisterTable::showRow(int row, const registers::KnownValue* known, const RegisterDiff& diff, Time now) {
    const Register& of = at(row);
    showCell(table_, row, value, known ? registerText(of, known->raw) : QStringLiteral("—"));
    showCell(table_, row, raw, known ? QString::number(known->raw) : QString());
    showCell(table_, row, hex, known ? registerHex(of, known->raw) : QString());
    showCell(table_, row, age, known ? ageText(now - known->at) : QString());
    showDifference(row, diff);
}

void RegisterTable::showDifference(int row, const RegisterDiff& diff) {
    const Register& of = at(row);
    QString staged;
    if (diff.pending) {
        const auto found = diff.pending->find(of.name);
        if (found != diff.pending->end()) {
            staged = registerText(of, found->second);
            pendingRows_.insert(row);
        }
    }
    showCell(table_, row, pending, staged);
    if (!diff.file) return showCell(table_, row, file, {});
    QString said;
    bool differs = false;
    for (const auto& write : diff.file->writes)
        if (write.name == of.name) {
            said = registerText(of, write.after);
            differs = true;
        }
    for (const auto& left : diff.file->left)
        if (left.name == of.name) said = leftText(left);
    if (said.isEmpty() &&
        std::find(diff.file->equal.begin(), diff.file->equal.end(), of.name) != diff.file->equal.end())
        said = QStringLiteral("the same");
    showCell(table_, row, file, said);
    table_->item(row, file)->setForeground(differs ? theme_.tokens().warn : theme_.tokens().muted);
    if (differs) fileRows_.insert(row);
}

bool RegisterTable::isWanted(int row) const {
    const Register& of = at(row);
    using Kind = RegisterFilter::Kind;
    switch (wanted_.kind) {
    case Kind::favourites:
        if (!favourites_.contains(QString::fromStdString(of.name))) return false;
        break;
    case Kind::pending:
        if (!pendingRows_.contains(row)) return false;
        break;
    case Kind::file:
        if (!fileRows_.contains(row)) return false;
        break;
    case Kind::watched:
        if (!watchedRows_.contains(row)) return false;
        break;
    case Kind::group:
        if (groupOf(of) != wanted_.group) return false;
        break;
    case Kind::all:
        break;
    }
    const QString& text = wanted_.text;
    const auto holds = [&](const std::string& in) {
        return QString::fromStdString(in).contains(text, Qt::CaseInsensitive);
    };
    return text.isEmpty() || holds(of.title) || holds(of.name) || holds(of.meaning) ||
           registerPlace(of) == text;
}

void RegisterTable::filter(const RegisterFilter& wanted) {
    wanted_ = wanted;
    if (!model_) return;
    for (int row = 0; row < table_->rowCount(); ++row)
        table_->setRowHidden(row, !isWanted(row));
    // What is edited beneath the table must be seen in it.
    const int current = table_->currentRow();
    if (current < 0 || !table_->isRowHidden(current)) return;
    for (int row = 0; row < table_->rowCount(); ++row)
        if (!table_->isRowHidden(row)) return table_->setCurrentCell(row, title);
    table_->setCurrentCell(-1, -1);
}

} // namespace servolane::ui
