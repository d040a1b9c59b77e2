#include "ui/canvas/factor_editor.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <QCoreApplication>

#include "ui/canvas/canvas_text.h"
#include "ui/document/design_document.h"

namespace awb::ui {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Canvas)
};

constexpr qint64 kOneGesture = 800; ///< ms between steps that count as one gesture

/// Ids of merged edits; far from those that forms use.
int nextMergeId() {
    static int id = 0x43000000;
    return ++id;
}

std::map<design::ModuleRef, double> factorsOf(const Experiment& experiment, const ModelConfig& model) {
    std::map<design::ModuleRef, double> factors;
    for (const design::Module& module : design::modules(experiment, model)) {
        factors[module.ref] = module.place.reductionFactor;
    }
    return factors;
}

/// One module a layer and adapter: both sites of a layer share their factor.
std::vector<design::ModuleRef> onePerLayer(const std::vector<design::ModuleRef>& refs) {
    std::set<std::pair<std::string, int>> seen;
    std::vector<design::ModuleRef> unique;
    for (const design::ModuleRef& ref : refs) {
        if (seen.emplace(ref.adapter, ref.layer).second) {
            unique.push_back(ref);
        }
    }
    return unique;
}

QString editText(FactorEditor::Reach reach, double factor) {
    const QString number = canvastext::factor(factor);
    switch (reach) {
    case FactorEditor::Reach::One:
        return Words::tr("Set reduction factor %1").arg(number);
    case FactorEditor::Reach::Selected:
        return Words::tr("Set reduction factor of the selection");
    case FactorEditor::Reach::Ramp:
        return Words::tr("Paint a ramp of reduction factors");
    }
    return {};
}

} // namespace

Result<Experiment> rampFactors(const Experiment& start, const ModelConfig& model,
                               const std::vector<design::ModuleRef>& refs, const design::ModuleRef& moved,
                               double factor) {
    std::map<int, design::ModuleRef> byLayer;
    for (const design::ModuleRef& ref : refs) {
        if (ref.adapter == moved.adapter) {
            byLayer.emplace(ref.layer, ref);
        }
    }
    byLayer[moved.layer] = moved;
    const int lowest = byLayer.begin()->first;
    const int highest = byLayer.rbegin()->first;
    const int other = highest - moved.layer >= moved.layer - lowest ? highest : lowest;
    const double otherFactor = factorsOf(start, model)[byLayer[other]];
    Result<Experiment> result = start;
    for (const auto& [layer, ref] : byLayer) {
        if (layer < std::min(moved.layer, other) || layer > std::max(moved.layer, other)) {
            continue;
        }
        const double share =
            other == moved.layer ? 0 : static_cast<double>(layer - moved.layer) / (other - moved.layer);
        const double between = std::round((factor + share * (otherFactor - factor)) * 10) / 10;
        const double own = layer == moved.layer ? factor : (layer == other ? otherFactor : between);
        result = design::setReductionFactor(std::move(*result), model, std::span(&ref, 1), own);
        if (!result) {
            return result;
        }
    }
    return result;
}

FactorEditor::FactorEditor(DesignDocument& document)
    : m_document(document) {}

FactorEditor::Reach FactorEditor::reachOf(Qt::KeyboardModifiers modifiers) {
    if (modifiers.testFlag(Qt::AltModifier)) {
        return Reach::Ramp;
    }
    return modifiers.testFlag(Qt::ShiftModifier) ? Reach::Selected : Reach::One;
}

std::vector<design::ModuleRef> FactorEditor::reached(const design::ModuleRef& ref, Reach reach) const {
    const std::set<design::ModuleRef>& selection = m_document.selection();
    if (reach == Reach::Selected) {
        std::set<design::ModuleRef> all = selection;
        all.insert(ref);
        return {all.begin(), all.end()};
    }
    if (reach == Reach::Ramp && selection.contains(ref) && selection.size() > 1) {
        return {selection.begin(), selection.end()};
    }
    if (reach == Reach::Ramp) {
        std::vector<design::ModuleRef> all;
        for (const design::Module& module : design::modules(m_document.experiment(), m_document.model())) {
            if (module.ref.adapter == ref.adapter) {
                all.push_back(module.ref);
            }
        }
        return all;
    }
    return {ref};
}

