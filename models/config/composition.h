#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "models/config/result.h"

namespace awb {

/// The active setup: a tree of adapter names. A plain name means a Stack of one.
struct Composition {
    enum class Kind { None, Name, Stack };
    Kind kind = Kind::None;
    std::string name;                  ///< for Kind::Name
    std::vector<Composition> children; ///< for blocks

    static Composition of(std::string adapterName);
    /// All adapter names, left to right.
    std::vector<std::string> leaves() const;

    bool operator==(const Composition&) const = default;
};

/// The experiment file's form: null, "name" or {"stack": [...]}.
nlohmann::json toJson(const Composition& composition);
Result<Composition> compositionFromJson(const nlohmann::json& json, const std::string& pointer);

} // namespace awb
