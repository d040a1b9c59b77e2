#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <QBrush>

namespace awb {
struct Dataset;
}

namespace awb::ui {

/// The colours of a tag set. Tags that mark entities have one colour a type (B-PER and I-PER alike), `O` has
/// none; other tags have a colour each. There are seven colours; further tags have them with patterns, or as
/// tints in other strengths, so colours only ever stand beside the tag's text.
class TagColors {
public:
    TagColors() = default;
    explicit TagColors(std::span<const std::string> tags);

    bool isEmpty() const { return m_places.empty(); }
    /// For bars and other areas without text; nothing for `O` and for tags outside the set.
    std::optional<QBrush> fill(std::string_view tag) const;
    /// The same for an area behind normal text.
    std::optional<QBrush> tint(std::string_view tag) const;
    /// Of a type of entity, such as "PER".
    std::optional<QBrush> fillOfType(std::string_view type) const;
    /// Whether a word with `tag` goes on with the entity of the word before it.
    bool goesOn(std::string_view before, std::string_view tag) const;

    bool operator==(const TagColors&) const = default;

private:
    /// The number of the tag's colour; -1 without one.
    int placeOf(std::string_view tag) const;

    std::map<std::string, int, std::less<>> m_places; ///< by type of entity, else by tag
    bool m_entities = false;
};

/// The colours of all tags of a data set, those included that only other splits have; none for other tasks.
TagColors tagColorsOf(const Dataset& dataset);

} // namespace awb::ui
