// SPDX-License-Identifier: GPL-3.0-or-later
// A window on the bench with a simulated bus of three axes, and what tests of its panels do with it.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#pragma once

#include "tests/support/test_registry.h"

#include "tests/ui/stage.h"
#include "ui/shell/main_window.h"

#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <memory>

namespace servolane::tests {

class BenchStage : public QObject {
protected:
    void openBench() {
        stage_ = std::make_unique<Stage>();
        stage_->addSimulatedBus(3);
        window_ = std::make_unique<ui::MainWindow>(stage_->context());
        window_->show();
        QApplication::setActiveWindow(window_.get());
        refresh();
    }
    void closeBench() { window_.reset(); }
    void refresh() {
        stage_->publish();
        for (int frame = 0; frame < 6; ++frame)
            window_->tick();
    }
    void type(const char* name, const char* text) {
        auto* line = find<QLineEdit>(*window_, name);
        line->setFocus();
        line->selectAll();
        QTest::keyClicks(line, QString::fromLatin1(text));
        refresh();
    }
    void send(const char* text) {
        type("goTo", text);
        QTest::mouseClick(find<QPushButton>(*window_, "go"), Qt::LeftButton);
    }

    std::unique_ptr<Stage> stage_;
    std::unique_ptr<ui::MainWindow> window_;
};

} // namespace servolane::tests
