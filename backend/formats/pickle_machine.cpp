#include "backend/formats/pickle_machine.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>
#include <string>

#include "backend/core/message_text.h"
#include "backend/text/unicode.h"

namespace awb::pickle {

static_assert(std::endian::native == std::endian::little, "the format's numbers are little-endian");

namespace {

std::string hex(std::uint8_t byte) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    return {'0', 'x', kDigits[byte >> 4U], kDigits[byte & 15U]};
}

} // namespace

Result<std::span<const std::byte>> Machine::take(std::uint64_t count) {
    if (count > m_pickle.size() - m_at) {
        return fail("the pickle ends in the middle of an instruction", {}, kDamaged);
    }
    const auto bytes = m_pickle.subspan(m_at, count);
    m_at += count;
    return bytes;
}

template<typename Number>
Result<Number> Machine::takeNumber() {
    const Result<std::span<const std::byte>> bytes = take(sizeof(Number));
    if (!bytes) {
        return fail(bytes.error());
    }
    Number number = 0;
    std::memcpy(&number, bytes->data(), sizeof number);
    return number;
}

Result<std::string_view> Machine::takeLine() {
    constexpr std::size_t kMaxLine = 256;
    const std::string_view rest(reinterpret_cast<const char*>(m_pickle.data()) + m_at,
                                std::min(m_pickle.size() - m_at, kMaxLine));
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) {
        return fail("a Python name does not end", {}, kDamaged);
    }
    m_at += end + 1;
    const std::string_view line = rest.substr(0, end);
    if (std::ranges::any_of(line, [](char c) { return c <= ' ' || c > '~'; })) {
        return fail("a Python name has characters that none has", {}, kDamaged);
    }
    return line;
}

Result<void> Machine::push(Value value) {
    if (m_stack.size() == kMaxStack) {
        return fail("the pickle's stack grows beyond " + std::to_string(kMaxStack) + " values", {},
                    "No checkpoint needs that: get the file from a source that you trust");
    }
    m_stack.push_back(value);
    return {};
}

Result<Value> Machine::pop() {
    if (m_stack.empty() || m_stack.back().kind == Kind::Mark) {
        return fail("an instruction finds no value on the stack", {}, kDamaged);
    }
    const Value value = m_stack.back();
    m_stack.pop_back();
    return value;
}

Result<std::vector<Value>> Machine::popToMark() {
    if (m_marks.empty()) {
        return fail("an instruction finds no mark on the stack", {}, kDamaged);
    }
    const auto mark = m_stack.begin() + static_cast<std::ptrdiff_t>(m_marks.back());
    std::vector<Value> values(std::next(mark), m_stack.end());
    m_stack.erase(mark, m_stack.end());
    m_marks.pop_back();
    return values;
}

Result<void> Machine::stepText() {
    const Result<std::uint32_t> length = takeNumber<std::uint32_t>();
    if (!length) {
        return fail(length.error());
    }
    if (*length > kMaxTextBytes) {
        return fail("a text has " + std::to_string(*length) + " bytes; at most " +
                        std::to_string(kMaxTextBytes) + " are allowed",
                    {}, kDamaged);
    }
    const Result<std::span<const std::byte>> bytes = take(*length);
    if (!bytes) {
        return fail(bytes.error());
    }
    const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    return findIllFormed(text) == std::string_view::npos ? push(m_store.addText(text))
                                                         : fail("a text is not UTF-8", {}, kDamaged);
}

Result<void> Machine::stepNumber(std::uint8_t instruction) {
    const auto pushInteger = [&](const auto& number) -> Result<void> {
        return number ? push(Value{Kind::Integer, static_cast<std::int64_t>(*number)}) : fail(number.error());
    };
    switch (instruction) {
    case kInt:
        return pushInteger(takeNumber<std::int32_t>());
    case kInt1:
        return pushInteger(takeNumber<std::uint8_t>());
    case kInt2:
        return pushInteger(takeNumber<std::uint16_t>());
    case kFloat: {
        const auto bytes = take(sizeof(double));
        return bytes ? push(Value{Kind::Float, 0}) : fail(bytes.error());
    }
    default:
        break;
    }
    const Result<std::uint8_t> length = takeNumber<std::uint8_t>();
    if (!length) {
        return fail(length.error());
    }
    const Result<std::span<const std::byte>> bytes = take(*length);
    if (!bytes) {
        return fail(bytes.error());
    }
    if (*length > sizeof(std::int64_t)) {
        return fail("a whole number has " + std::to_string(*length) + " bytes; at most 8 are read", {},
                    kDamaged);
    }
    // Two's complement of any length: the last byte has the sign.
    const bool isNegative = *length > 0 && (bytes->back() & std::byte{0x80}) != std::byte{0};
    std::int64_t number = isNegative ? -1 : 0;
    if (*length > 0) {
        std::memcpy(&number, bytes->data(), *length);
    }
    return push(Value{Kind::Integer, number});
}

