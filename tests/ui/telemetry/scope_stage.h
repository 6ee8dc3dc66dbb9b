// SPDX-License-Identifier: GPL-3.0-or-later
// A window whose scope shows ten seconds of two axes, and what tests do with it.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#pragma once

#include "tests/support/test_registry.h"

#include "tests/ui/stage.h"
#include "ui/scope/scope_view.h"
#include "ui/shell/main_window.h"
#include "ui/telemetry/layout_shelf.h"
#include "ui/telemetry/scope_export.h"
#include "ui/telemetry/scope_layouts.h"
#include "ui/telemetry/scope_panel.h"

#include <QtGui/QAction>
#include <QtTest/QTest>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <memory>

namespace servolane::tests {

using namespace ui;
using telemetry::Channel;
using telemetry::EdgeCondition;
using telemetry::FactCondition;
using telemetry::TriggerMode;
using telemetry::WindowCondition;

class ScopeStage : public QObject {
protected:
    void setUp() {
        stage_ = std::make_unique<Stage>();
        stage_->addSimulatedBus(2);
        stage_->addTraces();
        open();
    }
    void tearDown() { window_.reset(); }
    void open() {
        window_.reset();
        window_ = std::make_unique<MainWindow>(stage_->context());
        window_->chooseTheme(ThemeChoice::light);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
        refresh();
    }
    void refresh() {
        stage_->publish();
        for (int i = 0; i < 7; ++i)
            window_->tick();
    }
    template <class Widget>
    Widget* find(const char* name) {
        auto* widget = window_->findChild<Widget*>(QString::fromLatin1(name));
        if (!widget) qFatal("no widget named %s", name);
        return widget;
    }
    QAction* action(const char* name) {
        for (QAction* action : view().actions())
            if (action->objectName() == QLatin1String(name)) return action;
        qFatal("no action named %s", name);
        return nullptr;
    }
    QStringList labels() {
        QStringList labels;
        for (const scope::TraceChoice& choice : view().traces())
            labels << choice.label;
        return labels;
    }
    void listChannelsOf(int place) {
        auto* whose = find<QComboBox>("channelAxis");
        whose->setCurrentIndex(place);
        Q_EMIT whose->activated(place);
    }
    ScopePanel& panel() { return *find<ScopePanel>("scopePanel"); }
    scope::ScopeView& view() { return panel().view(); }
    LayoutShelf shelf() { return LayoutShelf(folder()); }
    QString folder() { return QString::fromStdString(stage_->context().configFolder); }
    void type(const char* field, const char* text) {
        auto* line = find<QLineEdit>(field);
        line->selectAll();
        QTest::keyClicks(line, QString::fromLatin1(text));
        QTest::keyClick(line, Qt::Key_Return);
    }
    /// Files are read and written on a thread of their own.
    void settleFiles() {
        const auto* layouts = find<ScopeLayouts>("layoutRow");
        QTRY_VERIFY_WITH_TIMEOUT((refresh(), !layouts->isBusy()), workerPatienceMs);
    }
    void settleExport() {
        const auto* files = find<ScopeExport>("scopeExport");
        QTRY_VERIFY_WITH_TIMEOUT((refresh(), !files->isRunning()), workerPatienceMs);
    }
    /// The second time it knows what lies in the folder now.
    void openMenu() {
        for (int i = 0; i < 2; ++i) {
            Q_EMIT find<QMenu>("scopeLayouts")->aboutToShow();
            settleFiles();
        }
    }
    QAction* layoutAction(const char* text) {
        for (QAction* entry : find<QMenu>("scopeLayouts")->actions())
            if (entry->text() == QString::fromUtf8(text)) return entry;
        qFatal("no layout entry %s", text);
        return nullptr;
    }
    void saveAs(const char* name) {
        openMenu();
        layoutAction("Save layout as…")->trigger();
        type("layoutName", name);
        settleFiles();
    }
    void save(const char* actionName, const QString& path) {
        action(actionName)->trigger();
        QFileDialog* dialog = nullptr;
        for (auto* open : window_->findChildren<QFileDialog*>(QStringLiteral("scopeFileDialog")))
            if (open->isVisible()) dialog = open;
        QVERIFY(dialog && !dialog->isModal());
        Q_EMIT dialog->fileSelected(path);
        dialog->close();
    }

    std::unique_ptr<Stage> stage_;
    std::unique_ptr<MainWindow> window_;
};

} // namespace servolane::tests
