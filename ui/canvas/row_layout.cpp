#include "ui/canvas/row_layout.h"

#include <algorithm>
#include <iterator>

namespace awb::ui {

namespace {

constexpr double kChipHeight = 14;
constexpr double kLaneChip = 16; ///< height of a chip on the line of a parallel module
constexpr double kChipGap = 6;
constexpr double kLineHeight = 17; ///< of the chips under a box
constexpr double kMargin = 5;
constexpr double kLaneGap = 3;
constexpr double kDiamond = 7; ///< half the height of an empty site
constexpr double kArrangementTop = 21;
constexpr double kSideRoom = 40;          ///< by which a single module's chip may be wider
constexpr QRectF kPrefix{-32, 4, 40, 24}; ///< from the sublayer's left end and the main line
constexpr QRectF kBlockOutput{810, -17, 34, 34};
constexpr double kOrderRoom = 20; ///< for a sign in front of chips
constexpr double kMapColumn = 19;
constexpr double kSecondMapColumn = 84;
constexpr double kMapWidth = 17;
constexpr double kAttentionPitch = 17.5;

std::vector<std::string> hourglassAdapters(const std::vector<ModulePicture>& modules) {
    std::vector<std::string> names;
    for (const ModulePicture& module : modules) {
        if (isHourglass(module.kind)) {
            names.push_back(module.ref.adapter);
        }
    }
    return names;
}

class RowPlacer {
public:
    RowPlacer(const LayerPicture& layer, const Composition& composition)
        : m_layer(layer)
        , m_composition(composition) {
        for (const auto& [site, modules] : layer.modules) {
            m_row.modules[site].resize(modules.size());
        }
    }

    RowLayout place() {
        arrangeSequential();
        const double extra = std::max({0.0, m_row.sequential[0].above - row::moduleHeight / 2,
                                       m_row.sequential[1].above - row::moduleHeight / 2});
        m_row.flowY = row::flowY + extra;
        double bottom = m_row.flowY + row::laneTop + row::laneModuleHeight;
        for (int sublayer = 0; sublayer < 2; ++sublayer) {
            placeSequential(sublayer, bottom);
            placeMaps(sublayer);
            const double chips = placeChips(sublayer);
            placeParallel(sublayer, chips, bottom);
        }
        placeBlockOutput();
        m_row.height = std::max(row::height, bottom + kMargin);
        return std::move(m_row);
    }

private:
    static Site sequentialSite(int sublayer) {
        return sublayer == 0 ? Site::AttentionOutput : Site::FfnOutput;
    }
    static Site parallelSite(int sublayer) {
        return sublayer == 0 ? Site::AttentionParallel : Site::FfnParallel;
    }

    void arrangeSequential() {
        for (int sublayer = 0; sublayer < 2; ++sublayer) {
            const auto names = hourglassAdapters(m_layer.at(sequentialSite(sublayer)));
            if (needsArrangement(m_composition, names)) {
                m_row.sequential[static_cast<std::size_t>(sublayer)] =
                    arrangeSite(m_composition, names, row::moduleWidth);
            }
        }
    }

    /// Gives the arranged bodies to the site's modules, in the order of the hourglasses among them.
    void take(Site site, const SiteArrangement& arrangement) {
        std::vector<std::size_t> hourglasses;
        const auto& modules = m_layer.at(site);
        for (std::size_t i = 0; i < modules.size(); ++i) {
            if (isHourglass(modules[i].kind)) {
                hourglasses.push_back(i);
            }
        }
        for (const SiteArrangement::Leaf& leaf : arrangement.leaves) {
            m_row.modules[site][hourglasses[leaf.module]] = {leaf.body, leaf.chip, false};
        }
    }

    void placeSequential(int sublayer, double& bottom) {
        const Site site = sequentialSite(sublayer);
        SiteArrangement& arrangement = m_row.sequential[static_cast<std::size_t>(sublayer)];
        if (!arrangement.isEmpty()) {
            arrangement.translate(
                {row::sublayerX[static_cast<std::size_t>(sublayer)] + row::moduleLeft, m_row.flowY});
            take(site, arrangement);
            bottom = std::max(bottom, m_row.flowY + arrangement.below);
        }
        const auto& modules = m_layer.at(site);
        for (std::size_t i = 0; i < modules.size(); ++i) {
            if (isHourglass(modules[i].kind)) {
                if (arrangement.isEmpty()) {
                    m_row.modules[site][i] = m_row.emptySite(site);
                    m_row.modules[site][i].isLone = true;
                }
            } else {
                m_row.modules[site][i].body = normMark(sublayer);
            }
        }
    }

