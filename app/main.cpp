// SPDX-License-Identifier: GPL-3.0-or-later
// The desktop program: the workstation with its window. The only place that names drivers and widgets
// together.
#include "app/desktop/first_instance.h"
#include "app/desktop/link_keeper.h"
#include "app/desktop/port_opener.h"
#include "app/desktop/window_wish.h"
#include "app/workstation/finding_text.h"
#include "app/workstation/port_links.h"
#include "app/workstation/sim_line.h"
#include "app/workstation/trial.h"
#include "app/workstation/workstation.h"
#include "core/runtime/replay/player.h"
#include "drivers/backup/backup_file.h"
#include "drivers/backup/provision_report.h"
#include "drivers/backup/recipe_file.h"
#include "drivers/families/families.h"
#include "drivers/ipc/owners.h"
#include "ui/shell/main_window.h"
#include "ui/theme/fonts.h"

#include <CLI/CLI.hpp>
#include <QtCore/QEvent>
#include <QtCore/QSocketNotifier>
#include <QtCore/QTimer>
#include <QtWidgets/QApplication>
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string_view>

namespace {

using namespace servolane;

constexpr int noScreen = 1;
constexpr int wrongUsage = 2; ///< as of servolane-cli

struct Arguments {
    app::PlaceChoice places;
    bool simulate = false;
    std::string simulated = "dynamixel2:6@1000000";
    std::string port;
    app::PortWish wish;          ///< of `port`
    std::string simulatedFamily; ///< follows from `simulated`, as the next one
    std::uint32_t simulatedBaud = 1'000'000;
    std::string theme; ///< empty: as it was left
    app::FlightChoice flight;
    unsigned traceMegabytes = 0; ///< 0: as set in the window
    bool untilPainted = false;
    bool untilComplete = false;
};

/// Woken by SIGINT, SIGTERM and SIGHUP; lives as long as the process.
Waker& endRequest() {
    static Waker waker;
    return waker;
}

void endOnSignals() {
    endRequest();
    std::signal(SIGINT, [](int) { endRequest().wake(); });
    std::signal(SIGTERM, [](int) { endRequest().wake(); });
    std::signal(SIGHUP, [](int) { endRequest().wake(); });
    std::signal(SIGXFSZ, SIG_IGN); // a file at its limit is a full disk, and no reason to let axes run on
}

/// quit() would close the window, which asks back while torque is on. Nobody answers a signal.
void leaveOnSignals(ui::MainWindow& window) {
    auto* notifier = new QSocketNotifier(endRequest().descriptor(), QSocketNotifier::Read, &window);
    QObject::connect(notifier, &QSocketNotifier::activated, &window, [&window, notifier] {
        notifier->setEnabled(false);
        window.keepLayout();
        QApplication::exit(0);
    });
}

QString portTitle(const app::ListedPort& port) {
    const QString name = QString::fromStdString(port.port.path.substr(port.port.path.rfind('/') + 1));
    const QString title = QString::fromStdString(port.name);
    return title.isEmpty() || title == name ? name : name + QStringLiteral(" · ") + title;
}

ui::PortChoice portChoice(const app::ListedPort& port) {
    ui::PortChoice choice{port.port.path, portTitle(port), port.port.openable,
                          QString::fromStdString(port.port.advice)};
    if (port.last) choice.last = app::linkFrom(port.port.path, *port.last);
    if (!port.habits.alias.empty()) {
        if (!choice.last) choice.last.emplace().line.path = port.port.path;
        choice.last->alias = port.habits.alias;
    }
    if (choice.last) choice.last->ids = port.habits.ids;
    choice.name = QString::fromStdString(port.name);
    choice.usb = QString::fromStdString(port.usb);
    if (!port.port.serial.empty()) choice.usb += " · " + QString::fromStdString(port.port.serial);
    choice.note = QString::fromStdString(port.note);
    choice.ticked = port.ticked;
    choice.searchable = !port.families.empty();
    return choice;
}

std::vector<ui::PortChoice> portChoices(const app::PortBook& book) {
    std::vector<ui::PortChoice> choices;
    for (const app::ListedPort& port : book.list())
        choices.push_back(portChoice(port));
    return choices;
}

std::vector<bus::PortSearchOrder> searchOrders(const app::PortBook& book, const ui::FindWish& wish) {
    std::vector<bus::PortSearchOrder> orders;
    for (const std::string& path : wish.paths) {
        auto order = book.orderFor(book.describe(path), {wish.families, {}, wish.depth});
        if (!order.families.empty()) orders.push_back(std::move(order));
    }
    return orders;
}

void tellUnkept(const Result<void>& kept) {
    if (!kept) std::cerr << "What was said of a port is not kept: " << kept.error().detail << '\n';
}

ui::FindSetup findSetup(app::Workstation& workstation) {
    app::PortBook& book = workstation.portBook();
    return {.discovery = &workstation.discovery(),
            .ports = [&book] { return portChoices(book); },
            .describe = [&book](const std::string& path) { return portChoice(book.describe(path)); },
            .orders = [&book](const ui::FindWish& wish) { return searchOrders(book, wish); },
            .rename = [&book](const std::string& path,
                              const std::string& name) { tellUnkept(book.rename(path, name)); },
            .tick = [&book](const std::string& path, bool ticked) { tellUnkept(book.tick(path, ticked)); },
            .remember = [&book](const bus::DiscoveryBoard& board) { tellUnkept(book.noteFound(board)); },
            .modelName =
                [models = workstation.models()](const std::string& family, std::uint32_t number) {
                    const auto model = models->find(family, number);
                    return model ? QString::fromStdString(model->name) : QString();
                }};
}

/// What the window will not offer on such a bus, so that nobody looks for it.
QString lacksOf(const bus::FamilyTraits& traits) {
    QStringList lacks;
    if (!traits.groupRead) lacks << "a group read: most servos are read one by one";
    if (!traits.groupWrite) lacks << "a group write: several axes are not started at once";
    if (!traits.broadcastWrite) lacks << "a stop for all at once: servos are told one by one";
    if (!traits.confirmsWrites) lacks << "an answer to writes: settings are read back, goals are only sent";
    if (!traits.broadcastPing) lacks << "a ping of all: a scan asks every id";
    if (!traits.busWatchdog) lacks << "a bus watchdog: servos go on when the host is gone";
    if (!traits.restart) lacks << "a restart";
    return lacks.isEmpty() ? QString() : "Not in this protocol: " + lacks.join("; ");
}

std::vector<ui::FamilyChoice> familyChoices() {
    std::vector<ui::FamilyChoice> choices;
    for (const drivers::Family& family : drivers::families())
        choices.push_back({family.name(), QString::fromUtf8(family.title.data(), family.title.size()),
                           family.traits.likelyBauds, lacksOf(family.traits)});
    return choices;
}

std::string exportMachine(const app::Workstation& workstation, const std::string& path) {
    const auto done = workstation.exportMachine(path);
    return done ? "Machine file exported to " + path : "Not exported: " + done.error().detail;
}

/// What becomes of the command stands in the list of commands.
std::string importMachine(app::Workstation& workstation, const std::string& path) {
    const auto asked = workstation.importMachine(path, api::Asker::window);
    return asked ? "Machine file read from " + path : "Not imported: " + asked.error().detail;
}

std::optional<api::Rejection> plannedRefusal(const ui::Frame& frame, BusId bus,
                                             const std::vector<api::CommandBody>& planned) {
    return app::Trial({*frame.buses, *frame.axes, *frame.registers}, bus, app::Trial::Torque::off)
        .of(planned);
}

ui::DoctorVoice doctorVoice() {
    return {[](const bus::Finding& finding) { return std::string(app::titleOf(finding.check)); },
            app::sentenceOf, app::remedyText, app::setAdapterLatency};
}

std::vector<const bus::PacketForm*> packetForms() {
    std::vector<const bus::PacketForm*> forms;
    for (const drivers::Family& family : drivers::families())
        if (family.packets) forms.push_back(&family.packets());
    return forms;
}

ui::WindowContext contextOf(app::Workstation& workstation, const Arguments& arguments) {
    return {
        .commands = workstation.runtime(),
        .models = workstation.runtime().readModels(),
        .exporter = workstation.exporter(),
        .library = workstation.library(),
        .ports = [&workstation] { return portChoices(workstation.portBook()); },
        .families = familyChoices(),
        .now = [&workstation] { return workstation.clock().now(); },
        .sessionsFolder = workstation.places().sessions.string(),
        .flightFolder = workstation.places().flight.string(),
        .configFolder = workstation.places().config.string(),
        .simulatedPath = "sim:" + arguments.simulated,
        .simulatedFamily = arguments.simulatedFamily,
        .simulatedBaud = arguments.simulatedBaud,
        .exportMachine = [&workstation](const std::string& path) { return exportMachine(workstation, path); },
        .importMachine = [&workstation](const std::string& path) { return importMachine(workstation, path); },
        .readBackup = [models = workstation.models()](
                          const std::string& path) { return drivers::backup::readBackup(path, *models); },
        .writeBackup =
            [](const std::string& path, const registers::Backup& backup) {
                return drivers::backup::writeBackup(path, backup);
            },
        .readRecipe = [](const std::string& path) { return drivers::backup::readRecipe(path); },
        .writeReport =
            [](const std::string& path, const registers::ProvisionReport& report) {
                return drivers::backup::writeReport(path, report);
            },
        .plannedRefusal = plannedRefusal,
        .wire = &workstation.runtime().wireMonitor(),
        .find = findSetup(workstation),
        .doctor = doctorVoice(),
        .openReplay = [&workstation](const std::string& path) -> std::shared_ptr<api::Replay> {
            auto player =
                std::make_shared<runtime::Player>(workstation.clock(), workstation.sessions(), path);
            player->start();
            return player;
        },
        .openArchive = [&workstation] { return workstation.openArchive(); },
        .packetForms = packetForms(),
        .traceMegabytes = arguments.traceMegabytes,
        .setTraceMegabytes =
            [&workstation](unsigned megabytes) {
                workstation.runtime().setTraceBudget(std::size_t{megabytes} * 1'000'000);
            },
        .panelsAfterFirstFrame = true};
}

/// Another window may run in another folder.
std::string absolutePort(const std::string& port) {
    std::error_code none;
    return std::filesystem::exists(port, none) ? std::filesystem::absolute(port, none).string() : port;
}

app::WindowWish wishOf(const Arguments& arguments) {
    if (!arguments.port.empty()) return {absolutePort(arguments.port), arguments.wish};
    if (!arguments.simulate) return {};
    app::PortWish line;
    line.protocol = arguments.simulatedFamily;
    line.baud = arguments.simulatedBaud;
    return {"sim:" + arguments.simulated, line};
}

/// Those of the port of the command line. A window goes on as it polled the port the last time.
std::vector<bus::LinkSettings> linksFor(app::Workstation& workstation, const app::WindowWish& wish) {
    const app::ListedPort port = workstation.portBook().describe(wish.port);
    auto links = app::linksToTry(workstation.portMemory(), port.families, wish.port, wish.line);
    for (bus::LinkSettings& link : links) {
        if (!port.last) break;
        link.pollRate = port.last->pollRate;
        link.slowInterval = port.last->slowInterval;
        link.plan = port.last->plan;
    }
    if (links.empty())
        std::cerr << wish.port << " is a " << port.name << ": nothing is sent to it unless --protocol says "
                  << "what is spoken there\n";
    return links;
}

/// Null: there is nothing to connect.
std::unique_ptr<app::PortOpener> connect(app::Workstation& workstation, const app::WindowWish& wish) {
    if (wish.port.empty()) return nullptr;
    std::vector<bus::LinkSettings> links = linksFor(workstation, wish);
    if (links.empty()) return nullptr;
    return std::make_unique<app::PortOpener>(workstation, std::move(links));
}

bool isOpen(app::Workstation& workstation, const app::WindowWish& wish) {
    const auto buses = workstation.runtime().readModels().buses.read();
    return std::any_of(buses->buses.begin(), buses->buses.end(), [&](const bus::BusView& view) {
        return drivers::ipc::isSamePort(view.link.line.path, wish.port);
    });
}

/// A second start; returns its exit code.
int leaveToOther(app::FirstInstance::Claim claim, const Arguments& arguments) {
    const std::string port = wishOf(arguments).port;
    const bool isHeard = claim == app::FirstInstance::Claim::passedOn;
    std::cerr << "Servolane is running already; its window "
              << (isHeard ? "was asked to come to the front" : "could not be asked to come to the front");
    if (!port.empty()) std::cerr << (isHeard ? " and to connect " : ", nor to connect ") << port;
    std::cerr << (isHeard || port.empty() ? "." : ": choose the port there.") << '\n';
    return isHeard || port.empty() ? 0 : 1;
}

/// What the start is measured by: the first frame, which has the stop button, or the first one with all
/// panels.
class FirstFrame : public QObject {
public:
    FirstFrame(ui::MainWindow& window, bool withPanels)
        : QObject(&window)
        , due_(!withPanels) {
        window.installEventFilter(this);
        connect(&window, &ui::MainWindow::stood, this, [this, &window] {
            due_ = true;
            window.update();
        });
    }
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::Paint && due_)
            QTimer::singleShot(0, this, [] {
                std::cout << "painted" << std::endl;
                QApplication::quit();
            });
        return QObject::eventFilter(watched, event);
    }

