// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/drivers/sqlite/fault_vfs.h"

#include <cstring>
#include <new>

namespace servolane::tests {

namespace {

FaultVfs* present = nullptr;

struct FaultFile {
    sqlite3_file head; // first, as SQLite wants it
    sqlite3_io_methods methods;
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
int forwardOrFail(sqlite3_file* file, Arguments... arguments) {
    const int result = present->nextResult();
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

sqlite3_io_methods methodsOver(const sqlite3_io_methods& real) {
    using M = sqlite3_io_methods;
    sqlite3_io_methods methods{};
    methods.iVersion = real.iVersion < 2 ? real.iVersion : 2; // no memory mapping past the writes
    methods.xClose = closeFile;
    methods.xRead = [](auto* f, auto... a) { return forward<&M::xRead>(f, a...); };
    methods.xWrite = [](auto* f, auto... a) { return forwardOrFail<&M::xWrite>(f, a...); };
    methods.xTruncate = [](auto* f, auto... a) { return forward<&M::xTruncate>(f, a...); };
    methods.xSync = [](auto* f, auto... a) { return forwardOrFail<&M::xSync>(f, a...); };
    methods.xFileSize = [](auto* f, auto... a) { return forward<&M::xFileSize>(f, a...); };
    methods.xLock = [](auto* f, auto... a) { return forward<&M::xLock>(f, a...); };
    methods.xUnlock = [](auto* f, auto... a) { return forward<&M::xUnlock>(f, a...); };
    methods.xCheckReservedLock = [](auto* f, auto... a) { return forward<&M::xCheckReservedLock>(f, a...); };
    methods.xFileControl = [](auto* f, auto... a) { return forward<&M::xFileControl>(f, a...); };
    methods.xSectorSize = [](auto* f) { return forward<&M::xSectorSize>(f); };
    methods.xDeviceCharacteristics = [](auto* f) { return forward<&M::xDeviceCharacteristics>(f); };
    methods.xShmMap = [](auto* f, auto... a) { return forward<&M::xShmMap>(f, a...); };
    methods.xShmLock = [](auto* f, auto... a) { return forward<&M::xShmLock>(f, a...); };
    methods.xShmBarrier = unmapNothing;
    methods.xShmUnmap = [](auto* f, auto... a) { return forward<&M::xShmUnmap>(f, a...); };
    return methods;
}

int openFile(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* outFlags) {
    auto* real = static_cast<sqlite3_vfs*>(vfs->pAppData);
    auto* own = new (file) FaultFile{};
    const int result = real->xOpen(real, name, realOf(file), flags, outFlags);
    if (result != SQLITE_OK || !realOf(file)->pMethods) return result;
    own->methods = methodsOver(*realOf(file)->pMethods);
    own->head.pMethods = &own->methods;
    return SQLITE_OK;
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
    sqlite3_vfs_register(&vfs_, 0);
    present = this;
}

FaultVfs::~FaultVfs() {
    sqlite3_vfs_unregister(&vfs_);
    present = nullptr;
}

void FaultVfs::failFrom(std::uint64_t call) {
    calls_ = 0;
    failFrom_ = call;
}

int FaultVfs::nextResult() {
    ++calls_;
    return failFrom_ != 0 && calls_ >= failFrom_ ? result_ : SQLITE_OK;
}

} // namespace servolane::tests
