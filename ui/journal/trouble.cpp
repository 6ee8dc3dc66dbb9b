// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/journal/trouble.h"

#include "core/session/read/recording_board.h"
#include "ui/binding/refusal_text.h"
#include "ui/binding/value_text.h"

#include <algorithm>
#include <functional>

namespace servolane::ui {

namespace {

Trouble hardwareTrouble(const motion::AxisView& view, const QString& word) {
    return {QStringLiteral("error/%1/%2").arg(view.axis->id.value).arg(word),
            Tone::fault,
            view.axis->id,
            axisTitle(*view.axis),
            word,
            view.axis->model->faultExit.empty() ? QStringLiteral("Remove the cause, then reboot the axis")
                                                : QString::fromStdString(view.axis->model->faultExit),
            {}};
}

/// Its key differs from that of a dead one: the remedy is another.
Trouble muteTrouble(const motion::AxisView& view) {
    return {QStringLiteral("mute/%1").arg(view.axis->id.value),
            Tone::warn,
            view.axis->id,
            axisTitle(*view.axis),
            QStringLiteral("Answers pings only: not even a stop can be confirmed"),
            QStringLiteral("\"Let it answer\" in the axis panel sets its status return level to 2"),
            {}};
}

Trouble doubleTrouble(const bus::BusView& bus, const bus::DuplicateIdSuspected& doubled) {
    return {QStringLiteral("double/%1/%2").arg(bus.id.value).arg(doubled.servo.value),
            Tone::warn,
            {},
            QString::fromStdString(bus.name),
            QStringLiteral("Two servos may have id %1").arg(doubled.servo.value),
            QStringLiteral("Connect one of them alone and give it another id, then scan again"),
            {}};
}

Trouble silentTrouble(const motion::AxisView& view) {
    if (view.answers == bus::Answers::pingsOnly) return muteTrouble(view);
    return {QStringLiteral("silent/%1").arg(view.axis->id.value),
            Tone::warn,
            view.axis->id,
            axisTitle(*view.axis),
            QStringLiteral("No answer"),
            QStringLiteral("Check its cable and supply; it comes back by itself"),
            {}};
}

/// Its axes are silent because of it: they are counted here, and are no alarms of their own.
Trouble busTrouble(const bus::BusView& view, const motion::AxisBoard& axes) {
    const auto with = std::count_if(axes.axes.begin(), axes.axes.end(),
                                    [&](const motion::AxisView& axis) { return axis.axis->bus == view.id; });
    const QString text = with == 0   ? QStringLiteral("Bus lost")
                         : with == 1 ? QStringLiteral("Bus lost, with its axis")
                                     : QStringLiteral("Bus lost, with its %1 axes").arg(with);
    return {QStringLiteral("bus/%1").arg(view.id.value),
            Tone::fault,
            {},
            QString::fromStdString(view.name),
            text,
            textOf(view.error),
            {}};
}

/// Early enough to make room.
void addLowDisks(const session::RecordingBoard& board, std::vector<Trouble>& present) {
    for (const auto& [view, where] : {std::pair{&board.named, QStringLiteral("Recording")},
                                      std::pair{&board.flight, QStringLiteral("Flight recorder")}}) {
        if (!*view || !(*view)->disk.low) continue;
        const session::DiskRoom& disk = (*view)->disk;
        const QString left =
            disk.left ? QStringLiteral(", full in about ") + clockText(*disk.left) : QString();
        present.push_back(
            {QStringLiteral("disk/") + where,
             Tone::warn,
             {},
             where,
             QStringLiteral("Disk fills up: %1 left%2").arg(bytesText(disk.freeBytes.value_or(0)), left),
             QStringLiteral("Make room; recording ends by itself before the disk is full, and "
                            "the axes stay under control"),
             {}});
    }
}

/// Before it gives up waiting.
void addHeldFiles(const session::RecordingBoard& board, std::vector<Trouble>& present) {
    for (const auto& [view, where] : {std::pair{&board.named, QStringLiteral("Recording")},
                                      std::pair{&board.flight, QStringLiteral("Flight recorder")}})
        if (*view && (*view)->waiting > 0)
            present.push_back(
                {QStringLiteral("held/") + where,
                 Tone::warn,
                 {},
                 where,
                 QStringLiteral("Waits for a foreign lock of its file"), // the status bar counts the rows
                 QStringLiteral("Another program holds %1 for writing. Let it end that; if it does not, the "
                                "recording goes on in another file beside it")
                     .arg(QString::fromStdString((*view)->path)),
                 {}});
}

/// A pause is in the status bar; what was lost of a segment is not.
void addFlightLoss(const session::RecordingBoard& board, std::vector<Trouble>& present) {
    if (board.flightError.code == ErrorCode::none || board.flightRetry) return;
    present.push_back({QStringLiteral("flight/lost"),
                       Tone::warn,
                       {},
                       QStringLiteral("Flight recorder"),
                       QStringLiteral("Part of a segment is lost"),
                       textOf(board.flightError),
                       {}});
}

/// Until there is room again: that nothing is recorded any more does not end it.
void addFullDisk(const session::RecordingBoard& board, std::vector<Trouble>& present) {
    if (!board.full) return;
    const QString free = board.full->freeBytes
                             ? QStringLiteral(": %1 left").arg(bytesText(*board.full->freeBytes))
                             : QString();
    present.push_back(
        {QStringLiteral("disk/full"),
         Tone::fault,
         {},
         QStringLiteral("Recording"),
         QStringLiteral("Disk full%1").arg(free),
         QStringLiteral("%1 ended; what was recorded is whole. Make room to record again; the axes "
                        "stay under control")
             .arg(QString::fromStdString(board.full->path)),
         {}});
}

constexpr Duration backAgain =
    std::chrono::seconds{3}; ///< until the servos of a bus that is back have answered

std::vector<Trouble> presentTroubles(const Frame& frame,
                                     const std::function<bool(const motion::AxisView&)>& isFollowing) {
    std::vector<Trouble> present;
    for (const bus::BusView& bus : frame.buses->buses) {
        if (bus.state == bus::LinkState::lost) present.push_back(busTrouble(bus, *frame.axes));
        for (const auto& doubled : bus.scan.doubled)
            present.push_back(doubleTrouble(bus, doubled));
    }
    for (const motion::AxisView& axis : frame.axes->axes) {
        for (const QString& word : hardwareErrorWords(axis.hardwareError, axis.axis->model.get()))
            present.push_back(hardwareTrouble(axis, word));
        if (axis.silent && !isFollowing(axis)) present.push_back(silentTrouble(axis));
    }
    addLowDisks(*frame.recording, present);
    addFullDisk(*frame.recording, present);
    addHeldFiles(*frame.recording, present);
    addFlightLoss(*frame.recording, present);
    const ErrorCode stopped = frame.recording->error.code;
    if (stopped != ErrorCode::none && !(stopped == ErrorCode::diskFull && frame.recording->full))
        present.push_back({QStringLiteral("recording"),
                           Tone::fault,
                           {},
                           QStringLiteral("Recording"),
                           frame.recording->named ? QStringLiteral("Recording went on in another file")
                                                  : QStringLiteral("Recording stopped by itself"),
                           textOf(frame.recording->error),
                           {}});
    return present;
}

/// Still wrong: somebody has to see it again. Over meanwhile: nobody has to.
void takeFromShelf(Trouble& trouble) {
    trouble.shelvedUntil = Time{};
    trouble.seen = !trouble.active;
}

} // namespace

void TroubleBook::fold(const Frame& frame) {
    now_ = frame.now;
    for (const bus::BusView& bus : frame.buses->buses)
        if (bus.state == bus::LinkState::lost) lostAt_[bus.id] = now_;
    const auto isFollowing = [&](const motion::AxisView& axis) {
        const auto lost = lostAt_.find(axis.axis->bus);
        return lost != lostAt_.end() && now_ - lost->second < backAgain;
    };
    const std::vector<Trouble> present = presentTroubles(frame, isFollowing);
    const std::uint64_t before = revision_;
    for (Trouble& known : troubles_) {
        const bool active = std::any_of(present.begin(), present.end(),
                                        [&](const Trouble& now) { return now.key == known.key; });
        if (active == known.active) continue;
        ++revision_;
        known.active = active;
        known.cleared = active ? Time{} : now_;
        // It was the first sign of the bus that is lost now.
        const auto* axis = active ? nullptr : frame.axes->find(known.axis);
        if (axis && axis->silent && isFollowing(*axis)) known.seen = true;
        // It told of the disk that is full now.
        if (!active && frame.recording->full && known.key.startsWith(QStringLiteral("disk/")))
            known.seen = true;
        if (!active) continue;
        known.seen = known.isShelved(); // it came back
        known.since = frame.now;
    }
    for (Trouble& known : troubles_) { // those that are over by now do not come back
        if (!known.isShelved() || now_ < known.shelvedUntil) continue;
        takeFromShelf(known);
        ++revision_;
    }
    for (const Trouble& now : present) {
        const bool isKnown = std::any_of(troubles_.begin(), troubles_.end(),
                                         [&](const Trouble& known) { return now.key == known.key; });
        if (isKnown) continue;
        troubles_.push_back(now);
        troubles_.back().since = frame.now;
        ++revision_;
    }
    const auto isOver = [](const Trouble& trouble) {
        return trouble.seen && !trouble.active && !trouble.isShelved();
    };
    if (std::erase_if(troubles_, isOver) > 0) ++revision_;
    if (revision_ != before) sort();
}

void TroubleBook::sort() {
    std::stable_sort(troubles_.begin(), troubles_.end(), [](const Trouble& a, const Trouble& b) {
        if (a.isShelved() != b.isShelved()) return b.isShelved();
        if (a.seen != b.seen) return !a.seen;
        if (a.active != b.active) return a.active;
        return a.since > b.since;
    });
}

void TroubleBook::acknowledge(const QString& key) {
    for (Trouble& trouble : troubles_)
        if (trouble.key == key && !trouble.seen) {
            trouble.seen = true;
            ++revision_;
        }
}

void TroubleBook::acknowledgeAll() {
    for (Trouble& trouble : troubles_)
        trouble.seen = true;
    ++revision_;
}

void TroubleBook::shelve(const QString& key, Duration howLong) {
    for (Trouble& trouble : troubles_)
        if (trouble.key == key) {
            trouble.seen = true;
            trouble.shelvedUntil = now_ + std::min(howLong, longestShelf);
            ++revision_;
        }
    sort();
}

void TroubleBook::bringBack(const QString& key) {
    for (Trouble& trouble : troubles_)
        if (trouble.key == key && trouble.isShelved()) {
            takeFromShelf(trouble);
            ++revision_;
        }
    sort();
}

int TroubleBook::shelved() const {
    return static_cast<int>(std::count_if(troubles_.begin(), troubles_.end(),
                                          [](const Trouble& trouble) { return trouble.isShelved(); }));
}

const Trouble* TroubleBook::find(const QString& key) const {
    const auto found = std::find_if(troubles_.begin(), troubles_.end(),
                                    [&](const Trouble& trouble) { return trouble.key == key; });
    return found == troubles_.end() ? nullptr : &*found;
}

const Trouble* TroubleBook::newestUnseen() const {
    const Trouble* newest = nullptr;
    for (const Trouble& trouble : troubles_)
        if (!trouble.seen && (!newest || trouble.since > newest->since)) newest = &trouble;
    return newest;
}

} // namespace servolane::ui
