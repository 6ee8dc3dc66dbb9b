// SPDX-License-Identifier: GPL-3.0-or-later
// A scope of one axis that is fed sample by sample, and what a hand does with it.
// Qt's first (through the registry): moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#pragma once

#include "tests/support/test_registry.h"

#include "core/journal/read/command_log.h"
#include "tests/ui/scope/traced_axis.h"
#include "ui/scope/chart_frame.h"
#include "ui/scope/scope_view.h"
#include "ui/scope/trace_drag.h"

#include <QtCore/QMimeData>
#include <QtGui/QDropEvent>
#include <QtGui/QMouseEvent>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLabel>
#include <memory>

namespace servolane::tests {

class FedScope : public QObject {
protected:
    static constexpr AxisId pan{1};
    static constexpr Duration period = std::chrono::milliseconds{5};
    static constexpr int stripAndSpacing = 32;
    static constexpr int titleHeight = 18;
    using Channel = telemetry::Channel;

    void setUp() {
        axis_ = {};
        lane_ = std::make_shared<journal::EventLane>();
        fed_ = now_ = start_;
        level_ = 0.0;
        set_ = std::make_shared<const telemetry::TraceSet>();
        view_ = std::make_unique<ui::scope::ScopeView>();
        furnish(*view_);
        view_->show();
        QVERIFY(QTest::qWaitForWindowExposed(view_.get()));
        view_->activateWindow();
        view_->setFocus();
    }
    void furnish(ui::scope::ScopeView& view) {
        view.setSource([this] { return set_; });
        view.setEvents([this] { return std::shared_ptr<const journal::EventLane>(lane_); });
        view.setNow([this] { return now_; });
        view.resize(900, 500);
        view.setTraces(
            {{pan, Channel::position, "position", "°"}, {pan, Channel::velocity, "velocity", "°/s"}});
    }
    void tearDown() { view_.reset(); }

    void append(double value) {
        fed_ += period;
        axis_.append(pan, Channel::position, fed_, value);
        axis_.append(pan, Channel::velocity, fed_, value / 2.0);
        axis_.append(pan, Channel::setpoint, fed_, value);
    }
    void publish() {
        now_ = fed_;
        set_ = axis_.publish();
        view_->tick();
    }
    void feed(Duration until) {
        while (fed_ < start_ + until)
            append(level_);
        publish();
    }
    /// From the level of before to another: the crossing of their middle lies between the two samples.
    void step(double to) {
        level_ = to;
        append(level_);
    }
    [[nodiscard]] QWidget* surface() const {
        return view_->findChild<QWidget*>(QStringLiteral("scopeSurface"));
    }
    [[nodiscard]] QRect tracesArea() const {
        return surface()->rect().adjusted(60, 4, -ui::scope::ChartFrame::rightMargin, -28 - stripAndSpacing);
    }
    [[nodiscard]] QRect firstPane() const {
        const QRect all = tracesArea();
        return {all.left(), all.top() + titleHeight, all.width(), (all.height() - 2 * titleHeight) / 2};
    }
    /// True if it was taken.
    bool drop(const ui::scope::TraceChoice& choice, QPoint at) {
        const auto data = ui::scope::mimeOf(choice);
        QDragEnterEvent enter(at, Qt::CopyAction, data.get(), Qt::LeftButton, {});
        QApplication::sendEvent(surface(), &enter);
        (void)view_->picture(); // with the mark of where it would come to stand
        QDropEvent event(at, Qt::CopyAction, data.get(), Qt::LeftButton, {});
        QApplication::sendEvent(surface(), &event);
        return enter.isAccepted() && event.isAccepted();
    }
    void drag(QPoint from, QPoint to, Qt::KeyboardModifiers modifiers) {
        const auto send = [&](QEvent::Type type, QPoint at, Qt::MouseButton button,
                              Qt::MouseButtons buttons) {
            QMouseEvent event(type, at, surface()->mapToGlobal(at), button, buttons, modifiers);
            QApplication::sendEvent(surface(), &event);
        };
        send(QEvent::MouseButtonPress, from, Qt::LeftButton, Qt::LeftButton);
        send(QEvent::MouseMove, (from + to) / 2, Qt::NoButton, Qt::LeftButton);
        send(QEvent::MouseMove, to, Qt::NoButton, Qt::LeftButton);
        send(QEvent::MouseButtonRelease, to, Qt::LeftButton, Qt::NoButton);
    }
    [[nodiscard]] QString timesText() const {
        return view_->findChild<QLabel*>(QStringLiteral("cursorTimes"))->text();
    }

    std::unique_ptr<ui::scope::ScopeView> view_;
    TracedAxis axis_;
    std::shared_ptr<const telemetry::TraceSet> set_;
    std::shared_ptr<journal::EventLane> lane_;
    Time start_{std::chrono::seconds{1000}};
    Time fed_{};
    Time now_{};
    double level_ = 0.0;
};

} // namespace servolane::tests
