// SPDX-License-Identifier: GPL-3.0-or-later
// A window on the workspace of recordings, and what tests do with it.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#pragma once

#include "tests/support/test_registry.h"

#include "tests/ui/stage.h"
#include "ui/session/range_overview.h"
#include "ui/shell/main_window.h"
#include "ui/widgets/row_delegate.h"

#include <QtGui/QAction>
#include <QtTest/QTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListView>
#include <memory>

namespace servolane::tests {

class SessionsStage : public QObject {
protected:
    void setUp() { stage_ = std::make_unique<Stage>(); }
    void tearDown() { window_.reset(); }
    void chooseTitled(QListView* view, const QString& wanted) {
        for (int row = 0; row < view->model()->rowCount(); ++row)
            if (view->model()->index(row, 0).data(ui::RowDelegate::titleRole).toString() == wanted)
                view->setCurrentIndex(view->model()->index(row, 0));
        auto* title = widget<QLabel>("sessionTitle");
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([&] { return title->isVisible() && title->text() == wanted; }),
                                 workerPatienceMs);
    }
    void start() {
        window_ = std::make_unique<ui::MainWindow>(stage_->context());
        window_->show();
        window_->chooseWorkspace(ui::Workspace::sessions);
    }
    void open() {
        start();
        auto* view = list(1);
        view->setCurrentIndex(view->model()->index(0, 0));
        auto* title = widget<QLabel>("sessionTitle");
        QTRY_VERIFY_WITH_TIMEOUT(tickAnd([title] { return title->text() == QStringLiteral("Pick test"); }),
                                 workerPatienceMs);
    }
    /// Once it has so many rows.
    QListView* list(int rows) {
        auto* view = widget<QListView>("sessionList");
        if (!QTest::qWaitFor([&] { return tickAnd([&] { return view->model()->rowCount() == rows; }); },
                             workerPatienceMs))
            qWarning("the list has %d rows", view->model()->rowCount());
        return view;
    }
    /// Shares of the recording, in the overview.
    void drag(double from, double to) {
        auto* overview = widget<ui::RangeOverview>("rangeOverview");
        const auto place = [&](double share) {
            return QPoint(static_cast<int>(overview->width() * share), 10);
        };
        QTest::mousePress(overview, Qt::LeftButton, {}, place(from));
        QTest::mouseMove(overview, place(to));
        QTest::mouseRelease(overview, Qt::LeftButton, {}, place(to));
    }
    QString waitForExport() {
        auto* result = widget<QLabel>("exportResult");
        const bool ended =
            QTest::qWaitFor([&] { return tickAnd([&] { return result->isVisible(); }); }, workerPatienceMs);
        return ended ? result->text() : QStringLiteral("the export did not end");
    }
    template <class Widget>
    Widget* widget(const char* name) {
        return window_->findChild<Widget*>(QString::fromLatin1(name));
    }
    QAction* action(const char* name) {
        auto* found = window_->findChild<QAction*>(QString::fromLatin1(name));
        if (!found) qFatal("no action named %s", name);
        return found;
    }
    template <class Condition>
    bool tickUntil(Condition condition) {
        return QTest::qWaitFor(
            [&] {
                stage_->stepReplays();
                window_->tick();
                return condition();
            },
            workerPatienceMs);
    }
    template <class Condition>
    bool tickAnd(Condition condition) {
        window_->tick();
        return condition();
    }

    std::unique_ptr<Stage> stage_;
    std::unique_ptr<ui::MainWindow> window_;
};

} // namespace servolane::tests
