// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtWidgets/QWidget>

#include "core/kernel/result.h"
#include "core/kernel/time.h"
#include "core/telemetry/read/trace_table.h"
#include "ui/session/background_job.h"
#include "ui/session/work_queue.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

class QAction;
class QIODevice;
class QLabel;
class QMenu;

namespace servolane::ui {

class JobStrip;
class Theme;

namespace scope {
class ScopeView;
struct TraceChoice;
} // namespace scope

/// Copies and saves what a scope shows: as a picture, on a page, as a table. What is on the screen is taken
/// at once; files are written on threads of their own, beside their place, and get their name when they are
/// whole. GUI thread.
class ScopeExport : public QWidget {
    Q_OBJECT
public:
    /// Any thread.
    using Dating = std::function<UtcTime(Time)>;
    struct Source {
        std::function<QString()> title;    ///< "Axis 1 · Pan"
        std::function<Dating()> dating;    ///< of the scope's clock, as it is now
        std::function<bool()> isSimulated; ///< said on every page
        /// "Pan.position", as the exports of recordings call it
        std::function<std::string(const scope::TraceChoice&)> nameOf;
        std::function<std::string(const scope::TraceChoice&)> unitOf; ///< as in core: "deg/s"
    };

    ScopeExport(scope::ScopeView& view, Theme& theme, Source source);

    void fillMenu(QMenu& menu) const;
    void copyPicture();
    void savePicture(const QString& path);
    void savePage(const QString& path);
    void saveTable(const QString& path);
    [[nodiscard]] bool isRunning() const { return job_.isRunning() || files_.isBusy(); }
    /// Progress and outcome; called in every frame.
    void tick(Time now);

private:
    struct Told {
        QString sentence;
        const char* role;
    };
    struct Written {
        Result<std::uint64_t> rows;
        QString path;
    };
    QAction* addAction(const QString& text, const QString& name, const QKeySequence& key, const QString& icon,
                       Theme& theme, std::function<void()> deed);
    void choose(const QString& title, const QString& filter, const QString& ending,
                void (ScopeExport::*save)(const QString&));
    void write(const QString& path, std::function<bool(QIODevice&)> content);
    [[nodiscard]] QString details() const;
    [[nodiscard]] QImage page() const;
    void tell(const QString& sentence, const char* role);
    void finish(const Written& written);

    scope::ScopeView& view_;
    Source source_;
    std::vector<QAction*> actions_;
    JobStrip* strip_;
    QLabel* text_;
    QWidget* toldRow_;
    BackgroundJob<Written> job_;
    WorkQueue<Told> files_;
    Time now_{};
    std::optional<Time> passes_; ///< when what is told may go
};

} // namespace servolane::ui
