// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/repair_session.h"

#include "drivers/sqlite/copy_range.h"
#include "drivers/sqlite/session_store.h"

#include <filesystem>

namespace servolane::drivers::sqlite {

namespace {

void removeAll(const std::string& path) {
    for (const char* end : {"", "-wal", "-shm", "-journal"}) {
        std::error_code ignored;
        std::filesystem::remove(path + end, ignored);
    }
}

Result<Salvage> copyIntact(session::SessionReader& reader, session::SessionWriter& writer,
                           session::JobProgress& progress) {
    Salvage salvage;
    const CopyDamage damage{[&](const session::Unreadable& lost) {
                                salvage.lostSamples += lost.samples;
                                salvage.losses.push_back(lost.detail);
                            },
                            [&](const std::string& lost) {
                                ++salvage.lostFacts;
                                salvage.losses.push_back(lost);
                            },
                            &progress};
    const auto copied = copyRange(reader, writer, Time::min() + Duration{1}, Time::max(), &damage);
    if (!copied) return tl::make_unexpected(copied.error());
    if (auto closed = writer.close(); !closed) return tl::make_unexpected(closed.error());
    salvage.kept = writer.counters();
    return salvage;
}

} // namespace

Result<Salvage> repairSession(const std::string& from, const std::string& to,
                              session::JobProgress& progress) {
    SqliteSessionStore store;
    const auto reader = store.open(from);
    if (!reader) return tl::make_unexpected(reader.error());
    const auto& summary = (*reader)->summary();
    auto writer = store.create(
        to, {summary.name, summary.software, summary.startedUtc, summary.start, false, summary.start});
    if (!writer) return tl::make_unexpected(writer.error());
    auto salvage = copyIntact(**reader, **writer, progress);
    if (!salvage) {
        writer->reset();
        removeAll(to);
    } else
        progress.done = 1.0;
    return salvage;
}

} // namespace servolane::drivers::sqlite
