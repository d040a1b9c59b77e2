#include "backend/formats/tensor_pickle.h"

#include <array>
#include <cstring>
#include <unordered_set>

#include "backend/core/message_text.h"
#include "backend/formats/pickle_machine.h"

namespace awb {

using pickle::kDamaged;
using pickle::Kind;

Result<std::vector<PickledTensor>> readTensorPickle(std::span<const std::byte> bytes) {
    pickle::Machine machine(bytes);
    const Result<pickle::Value> left = machine.run();
    if (!left) {
        return fail(left.error());
    }
    const pickle::Store& store = machine.store();
    const pickle::Value top = *left;
    if (top.kind != Kind::Dict) {
        return fail("the file holds " + std::string(pickle::kindName(top.kind)) +
                        ", not a dictionary of names and tensors",
                    "data.pkl", "Save the weights with torch.save(model.state_dict(), file)");
    }
    if (store.items(top).size() > pickle::kMaxTensors) {
        return fail("the file holds more than " + std::to_string(pickle::kMaxTensors) + " tensors",
                    "data.pkl");
    }
    std::vector<PickledTensor> tensors;
    std::unordered_set<std::string_view> names;
    tensors.reserve(store.items(top).size());
    for (const auto& [key, value] : store.items(top)) {
        const std::string_view name = store.text(key);
        if (value.kind != Kind::Tensor) {
            return fail("it is " + std::string(pickle::kindName(value.kind)) + ", not a tensor",
                        "data.pkl, \"" + printable(name) + "\"",
                        "Save the weights alone: torch.save(model.state_dict(), file)");
        }
        if (!names.insert(name).second) {
            return fail("two tensors have this name", "data.pkl, \"" + printable(name) + "\"", kDamaged);
        }
        tensors.push_back(store.tensor(value));
        tensors.back().name = name;
    }
    return tensors;
}

bool looksLikePickle(std::span<const std::byte> bytes) {
    return bytes.size() >= 2 && bytes[0] == std::byte{pickle::kProtocol} &&
           std::to_integer<int>(bytes[1]) <= 5;
}

bool looksLikeOldCheckpoint(std::span<const std::byte> bytes) {
    // The number 0x1950a86a20f9469cfc6c as the first value of a pickle.
    constexpr std::array<std::uint8_t, 12> kMagic{0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46,
                                                  0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19};
    return looksLikePickle(bytes) && bytes.size() >= 2 + kMagic.size() &&
           std::memcmp(bytes.data() + 2, kMagic.data(), kMagic.size()) == 0;
}

} // namespace awb