private:
    bool due_;
};

/// Those from `first` on; returns how many there are.
std::size_t tellProblems(const app::Workstation& workstation, std::size_t first) {
    const auto& problems = workstation.problems();
    for (std::size_t i = first; i < problems.size(); ++i)
        std::cerr << problems[i] << '\n';
    return problems.size();
}

int run(QApplication& application, const Arguments& arguments) {
    app::Workstation workstation({.places = arguments.places,
                                  .machine = app::MachineFile::kept,
                                  .history = app::SettingsMemory::earlierRuns,
                                  .flightChoice = arguments.flight});
    workstation.loadModelsAhead();
    static_cast<void>(
        ui::tabularFamily()); // reads the system's fonts meanwhile, which the window needs first
    app::FirstInstance instance(workstation.places().config);
    const auto claim = instance.claim(textOf(wishOf(arguments)));
    if (claim != app::FirstInstance::Claim::first) return leaveToOther(claim, arguments);
    for (const auto& folder : {workstation.places().config, workstation.places().sessions})
        static_cast<void>(app::makeFolder(folder));
    workstation.compose();
    std::size_t told = 0;
    int code = 0;
    {
        const app::LinkKeeper keeper(workstation);
        ui::MainWindow window(contextOf(workstation, arguments));
        // Only now: the models were read while the window was built.
        workstation.start();
        workstation.serve("servolane");
        told = tellProblems(workstation, 0);
        std::vector<std::unique_ptr<app::PortOpener>> openers;
        instance.onRaise([&](const std::string& wish) {
            window.showNormal();
            window.raise();
            window.activateWindow();
            const auto asked = app::windowWishFrom(wish);
            if (asked && !isOpen(workstation, *asked))
                if (auto opener = connect(workstation, *asked)) openers.push_back(std::move(opener));
        });
        if (!arguments.theme.empty())
            window.chooseTheme(ui::themeChoiceFrom(QString::fromStdString(arguments.theme)));
        if (arguments.untilPainted || arguments.untilComplete)
            new FirstFrame(window, arguments.untilComplete);
        leaveOnSignals(window);
        window.show();
        if (auto opener = connect(workstation, wishOf(arguments))) openers.push_back(std::move(opener));
        code = application.exec();
    }
    workstation.shutDown();
    tellProblems(workstation, told);
    return code;
}