    /// A bias of the sublayer's norm: under the norm.
    QRectF normMark(int sublayer) const {
        const auto index = static_cast<std::size_t>(sublayer);
        const bool isEarly = m_layer.sublayers[index].normBefore && !m_layer.sublayers[index].normAfter;
        const double centre = row::sublayerX[index] + (isEarly ? row::earlyNormX : row::normX);
        return {centre - row::normHalfWidth, m_row.flowY + row::normHalfHeight + 2, 2 * row::normHalfWidth,
                6};
    }

    void placeMaps(int sublayer) {
        for (const Site site : kLinearSites) {
            const auto& modules = m_layer.at(site);
            if (sublayerOfMap(site) != sublayer || modules.empty()) {
                continue;
            }
            const QRectF room = m_row.beside(site);
            const double width = room.width() / static_cast<double>(modules.size());
            for (std::size_t i = 0; i < modules.size(); ++i) {
                m_row.modules[site][i].body = {room.left() + width * static_cast<double>(i), room.top(),
                                               width, room.height()};
            }
        }
        const auto& prefixes = m_layer.at(Site::KeyValuePrefix);
        if (sublayer == 0 && !prefixes.empty()) {
            const QRectF room = m_row.emptySite(Site::KeyValuePrefix).body;
            const double width = room.width() / static_cast<double>(prefixes.size());
            for (std::size_t i = 0; i < prefixes.size(); ++i) {
                m_row.modules[Site::KeyValuePrefix][i].body = {room.left() + width * static_cast<double>(i),
                                                               room.top(), width - 1, room.height()};
            }
        }
    }

    /// Sites whose modules are drawn in and beside the box, in the order of their chips.
    static std::vector<Site> markSites(int sublayer) {
        std::vector<Site> sites;
        if (sublayer == 0) {
            sites.push_back(Site::KeyValuePrefix);
        }
        std::copy_if(kLinearSites.begin(), kLinearSites.end(), std::back_inserter(sites),
                     [&](Site site) { return sublayerOfMap(site) == sublayer; });
        sites.push_back(sequentialSite(sublayer));
        return sites;
    }

    /// Their chips stand under the box, one a line, and beside them how the composition joins them. Returns
    /// where they end.
    double placeChips(int sublayer) {
        const double x = row::sublayerX[static_cast<std::size_t>(sublayer)];
        const double left = x + (sublayer == 0 ? -32 : 10);
        const double right = x + row::moduleLeft - kSideRoom - 4;
        const double top = m_row.flowY + kPrefix.bottom() + 2;
        double y = top;
        std::vector<std::string> adapters;
        std::vector<ModulePlaceRects*> places;
        for (const Site site : markSites(sublayer)) {
            const auto& modules = m_layer.at(site);
            for (std::size_t i = 0; i < modules.size(); ++i) {
                if (modules[i].hasChip && !isHourglass(modules[i].kind)) {
                    places.push_back(&m_row.modules[site][i]);
                    places.back()->chip = {left, y, right - left, kLineHeight - 1};
                    adapters.push_back(modules[i].ref.adapter);
                    y += kLineHeight;
                }
            }
        }
        joinMarks(sublayer, adapters, places);
        return y;
    }

    void joinMarks(int sublayer, std::vector<std::string> adapters, std::vector<ModulePlaceRects*>& places) {
        SiteArrangement& marks = m_row.marks[static_cast<std::size_t>(sublayer)];
        marks = joinSigns(m_composition, adapters);
        if (marks.orders.empty() && marks.joins.empty()) {
            return;
        }
        const QRectF first = places.front()->chip;
        const QRectF all = first.united(places.back()->chip);
        for (ModulePlaceRects* place : places) {
            place->chip.setLeft(first.left() + kOrderRoom);
        }
        for (std::size_t i = 0; i < marks.orders.size(); ++i) {
            marks.orders[i].centre = {first.left() + kOrderRoom / 2, places[i]->chip.center().y()};
        }
        for (SiteArrangement::Join& join : marks.joins) {
            join.centre = {first.left() + kOrderRoom / 2, all.center().y()};
        }
    }

    void placeParallel(int sublayer, double chips, double& bottom) {
        const auto index = static_cast<std::size_t>(sublayer);
        const Site site = parallelSite(sublayer);
        const bool hasChips = chips > m_row.flowY + kPrefix.bottom() + 2;
        const double top = std::max(m_row.flowY + row::laneTop, hasChips ? chips + kLaneGap : 0);
        const auto names = hourglassAdapters(m_layer.at(site));
        const bool isTight = hasChips && names.empty();
        m_row.laneY[index] = isTight ? top + kDiamond : top + row::laneModuleHeight / 2;
        if (names.empty()) {
            // Only the diamond stands there.
            bottom = std::max(bottom, hasChips ? m_row.laneY[index] + kDiamond : 0);
            return;
        }
        if (!needsArrangement(m_composition, names)) {
            m_row.modules[site].front() = m_row.emptySite(site);
            m_row.modules[site].front().isLone = true;
            bottom = std::max(bottom, top + row::laneModuleHeight);
            return;
        }
        SiteArrangement arrangement = arrangeSite(m_composition, names, row::moduleWidth);
        m_row.laneY[index] = top + std::max(arrangement.above, row::laneModuleHeight / 2);
        arrangement.translate({row::sublayerX[index] + row::laneModuleLeft, m_row.laneY[index]});
        take(site, arrangement);
        bottom = std::max(bottom, m_row.laneY[index] + arrangement.below);
        m_row.parallel[index] = std::move(arrangement);
    }

