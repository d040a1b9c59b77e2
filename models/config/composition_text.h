#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "models/config/composition.h"

namespace awb {

/// One line in the field's notation, as one writes it in AdapterHub's library but without quotes:
/// "Stack(en, Fuse(a, b))", "Split(a, b, splits=[32, 0])", "BatchSplit(a, b, batch_sizes=4)",
/// "Average(a, b, weights=[3, 1], normalize_weights=False, weighted_sum=True)". Kind::None is "None".
std::string compositionToText(const Composition& composition);

/// What a text says, and where each part of it stands.
struct CompositionText {
    Composition composition;
    /// Byte offset of every node, by the JSON pointer that `checkComposition` names it with: the node itself
    /// ("/composition/stack/1") and its block ("/composition/stack/1/fuse").
    std::map<std::string, std::size_t> positions;

    /// The offset of the nearest node at or above a pointer; 0 where there is none.
    std::size_t positionOf(std::string pointer) const;
};

/// Why a text can't be read.
struct CompositionTextProblem {
    std::size_t position = 0; ///< byte offset of the first character that does not fit; the size: the end
    std::string expected;     ///< "a comma or `)`"
    std::string found;        ///< "`)`", "the end"

    Error error() const;
};

/// Reads `compositionToText`'s notation. Spaces don't matter; quoted names, `true` for `True` and
/// AdapterHub's prefix "ac." are read as well; an empty text is None. The grammar of blocks is
/// `checkComposition`'s matter.
tl::expected<CompositionText, CompositionTextProblem> compositionFromText(std::string_view text);

} // namespace awb
