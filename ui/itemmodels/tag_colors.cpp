#include "ui/itemmodels/tag_colors.h"

#include <algorithm>
#include <array>

#include "backend/data/dataset.h"
#include "ui/theme/palette.h"
#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

/// The Okabe-Ito colours without black, whose tint would look like something switched off.
constexpr std::array kHues{0, 1, 2, 3, 5, 6, 7};
constexpr std::array kPatterns{Qt::SolidPattern, Qt::BDiagPattern, Qt::HorPattern,      Qt::VerPattern,
                               Qt::FDiagPattern, Qt::CrossPattern, Qt::DiagCrossPattern};
/// Behind text lines would look like crossing out: there the seven colours come in several strengths.
constexpr std::array kTintShares{0.34, 0.17, 0.48};

QBrush brushOf(int place, double share) {
    const Theme& theme = Theme::instance();
    const auto index = static_cast<std::size_t>(place);
    const QColor full = okabeIto(kHues[index % kHues.size()], theme.isDark());
    const QColor under = theme.color(Tone::Raised);
    const auto mixed = [share](double part, double rest) { return share * part + (1 - share) * rest; };
    const QColor color = QColor::fromRgbF(static_cast<float>(mixed(full.redF(), under.redF())),
                                          static_cast<float>(mixed(full.greenF(), under.greenF())),
                                          static_cast<float>(mixed(full.blueF(), under.blueF())));
    return {color, kPatterns[index / kHues.size() % kPatterns.size()]};
}

/// "PER" in "B-PER", the empty text in "B"; none for O.
std::optional<std::string_view> typeOf(std::string_view tag) {
    if (tag == "O" || tag.empty()) {
        return std::nullopt;
    }
    return tag.substr(std::min<std::size_t>(2, tag.size()));
}

} // namespace

TagColors::TagColors(std::span<const std::string> tags)
    : m_entities(areChunkTags(tags)) {
    for (const std::string& tag : tags) {
        const auto name = m_entities ? typeOf(tag) : std::optional<std::string_view>(tag);
        if (name) {
            m_places.emplace(*name, 0);
        }
    }
    int next = 0;
    for (auto& [name, place] : m_places) {
        place = next++;
    }
}

int TagColors::placeOf(std::string_view tag) const {
    const auto name = m_entities ? typeOf(tag) : std::optional(tag);
    const auto found = name ? m_places.find(*name) : m_places.end();
    return found == m_places.end() ? -1 : found->second;
}

std::optional<QBrush> TagColors::fill(std::string_view tag) const {
    const int place = placeOf(tag);
    return place < 0 ? std::nullopt : std::optional(brushOf(place, 1));
}

std::optional<QBrush> TagColors::tint(std::string_view tag) const {
    const int place = placeOf(tag);
    if (place < 0) {
        return std::nullopt;
    }
    const std::size_t round = static_cast<std::size_t>(place) / kHues.size();
    return QBrush(brushOf(place, kTintShares[round % kTintShares.size()]).color());
}

std::optional<QBrush> TagColors::fillOfType(std::string_view type) const {
    const auto found = m_places.find(type);
    return !m_entities || found == m_places.end() ? std::nullopt : std::optional(brushOf(found->second, 1));
}

bool TagColors::goesOn(std::string_view before, std::string_view tag) const {
    constexpr std::string_view kInside = "IEL";
    constexpr std::string_view kLast = "ESLU";
    return m_entities && placeOf(tag) >= 0 && placeOf(before) == placeOf(tag) &&
           kInside.find(tag.front()) != std::string_view::npos &&
           kLast.find(before.front()) == std::string_view::npos;
}

TagColors tagColorsOf(const Dataset& dataset) {
    if (dataset.task != HeadType::Tagging) {
        return {};
    }
    std::vector<std::string> tags = dataset.labels;
    tags.insert(tags.end(), dataset.otherTags.begin(), dataset.otherTags.end());
    return TagColors(tags);
}

} // namespace awb::ui
