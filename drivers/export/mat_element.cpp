// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/export/mat_element.h"

#include "drivers/json/utf8_text.h"

#include <algorithm>
#include <cctype>
#include <cstring>

namespace servolane::drivers {

namespace {

// Data types and array classes of the format.
constexpr std::uint32_t miInt8 = 1, miUint8 = 2, miInt32 = 5, miUint32 = 6, miDouble = 9, miInt64 = 12,
                        miMatrix = 14, miUtf16 = 17;
constexpr std::uint32_t mxStruct = 2, mxChar = 4, mxDouble = 6, mxUint8 = 9, mxInt64 = 14;
constexpr std::size_t fieldNameRoom = 64;
constexpr std::size_t longestName = 60; ///< MATLAB's 63, with room for a number

std::uint64_t padded(std::uint64_t bytes) {
    return (bytes + 7) / 8 * 8;
}

/// In the byte order of this machine, which the header of the file tells.
template <class T>
void putNative(std::string& into, T value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    into.append(bytes, sizeof value);
}

void putTag(std::string& into, std::uint32_t type, std::uint64_t bytes) {
    putNative(into, type);
    putNative(into, static_cast<std::uint32_t>(bytes));
}

void putElement(std::string& into, std::uint32_t type, std::string_view bytes) {
    putTag(into, type, bytes.size());
    into.append(bytes);
    into.resize(padded(into.size()), '\0');
}

void putArrayHead(std::string& into, std::uint32_t arrayClass, std::uint64_t rows, std::uint64_t columns,
                  std::string_view name) {
    putTag(into, miUint32, 8);
    putNative(into, arrayClass);
    putNative(into, std::uint32_t{0});
    putTag(into, miInt32, 8);
    putNative(into, static_cast<std::int32_t>(rows));
    putNative(into, static_cast<std::int32_t>(columns));
    putElement(into, miInt8, name);
}

std::string asMatrix(const std::string& body) {
    std::string matrix;
    putTag(matrix, miMatrix, body.size());
    return matrix + body;
}

struct Stored {
    std::uint32_t data;
    std::uint32_t arrayClass;
    std::uint64_t size;
};
Stored storedAs(MatType type) {
    switch (type) {
    case MatType::int64:
        return {miInt64, mxInt64, 8};
    case MatType::uint8:
        return {miUint8, mxUint8, 1};
    case MatType::text:
        return {miUtf16, mxChar, 2};
    case MatType::real:
        break;
    }
    return {miDouble, mxDouble, 8};
}

} // namespace

std::u16string utf16Of(const std::string& text) {
    const std::string utf8 = utf8Text(text);
    std::u16string out;
    for (std::size_t i = 0; i < utf8.size();) {
        const auto first = static_cast<unsigned char>(utf8[i++]);
        const int more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
        char32_t letter = more == 0 ? first : first & (0x3FU >> more);
        for (int k = 0; k < more; ++k)
            letter = letter << 6 | (static_cast<unsigned char>(utf8[i++]) & 0x3FU);
        // Two units for a letter: MATLAB counts the units, SciPy the letters.
        out += letter < 0x10000 ? static_cast<char16_t>(letter) : u'\uFFFD';
    }
    return out;
}

Result<void> writeMatHeader(PartFile& file) {
    std::string header = "MATLAB 5.0 MAT-file, written by Servolane";
    header.resize(116, ' ');
    header.append(8, '\0');
    putNative(header, std::uint16_t{0x0100});
    header += "IM";
    return file.writeAt(0, header.data(), header.size());
}

std::string matName(const std::string& name, std::set<std::string>& taken) {
    std::string made;
    for (const char letter : name.substr(0, longestName))
        made += std::isalnum(static_cast<unsigned char>(letter)) ? letter : '_';
    if (made.empty() || !std::isalpha(static_cast<unsigned char>(made.front()))) made.insert(0, "x");
    made.resize(std::min(made.size(), longestName));
    std::string unique = made;
    for (int number = 2; taken.contains(unique); ++number)
        unique = made.substr(0, longestName - 4) + "_" + std::to_string(number);
    taken.insert(unique);
    return unique;
}

void MatStruct::addText(const std::string& field, const std::string& utf8) {
    const std::u16string letters = utf16Of(utf8);
    std::string body;
    putArrayHead(body, mxChar, letters.empty() ? 0 : 1, letters.size(), {});
    putElement(body, miUtf16, {reinterpret_cast<const char*>(letters.data()), letters.size() * 2});
    names_.push_back(field);
    fields_.push_back(asMatrix(body));
}

void MatStruct::addNumber(const std::string& field, double value) {
    std::string body;
    putArrayHead(body, mxDouble, 1, 1, {});
    putElement(body, miDouble, {reinterpret_cast<const char*>(&value), sizeof value});
    names_.push_back(field);
    fields_.push_back(asMatrix(body));
}

void MatStruct::addStruct(const std::string& field, MatStruct value) {
    std::string body = value.head();
    for (const std::string& each : value.fields_)
        body += each;
    names_.push_back(field);
    fields_.push_back(asMatrix(body));
}

std::size_t MatStruct::addColumn(const std::string& field, MatType type, std::uint64_t count) {
    const Stored stored = storedAs(type);
    const std::uint64_t bytes = count * stored.size;
    std::string body;
    if (type == MatType::text)
        putArrayHead(body, stored.arrayClass, count == 0 ? 0 : 1, count, {});
    else
        putArrayHead(body, stored.arrayClass, count, 1, {});
    putTag(body, stored.data, bytes);
    std::string matrix;
    putTag(matrix, miMatrix, body.size() + padded(bytes));
    columns_.push_back({fields_.size(), padded(bytes), 0});
    names_.push_back(field);
    fields_.push_back(matrix + body);
    return columns_.size() - 1;
}

std::string MatStruct::head() const {
    std::string head;
    putArrayHead(head, mxStruct, 1, 1, name);
    putNative(head, miInt32 | std::uint32_t{4} << 16); // a small element: size and value share eight bytes
    putNative(head, static_cast<std::uint32_t>(fieldNameRoom));
    std::string names;
    for (const std::string& each : names_) {
        names += each.substr(0, fieldNameRoom - 1);
        names.resize((names.size() / fieldNameRoom + 1) * fieldNameRoom, '\0');
    }
    putElement(head, miInt8, names);
    return head;
}

std::uint64_t MatStruct::holeBehind(std::size_t field) const {
    for (const Column& column : columns_)
        if (column.field == field) return column.bytes;
    return 0;
}

std::uint64_t MatStruct::size() const {
    std::uint64_t size = 8 + head().size();
    for (std::size_t i = 0; i < fields_.size(); ++i)
        size += fields_[i].size() + holeBehind(i);
    return size;
}

Result<void> MatStruct::write(PartFile& file, std::uint64_t offset) {
    std::string begin;
    putTag(begin, miMatrix, size() - 8);
    begin += head();
    if (auto done = file.writeAt(offset, begin.data(), begin.size()); !done) return done;
    offset += begin.size();
    for (std::size_t i = 0; i < fields_.size(); ++i) {
        if (auto done = file.writeAt(offset, fields_[i].data(), fields_[i].size()); !done) return done;
        offset += fields_[i].size();
        const std::uint64_t hole = holeBehind(i);
        for (Column& column : columns_)
            if (column.field == i) column.place = offset;
        if (hole == 0) continue;
        // The last bytes of the hole may be padding that nobody writes; the file must reach so far.
        const std::uint64_t zero = 0;
        if (auto done = file.writeAt(offset + hole - 8, &zero, 8); !done) return done;
        offset += hole;
    }
    return {};
}

} // namespace servolane::drivers
