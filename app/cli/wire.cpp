// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/wire.h"

#include "app/cli/failures.h"
#include "app/cli/link_gaps.h"
#include "app/cli/out_file.h"
#include "app/cli/text.h"
#include "core/bus/read/wire_table.h"

#include <cstdio>
#include <fstream>

namespace servolane::cli {

using bus::WirePacket;

namespace {

constexpr Duration lastWords = std::chrono::seconds{1};
constexpr bus::WireWatcher thisProgram{};

Json idOf(int id) {
    if (id == bus::WireWords::nobody) return nullptr;
    return id == bus::WireWords::everyone ? Json("all") : Json(id);
}

Json objectOf(const WirePacket& packet, Time start) {
    return {{"time_s", seconds(packet.at - start)},
            {"direction", packet.direction == bus::WireDirection::out ? "out" : "in"},
            {"id", idOf(packet.id)},
            {"instruction", packet.instruction},
            {"text", packet.text},
            {"trouble", bus::toString(packet.trouble)},
            {"bytes", bus::hexText(packet.bytes)}};
}

/// "  1.203145 → 1    read        address 132, 4 bytes   FF FF FD 00 …"
std::string lineOf(const WirePacket& packet, Time start) {
    std::string id = bus::idText(packet.id);
    id.resize(std::max<std::size_t>(id.size(), 4), ' ');
    std::string instruction(packet.instruction.empty() ? "-" : packet.instruction);
    instruction.resize(std::max<std::size_t>(instruction.size() + 1, 15), ' ');
    const std::string trouble = packet.trouble == bus::WireTrouble::none
                                    ? ""
                                    : "[" + std::string(bus::toString(packet.trouble)) + "] ";
    return fixed(seconds(packet.at - start), 6) +
           (packet.direction == bus::WireDirection::out ? " → " : " ← ") + id + instruction + trouble +
           std::string(packet.text) + "  | " + bus::hexText(packet.bytes) + '\n';
}

/// Takes packets in their order, and does with them what was asked for.
class Listener {
public:
    Listener(const Context& context, BusId bus)
        : arguments_(context.arguments)
        , bus_(bus) {
        if (arguments_.out.empty()) return;
        file_.open(arguments_.out, std::ios::trunc);
        form_ = arguments_.out.ends_with(".csv") ? bus::WireTableForm::csv : bus::WireTableForm::jsonl;
        file_ << bus::wireTableHead(form_);
    }

    [[nodiscard]] bool isWritable() const { return arguments_.out.empty() || file_.good(); }
    [[nodiscard]] bool finish() {
        if (!arguments_.out.empty()) file_ << std::flush;
        return isWritable();
    }

    void take(const bus::WireLog& log) {
        if (!begun_) next_ = log.first();
        for (next_ = std::max(next_, log.first()); next_ < log.end; ++next_) {
            const WirePacket packet = log.at(next_);
            if (packet.bus != bus_ || !isChosen(packet)) continue;
            if (!begun_) start_ = packet.at;
            begun_ = true;
            tell(packet);
        }
    }

    [[nodiscard]] std::uint64_t packets() const { return packets_; }
    [[nodiscard]] std::uint64_t troubles() const { return troubles_; }
    [[nodiscard]] Json takeObjects() { return std::move(objects_); }

private:
    [[nodiscard]] bool isChosen(const WirePacket& packet) const {
        const auto& ids = arguments_.ids;
        return ids.empty() || std::find(ids.begin(), ids.end(), packet.id) != ids.end();
    }
    void tell(const WirePacket& packet) {
        ++packets_;
        if (packet.trouble != bus::WireTrouble::none) ++troubles_;
        if (!arguments_.out.empty()) {
            std::string row;
            bus::appendWireRow(row, packet, start_, form_);
            file_ << row;
        } else if (arguments_.json) {
            objects_.push_back(objectOf(packet, start_));
        } else {
            const std::string line = lineOf(packet, start_);
            std::fwrite(line.data(), 1, line.size(), stdout);
        }
    }

    const Arguments& arguments_;
    BusId bus_;
    std::ofstream file_;
    bus::WireTableForm form_ = bus::WireTableForm::jsonl;
    std::uint64_t next_ = 0;
    bool begun_ = false;
    Time start_{};
    std::uint64_t packets_ = 0;
    std::uint64_t troubles_ = 0;
    Json objects_ = Json::array();
};

Failure elsewhere(const Attached& attached) {
    return {Codes::wireElsewhere,
            attached.port + " is open in another program, which does not tell what passes on its wire",
            "open the panel Wire there, or close the port there first",
            {}};
}

} // namespace

Outcome tellWire(Context& context, const Attached& attached) {
    if (!context.wire) return fail(elsewhere(attached));
    if (auto refused = refusalToReplace(context.arguments.out)) return fail(std::move(*refused));
    api::WireMonitor& wire = *context.wire;
    Listener listener(context, attached.bus);
    if (!listener.isWritable())
        return fail(fileFailure({ErrorCode::inputOutput, "cannot be written"}, context.arguments.out));
    if (!wire.watch(attached.bus, thisProgram))
        return fail(context.owner == LaneOwner::otherProcess && !isLost(context, attached.bus)
                        ? elsewhere(attached)
                        : lostLink(context, attached));
    const auto listen = [&] { listener.take(*wire.log()); };
    LinkGaps gaps(context, attached, "listening goes on when the adapter is back");
    const auto closed = [&] { return gaps.look(); };
    const auto wait = context.client.waitUntil(closed, fromSeconds(context.arguments.seconds), listen);
    wire.unwatch(attached.bus, thisProgram);
    static_cast<void>(context.client.waitUntil(
        [&] { return !wire.log()->isWatched(attached.bus, thisProgram); }, lastWords));
    listen();
    const auto log = wire.log();
    const bool written = listener.finish();
    Report report;
    report.object = {{"packets", listener.packets()},
                     {"troubles", listener.troubles()},
                     {"let_go", log->letGo},
                     {"missed_bytes", log->unheardBytes}};
    if (context.arguments.out.empty())
        report.object["wire"] = listener.takeObjects();
    else
        report.object["path"] = context.arguments.out;
    report.text =
        grouped(listener.packets()) + " packets, " + grouped(listener.troubles()) + " with errors\n";
    gaps.tellIn(report);
    if (!written) {
        Failure failure =
            fileFailure({ErrorCode::inputOutput, "not everything was written"}, context.arguments.out);
        failure.fields = report.object;
        return fail(failure);
    }
    if (wait == app::WaitEnd::timedOut && !gaps.isLostNow()) return report;
    Failure failure = wait == app::WaitEnd::interrupted ? interrupted() : lostLink(context, attached);
    failure.fields = report.object;
    return fail(failure);
}

} // namespace servolane::cli
