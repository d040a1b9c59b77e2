#include "ui/canvas/factor_editor.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <QCoreApplication>

#include "backend/experiment/method_edit.h"
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

std::map<design::ModuleRef, design::MethodModule> modulesByRef(const DesignDocument& document) {
    std::map<design::ModuleRef, design::MethodModule> found;
    for (const design::MethodModule& each : design::methodModules(document.experiment(), document.model())) {
        found.emplace(each.module.ref, each);
    }
    return found;
}

/// Those of them that have a factor.
std::vector<design::ModuleRef> bottlenecks(const std::vector<design::ModuleRef>& refs,
                                           const DesignDocument& document) {
    const auto known = modulesByRef(document);
    std::vector<design::ModuleRef> found;
    std::copy_if(refs.begin(), refs.end(), std::back_inserter(found), [&](const design::ModuleRef& ref) {
        const auto module = known.find(ref);
        return module != known.end() && module->second.hasFactor();
    });
    return found;
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

/// "Set rank 16"
QString editText(const Method& method, int size) {
    return Words::tr("Set %1 %2")
        .arg(QCoreApplication::translate("Methods", method.sizeTitle.c_str()))
        .arg(size);
}

/// The size after one step narrower or wider.
int nextSize(const design::MethodModule& module, int direction, const ModelConfig& model) {
    return design::nextSize(module.module.place.bottleneck, -direction,
                            design::largestSize(*module.method, model));
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
    m_document.apply(reach == Reach::Ramp
                         ? rampFactors(start, model, bottlenecks(refs, m_document), ref, factor)
                         : design::setReductionFactor(start, model, refs, factor),
                     editText(reach, factor), mergeId);
}

/// Sets a rank or a length; of the reached modules those of the same method follow.
void FactorEditor::applySize(const Experiment& start, const design::MethodModule& module, int size,
                             Reach reach, int mergeId) {
    const auto known = modulesByRef(m_document);
    std::vector<design::ModuleRef> refs{module.module.ref};
    if (reach == Reach::Selected) {
        refs = reached(module.module.ref, reach);
        std::erase_if(refs, [&](const design::ModuleRef& ref) {
            const auto found = known.find(ref);
            return found == known.end() || found->second.method != module.method;
        });
    }
    m_document.apply(design::setSize(start, m_document.model(), refs, size), editText(*module.method, size),
                     mergeId);
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
    if (reach == Reach::Selected) {
        stepSelected(ref, direction);
        return;
    }
    const auto known = modulesByRef(m_document);
    const auto found = known.find(ref);
    if (found == known.end()) {
        return;
    }
    const design::MethodModule& module = found->second;
    const ModelConfig& model = m_document.model();
    if (module.hasFactor()) {
        const double next =
            design::nextReductionFactor(module.module.place.reductionFactor, direction, model.hiddenSize);
        applyFactor(m_document.experiment(), ref, next, reach, m_stepMergeId);
    } else {
        const int next =
            module.hasSize() ? nextSize(module, direction, model) : module.module.place.bottleneck;
        applySize(m_document.experiment(), module, next, reach, m_stepMergeId);
    }
}

void FactorEditor::stepSelected(const design::ModuleRef& ref, int direction) {
    const ModelConfig& model = m_document.model();
    const auto known = modulesByRef(m_document);
    const std::vector<design::ModuleRef> refs = reached(ref, Reach::Selected);
    Result<Experiment> result = m_document.experiment();
    QString text;
    for (const design::ModuleRef& each : onePerLayer(bottlenecks(refs, m_document))) {
        const double factor = design::nextReductionFactor(known.at(each).module.place.reductionFactor,
                                                          direction, model.hiddenSize);
        text = editText(Reach::Selected, factor);
        if (result) {
            result = design::setReductionFactor(std::move(*result), model, std::span(&each, 1), factor);
        }
    }
    for (const design::ModuleRef& each : refs) {
        const auto found = known.find(each);
        if (result && found != known.end() && found->second.hasSize() && !found->second.hasFactor()) {
            const int size = nextSize(found->second, direction, model);
            text = text.isEmpty() ? editText(*found->second.method, size)
                                  : Words::tr("Set sizes of the selection");
            result = design::setSize(std::move(*result), model, std::span(&each, 1), size);
        }
    }
    if (text.isEmpty()) {
        Q_EMIT m_document.refused({"these modules have no size to choose", {}, {}});
        return;
    }
    m_document.apply(std::move(result), text, m_stepMergeId);
}

void FactorEditor::beginDrag(const design::ModuleRef& ref) {
    const auto known = modulesByRef(m_document);
    if (const auto found = known.find(ref); found != known.end() && found->second.hasSize()) {
        m_drag = Drag{found->second, m_document.experiment(), nextMergeId()};
    }
}

void FactorEditor::dragTo(double octaves, Reach reach, bool exact) {
    if (!m_drag) {
        return;
    }
    const ModelConfig& model = m_document.model();
    const ModulePlace& place = m_drag->module.module.place;
    const int steps = static_cast<int>(std::lround(octaves));
    if (!m_drag->module.hasFactor()) {
        const int largest = design::largestSize(*m_drag->module.method, model);
        int size = place.bottleneck;
        for (int i = 0; i < std::abs(steps); ++i) {
            size = design::nextSize(size, steps, largest);
        }
        if (exact) {
            size = static_cast<int>(std::clamp(std::round(place.bottleneck * std::exp2(octaves)), 1.0,
                                               static_cast<double>(largest)));
        }
        applySize(m_drag->start, m_drag->module, size, reach, m_drag->mergeId);
        return;
    }
    const int hidden = model.hiddenSize;
    double factor = place.reductionFactor;
    if (exact) {
        const double size = std::round(hidden / factor * std::exp2(octaves));
        factor = reductionFactorFor(hidden, static_cast<int>(std::clamp(size, 1.0, 4.0 * hidden)));
    } else {
        for (int i = 0; i < std::abs(steps); ++i) {
            factor = design::nextReductionFactor(factor, steps > 0 ? -1 : 1, hidden);
        }
    }
    applyFactor(m_drag->start, m_drag->module.module.ref, factor, reach, m_drag->mergeId);
}

void FactorEditor::endDrag() {
    m_drag.reset();
}

void FactorEditor::setSize(const std::vector<design::ModuleRef>& refs, int size) {
    const auto known = modulesByRef(m_document);
    const auto first = refs.empty() ? known.end() : known.find(refs.front());
    m_document.apply(design::setSize(m_document.experiment(), m_document.model(), refs, size),
                     first == known.end() ? Words::tr("Set size %1").arg(size)
                                          : editText(*first->second.method, size));
}

void FactorEditor::rampSelection(const std::vector<design::ModuleRef>& refs) {
    const ModelConfig& model = m_document.model();
    const auto factors = factorsOf(m_document.experiment(), model);
    const std::vector<design::ModuleRef> sized = bottlenecks(refs, m_document);
    if (sized.empty()) {
        Q_EMIT m_document.refused({"only bottleneck modules have a reduction factor in each layer", {}, {}});
        return;
    }
    std::map<std::string, design::ModuleRef> lowest;
    for (const design::ModuleRef& ref : sized) {
        const auto [place, isNew] = lowest.emplace(ref.adapter, ref);
        if (!isNew && ref.layer < place->second.layer) {
            place->second = ref;
        }
    }
    Result<Experiment> result = m_document.experiment();
    for (const auto& [adapter, ref] : lowest) {
        if (result) {
            result = rampFactors(*result, model, sized, ref, factors.at(ref));
        }
    }
    m_document.apply(std::move(result), editText(Reach::Ramp, 0));
}

} // namespace awb::ui