    void placeBlockOutput() {
        const auto& modules = m_layer.at(Site::BlockOutput);
        const auto count = static_cast<double>(modules.size());
        // The chip of a module after the feed-forward part reaches under this one.
        const double firstLine = hourglassAdapters(m_layer.at(Site::FfnOutput)).empty() ? 0 : 1;
        for (std::size_t i = 0; i < modules.size(); ++i) {
            ModulePlaceRects rects = m_row.emptySite(Site::BlockOutput);
            const double width = rects.body.width() / count;
            rects.body = {rects.body.left() + width * static_cast<double>(i), rects.body.top(), width,
                          rects.body.height()};
            rects.chip.translate(0, kLineHeight * (static_cast<double>(i) + firstLine));
            m_row.modules[Site::BlockOutput][i] = rects;
        }
    }

    const LayerPicture& m_layer;
    const Composition& m_composition;
    RowLayout m_row;
};

} // namespace

ModulePlaceRects RowLayout::emptySite(Site site) const {
    const std::size_t sublayer = site == Site::FfnOutput || site == Site::FfnParallel ? 1 : 0;
    const double left = row::sublayerX[sublayer];
    switch (site) {
    case Site::AttentionOutput:
    case Site::FfnOutput: {
        const QRectF body(left + row::moduleLeft, flowY - row::moduleHeight / 2, row::moduleWidth,
                          row::moduleHeight);
        return {
            body,
            {body.left() - kSideRoom, body.bottom() + kChipGap, body.width() + 2 * kSideRoom, kChipHeight},
            false};
    }
    case Site::AttentionParallel:
    case Site::FfnParallel: {
        const QRectF body(left + row::laneModuleLeft, laneY[sublayer] - row::laneModuleHeight / 2,
                          row::laneModuleWidth, row::laneModuleHeight);
        const double right = left + row::innerSumX - kChipGap;
        return {body,
                {body.right() + 8, body.center().y() - kLaneChip / 2, right - body.right() - 8, kLaneChip},
                false};
    }
    case Site::KeyValuePrefix: {
        const QRectF body = kPrefix.translated(left, flowY);
        return {body, {body.left(), body.bottom() + 2, 120, kChipHeight}, false};
    }
    case Site::BlockOutput: {
        const QRectF body = kBlockOutput.translated(0, flowY);
        return {body, {body.right() - 74, body.bottom() + kChipGap, 80, kChipHeight}, false};
    }
    default: {
        const QRectF body = beside(site);
        // Its name stands over the box, so that it covers no other map.
        const double top = box(sublayerOfMap(site), true).top() - kChipHeight - 1;
        return {body, {body.center().x() - 60, top, 120, kChipHeight}, false};
    }
    }
}

QRectF RowLayout::box(int sublayer, bool isOpen) const {
    const double high = isOpen ? row::openBoxHeight : row::boxHeight;
    return {row::sublayerX[static_cast<std::size_t>(sublayer)] + row::boxLeft, flowY - high / 2,
            row::boxWidth, high};
}

QRectF RowLayout::map(Site site) const {
    const double x = row::sublayerX[static_cast<std::size_t>(sublayerOfMap(site))];
    const auto column = [&](double left, double centre, double high) {
        return QRectF(x + left, flowY + centre - high / 2, kMapWidth, high);
    };
    switch (site) {
    case Site::AttentionQuery:
        return column(kMapColumn, -kAttentionPitch, 15);
    case Site::AttentionKey:
        return column(kMapColumn, 0, 15);
    case Site::AttentionValue:
        return column(kMapColumn, kAttentionPitch, 15);
    case Site::FfnIntermediate:
        return column(kMapColumn, 0, 34);
    default:
        return column(kSecondMapColumn, 0, site == Site::AttentionDense ? 26 : 34);
    }
}

QRectF RowLayout::beside(Site site) const {
    const QRectF matrix = map(site);
    const bool isFirst = site != Site::AttentionDense && site != Site::FfnDense;
    return {matrix.right() + 1.5, matrix.top(), isFirst ? 36.0 : 28.0, matrix.height()};
}

RowLayout layoutRow(const LayerPicture& layer, const Composition& composition) {
    return RowPlacer(layer, composition).place();
}

} // namespace awb::ui
