// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/drivers/sqlite/fault_vfs.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <new>

namespace servolane::tests {

namespace {

using Reach = FaultVfs::Reach;

FaultVfs* present = nullptr;

struct FaultFile {
    sqlite3_file head; // first, as SQLite wants it
    sqlite3_io_methods methods;
    std::string name; ///< empty: temporary
};

sqlite3_file* realOf(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(FaultFile));
}

/// Calls the same method of the file behind.
template <auto Method, class... Arguments>
int forward(sqlite3_file* file, Arguments... arguments) {
    sqlite3_file* real = realOf(file);
    return (real->pMethods->*Method)(real, arguments...);
}

template <auto Method, class... Arguments>
int forwardOrFail(Reach kind, sqlite3_file* file, Arguments... arguments) {
    const int result = present->nextResult(kind);
    return result == SQLITE_OK ? forward<Method>(file, arguments...) : result;
}

int closeFile(sqlite3_file* file) {
    const int result = realOf(file)->pMethods->xClose(realOf(file));
    reinterpret_cast<FaultFile*>(file)->~FaultFile();
    return result;
}

void unmapNothing(sqlite3_file* file) {
    realOf(file)->pMethods->xShmBarrier(realOf(file));
}

std::vector<FaultVfs::Change>* unsyncedOf(sqlite3_file* file) {
    return present->unsyncedOf(reinterpret_cast<FaultFile*>(file)->name);
}

/// Keeps what a change of the file from `at` on, `size` bytes long, does away with, and what it brings.
void remember(sqlite3_file* file, std::int64_t at, std::int64_t size, const void* bytes = nullptr) {
    auto* unsynced = unsyncedOf(file);
    if (!unsynced) return;
    FaultVfs::Change change;
    change.at = at;
    using M = sqlite3_io_methods;
    sqlite3_int64 length = 0;
    forward<&M::xFileSize>(file, &length);
    change.sizeBefore = length;
    if (const auto* first = static_cast<const char*>(bytes)) change.after.assign(first, first + size);
    const std::int64_t there = std::min<std::int64_t>(size, length - at);
    if (there > 0) {
        change.before.resize(static_cast<std::size_t>(there));
        forward<&M::xRead>(file, static_cast<void*>(change.before.data()), static_cast<int>(there),
                           static_cast<sqlite3_int64>(at));
    }
    unsynced->push_back(std::move(change));
}

int writeFile(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
    const bool isLog = reinterpret_cast<FaultFile*>(file)->name.ends_with("-wal");
    const int result = present->nextResult(isLog ? Reach::logs : Reach::writes);
    if (result != SQLITE_OK) return result;
    remember(file, at, size, bytes);
    return forward<&sqlite3_io_methods::xWrite>(file, bytes, size, at);
}

int truncateFile(sqlite3_file* file, sqlite3_int64 size) {
    const int result = present->nextResult(Reach::everything);
    if (result != SQLITE_OK) return result;
    sqlite3_int64 length = 0;
    forward<&sqlite3_io_methods::xFileSize>(file, &length);
    remember(file, size, length - size);
    return forward<&sqlite3_io_methods::xTruncate>(file, size);
}

int syncFile(sqlite3_file* file, int flags) {
    const int result = present->nextResult(Reach::writes);
    if (result != SQLITE_OK) return result;
    auto* unsynced = unsyncedOf(file);
    if (!unsynced) return forward<&sqlite3_io_methods::xSync>(file, flags);
    unsynced->clear();
    return SQLITE_OK;
}

int lockShared(sqlite3_file* file, int first, int count, int flags) {
    const int result = (flags & SQLITE_SHM_LOCK) != 0 ? present->nextResult(Reach::locks) : SQLITE_OK;
    return result == SQLITE_OK ? forward<&sqlite3_io_methods::xShmLock>(file, first, count, flags) : result;
}

sqlite3_io_methods methodsOver(const sqlite3_io_methods& real) {
    using M = sqlite3_io_methods;
    sqlite3_io_methods methods{};
    methods.iVersion = real.iVersion < 2 ? real.iVersion : 2; // no memory mapping past the writes
    methods.xClose = closeFile;
    methods.xRead = [](auto* f, auto... a) { return forwardOrFail<&M::xRead>(Reach::everything, f, a...); };
    methods.xWrite = writeFile;
    methods.xTruncate = truncateFile;
    methods.xSync = syncFile;
    methods.xFileSize = [](auto* f, auto... a) { return forward<&M::xFileSize>(f, a...); };
    methods.xLock = [](auto* f, auto... a) { return forwardOrFail<&M::xLock>(Reach::locks, f, a...); };
    methods.xUnlock = [](auto* f, auto... a) { return forward<&M::xUnlock>(f, a...); };
    methods.xCheckReservedLock = [](auto* f, auto... a) { return forward<&M::xCheckReservedLock>(f, a...); };
    methods.xFileControl = [](auto* f, auto... a) { return forward<&M::xFileControl>(f, a...); };
    methods.xSectorSize = [](auto* f) { return forward<&M::xSectorSize>(f); };
    methods.xDeviceCharacteristics = [](auto* f) { return forward<&M::xDeviceCharacteristics>(f); };
    methods.xShmMap = [](auto* f, auto... a) { return forward<&M::xShmMap>(f, a...); };
    methods.xShmLock = lockShared;
    methods.xShmBarrier = unmapNothing;
    methods.xShmUnmap = [](auto* f, auto... a) { return forward<&M::xShmUnmap>(f, a...); };
    return methods;
}

int openFile(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* outFlags) {
    auto* real = static_cast<sqlite3_vfs*>(vfs->pAppData);
    file->pMethods = nullptr;
    if (present->nextResult(Reach::everything) != SQLITE_OK) return SQLITE_CANTOPEN;
    auto* own = new (file) FaultFile{};
    const int result = real->xOpen(real, name, realOf(file), flags, outFlags);
    if (result != SQLITE_OK || !realOf(file)->pMethods) {
        own->~FaultFile();
        file->pMethods = nullptr;
        return result;
    }
    own->name = name ? name : "";
    own->methods = methodsOver(*realOf(file)->pMethods);
    own->head.pMethods = &own->methods;
    return SQLITE_OK;
}

int deleteFile(sqlite3_vfs* vfs, const char* name, int syncFolder) {
    auto* real = static_cast<sqlite3_vfs*>(vfs->pAppData);
    const int result = present->nextResult(Reach::everything);
    return result == SQLITE_OK ? real->xDelete(real, name, syncFolder) : SQLITE_IOERR_DELETE;
}

/// As the file was before the change.
void takeBack(const std::string& file, const FaultVfs::Change& change) {
    {
        std::fstream disk(file, std::ios::in | std::ios::out | std::ios::binary);
        disk.seekp(change.at);
        disk.write(change.before.data(), static_cast<std::streamsize>(change.before.size()));
    }
    std::filesystem::resize_file(file, static_cast<std::uintmax_t>(change.sizeBefore));
}

bool survives(FaultVfs::Survivors survivors, std::size_t index, std::size_t count) {
    switch (survivors) {
    case FaultVfs::Survivors::older:
        return index < count / 2;
    case FaultVfs::Survivors::everyOther:
        return index % 2 == 1;
    case FaultVfs::Survivors::none:
        break;
    }
    return false;
}

} // namespace

