// AnswerColumn: what it says.
#include <algorithm>

#include <QLayoutItem>
#include <QLocale>
#include <QVBoxLayout>

#include "ui/itemmodels/tag_colors.h"
#include "ui/playground/answer_chips.h"
#include "ui/playground/answer_column.h"
#include "ui/playground/score_bars.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

constexpr double kMultiLabelThreshold = 0.5;

QString sizeText(std::int64_t bytes) {
    return QLocale().formattedDataSize(bytes, 2, QLocale::DataSizeSIFormat);
}

QString milliseconds(double value) {
    return QLocale().toString(value, 'f', 2);
}

QString sentence(const Error& error) {
    return QString::fromStdString(error.message());
}

/// "dog → NOUN" for the words that the model has read.
std::vector<LabelScore> wordScores(const HeadAnswer& head) {
    std::vector<LabelScore> scores;
    for (const WordLabel& word : head.words) {
        if (word.token >= 0) {
            scores.push_back({word.word + " → " + word.label, word.probability});
        }
    }
    return scores;
}

} // namespace

void AnswerColumn::clearAnswer() {
    m_answer.reset();
    for (QWidget* part : {m_problem, static_cast<QWidget*>(m_hint), static_cast<QWidget*>(m_chips),
                          static_cast<QWidget*>(m_cut), m_headArea, static_cast<QWidget*>(m_latencyLabel),
                          static_cast<QWidget*>(m_memoryLabel)}) {
        part->hide();
    }
    while (QLayoutItem* item = m_heads->takeAt(0)) {
        if (QWidget* widget = item->widget()) {
            widget->hide();
            widget->deleteLater();
        }
        delete item;
    }
}

void AnswerColumn::showHint(const QString& hint) {
    clearAnswer();
    m_hint->setText(hint);
    m_hint->show();
}

void AnswerColumn::showError(const Error& error) {
    clearAnswer();
    m_problemText->setText(sentence(error));
    m_problem->show();
}

void AnswerColumn::showAnswer(const Answer& answer) {
    clearAnswer();
    m_answer = answer;
    const TagColors colors(m_info ? m_info->labels : std::vector<std::string>());
    std::vector<AnswerChips::Chip> chips;
    for (const AnswerToken& token : answer.tokens) {
        AnswerChips::Chip chip{QString::fromStdString(token.text), {}, token.isSpecial, {}};
        const auto& words = answer.heads.front().words;
        if (token.word >= 0 && static_cast<std::size_t>(token.word) < words.size()) {
            const WordLabel& word = words[static_cast<std::size_t>(token.word)];
            chip.tint = colors.tint(word.label);
            chip.note =
                tr("%1, %2").arg(QString::fromStdString(word.label), probabilityText(word.probability));
        }
        chips.push_back(std::move(chip));
    }
    m_chips->setChips(std::move(chips));
    m_cut->setText(tr("The text is longer than the model's %1 tokens: %n token(s) at its end are cut off.",
                      nullptr, answer.tokensLeftOut)
                       .arg(answer.tokens.size()));
    m_cut->setVisible(answer.tokensLeftOut > 0);
    for (const HeadAnswer& head : answer.heads) {
        showHead(head, answer.heads.size() > 1);
    }
    m_headArea->show();
    showNotes();
}

void AnswerColumn::showHead(const HeadAnswer& head, bool withName) {
    const auto addText = [this](const QString& text, Tone tone, TextSize size, bool bold) {
        auto* label = new ToneLabel(text, tone, size, bold, m_headArea);
        label->setWordWrap(true);
        m_heads->addWidget(label);
        return label;
    };
    const auto addBars = [this] {
        auto* bars = new ScoreBars(m_headArea);
        bars->setObjectName(QStringLiteral("columnBars"));
        bars->setAccessibleName(tr("Predictions"));
        m_heads->addWidget(bars);
        return bars;
    };
    if (withName) {
        addText(tr("Branch %1").arg(QString::fromStdString(head.head)), Tone::MutedText, TextSize::Small,
                true);
    }
    switch (head.type) {
    case HeadType::Regression: {
        auto* value = addText(valueText(head.value), Tone::Text, TextSize::Heading, true);
        value->setObjectName(QStringLiteral("columnValue"));
        addText(tr("predicted value"), Tone::MutedText, TextSize::Small, false);
        break;
    }
    case HeadType::MultiLabel:
        addBars()->setScores(head.labels, kMultiLabelThreshold);
        addText(tr("Each label by itself; above the dashed line (50 %) it counts as given."), Tone::MutedText,
                TextSize::Small, false);
        break;
    case HeadType::Tagging:
        addBars()->setSequence(wordScores(head));
        break;
    case HeadType::MaskedLm:
    case HeadType::CausalLm:
        if (head.masks.empty()) {
            addText(tr("Write %1 where the model is to guess a token.")
                        .arg(m_info ? QString::fromStdString(m_info->maskToken) : QStringLiteral("[MASK]")),
                    Tone::MutedText, TextSize::Body, false);
        }
        for (const MaskAnswer& mask : head.masks) {
            addText(tr("Token %1").arg(mask.token), Tone::MutedText, TextSize::Small, true);
            addBars()->setScores(mask.best);
        }
        break;
    default:
        addBars()->setScores(head.labels);
    }
}

void AnswerColumn::showNotes() {
    if (!m_answer) {
        return;
    }
    m_memoryLabel->setText(tr("Parameters in memory: %1 base + %2 adapters and head")
                               .arg(sizeText(m_answer->baseBytes), sizeText(m_answer->addedBytes)));
    m_memoryLabel->setToolTip(
        tr("The base is held once for all runs that share it. What is added is %1 of it.")
            .arg(percentText(static_cast<double>(m_answer->addedBytes) /
                             static_cast<double>(std::max<std::int64_t>(1, m_answer->baseBytes)))));
    m_memoryLabel->show();
    m_latencyLabel->setText(latencyText());
    m_latencyLabel->setVisible(m_latency.has_value());
    if (m_latency) {
        m_latencyLabel->setToolTip(
            tr("Medians of %1 passes, after %2 to warm up, over one text of %3 tokens; in brackets the "
               "middle "
               "half of the passes. Base: the same text with the adapters switched off, measured in turn.")
                .arg(m_latency->repeats)
                .arg(m_latency->warmUps)
                .arg(m_latency->tokens));
    }
}

void AnswerColumn::showLatency(const std::optional<Latency>& latency) {
    m_latency = latency;
    showNotes();
    if (!latency) {
        m_latencyLabel->hide();
    }
}

QString AnswerColumn::latencyText() const {
    if (!m_latency) {
        return {};
    }
    const double change =
        m_latency->base.median > 0 ? m_latency->adapted.median / m_latency->base.median - 1 : 0;
    const QString sign = change >= 0 ? QStringLiteral("+") : QStringLiteral("−");
    return tr("%1 ms (%2–%3), base %4 ms (%5–%6): %7 %\nmedian of %8, %9")
        .arg(milliseconds(m_latency->adapted.median), milliseconds(m_latency->adapted.lower),
             milliseconds(m_latency->adapted.upper), milliseconds(m_latency->base.median),
             milliseconds(m_latency->base.lower), milliseconds(m_latency->base.upper),
             sign + QLocale().toString(std::abs(100 * change), 'f', 0))
        .arg(m_latency->repeats)
        .arg(tr("%n token(s)", nullptr, m_latency->tokens));
}

} // namespace awb::ui
