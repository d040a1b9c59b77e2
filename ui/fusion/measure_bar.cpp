#include "ui/fusion/measure_bar.h"

#include <utility>

#include <QHBoxLayout>
#include <QProgressBar>
#include <QPushButton>

namespace awb::ui {

MeasureBar::MeasureBar(RunInspector* inspector, Words words, std::function<quint64(qint64)> begin,
                       QWidget* parent)
    : QWidget(parent)
    , m_inspector(inspector)
    , m_words(std::move(words))
    , m_begin(std::move(begin))
    , m_progress(new QProgressBar(this))
    , m_button(new QPushButton(this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_progress);
    row->addWidget(m_button);
    connect(m_button, &QPushButton::clicked, this, &MeasureBar::toggle);
    if (m_inspector != nullptr) {
        connect(m_inspector, &RunInspector::progress, this,
                [this](quint64 token, const QString& activity, double fraction) {
                    if (token == m_token) {
                        m_progress->setRange(0, fraction < 0 ? 0 : 100);
                        m_progress->setValue(static_cast<int>(fraction * 100));
                        m_progress->setToolTip(activity);
                    }
                });
        connect(m_inspector, &RunInspector::failed, this, [this](quint64 token, const Error& error) {
            if (token == m_token) {
                end(token);
                Q_EMIT failed(error);
            }
        });
        connect(m_inspector, &RunInspector::stopped, this, &MeasureBar::end);
    }
    setRun(0, false, {});
}

void MeasureBar::setRun(qint64 run, bool isMeasured, const QString& obstacle) {
    m_run = run;
    m_isMeasured = isMeasured;
    m_obstacle =
        m_inspector == nullptr ? tr("Nothing can be measured without the program's worker.") : obstacle;
    showState();
}

void MeasureBar::toggle() {
    if (isBusy()) {
        m_inspector->stop(m_token);
        m_button->setText(tr("Stopping …"));
        m_button->setEnabled(false);
        return;
    }
    m_measuredRun = m_run;
    m_token = m_begin(m_run);
    m_progress->setRange(0, 0);
    showState();
    Q_EMIT changed();
}

void MeasureBar::finish(quint64 token, qint64 run) {
    if (token == m_token) {
        end(token);
        Q_EMIT measured(run);
    }
}

void MeasureBar::end(quint64 token) {
    if (token == m_token) {
        m_token = 0;
        showState();
        Q_EMIT changed();
    }
}

void MeasureBar::showState() {
    m_progress->setVisible(isBusy());
    m_button->setVisible(isBusy() || m_isMeasured);
    m_button->setText(isBusy() ? tr("Stop") : m_words.again);
    m_button->setEnabled(isBusy() || m_obstacle.isEmpty());
    m_button->setToolTip(isBusy()               ? m_words.stops.arg(m_measuredRun)
                         : m_obstacle.isEmpty() ? m_words.what
                                                : m_obstacle);
}

} // namespace awb::ui
