// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of an SQLite file read from its pages one by one, without its schema and its trees: what SQLite itself
// refuses once they are damaged. Form: https://www.sqlite.org/fileformat.html. Every number in the file is
// taken for wrong until it fits.
#pragma once

#include "core/kernel/bytes.h"
#include "core/kernel/result.h"
#include "drivers/sqlite/connection.h"

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace servolane::drivers::sqlite {

/// What stands in a column. `bytes` of texts and blobs are valid until the next row.
struct PageValue {
    Statement::Kind kind = Statement::Kind::null;
    std::int64_t integer = 0;
    double real = 0.0;
    ByteView bytes;
};

struct PageRow {
    std::optional<std::int64_t> rowid; ///< absent: of an index, or of a table without rowids
    std::span<const PageValue> values;
    /// Pages that held its end are gone: texts and blobs end early, and numbers behind are null.
    bool isCutShort = false;
    /// Behind those that its page counts: an old one, or that count is damaged.
    bool isStray = false;
};

/// The file, and over it the whole transactions of its -wal. One thread. Memory: a page, a row (at most
/// 64 MB of it) and a number for each frame of the -wal.
class PageRows {
public:
    static constexpr std::uint32_t usualPageSize = 4096; ///< of all files of this program

    /// As the file's header says; absent: it says nothing that can be true.
    [[nodiscard]] static std::optional<std::uint32_t> pageSizeOf(const std::string& path);
    /// `pageSize`: a power of two, 512 … 65536. Errors: notFound, notAllowed, inputOutput.
    [[nodiscard]] static Result<PageRows> open(const std::string& path, std::uint32_t pageSize);

    /// In the order of the pages, each once; `cancel` is asked before each page. Errors: interrupted.
    [[nodiscard]] Result<void> each(const std::function<void(const PageRow&)>& take,
                                    const std::function<bool()>& cancel);

private:
    struct Close {
        void operator()(const int* descriptor) const;
    };
    using Descriptor = std::unique_ptr<const int, Close>;
    enum class PageKind : std::uint8_t { innerIndex = 0x02, innerTable = 0x05, index = 0x0a, table = 0x0d };

    explicit PageRows(std::uint32_t pageSize)
        : pageSize_(pageSize)
        , page_(pageSize)
        , link_(pageSize) {}
    /// Bytes that are not in the file are zero; false: none is.
    [[nodiscard]] bool read(std::uint64_t number, Bytes& into) const;
    void visit(std::uint64_t number, const std::function<void(const PageRow&)>& take);
    /// False: some cell is none.
    [[nodiscard]] bool visitAs(PageKind kind, std::size_t header,
                               const std::function<void(const PageRow&)>* take);
    [[nodiscard]] bool readCell(PageKind kind, std::size_t at, bool withChain);
    /// Follows the pages behind a cell; what is gone is left out.
    void readChain(std::uint64_t number, std::size_t wanted);
    [[nodiscard]] bool decode(std::uint64_t payloadSize);

    std::uint32_t pageSize_;
    Descriptor file_;
    Descriptor log_;
    std::uint64_t pages_ = 0;                      ///< of the file, the last one perhaps in part
    std::map<std::uint32_t, std::uint64_t> inLog_; ///< where the newest of a page lies
    std::uint64_t chainsLeft_ = 0;                 ///< pages behind cells that may still be read
    Bytes page_;
    Bytes link_;
    Bytes payload_;
    std::array<PageValue, 16> values_{};
    PageRow row_;
};

} // namespace servolane::drivers::sqlite
