#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "backend/formats/pickle_values.h"
#include "models/config/result.h"

namespace awb::pickle {

/// The instructions that PyTorch uses for tensors (pickle protocol 2).
enum Instruction : std::uint8_t {
    kProtocol = 0x80,
    kStop = '.',
    kMark = '(',
    kNone = 'N',
    kTrue = 0x88,
    kFalse = 0x89,
    kInt = 'J',
    kInt1 = 'K',
    kInt2 = 'M',
    kLong1 = 0x8a,
    kFloat = 'G',
    kUnicode = 'X',
    kEmptyDict = '}',
    kEmptyList = ']',
    kEmptyTuple = ')',
    kTuple = 't',
    kTuple1 = 0x85,
    kTuple2 = 0x86,
    kTuple3 = 0x87,
    kAppend = 'a',
    kAppends = 'e',
    kSetItem = 's',
    kSetItems = 'u',
    kPut1 = 'q',
    kPut4 = 'r',
    kGet1 = 'h',
    kGet4 = 'j',
    kGlobal = 'c',
    kReduce = 'R',
    kBuild = 'b',
    kPersistentId = 'Q',
};

inline constexpr const char* kDamaged = "The file is damaged: get it again";

/// The stack machine of a pickle, restricted to plain values and the names of `knownGlobals`.
class Machine {
public:
    explicit Machine(std::span<const std::byte> pickle)
        : m_pickle(pickle) {}

    /// Runs the whole pickle and gives the one value that it leaves. Errors name the byte, and the tensor
    /// that was under way.
    Result<Value> run();
    const Store& store() const { return m_store; }

private:
    Result<void> step(std::uint8_t instruction);
    Result<void> stepText();
    Result<void> stepNumber(std::uint8_t instruction);
    Result<void> stepContainer(std::uint8_t instruction);
    Result<void> stepMemo(std::uint8_t instruction);
    Result<void> stepCall(std::uint8_t instruction);
    Error placed(Error error, std::size_t at) const;

    Result<std::span<const std::byte>> take(std::uint64_t count);
    template<typename Number>
    Result<Number> takeNumber();
    Result<std::string_view> takeLine();

    Result<void> push(Value value);
    Result<void> push(Result<Value> value) { return value ? push(*value) : fail(std::move(value.error())); }
    Result<Value> pop();
    /// Everything above the last mark, which goes too.
    Result<std::vector<Value>> popToMark();
    Result<void> pushTuple(std::size_t count);
    Result<void> setItems(const std::vector<Value>& items);
    Result<void> build(Value state);

    std::span<const std::byte> m_pickle;
    std::size_t m_at = 0;
    bool m_stopped = false;
    std::vector<Value> m_stack;
    std::vector<std::size_t> m_marks; ///< places of the marks in the stack
    std::unordered_map<std::uint32_t, Value> m_memo;
    Store m_store;
};

} // namespace awb::pickle