Result<void> Machine::stepMemo(std::uint8_t instruction) {
    const bool isShort = instruction == kPut1 || instruction == kGet1;
    Result<std::uint32_t> number = 0;
    if (isShort) {
        number = takeNumber<std::uint8_t>().map([](std::uint8_t small) { return std::uint32_t{small}; });
    } else {
        number = takeNumber<std::uint32_t>();
    }
    if (!number) {
        return fail(number.error());
    }
    if (instruction == kGet1 || instruction == kGet4) {
        const auto found = m_memo.find(*number);
        if (found == m_memo.end()) {
            return fail("the pickle looks up the memo's place " + std::to_string(*number) +
                            ", where nothing is",
                        {}, kDamaged);
        }
        return push(found->second);
    }
    if (m_stack.empty() || m_stack.back().kind == Kind::Mark) {
        return fail("an instruction finds no value on the stack", {}, kDamaged);
    }
    m_memo[*number] = m_stack.back();
    if (m_memo.size() > kMaxMemo) {
        return fail("the pickle's memo grows beyond " + std::to_string(kMaxMemo) + " values", {},
                    "No checkpoint needs that: get the file from a source that you trust");
    }
    return {};
}

Result<void> Machine::step(std::uint8_t instruction) {
    switch (instruction) {
    case kStop:
        m_stopped = true;
        return {};
    case kMark:
        m_marks.push_back(m_stack.size());
        return push(Value{Kind::Mark, 0});
    case kNone:
        return push(Value{Kind::None, 0});
    case kTrue:
    case kFalse:
        return push(Value{Kind::Bool, instruction == kTrue});
    case kUnicode:
        return stepText();
    case kInt:
    case kInt1:
    case kInt2:
    case kLong1:
    case kFloat:
        return stepNumber(instruction);
    case kEmptyDict:
    case kEmptyList:
    case kEmptyTuple:
    case kTuple:
    case kTuple1:
    case kTuple2:
    case kTuple3:
    case kAppend:
    case kAppends:
    case kSetItem:
    case kSetItems:
        return stepContainer(instruction);
    case kPut1:
    case kPut4:
    case kGet1:
    case kGet4:
        return stepMemo(instruction);
    case kGlobal:
    case kReduce:
    case kBuild:
    case kPersistentId:
        return stepCall(instruction);
    default:
        return fail("the pickle has the instruction " + hex(instruction) +
                        ", which PyTorch does not use for tensors",
                    {}, "Save the file again with torch.save and its own pickle protocol, or as safetensors");
    }
}

/// The text that an instruction finds in front of a constructor is the name of the tensor under way.
Error Machine::placed(Error error, std::size_t at) const {
    error.where = "data.pkl, byte " + std::to_string(at);
    for (std::size_t i = m_stack.size(); i-- > 0;) {
        const bool isLast = i + 1 == m_stack.size();
        if (m_stack[i].kind != Kind::Text || (!isLast && m_stack[i + 1].kind != Kind::Global)) {
            continue;
        }
        // References to storages begin with this word.
        if (const std::string_view name = m_store.text(m_stack[i]); name != "storage") {
            error.where += ", at \"" + printable(name) + "\"";
            break;
        }
    }
    return error;
}

Result<Value> Machine::run() {
    constexpr std::uint8_t kVersion = 2;
    if (m_pickle.size() > kMaxPickleBytes) {
        return fail("the pickle has " + std::to_string(m_pickle.size()) + " bytes; at most " +
                        std::to_string(kMaxPickleBytes) + " are allowed",
                    "data.pkl");
    }
    if (m_pickle.size() < 2 || m_pickle[0] != std::byte{kProtocol}) {
        return fail("it does not begin as a pickle does", "data.pkl", kDamaged);
    }
    if (m_pickle[1] != std::byte{kVersion}) {
        return fail("it is of pickle protocol " + std::to_string(std::to_integer<int>(m_pickle[1])) +
                        "; PyTorch's own is 2",
                    "data.pkl", "Save it again with torch.save, without `pickle_protocol`");
    }
    m_at = 2;
    while (!m_stopped) {
        const std::size_t at = m_at;
        const Result<std::uint8_t> instruction = takeNumber<std::uint8_t>();
        if (!instruction) {
            return fail("the pickle ends before its last instruction", "data.pkl, byte " + std::to_string(at),
                        kDamaged);
        }
        if (const Result<void> done = step(*instruction); !done) {
            return fail(placed(done.error(), at));
        }
    }
    if (m_at != m_pickle.size()) {
        return fail("there are " + std::to_string(m_pickle.size() - m_at) + " bytes after its end",
                    "data.pkl", kDamaged);
    }
    if (m_stack.size() != 1 || !m_marks.empty()) {
        return fail("the pickle leaves " + std::to_string(m_stack.size()) + " values, not one", "data.pkl",
                    kDamaged);
    }
    return m_stack.back();
}

} // namespace awb::pickle
