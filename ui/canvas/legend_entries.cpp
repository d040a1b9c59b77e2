#include "ui/canvas/legend_entries.h"

#include <algorithm>
#include <map>

#include <QCoreApplication>

#include "ui/canvas/module_text.h"
#include "ui/design/method_words.h"

using namespace Qt::StringLiterals;

namespace awb::ui {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Canvas)
};

LegendEntry moduleEntry(const ModulePicture& module) {
    LegendEntry entry;
    entry.module = module;
    entry.title = canvastext::kindTitle(module);
    const Method& method = *findMethod(module.method);
    QString summary = methodText(method.summary);
    switch (module.kind) {
    case ModuleKind::Shared:
        entry.title = Words::tr("Shared parameters");
        summary = Words::tr("One set of numbers that all modules of the adapter use.");
        break;
    case ModuleKind::Compacter:
        summary = Words::tr("A bottleneck whose projections are sums of Kronecker products.");
        break;
    case ModuleKind::Nice:
    case ModuleKind::Glow:
        entry.title = Words::tr("Invertible (%1)").arg(entry.title);
        summary = Words::tr("Changes the embeddings in a way that can be undone at the output.");
        break;
    default:
        break;
    }
    entry.explanation = u"<b>%1</b><br>%2"_s.arg(entry.title.toHtmlEscaped(), summary.toHtmlEscaped());
    if (module.kind != ModuleKind::Shared) {
        entry.explanation += u"<br><i>%1</i>"_s.arg(canvastext::equation(module).toHtmlEscaped());
        for (const QString& paper : canvastext::papers(module)) {
            entry.explanation += u"<br><small>%1</small>"_s.arg(paper.toHtmlEscaped());
        }
    }
    return entry;
}

LegendEntry signEntry(LegendEntry::Sign sign, const QString& title, const QString& explanation) {
    LegendEntry entry;
    entry.sign = sign;
    entry.title = title;
    entry.explanation = explanation;
    return entry;
}

LegendEntry joinEntry(Composition::Kind kind, const QString& explanation) {
    LegendEntry entry = signEntry(LegendEntry::Sign::Join, canvastext::joinTitle(kind), explanation);
    entry.join = kind;
    return entry;
}

void addModules(const std::vector<ModulePicture>& modules, std::vector<LegendEntry>& into) {
    // The hue is nobody's own here: glyphs are shown in one neutral colour.
    std::map<ModuleKind, const ModulePicture*> kinds;
    for (const ModulePicture& module : modules) {
        kinds.try_emplace(module.kind, &module);
    }
    for (const auto& [kind, module] : kinds) {
        into.push_back(moduleEntry(*module));
    }
}

void addJoins(const StackLayout& layout, std::vector<LegendEntry>& into) {
    std::map<Composition::Kind, SiteArrangement::Join> joins;
    bool hasStack = false;
    const auto collect = [&](const SiteArrangement& arrangement) {
        hasStack = hasStack || !arrangement.orders.empty();
        for (const SiteArrangement::Join& join : arrangement.joins) {
            joins.try_emplace(join.kind, join);
        }
    };
    for (int layer = 0; layer < layout.numLayers(); ++layer) {
        const RowLayout& row = layout.row(layer);
        for (std::size_t sublayer = 0; sublayer < 2; ++sublayer) {
            collect(row.sequential[sublayer]);
            collect(row.parallel[sublayer]);
            collect(row.marks[sublayer]);
        }
    }
    if (hasStack) {
        into.push_back(
            joinEntry(Composition::Kind::Stack,
                      Words::tr("<b>Stack</b><br>One after the other, in the order of the numbers.")));
    }
    for (const auto& [kind, join] : joins) {
        if (kind == Composition::Kind::Fuse) {
            into.push_back(
                joinEntry(kind, Words::tr("<b>AdapterFusion</b><br>Attention chooses for each token how "
                                          "much of each adapter's output it takes; a spoke's width is "
                                          "its weight.")));
        } else {
            into.push_back(joinEntry(kind, canvastext::joinToolTip(join, true, 0, {})));
        }
    }
}

} // namespace

std::vector<LegendEntry> legendEntries(const StackPicture& picture, const StackLayout& layout) {
    std::vector<LegendEntry> entries;
    const std::vector<ModulePicture> modules = picture.modules();
    const auto any = [&](auto&& test) { return std::ranges::any_of(modules, test); };
    addModules(modules, entries);
    addJoins(layout, entries);
    using Sign = LegendEntry::Sign;
    if (any([](const ModulePicture& m) { return m.gated; })) {
        entries.push_back(
            signEntry(Sign::Gate, Words::tr("Gate"),
                      Words::tr("A learned number for each text, between 0 and 1, scales the module")));
    }
    if (any([](const ModulePicture& m) { return m.active && m.trained; })) {
        entries.push_back(signEntry(Sign::Trained, Words::tr("Trained"), Words::tr("This run changes it")));
    }
    if (any([](const ModulePicture& m) { return m.active && !m.trained; })) {
        entries.push_back(
            signEntry(Sign::Frozen, Words::tr("Frozen"), Words::tr("This run does not change it")));
    }
    if (any([](const ModulePicture& m) { return !m.active; })) {
        entries.push_back(signEntry(Sign::Idle, Words::tr("Not composed"),
                                    Words::tr("Adapters that the composition does not name do nothing")));
    }
    const bool hasGap = std::ranges::any_of(picture.layers, [](const LayerPicture& layer) {
        return std::ranges::any_of(layer.sublayers, [](const SublayerPicture& sublayer) {
            return !sublayer.leftOutSequential.empty() || !sublayer.leftOutParallel.empty();
        });
    });
    if (hasGap) {
        entries.push_back(signEntry(Sign::LeftOut, Words::tr("Left out"),
                                    Words::tr("The adapter's options leave this layer out")));
    }
    if (std::ranges::any_of(picture.layers,
                            [](const LayerPicture& l) { return l.drop != DropState::Kept; })) {
        entries.push_back(signEntry(Sign::Dropped, Words::tr("AdapterDrop"),
                                    Words::tr("The layer runs without its modules")));
    }
    return entries;
}

} // namespace awb::ui
