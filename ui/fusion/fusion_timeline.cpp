#include "ui/fusion/fusion_timeline.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>

#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr int kMillisecondsAFrame = 60;

} // namespace

FusionTimeline::FusionTimeline(QWidget* parent)
    : QWidget(parent)
    , m_play(new QToolButton(this))
    , m_slider(new QSlider(Qt::Horizontal, this))
    , m_label(new QLabel(this)) {
    m_play->setObjectName(QStringLiteral("fusionPlay"));
    m_play->setCheckable(true);
    m_play->setAutoRaise(true);
    m_play->setIcon(Theme::instance().icon(QStringLiteral("play")));
    m_play->setToolTip(tr("Play the recorded steps"));
    m_play->setAccessibleName(m_play->toolTip());
    m_slider->setObjectName(QStringLiteral("fusionSlider"));
    m_slider->setAccessibleName(tr("Recorded step"));
    m_slider->setPageStep(10);
    m_label->setMinimumWidth(
        m_label->fontMetrics().horizontalAdvance(QStringLiteral("step 000,000 of 000,000")));
    m_label->setObjectName(QStringLiteral("fusionStepLabel"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(px(Space::S));
    row->addWidget(m_play);
    row->addWidget(m_slider, 1);
    row->addWidget(m_label);
    m_timer.setInterval(kMillisecondsAFrame);
    connect(m_slider, &QSlider::valueChanged, this, &FusionTimeline::changed);
    connect(m_play, &QToolButton::toggled, this, &FusionTimeline::togglePlay);
    connect(&m_timer, &QTimer::timeout, this, &FusionTimeline::playNext);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        m_play->setIcon(
            Theme::instance().icon(m_play->isChecked() ? QStringLiteral("pause") : QStringLiteral("play")));
    });
}

qint64 FusionTimeline::step() const {
    return m_steps.empty() ? 0 : m_steps[static_cast<std::size_t>(m_slider->value())].step;
}

void FusionTimeline::setSteps(std::vector<FusionStep> steps) {
    if (steps == m_steps) {
        return;
    }
    const bool atEnd = m_steps.empty() || m_slider->value() == m_slider->maximum();
    const qint64 chosen = step();
    m_steps = std::move(steps);
    {
        const QSignalBlocker quiet(m_slider);
        m_slider->setRange(0, std::max(0, static_cast<int>(m_steps.size()) - 1));
    }
    setEnabled(m_steps.size() > 1);
    if (atEnd) {
        const QSignalBlocker quiet(m_slider);
        m_slider->setValue(m_slider->maximum());
        changed();
    } else {
        setStep(chosen);
    }
}

void FusionTimeline::setStep(qint64 step) {
    if (m_steps.empty()) {
        return;
    }
    const auto nearest =
        std::min_element(m_steps.begin(), m_steps.end(), [step](const auto& a, const auto& b) {
            return std::llabs(a.step - step) < std::llabs(b.step - step);
        });
    const int index = static_cast<int>(nearest - m_steps.begin());
    if (index == m_slider->value()) {
        changed();
    } else {
        m_slider->setValue(index);
    }
}

void FusionTimeline::changed() {
    m_label->setText(m_steps.empty() ? QString()
                                     : tr("step %L1 of %L2").arg(step()).arg(m_steps.back().step));
    Q_EMIT stepChanged(step());
}

void FusionTimeline::togglePlay() {
    const bool plays = m_play->isChecked();
    m_play->setIcon(Theme::instance().icon(plays ? QStringLiteral("pause") : QStringLiteral("play")));
    if (!plays) {
        m_timer.stop();
        return;
    }
    if (m_slider->value() == m_slider->maximum()) {
        m_slider->setValue(0);
    }
    m_timer.start();
}

void FusionTimeline::playNext() {
    if (m_slider->value() == m_slider->maximum()) {
        m_play->setChecked(false);
        return;
    }
    m_slider->setValue(m_slider->value() + 1);
}

} // namespace awb::ui
