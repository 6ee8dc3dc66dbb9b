// SPDX-License-Identifier: GPL-3.0-or-later
// The least that a Qt program with a chart can be: what the start of Servolane is measured against.
#include <QtCharts/QChart>
#include <QtCharts/QChartView>
#include <QtCore/QEvent>
#include <QtCore/QTimer>
#include <QtWidgets/QApplication>
#include <QtWidgets/QMainWindow>
#include <cstdio>

namespace {

/// The window itself is covered by its chart and never painted: the chart's viewport is what a person sees
/// first.
class FirstFrame : public QObject {
public:
    explicit FirstFrame(QWidget& painted) { painted.installEventFilter(this); }
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::Paint)
            QTimer::singleShot(0, this, [] {
                std::puts("painted");
                QApplication::quit();
            });
        return QObject::eventFilter(watched, event);
    }
};

} // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    QMainWindow window;
    auto* view = new QChartView(new QChart, &window);
    window.setCentralWidget(view);
    FirstFrame first(*view->viewport());
    window.resize(1280, 800);
    window.show();
    return QApplication::exec();
}
