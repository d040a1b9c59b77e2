#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "models/config/result.h"

namespace awb {

/// The active setup: a tree of adapter names. A plain name means a Stack of one.
struct Composition {
    enum class Kind { None, Name, Stack, Fuse, Split, BatchSplit, Parallel, Average };
    Kind kind = Kind::None;
    std::string name;                  ///< for Kind::Name
    std::vector<Composition> children; ///< for blocks
    /// Split: tokens of each child, the last one may be 0: the rest. BatchSplit: texts of each child; a
    /// single number is meant for all. Empty elsewhere.
    std::vector<std::int64_t> sizes;
    std::vector<double> weights;  ///< Average; empty: equal weights
    bool normalizeWeights = true; ///< Average: weights are divided by their sum
    /// Average: a plain weighted sum. AdapterHub's library divides by the number of children once more.
    bool weightedSum = false;

    static Composition of(std::string adapterName);
    static Composition block(Kind kind, std::vector<Composition> children);

    bool isBlock() const { return kind != Kind::None && kind != Kind::Name; }
    /// All adapter names, left to right.
    std::vector<std::string> leaves() const;
    /// The left-most and the right-most adapter name; empty for Kind::None.
    std::string first() const;
    std::string last() const;
    /// Average: the factor of each child, as AdapterHub's library applies them unless `weightedSum`.
    std::vector<double> childFactors() const;

    bool operator==(const Composition&) const = default;
};

/// "Stack", "Fuse", ..., "Name", "None".
std::string_view compositionKindName(Composition::Kind kind);
/// The block's key in the experiment file: "stack", "batch_split", ...; empty for names and None.
std::string_view compositionBlockKey(Composition::Kind kind);
/// All kinds of blocks, in the order of menus and documentation.
inline constexpr std::array kCompositionBlocks{Composition::Kind::Stack,    Composition::Kind::Fuse,
                                               Composition::Kind::Split,    Composition::Kind::BatchSplit,
                                               Composition::Kind::Parallel, Composition::Kind::Average};

/// Names of the fusion layers that the composition needs: for each Fuse block the last leaf of each child,
/// joined by commas ("a,b"), in AdapterHub's way.
std::vector<std::string> fusionNames(const Composition& composition);
std::string fusionName(const Composition& fuse);
/// The adapters of a fusion's name: "a,b" -> a, b.
std::vector<std::string> fusedAdapters(std::string_view fusionName);

/// Where the composition ends in several branches that each need a head of their own (Parallel, BatchSplit at
/// its end, also below a Stack): the last leaf of each, else empty.
std::vector<std::string> headBranches(const Composition& composition);

/// What is illegal in the composition, by the grammar of AdapterHub's library: which block may contain which,
/// how deep, sizes and weights that fit the children. The `where` is a JSON pointer in the experiment file's
/// form.
std::vector<Error> checkComposition(const Composition& composition);
/// Why `child` can't stand in a block of `parent`'s kind at nesting level `level` (0: the parent is the
/// root), or an empty text where it can.
std::string refusal(Composition::Kind parent, Composition::Kind child, int level);

/// The experiment file's form: null, "name", {"stack": [...]}, {"fuse": [...]}, {"split": [...], "splits":
/// [...]}, {"batch_split": [...], "batch_sizes": [...]}, {"parallel": [...]}, {"average": [...], "weights":
/// [...], "normalize_weights": true, "weighted_sum": false}.
nlohmann::json toJson(const Composition& composition);
Result<Composition> compositionFromJson(const nlohmann::json& json, const std::string& pointer);

/// AdapterHub's form: null, "name" or {"type": "Stack", "children": [...], "kwargs": {...}}; single names may
/// be {"type": "single", "children": ["a"]}. Legacy's `split_index` becomes `sizes` with an open end.
nlohmann::json toAdapterHubJson(const Composition& composition);
Result<Composition> compositionFromAdapterHub(const nlohmann::json& json, const std::string& pointer);

} // namespace awb
