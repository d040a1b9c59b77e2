#include <algorithm>
#include <array>
#include <string>

#include "backend/core/message_text.h"
#include "backend/formats/pickle_machine.h"

namespace awb::pickle {

namespace {

/// Why a name is not allowed: most often the file holds a whole Python object, sometimes worse.
Error refusedGlobal(std::string_view module, std::string_view name) {
    const std::string full = printable(module) + "." + printable(name);
    constexpr std::array<std::string_view, 5> kWhole{"torch.nn.", "transformers.", "adapters.", "__main__",
                                                     "peft."};
    if (std::ranges::any_of(kWhole, [&](std::string_view prefix) { return module.starts_with(prefix); })) {
        return {"the file holds a whole Python object (" + full + "), not only its tensors",
                {},
                "Save the weights alone: torch.save(model.state_dict(), file), or use safetensors"};
    }
    if (module == "torch") {
        return {"the values are of type " + full + ", which can't be read",
                {},
                "Convert them to float32, float16 or bfloat16"};
    }
    return {
        "the file asks Python for " + full + ", which no file of tensors needs; nothing was run",
        {},
        "Don't open it with Python, where it could run a program. Get the weights as safetensors, or from "
        "a source that you trust"};
}

} // namespace

Result<void> Machine::pushTuple(std::size_t count) {
    std::array<Value, 3> items;
    for (std::size_t i = count; i-- > 0;) {
        const Result<Value> item = pop();
        if (!item) {
            return fail(item.error());
        }
        items[i] = *item;
    }
    return push(m_store.addTuple(std::span(items).first(count)));
}

Result<void> Machine::setItems(const std::vector<Value>& items) {
    if (m_stack.empty() || m_stack.back().kind != Kind::Dict) {
        return fail("an instruction sets items of what is no dictionary", {}, kDamaged);
    }
    if (items.size() % 2 != 0) {
        return fail("an instruction sets a key without a value", {}, kDamaged);
    }
    for (std::size_t i = 0; i < items.size(); i += 2) {
        if (const auto added = m_store.addItem(m_stack.back(), items[i], items[i + 1]); !added) {
            return added;
        }
    }
    return {};
}

/// Python writes down a module's version numbers as the attributes of the dictionary. They mean nothing here.
Result<void> Machine::build(Value state) {
    if (m_stack.empty() || m_stack.back().kind != Kind::Dict || !m_store.isOrdered(m_stack.back()) ||
        state.kind != Kind::Dict) {
        return fail("the pickle sets the attributes of " +
                        std::string(m_stack.empty() ? "nothing" : kindName(m_stack.back().kind)),
                    {}, "Only dictionaries of tensors are read: save model.state_dict()");
    }
    return {};
}

Result<void> Machine::stepContainer(std::uint8_t instruction) {
    switch (instruction) {
    case kEmptyDict:
        return push(m_store.addDict(false));
    case kEmptyList:
        return push(Value{Kind::List, 0});
    case kEmptyTuple:
    case kTuple1:
    case kTuple2:
    case kTuple3:
        return pushTuple(instruction == kEmptyTuple ? 0U : instruction - kTuple1 + 1U);
    case kSetItem: {
        const Result<Value> value = pop();
        const Result<Value> key = value ? pop() : value;
        return key ? setItems({*key, *value}) : fail(key.error());
    }
    case kAppend: {
        // What lists hold is of no use here.
        const Result<Value> value = pop();
        if (!value) {
            return fail(value.error());
        }
        break;
    }
    default: {
        const Result<std::vector<Value>> values = popToMark();
        if (!values) {
            return fail(values.error());
        }
        if (instruction == kTuple) {
            return push(m_store.addTuple(*values));
        }
        if (instruction == kSetItems) {
            return setItems(*values);
        }
    }
    }
    if (m_stack.empty() || m_stack.back().kind != Kind::List) {
        return fail("an instruction appends to what is no list", {}, kDamaged);
    }
    return {};
}

Result<void> Machine::stepCall(std::uint8_t instruction) {
    if (instruction == kGlobal) {
        const Result<std::string_view> module = takeLine();
        const Result<std::string_view> name = module ? takeLine() : module;
        if (!name) {
            return fail(name.error());
        }
        const std::span<const Global> known = knownGlobals();
        const auto found = std::ranges::find_if(
            known, [&](const Global& global) { return global.module == *module && global.name == *name; });
        return found != known.end() ? push(Value{Kind::Global, found - known.begin()})
                                    : fail(refusedGlobal(*module, *name));
    }
    const Result<Value> argument = pop();
    if (!argument) {
        return fail(argument.error());
    }
    if (instruction == kPersistentId) {
        return push(m_store.addStorage(*argument));
    }
    if (instruction == kBuild) {
        return build(*argument);
    }
    const Result<Value> callable = pop();
    if (!callable) {
        return fail(callable.error());
    }
    if (callable->kind != Kind::Global) {
        return fail("the pickle calls " + std::string(kindName(callable->kind)), {}, kDamaged);
    }
    return push(m_store.call(knownGlobals()[static_cast<std::size_t>(callable->number)], *argument));
}

} // namespace awb::pickle
