// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/mcap_file.h"

#include "drivers/json/utf8_text.h"

#include <algorithm>
#include <zlib.h>
#include <zstd.h>

namespace servolane::drivers {

namespace {

constexpr std::size_t chunkSize = std::size_t{1} << 20;
constexpr int quickly = 3;
constexpr std::string_view mcapMagic{"\x89MCAP0\r\n", 8};

enum Opcode : std::uint8_t {
    header = 0x01,
    footer = 0x02,
    schema = 0x03,
    channel = 0x04,
    message = 0x05,
    chunk = 0x06,
    messageIndex = 0x07,
    chunkIndex = 0x08,
    statisticsRecord = 0x0B,
    metadata = 0x0C,
    metadataIndex = 0x0D,
    summaryOffset = 0x0E,
    dataEnd = 0x0F
};

/// Little endian, whatever the machine.
template <class T>
void put(std::string& into, T value) {
    for (std::size_t i = 0; i < sizeof value; ++i)
        into += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xFF);
}
void putText(std::string& into, std::string_view text) {
    put(into, static_cast<std::uint32_t>(text.size()));
    into += text;
}
void putPairs(std::string& into, const McapPairs& pairs) {
    std::string all;
    for (const auto& [key, value] : pairs) {
        putText(all, utf8Text(key));
        putText(all, utf8Text(value));
    }
    putText(into, all);
}
void putRecord(std::string& into, Opcode opcode, std::string_view content) {
    put(into, static_cast<std::uint8_t>(opcode));
    put(into, static_cast<std::uint64_t>(content.size()));
    into += content;
}
std::string record(Opcode opcode, std::string_view content) {
    std::string made;
    putRecord(made, opcode, content);
    return made;
}

} // namespace

McapFile::McapFile(PartFile& file)
    : file_(file)
    , zstd_(ZSTD_createCCtx(), &ZSTD_freeCCtx) {}

McapFile::~McapFile() = default;

Result<void> McapFile::write(std::string_view bytes) {
    const auto room = file_.room(bytes.size());
    if (!room) return tl::make_unexpected(room.error());
    file_.used(std::copy(bytes.begin(), bytes.end(), *room));
    offset_ += bytes.size();
    return {};
}

Result<void> McapFile::begin(const std::string& library) {
    std::string content;
    putText(content, "");
    putText(content, utf8Text(library));
    return write(std::string{mcapMagic} + record(header, content));
}

std::uint16_t McapFile::addChannel(const std::string& topic, const std::string& schemaName,
                                   const std::string& jsonSchema, const McapPairs& pairs) {
    const auto number = static_cast<std::uint16_t>(channels_.size() + 1);
    std::string schemaContent;
    put(schemaContent, number);
    putText(schemaContent, utf8Text(schemaName));
    putText(schemaContent, "jsonschema");
    putText(schemaContent, jsonSchema);
    std::string channelContent;
    put(channelContent, number);
    put(channelContent, number);
    putText(channelContent, utf8Text(topic));
    putText(channelContent, "json");
    putPairs(channelContent, pairs);
    channels_.push_back({record(schema, schemaContent), record(channel, channelContent), 0, {}});
    return number;
}

Result<void> McapFile::addMetadata(const std::string& name, const McapPairs& pairs) {
    std::string content;
    putText(content, name);
    putPairs(content, pairs);
    const std::string whole = record(metadata, content);
    std::string index;
    put(index, offset_);
    put(index, static_cast<std::uint64_t>(whole.size()));
    putText(index, name);
    metadataIndex_.push_back(record(metadataIndex, index));
    return write(whole);
}

Result<void> McapFile::message(std::uint16_t number, std::uint64_t utcNs, std::string_view json,
                               std::optional<std::uint64_t> publishedNs) {
    for (; declared_ < channels_.size(); ++declared_)
        chunk_ += channels_[declared_].schema + channels_[declared_].channel;
    Channel& to = channels_[number - 1U];
    chunkFirst_ = to.index.empty() && chunkLast_ == 0 ? utcNs : std::min(chunkFirst_, utcNs);
    chunkLast_ = std::max(chunkLast_, utcNs);
    put(to.index, utcNs);
    put(to.index, static_cast<std::uint64_t>(chunk_.size()));
    std::string content;
    put(content, number);
    put(content, static_cast<std::uint32_t>(to.messages++));
    put(content, utcNs);
    put(content, publishedNs.value_or(utcNs));
    content += json;
    putRecord(chunk_, Opcode::message, content);
    return chunk_.size() < chunkSize ? Result<void>{} : writeChunk();
}

