// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/sqlite/page_rows.h"

#include "drivers/sqlite/log_frames.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace servolane::drivers::sqlite {

namespace {

constexpr std::uint64_t mostPayload = 64ULL << 20;
constexpr std::size_t fileHeader = 100;

std::uint64_t bigEndianAt(ByteView bytes, std::size_t at, std::size_t size) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes.subspan(at, size))
        value = value << 8 | byte;
    return value;
}

/// A number of one to nine bytes; absent: it reaches beyond the end. Moves `at` behind it.
std::optional<std::uint64_t> takeVarint(ByteView bytes, std::size_t& at) {
    std::uint64_t value = 0;
    for (int taken = 0; taken < 9; ++taken) {
        if (at >= bytes.size()) return std::nullopt;
        const std::uint8_t byte = bytes[at++];
        if (taken == 8) return value << 8 | byte;
        value = value << 7 | (byte & 0x7fU);
        if ((byte & 0x80U) == 0) return value;
    }
    return value;
}

/// Bytes that a value of that type takes; absent: no such type.
std::optional<std::uint64_t> sizeOfType(std::uint64_t type) {
    constexpr std::array<std::uint8_t, 10> sizes{0, 1, 2, 3, 4, 6, 8, 8, 0, 0};
    if (type < sizes.size()) return sizes[type];
    if (type < 12) return std::nullopt;
    return (type - 12) / 2;
}

PageValue valueOf(std::uint64_t type, ByteView bytes) {
    PageValue value;
    if (type >= 12) {
        value.kind = type % 2 == 0 ? Statement::Kind::blob : Statement::Kind::text;
        value.bytes = bytes;
    } else if (type == 7) {
        value.kind = Statement::Kind::real;
        value.real = std::bit_cast<double>(bigEndianAt(bytes, 0, 8));
    } else if (type != 0) {
        value.kind = Statement::Kind::integer;
        const unsigned unused = 64 - 8 * static_cast<unsigned>(bytes.size());
        value.integer =
            type >= 8 ? static_cast<std::int64_t>(type - 8)
                      : static_cast<std::int64_t>(bigEndianAt(bytes, 0, bytes.size()) << unused) >> unused;
    }
    return value;
}

std::uint64_t sizeOfFile(int descriptor) {
    struct stat status {};
    return ::fstat(descriptor, &status) == 0 && status.st_size > 0
               ? static_cast<std::uint64_t>(status.st_size)
               : 0;
}

/// How much of `into` could be read.
std::size_t readAt(int descriptor, std::uint64_t offset, MutableByteView into) {
    std::size_t done = 0;
    while (done < into.size()) {
        const ssize_t got =
            ::pread(descriptor, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

} // namespace

void PageRows::Close::operator()(const int* descriptor) const {
    ::close(*descriptor);
    delete descriptor;
}

std::optional<std::uint32_t> PageRows::pageSizeOf(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return std::nullopt;
    const Descriptor closing{new int{descriptor}};
    std::array<std::uint8_t, 2> bytes{};
    if (readAt(descriptor, 16, bytes) != bytes.size()) return std::nullopt;
    const auto said = static_cast<std::uint32_t>(bigEndianAt(bytes, 0, 2));
    const std::uint32_t size = said == 1 ? 65536 : said;
    return size >= 512 && std::has_single_bit(size) ? std::optional{size} : std::nullopt;
}

Result<PageRows> PageRows::open(const std::string& path, std::uint32_t pageSize) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        const int number = errno;
        const auto code = number == ENOENT   ? ErrorCode::notFound
                          : number == EACCES ? ErrorCode::notAllowed
                                             : ErrorCode::inputOutput;
        return failure(code, path + ": " + std::strerror(number));
    }
    PageRows rows{pageSize};
    rows.file_.reset(new int{descriptor});
    rows.pages_ = (sizeOfFile(descriptor) + pageSize - 1) / pageSize;
    const int log = ::open((path + "-wal").c_str(), O_RDONLY | O_CLOEXEC);
    if (log >= 0) {
        rows.log_.reset(new int{log});
        rows.inLog_ = pagesInLog(path, pageSize);
    }
    return rows;
}

bool PageRows::read(std::uint64_t number, Bytes& into) const {
    std::fill(into.begin(), into.end(), std::uint8_t{0});
    const auto logged = number <= UINT32_MAX ? inLog_.find(static_cast<std::uint32_t>(number)) : inLog_.end();
    if (logged != inLog_.end()) return readAt(*log_, logged->second, into) > 0;
    if (number == 0 || number > pages_) return false;
    return readAt(*file_, (number - 1) * pageSize_, into) > 0;
}

Result<void> PageRows::each(const std::function<void(const PageRow&)>& take,
                            const std::function<bool()>& cancel) {
    // Cells that lie may name the same pages again and again: all of them together are read a few times.
    chainsLeft_ = 4 * (pages_ + inLog_.size()) + 64;
    for (std::uint64_t number = 1; number <= pages_; ++number) {
        if (cancel()) return failure(ErrorCode::interrupted, "cancelled");
        visit(number, take);
    }
    for (auto logged =
             inLog_.lower_bound(static_cast<std::uint32_t>(std::min<std::uint64_t>(pages_ + 1, UINT32_MAX)));
         logged != inLog_.end(); ++logged) {
        if (cancel()) return failure(ErrorCode::interrupted, "cancelled");
        visit(logged->first, take);
    }
    return {};
}

