// Which curves the charts of a ChartDeck show.
#include <algorithm>
#include <array>

#include "ui/plots/chart_deck.h"
#include "ui/plots/line_chart.h"
#include "ui/plots/module_text.h"
#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

/// Above so many modules the legend names adapters only.
constexpr std::size_t kNamedModules = 8;

std::function<QColor()> tone(Tone meaning) {
    return [meaning] { return Theme::instance().color(meaning); };
}

std::span<const double> stepColumn(const RunData& data, XAxis axis) {
    return data.x(axis);
}

CurveSpec evalSpec(const std::string& split, const std::string& metric, QString name) {
    CurveSpec spec;
    spec.name = std::move(name);
    spec.values = [split, metric](const RunData& data) {
        const EvalCurve* curve = data.eval(split, metric);
        return curve ? ColumnView{curve->y, {}} : ColumnView{};
    };
    spec.x = [split, metric](const RunData& data, XAxis axis) {
        const EvalCurve* curve = data.eval(split, metric);
        return curve ? std::span<const double>(curve->x[static_cast<std::size_t>(axis)])
                     : std::span<const double>();
    };
    spec.smooth = false;
    spec.markers = true;
    spec.reportsEvents = true;
    return spec;
}

} // namespace

void ChartDeck::syncCurves() {
    std::string key = m_data.plan() ? m_data.plan()->mainMetric : std::string();
    for (const EvalCurve& curve : m_data.evals()) {
        key += "\n" + curve.split + "/" + curve.metric;
    }
    if (key != m_curveKey || m_loss->curveCount() == 0) {
        m_curveKey = key;
        buildLossCurves();
        buildMetricCurves();
    }
    std::string modules = m_data.plan() ? "plan" : "none";
    if (m_data.plan()) {
        for (const ModuleInfo& module : m_data.plan()->modules) {
            modules += '\n' + module.key();
        }
    }
    if (modules != m_moduleKey) {
        m_moduleKey = modules;
        buildModuleCurves();
    }
}

void ChartDeck::buildLossCurves() {
    std::vector<CurveSpec> curves;
    CurveSpec training;
    training.name = tr("training");
    training.group = 0;
    training.color = tone(Tone::Loss);
    training.values = [](const RunData& data) { return ColumnView{data.loss(), {}}; };
    training.x = stepColumn;
    training.reportsEvents = true;
    curves.push_back(std::move(training));
    int group = 1;
    for (const EvalCurve& curve : m_data.evals()) {
        if (curve.metric != "loss") {
            continue;
        }
        CurveSpec spec = evalSpec(curve.split, "loss", QString::fromStdString(curve.split));
        spec.group = group++;
        spec.color = tone(curve.split == "validation" ? Tone::Validation
                          : curve.split == "test"     ? Tone::Trainable
                                                      : Tone::MutedText);
        curves.push_back(std::move(spec));
    }
    m_loss->setCurves(std::move(curves));

    CurveSpec rate;
    rate.name = tr("learning rate");
    rate.color = tone(Tone::Accent);
    rate.values = [](const RunData& data) { return ColumnView{data.learningRate(), {}}; };
    rate.x = stepColumn;
    rate.smooth = false;
    m_rate->setCurves({std::move(rate)});
}

void ChartDeck::buildMetricCurves() {
    const std::string main = m_data.plan() ? m_data.plan()->mainMetric : std::string();
    std::vector<CurveSpec> curves;
    const auto add = [&](const EvalCurve& curve) {
        static constexpr std::array kOthers{Tone::Loss, Tone::MutedText, Tone::Trainable};
        const bool first = curve.metric == main;
        QString metric = QString::fromStdString(curve.metric);
        metric.replace(QLatin1Char('_'), QLatin1Char('-'));
        CurveSpec spec =
            evalSpec(curve.split, curve.metric, tr("%1 %2").arg(QString::fromStdString(curve.split), metric));
        spec.group = static_cast<int>(curves.size());
        spec.color = tone(first && curve.split == "validation" ? Tone::Validation
                                                               : kOthers[curves.size() % kOthers.size()]);
        curves.push_back(std::move(spec));
    };
    // The main metric first, so that it leads the legend and the read-out.
    for (const bool wantMain : {true, false}) {
        for (const EvalCurve& curve : m_data.evals()) {
            // Perplexity is e to the loss: its shape is in the loss chart, its scale would hide the others.
            const bool isShown = curve.metric != "loss" && curve.metric != "perplexity";
            if (isShown && curve.split == "validation" && (curve.metric == main) == wantMain) {
                add(curve);
            }
        }
    }
    m_metric->setCurves(std::move(curves));
}

void ChartDeck::buildModuleCurves() {
    std::vector<CurveSpec> curves;
    const ModuleQuantity quantity = m_quantity;
    const std::vector<ModuleInfo> modules =
        m_data.plan() ? m_data.plan()->modules : std::vector<ModuleInfo>();
    std::vector<std::string> adapters;
    for (const ModuleInfo& module : modules) {
        if (std::find(adapters.begin(), adapters.end(), module.adapter) == adapters.end()) {
            adapters.push_back(module.adapter);
        }
    }
    const bool named = modules.size() <= kNamedModules;
    for (std::size_t i = 0; i < modules.size(); ++i) {
        const ModuleInfo& module = modules[i];
        CurveSpec spec;
        spec.name = moduleName(module, adapters.size() > 1);
        const auto adapter = std::find(adapters.begin(), adapters.end(), module.adapter) - adapters.begin();
        spec.group = named ? static_cast<int>(i) : static_cast<int>(adapter);
        if (!named) {
            const auto ofAdapter = [&](const ModuleInfo& other) { return other.adapter == module.adapter; };
            spec.legend = tr("%1, %n modules, light (low layers) to dark", nullptr,
                             static_cast<int>(std::count_if(modules.begin(), modules.end(), ofAdapter)))
                              .arg(QString::fromStdString(module.adapter));
            spec.legendColor = [name = QString::fromStdString(module.adapter)] {
                return Theme::instance().adapterColor(name);
            };
        }
        spec.color = [module, modules] { return moduleColor(module, modules); };
        spec.values = [i, quantity](const RunData& data) {
            return i < data.moduleCount() ? ColumnView{{}, data.module(i, quantity)} : ColumnView{};
        };
        spec.x = stepColumn;
        spec.faintRaw = false;
        curves.push_back(std::move(spec));
    }
    if (quantity == ModuleQuantity::GradientNorm && !modules.empty()) {
        CurveSpec total;
        total.name = tr("all trained tensors");
        total.group = 1000;
        total.color = tone(Tone::Text);
        total.values = [](const RunData& data) { return ColumnView{data.gradNorm(), {}}; };
        total.x = stepColumn;
        total.faintRaw = false;
        total.reportsEvents = true;
        curves.push_back(std::move(total));
    }
    m_modules->setReadoutLimit(7);
    m_modules->setCurves(std::move(curves));
}

} // namespace awb::ui