Result<void> McapFile::writeChunk() {
    if (chunk_.empty()) return {};
    std::string packed(ZSTD_compressBound(chunk_.size()), '\0');
    const std::size_t size =
        ZSTD_compressCCtx(zstd_.get(), packed.data(), packed.size(), chunk_.data(), chunk_.size(), quickly);
    if (ZSTD_isError(size)) return failure(ErrorCode::inputOutput, ZSTD_getErrorName(size));
    packed.resize(size);
    const auto crc =
        ::crc32(0, reinterpret_cast<const Bytef*>(chunk_.data()), static_cast<uInt>(chunk_.size()));
    std::string content;
    put(content, chunkFirst_);
    put(content, chunkLast_);
    put(content, static_cast<std::uint64_t>(chunk_.size()));
    put(content, static_cast<std::uint32_t>(crc));
    putText(content, "zstd");
    put(content, static_cast<std::uint64_t>(packed.size()));
    content += packed;
    const std::string whole = record(Opcode::chunk, content);
    ChunkPlace place{chunkFirst_, chunkLast_, offset_, whole.size(), 0, packed.size(), chunk_.size(), {}};
    if (auto done = write(whole); !done) return done;
    const std::uint64_t indexStart = offset_;
    for (std::size_t i = 0; i < channels_.size(); ++i) {
        if (channels_[i].index.empty()) continue;
        put(place.indexOffsets, static_cast<std::uint16_t>(i + 1));
        put(place.indexOffsets, offset_);
        std::string index;
        put(index, static_cast<std::uint16_t>(i + 1));
        putText(index, channels_[i].index);
        if (auto done = write(record(messageIndex, index)); !done) return done;
        channels_[i].index.clear();
    }
    place.indexLength = offset_ - indexStart;
    first_ = chunks_.empty() ? place.first : std::min(first_, place.first);
    last_ = std::max(last_, place.last);
    chunks_.push_back(std::move(place));
    chunk_.clear();
    chunkFirst_ = chunkLast_ = 0;
    return {};
}

std::string McapFile::statistics() const {
    std::uint64_t messages = 0;
    std::string counts;
    for (std::size_t i = 0; i < channels_.size(); ++i) {
        messages += channels_[i].messages;
        put(counts, static_cast<std::uint16_t>(i + 1));
        put(counts, channels_[i].messages);
    }
    std::string content;
    put(content, messages);
    put(content, static_cast<std::uint16_t>(channels_.size()));
    put(content, static_cast<std::uint32_t>(channels_.size()));
    put(content, std::uint32_t{0}); // attachments
    put(content, static_cast<std::uint32_t>(metadataIndex_.size()));
    put(content, static_cast<std::uint32_t>(chunks_.size()));
    put(content, first_);
    put(content, last_);
    putText(content, counts);
    return record(statisticsRecord, content);
}

Result<void> McapFile::end() {
    if (auto done = writeChunk(); !done) return done;
    std::string end;
    put(end, std::uint32_t{0}); // no checksum over the data: each chunk has its own
    if (auto done = write(record(dataEnd, end)); !done) return done;
    const std::uint64_t summaryStart = offset_;
    std::string offsets;
    const auto group = [&](Opcode opcode, const std::string& records) -> Result<void> {
        if (records.empty()) return {};
        std::string content;
        put(content, static_cast<std::uint8_t>(opcode));
        put(content, offset_);
        put(content, static_cast<std::uint64_t>(records.size()));
        putRecord(offsets, summaryOffset, content);
        return write(records);
    };
    std::string schemas, channels, indexes, metadatas;
    for (const Channel& each : channels_) {
        schemas += each.schema;
        channels += each.channel;
    }
    for (const ChunkPlace& each : chunks_) {
        std::string content;
        for (const std::uint64_t value : {each.first, each.last, each.offset, each.length})
            put(content, value);
        putText(content, each.indexOffsets);
        put(content, each.indexLength);
        putText(content, "zstd");
        put(content, each.compressed);
        put(content, each.uncompressed);
        putRecord(indexes, chunkIndex, content);
    }
    for (const std::string& each : metadataIndex_)
        metadatas += each;
    for (const auto& [opcode, records] :
         {std::pair{schema, schemas}, std::pair{channel, channels}, std::pair{statisticsRecord, statistics()},
          std::pair{chunkIndex, indexes}, std::pair{metadataIndex, metadatas}})
        if (auto done = group(opcode, records); !done) return done;
    const std::uint64_t offsetsStart = offset_;
    if (auto done = write(offsets); !done) return done;
    std::string last;
    put(last, summaryStart);
    put(last, offsetsStart);
    put(last, std::uint32_t{0}); // no checksum over the summary
    return write(record(footer, last) + std::string{mcapMagic});
}

} // namespace servolane::drivers
