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

class BareWindow : public QMainWindow {
protected:
    bool event(QEvent* event) override {
        const bool painted = event->type() == QEvent::Paint;
        const bool done = QMainWindow::event(event);
        if (painted)
            QTimer::singleShot(0, this, [] {
                std::puts("painted");
                QApplication::quit();
            });
        return done;
    }
};

} // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    BareWindow window;
    window.setCentralWidget(new QChartView(new QChart, &window));
    window.resize(1280, 800);
    window.show();
    return QApplication::exec();
}
