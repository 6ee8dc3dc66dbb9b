// SPDX-License-Identifier: GPL-3.0-or-later
// The records of an MCAP file. Messages come in any order of channels and in the order of time.
#pragma once

#include "drivers/export/part_file.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct ZSTD_CCtx_s;

namespace servolane::drivers {

using McapPairs = std::map<std::string, std::string>;

class McapFile {
public:
    explicit McapFile(PartFile& file);
    ~McapFile();

    [[nodiscard]] Result<void> begin(const std::string& library);
    /// A channel of JSON messages with its schema; the number that message() takes.
    [[nodiscard]] std::uint16_t addChannel(const std::string& topic, const std::string& schemaName,
                                           const std::string& jsonSchema, const McapPairs& metadata);
    /// Before the first message.
    [[nodiscard]] Result<void> addMetadata(const std::string& name, const McapPairs& pairs);
    /// `publishedNs`: when it happened, if that is not when it is logged.
    [[nodiscard]] Result<void> message(std::uint16_t channel, std::uint64_t utcNs, std::string_view json,
                                       std::optional<std::uint64_t> publishedNs = {});
    /// The last chunk, the summary and the footer.
    [[nodiscard]] Result<void> end();

private:
    struct Channel {
        std::string schema;  ///< the record
        std::string channel; ///< the record
        std::uint64_t messages = 0;
        std::string index; ///< of the chunk at hand: times and offsets
    };
    struct ChunkPlace {
        std::uint64_t first = 0, last = 0, offset = 0, length = 0, indexLength = 0, compressed = 0,
                      uncompressed = 0;
        std::string indexOffsets;
    };

    [[nodiscard]] Result<void> write(std::string_view bytes);
    [[nodiscard]] Result<void> writeChunk();
    [[nodiscard]] std::string statistics() const;

    PartFile& file_;
    std::unique_ptr<ZSTD_CCtx_s, std::size_t (*)(ZSTD_CCtx_s*)> zstd_;
    std::uint64_t offset_ = 0;
    std::vector<Channel> channels_;
    std::size_t declared_ = 0; ///< channels whose records stand in a chunk
    std::string chunk_;
    std::uint64_t chunkFirst_ = 0;
    std::uint64_t chunkLast_ = 0;
    std::vector<ChunkPlace> chunks_;
    std::vector<std::string> metadataIndex_;
    std::uint64_t first_ = 0;
    std::uint64_t last_ = 0;
};

} // namespace servolane::drivers
