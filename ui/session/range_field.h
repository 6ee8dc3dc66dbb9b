// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt's first: moc of Qt 6.4 cannot read GCC's <compare> as the very first header.
#include <QtWidgets/QWidget>

#include "core/kernel/time.h"

#include <optional>
#include <utility>

class QComboBox;
class QLabel;
class QLineEdit;

namespace servolane::ui {

using TimeRange = std::pair<Time, Time>;

/// Which stretch of a recording is meant: all of it, the one dragged in the overview, the visible one, the
/// one between two cursors, or one that is typed, as seconds since the start or as h:m:s.
class RangeField : public QWidget {
    Q_OBJECT
public:
    enum Choice { whole, chosen, visible, cursors, typed };

    explicit RangeField(QWidget* parent);
    /// Of a newly opened recording; chooses the whole.
    void setRecording(Time start, Time end);
    /// What there is to choose from now; absent ones cannot be chosen. One that is newly dragged chooses
    /// itself.
    void offer(std::optional<TimeRange> dragged, TimeRange seen, std::optional<TimeRange> between);
    void choose(Choice wanted);
    [[nodiscard]] Choice choice() const;
    /// Nothing while what is typed is no range of this recording.
    [[nodiscard]] std::optional<TimeRange> range() const;
    [[nodiscard]] Time start() const { return start_; }

Q_SIGNALS:
    void changed();

private:
    void showRange();
    void readTyped();

    Time start_{};
    Time end_{};
    std::optional<TimeRange> chosen_;
    TimeRange visible_{};
    std::optional<TimeRange> cursors_;
    std::optional<TimeRange> typed_;
    std::optional<TimeRange> told_; ///< with the last changed()
    QComboBox* combo_;
    QLineEdit* from_;
    QLineEdit* to_;
    QLabel* problem_;
};

} // namespace servolane::ui