FaultVfs::FaultVfs() {
    sqlite3_vfs* real = sqlite3_vfs_find(nullptr);
    vfs_ = *real;
    vfs_.szOsFile = static_cast<int>(sizeof(FaultFile)) + real->szOsFile;
    vfs_.pNext = nullptr;
    vfs_.zName = "fault";
    vfs_.pAppData = real;
    vfs_.xOpen = openFile;
    vfs_.xDelete = deleteFile;
    vfs_.xSleep = [](sqlite3_vfs*, int microseconds) { return microseconds; };
    sqlite3_vfs_register(&vfs_, 0);
    present = this;
}

FaultVfs::~FaultVfs() {
    sqlite3_vfs_unregister(&vfs_);
    present = nullptr;
}

void FaultVfs::begin(std::uint64_t call, bool forEver) {
    calls_ = 0;
    failFrom_ = call;
    forEver_ = forEver;
}

int FaultVfs::nextResult(Reach kind) {
    const bool isWrite = kind == Reach::writes || kind == Reach::logs;
    const bool counts = kind == reach_ || (reach_ == Reach::everything && isWrite) ||
                        (reach_ == Reach::writes && kind == Reach::logs);
    if (!counts) return SQLITE_OK;
    ++calls_;
    const bool fails = forEver_ ? calls_ >= failFrom_ : calls_ == failFrom_;
    return failFrom_ != 0 && fails ? result_ : SQLITE_OK;
}

void FaultVfs::cutPower(Survivors survivors) {
    for (const auto& [file, changes] : unsynced_) {
        if (!std::filesystem::exists(file)) continue; // closed and put away
        for (auto change = changes.rbegin(); change != changes.rend(); ++change)
            takeBack(file, *change);
        std::fstream disk(file, std::ios::in | std::ios::out | std::ios::binary);
        for (std::size_t i = 0; i < changes.size(); ++i) {
            if (!survives(survivors, i, changes.size())) continue;
            disk.seekp(changes[i].at);
            disk.write(changes[i].after.data(), static_cast<std::streamsize>(changes[i].after.size()));
        }
        disk.close();
        std::filesystem::remove(file + "-shm"); // shared memory does not outlive the machine
    }
    unsynced_.clear();
}

} // namespace servolane::tests
