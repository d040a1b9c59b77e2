#include "ui/design/live_glow.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <tuple>

#include "models/config/placement.h"
#include "ui/canvas/canvas_view.h"
#include "ui/document/design_document.h"

namespace awb::ui {

namespace {

constexpr int kShortestInterval = 50; ///< milliseconds

using Identity = std::tuple<std::string, int, Site, int>;

float valueOf(const ModuleStats& stats, LiveGlow::Quantity quantity) {
    switch (quantity) {
    case LiveGlow::Quantity::GradientNorm:
        return std::hypot(stats.gradNormDown, stats.gradNormUp);
    case LiveGlow::Quantity::UpdateRatio:
        return stats.updateRatio;
    case LiveGlow::Quantity::RelativeChange:
        return stats.relativeChange;
    case LiveGlow::Quantity::DeadUnits:
        return stats.deadShare;
    }
    return 0;
}

} // namespace

LiveGlow::LiveGlow(DesignDocument* document, CanvasView* canvas, QWidget* parent)
    : QComboBox(parent)
    , m_document(document)
    , m_canvas(canvas) {
    setObjectName(QStringLiteral("glowQuantity"));
    setAccessibleName(tr("Quantity that modules glow with"));
    addItem(tr("Gradient norm"));
    addItem(tr("Update ratio"));
    addItem(tr("Distance from identity"));
    addItem(tr("Dead units"));
    m_later.setSingleShot(true);
    connect(&m_later, &QTimer::timeout, this, &LiveGlow::light);
    connect(this, &QComboBox::currentIndexChanged, this, &LiveGlow::light);
    connect(document, &DesignDocument::changed, this, [this] {
        if (m_live) {
            light();
        }
    });
    switchOff(tr("While a run of this design is live, its modules glow with this quantity. No run is live."));
}

void LiveGlow::setLive(const LiveUpdate& update) {
    if (update.plan) {
        m_plan = update.plan;
    }
    if (!update.steps.empty()) {
        m_step = update.steps.back();
    }
    const bool wasLive = m_live;
    m_live = !isTerminal(update.state) && m_plan;
    if (!m_live) {
        m_plan.reset();
        m_step = {};
        if (wasLive) {
            switchOff(tr(
                "While a run of this design is live, its modules glow with this quantity. No run is live."));
        }
        return;
    }
    if (update.steps.empty() && wasLive) {
        return;
    }
    if (m_sinceShown.isValid() && m_sinceShown.elapsed() < kShortestInterval) {
        if (!m_later.isActive()) {
            m_later.start(static_cast<int>(kShortestInterval - m_sinceShown.elapsed()));
        }
        return;
    }
    light();
}

bool LiveGlow::matchesDesign() const {
    std::set<Identity> running;
    for (const ModuleInfo& module : m_plan->modules) {
        running.insert({module.adapter, module.layer, module.site, module.bottleneck});
    }
    std::set<Identity> designed;
    for (const design::Module& module : design::modules(m_document->experiment(), m_document->model())) {
        designed.insert({module.ref.adapter, module.ref.layer, module.ref.site, module.place.bottleneck});
    }
    // A frozen adapter is part of the design but not of what is trained.
    return !running.empty() && std::ranges::includes(designed, running);
}

void LiveGlow::light() {
    if (!m_live || !m_plan) {
        return;
    }
    m_sinceShown.restart();
    if (!matchesDesign()) {
        switchOff(tr("The live run has other modules than this design."));
        return;
    }
    setEnabled(true);
    setToolTip(tr("What the modules glow with, of the live run's newest step"));
    m_values.clear();
    const auto quantity = static_cast<Quantity>(currentIndex());
    const std::size_t count = std::min(m_step.modules.size(), m_plan->modules.size());
    for (std::size_t i = 0; i < count; ++i) {
        const float value = valueOf(m_step.modules[i], quantity);
        if (std::isfinite(value)) {
            m_values[m_plan->modules[i].key()] = value;
        }
    }
    m_canvas->setGlow(m_values, currentText(), quantity != Quantity::DeadUnits);
}

void LiveGlow::switchOff(const QString& why) {
    m_later.stop();
    m_values.clear();
    setEnabled(false);
    setToolTip(why);
    m_canvas->setGlow({}, {});
}

} // namespace awb::ui
