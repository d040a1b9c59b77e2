// FusionPage: the weights by layer, of one run, minus another's, or over seeds.
#include <algorithm>
#include <cmath>

#include <QComboBox>
#include <QSignalBlocker>

#include "ui/fusion/fusion_matrices.h"
#include "ui/fusion/fusion_page.h"
#include "ui/fusion/fusion_timeline.h"
#include "ui/fusion/rule_gestures.h"
#include "ui/widgets/message_bar.h"

namespace awb::ui {

namespace {

QString number(float value) {
    return QString::number(static_cast<double>(value), 'f', 3);
}

} // namespace

void FusionPage::showLayers() {
    std::optional<ShareMatrix> matrix;
    if (m_seeds) {
        matrix = seedMatrix(*probe(), *m_seeds);
    } else if (m_compareBox->currentIndex() > 0) {
        matrix = comparedMatrix(m_compareBox->currentData().toLongLong());
    }
    m_layers->setDescription([this](ShareMap::Cell cell) { return cellText(cell); });
    m_layers->setMatrix(matrix ? std::move(*matrix) : layerMatrix(*probe(), m_record));
    m_gestures->setFusion(*probe(), m_record);
}

std::optional<ShareMatrix> FusionPage::comparedMatrix(qint64 other) {
    const FusionProbe& shown = *probe();
    const auto steps = m_context.store->fusionSteps(other, shown.fusion);
    const auto record =
        steps && !steps->empty()
            ? m_context.store->fusionAt(other, shown, steps->back().step, FusionDetail::Summary)
            : Result<FusionRecord>(fail(Error{
                  "the other run has no fusion of these adapters", "run " + std::to_string(other), {}}));
    if (!record) {
        report(record.error());
        return std::nullopt;
    }
    return differenceMatrix(shown, m_record, *record);
}

void FusionPage::chooseCompared() {
    readSeeds();
    showStep();
}

void FusionPage::readSeeds() {
    m_seeds.reset();
    if (!probe() || m_compareBox->currentData().toLongLong() != kAllSeeds) {
        return;
    }
    const auto records = recordsOfSeeds(*m_context.store, *run(), *probe(), m_runs);
    if (records && records->size() > 1) {
        m_seeds = spreadOver(*records);
        return;
    }
    const QSignalBlocker quiet(m_compareBox);
    m_compareBox->setCurrentIndex(0);
    if (!records) {
        report(records.error());
    } else {
        m_messages->post(QStringLiteral("fusion"),
                         {.severity = Severity::Info,
                          .what = tr("No other run has this design with another seed"),
                          .where = m_runBox->currentText(),
                          .advice = tr("Train it again with another seed; the spread is shown here then."),
                          .action = {},
                          .run = {}});
    }
}

QString FusionPage::seedText() const {
    const auto largest = std::ranges::max_element(m_seeds->deviation);
    const auto at = static_cast<std::size_t>(largest - m_seeds->deviation.begin());
    const std::size_t adapters = probe()->adapters.size();
    return tr("The weights differ most for %1 in %2: ± %3.")
        .arg(QString::fromStdString(probe()->adapters[at % adapters]).toHtmlEscaped(),
             placeText(probe()->places[at / adapters]), number(*largest));
}

QString FusionPage::cellText(ShareMap::Cell cell) const {
    const std::size_t adapters = probe()->adapters.size();
    if (static_cast<std::size_t>(cell.column) >= adapters) {
        return tr("1: every adapter has the same weight, 0: one has all");
    }
    const auto at = static_cast<std::size_t>(cell.row) * adapters + static_cast<std::size_t>(cell.column);
    if (m_seeds) {
        return tr("± %1 over %n seed(s)", nullptr, static_cast<int>(m_seeds->runs))
            .arg(number(m_seeds->deviation[at]));
    }
    return tr("spread over the tokens ± %1").arg(number(m_record.spread[at])) + changedWeight(cell);
}

} // namespace awb::ui