void PageRows::visit(std::uint64_t number, const std::function<void(const PageRow&)>& take) {
    if (!read(number, page_)) return;
    const std::size_t header = number == 1 ? fileHeader : 0;
    const std::uint8_t type = page_[header];
    constexpr std::array kinds{PageKind::table, PageKind::index, PageKind::innerIndex};
    const auto is = [&](PageKind kind, int differing) {
        return std::popcount(static_cast<unsigned>(type ^ static_cast<std::uint8_t>(kind))) == differing;
    };
    const auto exact = std::find_if(kinds.begin(), kinds.end(), [&](PageKind kind) { return is(kind, 0); });
    if (exact != kinds.end() && visitAs(*exact, header, nullptr)) {
        static_cast<void>(visitAs(*exact, header, &take));
        return;
    }
    // One bit of the type may have changed: then every cell reads well as of another. Not of a page that
    // holds the end of a row, which begins with a zero.
    const auto near = std::find_if(kinds.begin(), kinds.end(), [&](PageKind kind) {
        return type != 0 && is(kind, 1) && visitAs(kind, header, nullptr);
    });
    if (near != kinds.end())
        static_cast<void>(visitAs(*near, header, &take));
    else if (exact != kinds.end())
        static_cast<void>(visitAs(*exact, header, &take));
}

bool PageRows::visitAs(PageKind kind, std::size_t header, const std::function<void(const PageRow&)>* take) {
    const std::size_t places = header + (kind == PageKind::innerIndex ? 12 : 8);
    const auto told = static_cast<std::size_t>(bigEndianAt(page_, header + 3, 2));
    const std::size_t most = (page_.size() - places) / 2;
    bool isWhole = told > 0 && told <= most;
    // Behind those that the page counts may be more if that number is damaged.
    for (std::size_t i = 0; i < most; ++i) {
        const auto at = static_cast<std::size_t>(bigEndianAt(page_, places + 2 * i, 2));
        const bool isTold = i < told;
        if (!isTold && (take == nullptr || at < places + 2 * (i + 1))) break;
        const bool isCell = at >= places + 2 && readCell(kind, at, take != nullptr);
        if (!isCell) {
            isWhole = isWhole && !isTold;
            if (!isTold || take == nullptr) break;
            continue;
        }
        if (take == nullptr) continue;
        row_.isStray = !isTold;
        (*take)(row_);
    }
    return isWhole;
}

bool PageRows::readCell(PageKind kind, std::size_t at, bool withChain) {
    const ByteView page{page_};
    if (kind == PageKind::innerIndex) at += 4;
    const auto size = takeVarint(page, at);
    if (!size || *size < 2 || *size > mostPayload) return false;
    row_.rowid.reset();
    if (kind == PageKind::table) {
        const auto rowid = takeVarint(page, at);
        if (!rowid) return false;
        row_.rowid = static_cast<std::int64_t>(*rowid);
    }
    // How much of a row stays on its page; section 1.6 of the form.
    const std::uint64_t usable = pageSize_;
    const std::uint64_t least = (usable - 12) * 32 / 255 - 23;
    const std::uint64_t most = kind == PageKind::table ? usable - 35 : (usable - 12) * 64 / 255 - 23;
    const std::uint64_t even = least + (*size - std::min(*size, least)) % (usable - 4);
    const std::uint64_t local = *size <= most ? *size : even <= most ? even : least;
    const bool isLong = local < *size;
    if (at + local + (isLong ? 4 : 0) > page.size()) return false;
    payload_.assign(page.begin() + static_cast<std::ptrdiff_t>(at),
                    page.begin() + static_cast<std::ptrdiff_t>(at + local));
    if (isLong && withChain) readChain(bigEndianAt(page, at + local, 4), *size - local);
    return decode(*size);
}

void PageRows::readChain(std::uint64_t number, std::size_t wanted) {
    while (wanted > 0 && chainsLeft_ > 0 && number > 1 && read(number, link_)) {
        --chainsLeft_;
        const std::size_t taken = std::min<std::size_t>(wanted, link_.size() - 4);
        payload_.insert(payload_.end(), link_.begin() + 4,
                        link_.begin() + 4 + static_cast<std::ptrdiff_t>(taken));
        wanted -= taken;
        number = bigEndianAt(link_, 0, 4);
    }
}

bool PageRows::decode(std::uint64_t payloadSize) {
    const ByteView payload{payload_};
    std::size_t at = 0;
    const auto headerSize = takeVarint(payload, at);
    if (!headerSize || *headerSize > payload.size()) return false;
    const ByteView header = payload.first(*headerSize);
    std::uint64_t begin = *headerSize;
    std::size_t columns = 0;
    row_.isCutShort = payload.size() < payloadSize;
    while (at < header.size()) {
        const auto type = takeVarint(header, at);
        const auto size = type ? sizeOfType(*type) : std::nullopt;
        if (!size || columns == values_.size() || *size > payloadSize - begin) return false;
        const bool isThere = begin + *size <= payload.size();
        const std::size_t from = std::min<std::uint64_t>(begin, payload.size());
        const std::size_t there = std::min<std::uint64_t>(*size, payload.size() - from);
        // A number that is not wholly there is none.
        values_[columns++] =
            isThere || *type >= 12 ? valueOf(*type, payload.subspan(from, there)) : PageValue{};
        begin += *size;
    }
    row_.values = std::span{values_}.first(columns);
    return columns > 0 && begin == payloadSize;
}

} // namespace servolane::drivers::sqlite
