// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/telemetry/scope_layouts.h"

#include "ui/theme/theme.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/text.h"

#include <QtGui/QAction>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>

namespace servolane::ui {

namespace {
constexpr Duration passingAfter = std::chrono::seconds{6};
}

ScopeLayouts::ScopeLayouts(Theme& theme, std::function<ScopeLayout()> capture,
                           std::function<void(const ScopeLayout&)> apply, QWidget* parent)
    : QWidget(parent)
    , capture_(std::move(capture))
    , apply_(std::move(apply))
    , text_(makeLabel({}, "muted", this))
    , name_(new QLineEdit(this))
    , accept_(makeButton({}, QStringLiteral("layoutAccept"), this))
    , saveAsAction_(new QAction(QStringLiteral("Save layout as…"), this)) {
    setObjectName(QStringLiteral("layoutRow"));
    text_->setObjectName(QStringLiteral("layoutText"));
    text_->setWordWrap(true);
    name_->setObjectName(QStringLiteral("layoutName"));
    name_->setMaxLength(80);
    name_->setMinimumHeight(benchControlHeight);
    name_->setAccessibleName(QStringLiteral("Name of the layout"));
    auto* close = makeIconButton(theme, QStringLiteral("x"), QStringLiteral("Close"),
                                 QStringLiteral("layoutClose"), this);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::small, 0, space::small, space::tiny);
    row->setSpacing(space::small);
    row->addWidget(text_, 1);
    row->addWidget(name_, 1);
    row->addWidget(accept_);
    row->addWidget(close);
    hide();
    saveAsAction_->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_S);
    saveAsAction_->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    parent->addAction(saveAsAction_);
    connect(saveAsAction_, &QAction::triggered, this, [this] { ask(Ask::saveAs); });
    connect(name_, &QLineEdit::returnPressed, this, &ScopeLayouts::answer);
    connect(accept_, &QPushButton::clicked, this, &ScopeLayouts::answer);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
}

void ScopeLayouts::open(const QString& folder) {
    shelf_.emplace(folder);
    const auto last = shelf_->loadLast();
    if (!last) return tell(last.error(), "warn");
    if (!*last) return;
    current_ = (*last)->name;
    apply_(**last);
}

void ScopeLayouts::tick(Time now) {
    if (!passing_ || isHidden()) return;
    if (!toldAt_) toldAt_ = now;
    if (now - *toldAt_ > passingAfter) hide();
}

void ScopeLayouts::keep() {
    if (!shelf_) return;
    ScopeLayout layout = capture_();
    layout.name = current_;
    (void)shelf_->saveLast(layout); // the window is closing: nobody reads a sentence any more
}

void ScopeLayouts::fillMenu(QMenu& menu) {
    connect(&menu, &QMenu::aboutToShow, this, [this, &menu] {
        menu.clear();
        const QStringList names = shelf_ ? shelf_->names() : QStringList();
        for (const QString& name : names) {
            QAction* action = menu.addAction(QString(name).replace(QLatin1Char('&'), QStringLiteral("&&")));
            action->setCheckable(true);
            action->setChecked(name == current_);
            connect(action, &QAction::triggered, this, [this, name] { load(name); });
        }
        if (names.isEmpty()) menu.addAction(QStringLiteral("No layout is saved yet"))->setEnabled(false);
        menu.addSeparator();
        const bool isSaved = names.contains(current_);
        if (isSaved)
            connect(menu.addAction(QStringLiteral("Save “%1”").arg(current_)), &QAction::triggered, this,
                    [this] {
                        ScopeLayout layout = capture_();
                        layout.name = current_;
                        done(shelf_->save(layout, true), QStringLiteral("Layout “%1” is saved").arg(current_),
                             current_);
                    });
        menu.addAction(saveAsAction_);
        if (!isSaved) return;
        connect(menu.addAction(QStringLiteral("Rename “%1”…").arg(current_)), &QAction::triggered, this,
                [this] { ask(Ask::rename); });
        connect(menu.addAction(QStringLiteral("Delete “%1”…").arg(current_)), &QAction::triggered, this,
                [this] { ask(Ask::remove); });
    });
}

void ScopeLayouts::load(const QString& name) {
    if (!shelf_) return;
    const auto layout = shelf_->load(name);
    if (!layout) return tell(layout.error(), "warn");
    current_ = name;
    apply_(*layout);
    hide();
}

void ScopeLayouts::saveAs(const QString& name) {
    if (!shelf_) return;
    ScopeLayout layout = capture_();
    layout.name = name.trimmed();
    done(shelf_->save(layout, false), QStringLiteral("Layout “%1” is saved").arg(layout.name), layout.name);
}

void ScopeLayouts::ask(Ask what) {
    asked_ = what;
    passing_ = false;
    setRole(text_, "muted");
    showText(text_, what == Ask::saveAs ? QStringLiteral("Save the scope's layout as")
                    : what == Ask::rename
                        ? QStringLiteral("Rename “%1” to").arg(current_)
                        : QStringLiteral("Delete the layout “%1”? Its file is removed.").arg(current_));
    accept_->setText(what == Ask::saveAs   ? QStringLiteral("Save")
                     : what == Ask::rename ? QStringLiteral("Rename")
                                           : QStringLiteral("Delete"));
    name_->setVisible(what != Ask::remove);
    name_->setText(what == Ask::rename ? current_ : QString());
    accept_->show();
    show();
    (what == Ask::remove ? static_cast<QWidget*>(accept_) : name_)->setFocus(Qt::ShortcutFocusReason);
    name_->selectAll();
}

void ScopeLayouts::answer() {
    if (!shelf_) return;
    const QString name = name_->text().trimmed();
    if (asked_ == Ask::saveAs) return saveAs(name);
    if (asked_ == Ask::rename)
        return done(shelf_->rename(current_, name), QStringLiteral("The layout is now “%1”").arg(name), name);
    done(shelf_->remove(current_), QStringLiteral("Layout “%1” is deleted").arg(current_), {});
}

void ScopeLayouts::done(const tl::expected<void, QString>& outcome, const QString& sentence,
                        const QString& name) {
    if (!outcome) {
        setRole(text_, "warn"); // the entry stays: another name may do
        showText(text_, outcome.error());
        show();
        return;
    }
    current_ = name;
    tell(sentence, "muted");
    parentWidget()->setFocus(Qt::OtherFocusReason); // not the button that closes the row
}

void ScopeLayouts::tell(const QString& sentence, const char* role) {
    setRole(text_, role);
    showText(text_, sentence);
    passing_ = role == std::string_view("muted");
    toldAt_.reset();
    name_->hide();
    accept_->hide();
    show();
}

} // namespace servolane::ui