/// Qt would end the program by abort().
bool hasScreen(int argc, char** argv) {
    const auto isSet = [](const char* name) {
        const char* value = std::getenv(name);
        return value && *value != '\0';
    };
    return isSet("DISPLAY") || isSet("WAYLAND_DISPLAY") || isSet("QT_QPA_PLATFORM") ||
           std::any_of(argv + 1, argv + argc, [](std::string_view word) {
               return word.starts_with("-platform") || word.starts_with("--platform");
           });
}

int runProgram(int argc, char** argv) {
    // What needs no window needs no screen.
    const bool isHelp = std::any_of(argv + 1, argv + argc,
                                    [](std::string_view word) { return word == "--help" || word == "-h"; });
    if (!isHelp && !hasScreen(argc, argv)) {
        std::cerr << "servolane: no display: servolane-cli does the same without a window\n";
        return noScreen;
    }
    std::optional<QApplication> application;
    if (!isHelp) application.emplace(argc, argv);
    QApplication::setApplicationName(QStringLiteral("Servolane"));
    QApplication::setApplicationVersion(QStringLiteral(SERVOLANE_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("servolane"));

    Arguments arguments;
    CLI::App parser("Servolane, a workstation for motion control", "servolane");
    auto* simulate = parser.add_option("--simulate", arguments.simulated,
                                       "Start with a simulated bus: PROTOCOL:COUNT[@BAUD][,model=NAME]");
    simulate->expected(0, 1);
    auto* port = parser.add_option("--port", arguments.port, "Connect this serial port at the start");
    parser
        .add_option("--protocol", arguments.wish.protocol,
                    "What is spoken on --port: one of " + drivers::familyNames() +
                        "; left out, what was spoken there last, then the likely ones")
        ->transform(CLI::Validator(app::protocolProblem, ""))
        ->needs(port);
    parser
        .add_option("--baud", arguments.wish.baud,
                    "Rate of --port; left out, the one known last, then the likely ones. With --protocol "
                    "nothing else is tried")
        ->check(CLI::Range(app::slowestBaud, app::fastestBaud))
        ->needs(port);
    parser.add_option("--theme", arguments.theme, "Colours of the window")
        ->check(CLI::IsMember({"system", "light", "dark"}));
    parser.add_flag("--until-painted", arguments.untilPainted,
                    "Say when the first frame is painted, and end");
    parser.add_flag("--until-complete", arguments.untilComplete,
                    "Say when the first frame with all panels is painted, and end");
    parser.add_option("--store", arguments.places.store, "Folder of the journal and the recordings");
    parser
        .add_option("--trace-memory", arguments.traceMegabytes,
                    "MB of samples kept in memory for the scope (4.9 bytes a value, 8 a bus cycle); older "
                    "ones are read back from the flight recorder; left out, as set in the window")
        ->check(CLI::Range(16U, 65536U));
    parser
        .add_option("--flight-gigabytes", arguments.flight.gigabytes,
                    "GB (1e9 bytes) that the segments of the flight recorder take at most; left out, as "
                    "flight.json in the folder of the settings says, else 8.6")
        ->check(CLI::Range(0.5, 100'000.0));
    parser
        .add_option("--flight-days", arguments.flight.days,
                    "Days after which a segment of the flight recorder goes, 0 for never; left out, as "
                    "flight.json says, else never")
        ->check(CLI::Range(0.0, 36'500.0));
    parser.add_option("--config", arguments.places.config, "Folder of the settings");
    try {
        parser.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return parser.exit(error) == 0 ? 0 : wrongUsage;
    }
    arguments.simulate = simulate->count() > 0;
    if (arguments.simulated.empty() || arguments.simulated == "{}")
        arguments.simulated = "dynamixel2:6@1000000";

    const auto simulated = app::parseSimPath("sim:" + arguments.simulated);
    if (!simulated) {
        std::cerr << "servolane: --simulate " << simulated.error().detail << '\n';
        return wrongUsage;
    }
    arguments.simulatedFamily = simulated->bus.protocol;
    arguments.simulatedBaud = simulated->bus.baud;
    endOnSignals();
    return application ? run(*application, arguments) : 0;
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
