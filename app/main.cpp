// SPDX-License-Identifier: GPL-3.0-or-later
// The desktop program: the workstation with its window. The only place that names drivers and widgets
// together.
#include "app/desktop/first_instance.h"
#include "app/workstation/families.h"
#include "app/workstation/sim_line.h"
#include "app/workstation/workstation.h"
#include "drivers/transport/terminal_rate.h"
#include "ui/shell/main_window.h"

#include <CLI/CLI.hpp>
#include <QtCore/QSocketNotifier>
#include <QtWidgets/QApplication>
#include <csignal>
#include <exception>
#include <iostream>

namespace {

using namespace servolane;

struct Arguments {
    app::PlaceChoice places;
    bool simulate = false;
    std::string simulated = "dynamixel2:6@1000000";
    std::string port;
    std::uint32_t baud = 0;
    std::uint32_t simulatedBaud = 1'000'000; ///< follows from `simulated`
    std::string theme;                       ///< empty: as it was left
};

/// Woken by SIGINT and SIGTERM; lives as long as the process.
Waker& endRequest() {
    static Waker waker;
    return waker;
}

void endOnSignals(QApplication& application) {
    endRequest();
    auto* notifier = new QSocketNotifier(endRequest().descriptor(), QSocketNotifier::Read, &application);
    QObject::connect(notifier, &QSocketNotifier::activated, &application, &QApplication::quit);
    std::signal(SIGINT, [](int) { endRequest().wake(); });
    std::signal(SIGTERM, [](int) { endRequest().wake(); });
}

std::vector<ui::PortChoice> portChoices(const app::Workstation& workstation) {
    std::vector<ui::PortChoice> choices;
    for (const auto& port : workstation.ports()) {
        const auto title = port.description.empty() ? port.path : port.path + " · " + port.description;
        choices.push_back(
            {port.path, QString::fromStdString(title), port.openable, QString::fromStdString(port.advice)});
    }
    return choices;
}

std::vector<ui::FamilyChoice> familyChoices() {
    std::vector<ui::FamilyChoice> choices;
    for (const app::Family& family : app::families())
        choices.push_back({std::string(family.name),
                           QString::fromUtf8(family.title.data(), family.title.size()),
                           {57600, 1'000'000, 115'200, 2'000'000, 3'000'000, 4'000'000, 4'500'000, 9600}});
    return choices;
}

ui::WindowContext contextOf(app::Workstation& workstation, const Arguments& arguments) {
    return {.commands = workstation.runtime(),
            .models = workstation.runtime().readModels(),
            .sessions = workstation.sessions(),
            .exporter = workstation.exporter(),
            .ports = [&workstation] { return portChoices(workstation); },
            .families = familyChoices(),
            .now = [&workstation] { return workstation.clock().now(); },
            .sessionsFolder = workstation.places().sessions.string(),
            .configFolder = workstation.places().config.string(),
            .simulatedPath = "sim:" + arguments.simulated,
            .simulatedBaud = arguments.simulatedBaud};
}

void connectAtStart(app::Workstation& workstation, const Arguments& arguments) {
    if (!arguments.simulate && arguments.port.empty()) return;
    bus::LinkSettings link;
    link.line.path = arguments.port.empty() ? "sim:" + arguments.simulated : arguments.port;
    link.line.baud = arguments.port.empty() ? arguments.simulatedBaud : arguments.baud;
    if (link.line.baud == 0) link.line.baud = drivers::terminalRate(link.line.path).value_or(0);
    static_cast<void>(workstation.runtime().send(bus::ConnectBus{link}, api::Asker::window));
}

int run(QApplication& application, const Arguments& arguments) {
    app::Workstation workstation({.places = arguments.places});
    const QString config = QString::fromStdString(workstation.places().config.string());
    app::FirstInstance instance(config);
    if (!instance.claim()) {
        std::cerr << "Servolane is running already; its window was asked to come to the front.\n";
        return 0;
    }
    for (const auto& folder : {workstation.places().config, workstation.places().sessions})
        static_cast<void>(app::makeFolder(folder));
    workstation.start();
    for (const std::string& problem : workstation.problems())
        std::cerr << problem << '\n';
    int code = 0;
    {
        ui::MainWindow window(contextOf(workstation, arguments));
        instance.onRaise([&window] {
            window.showNormal();
            window.raise();
            window.activateWindow();
        });
        if (!arguments.theme.empty())
            window.chooseTheme(ui::themeChoiceFrom(QString::fromStdString(arguments.theme)));
        window.show();
        connectAtStart(workstation, arguments);
        code = application.exec();
    }
    workstation.shutDown();
    return code;
}

int runProgram(int argc, char** argv) {
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("Servolane"));
    QApplication::setDesktopFileName(QStringLiteral("servolane"));

    Arguments arguments;
    CLI::App parser("Servolane, a workstation for motion control", "servolane");
    auto* simulate = parser.add_option("--simulate", arguments.simulated,
                                       "Start with a simulated bus: PROTOCOL:COUNT[@BAUD][,model=NAME]");
    simulate->expected(0, 1);
    parser.add_option("--port", arguments.port, "Connect this serial port at the start");
    parser.add_option("--baud", arguments.baud, "Rate of --port; left out, the likely ones are tried");
    parser.add_option("--theme", arguments.theme, "Colours of the window")
        ->check(CLI::IsMember({"system", "light", "dark"}));
    parser.add_option("--store", arguments.places.store, "Folder of the journal and the recordings");
    parser.add_option("--config", arguments.places.config, "Folder of the settings");
    CLI11_PARSE(parser, argc, argv);
    arguments.simulate = simulate->count() > 0;
    if (arguments.simulated.empty() || arguments.simulated == "{}")
        arguments.simulated = "dynamixel2:6@1000000";

    endOnSignals(application);
    return run(application, arguments);
}

} // namespace

int main(int argc, char** argv) {
    try {
        return runProgram(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "servolane: ended by an error that it should have foreseen: " << error.what() << '\n';
        return 1;
    }
}