void FactorEditor::applyFactor(const Experiment& start, const design::ModuleRef& ref, double factor,
                               Reach reach, int mergeId) {
    const std::vector<design::ModuleRef> refs = reached(ref, reach);
    const ModelConfig& model = m_document.model();
    m_document.apply(reach == Reach::Ramp ? rampFactors(start, model, refs, ref, factor)
                                          : design::setReductionFactor(start, model, refs, factor),
                     editText(reach, factor), mergeId);
}

void FactorEditor::step(const design::ModuleRef& ref, int direction, Reach reach) {
    const bool sameGesture = m_sinceStep.isValid() && m_sinceStep.elapsed() < kOneGesture &&
                             m_stepped == ref && m_steppedReach == reach;
    if (!sameGesture) {
        m_stepMergeId = nextMergeId();
    }
    m_stepped = ref;
    m_steppedReach = reach;
    m_sinceStep.start();
    const ModelConfig& model = m_document.model();
    const auto factors = factorsOf(m_document.experiment(), model);
    const auto next = [&](const design::ModuleRef& each) {
        const auto found = factors.find(each);
        return design::nextReductionFactor(found == factors.end() ? 16 : found->second, direction,
                                           model.hiddenSize);
    };
    if (reach != Reach::Selected) {
        applyFactor(m_document.experiment(), ref, next(ref), reach, m_stepMergeId);
        return;
    }
    Result<Experiment> result = m_document.experiment();
    for (const design::ModuleRef& each : onePerLayer(reached(ref, reach))) {
        if (result) {
            result = design::setReductionFactor(std::move(*result), model, std::span(&each, 1), next(each));
        }
    }
    m_document.apply(std::move(result), editText(reach, next(ref)), m_stepMergeId);
}

void FactorEditor::beginDrag(const design::ModuleRef& ref) {
    const auto factors = factorsOf(m_document.experiment(), m_document.model());
    if (const auto found = factors.find(ref); found != factors.end()) {
        m_drag = Drag{ref, m_document.experiment(), found->second, nextMergeId()};
    }
}

void FactorEditor::dragTo(double octaves, Reach reach, bool exact) {
    if (!m_drag) {
        return;
    }
    const int hidden = m_document.model().hiddenSize;
    double factor = m_drag->factor;
    if (exact) {
        const double size = std::round(hidden / factor * std::exp2(octaves));
        factor = reductionFactorFor(hidden, static_cast<int>(std::clamp(size, 1.0, 4.0 * hidden)));
    } else {
        const int steps = static_cast<int>(std::lround(octaves));
        for (int i = 0; i < std::abs(steps); ++i) {
            factor = design::nextReductionFactor(factor, steps > 0 ? -1 : 1, hidden);
        }
    }
    applyFactor(m_drag->start, m_drag->ref, factor, reach, m_drag->mergeId);
}

void FactorEditor::endDrag() {
    m_drag.reset();
}

void FactorEditor::setSize(const std::vector<design::ModuleRef>& refs, int bottleneck) {
    m_document.apply(design::setBottleneck(m_document.experiment(), m_document.model(), refs, bottleneck),
                     Words::tr("Set bottleneck size %1").arg(bottleneck));
}

void FactorEditor::rampSelection(const std::vector<design::ModuleRef>& refs) {
    const ModelConfig& model = m_document.model();
    const auto factors = factorsOf(m_document.experiment(), model);
    std::map<std::string, design::ModuleRef> lowest;
    for (const design::ModuleRef& ref : refs) {
        const auto [place, isNew] = lowest.emplace(ref.adapter, ref);
        if (!isNew && ref.layer < place->second.layer) {
            place->second = ref;
        }
    }
    Result<Experiment> result = m_document.experiment();
    for (const auto& [adapter, ref] : lowest) {
        const auto found = factors.find(ref);
        if (result && found != factors.end()) {
            result = rampFactors(*result, model, refs, ref, found->second);
        }
    }
    m_document.apply(std::move(result), editText(Reach::Ramp, 0));
}

} // namespace awb::ui
