#pragma once

#include <array>
#include <map>
#include <vector>

#include <QRectF>

#include "ui/canvas/site_arrangement.h"
#include "ui/canvas/stack_picture.h"

namespace awb::ui {

/// Geometry inside a row, in scene units from the card's top left corner. A row is read from left to right:
/// attention with its add-and-norm, then the feed-forward part with its own, then what acts on the block's
/// output.
namespace row {
inline constexpr double width = 864;
inline constexpr double height = 102;  ///< of a row with single modules; compositions need more
inline constexpr double gutter = 50;   ///< layer number and tags
inline constexpr double entryX = 54;   ///< the stream comes from below here
inline constexpr double exitX = 854;   ///< and leaves upwards here
inline constexpr double flowY = 40;    ///< the main line of a row with single modules
inline constexpr double residualY = 6; ///< the block's residual path, above the sublayer
inline constexpr double innerY = 14;   ///< the adapter's own residual path
inline constexpr std::array<double, 2> sublayerX{98, 452}; ///< attention, feed-forward
inline constexpr std::array<double, 2> branchX{62, 452};   ///< where residual paths leave the main line

// From the sublayer's left end:
inline constexpr double boxLeft = 14;
inline constexpr double boxWidth = 120;
inline constexpr double boxHeight = 34;
inline constexpr double openBoxHeight = 56; ///< with its linear maps shown
inline constexpr double outputX = 139;      ///< the sublayer's raw output h
inline constexpr double earlySumX = 151;    ///< add of the norm in front of the adapter
inline constexpr double earlyNormX = 172;
inline constexpr double moduleLeft = 189; ///< sequential modules
inline constexpr double moduleWidth = 104;
inline constexpr double moduleHeight = 34;
inline constexpr double innerSumX = 303; ///< add of the adapter's residual, or of a parallel module
inline constexpr double sumX = 319;
inline constexpr double normX = 340;
inline constexpr double endX = 354;
inline constexpr double laneModuleLeft = 26; ///< parallel modules
inline constexpr double laneModuleWidth = 92;
inline constexpr double laneModuleHeight = 26;
inline constexpr double laneTop = 31; ///< of parallel modules, below the main line

inline constexpr double normHalfWidth = 11;
inline constexpr double normHalfHeight = 8.5;
} // namespace row

/// Room for one module: its body and its chip; the chip's is empty where it has none.
struct ModulePlaceRects {
    QRectF body;
    QRectF chip;
    bool isLone = false; ///< nothing else of its kind is near: the chip may be long and have a second line
    bool operator==(const ModulePlaceRects&) const = default;
};

/// Where everything of one block is, in the card's coordinates: grows where several modules share a site.
struct RowLayout {
    double height = row::height;
    double flowY = row::flowY;
    std::array<double, 2> laneY{row::flowY + row::laneTop + row::laneModuleHeight / 2,
                                row::flowY + row::laneTop + row::laneModuleHeight / 2};
    /// In the order of `LayerPicture::modules`.
    std::map<Site, std::vector<ModulePlaceRects>> modules;
    std::array<SiteArrangement, 2> sequential; ///< empty for single modules
    std::array<SiteArrangement, 2> parallel;
    /// Node or order numbers of the marks at a sublayer's maps and prefixes, beside their chips.
    std::array<SiteArrangement, 2> marks;

    /// Body of an empty site, and its name beneath.
    ModulePlaceRects emptySite(Site site) const;
    /// The box of a sublayer; `isOpen`: with its linear maps.
    QRectF box(int sublayer, bool isOpen) const;
    /// The weight matrix at a linear site inside the open box.
    QRectF map(Site site) const;
    /// The room beside it, where its modules are drawn.
    QRectF beside(Site site) const;

    bool operator==(const RowLayout&) const = default;
};

RowLayout layoutRow(const LayerPicture& layer, const Composition& composition);

/// The sublayer that a linear map belongs to.
constexpr int sublayerOfMap(Site site) {
    return site >= Site::FfnIntermediate ? 1 : 0;
}

} // namespace awb::ui
