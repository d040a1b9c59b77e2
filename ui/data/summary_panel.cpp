#include "ui/data/summary_panel.h"

#include <QComboBox>
#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/data/label_card.h"
#include "ui/theme/theme.h"
#include "ui/widgets/bar_chart.h"
#include "ui/widgets/card.h"
#include "ui/widgets/labelled_number.h"
#include "ui/widgets/state_stack.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

constexpr std::size_t kMostWarnings = 20;

QString number(std::int64_t value) {
    return QLocale().toString(qlonglong{value});
}

void clear(QLayout* layout) {
    while (QLayoutItem* item = layout->takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

QWidget* remark(const QString& iconName, Tone tone, const QString& text) {
    auto* row = new QWidget;
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(px(Space::S));
    line->addWidget(new ToneIcon(iconName, tone), 0, Qt::AlignTop);
    QString sentence = text.left(1).toUpper() + text.mid(1);
    if (!sentence.endsWith(u'.') && !sentence.endsWith(u')')) {
        sentence += u'.';
    }
    auto* words = new ToneLabel(sentence, Tone::Text);
    words->setWordWrap(true);
    words->setTextInteractionFlags(Qt::TextSelectableByMouse);
    line->addWidget(words, 1);
    return row;
}

/// The file and the lines that a warning is about; the warning itself names the first of them.
QString placesOf(const DataWarning& warning) {
    QStringList lines;
    for (const std::int64_t line : warning.lines) {
        lines << number(line);
    }
    const bool more = warning.count > static_cast<std::int64_t>(warning.lines.size());
    return lines.isEmpty()
               ? QString()
               : SummaryPanel::tr("%1, lines %2%3")
                     .arg(QFileInfo(QString::fromStdString(warning.file)).fileName(),
                          lines.join(QStringLiteral(", ")), more ? QStringLiteral(", …") : QString());
}

} // namespace

SummaryPanel::SummaryPanel(QWidget* parent)
    : QWidget(parent)
    , m_numbers(new QWidget)
    , m_split(new QComboBox)
    , m_labelCard(new LabelCard)
    , m_lengthCard(new Card(tr("Length")))
    , m_lengths(new HistogramChart)
    , m_truncated(new ToneLabel({}, Tone::MutedText)) {
    m_split->setObjectName(QStringLiteral("summarySplit"));
    m_split->setAccessibleName(tr("Split shown in the charts"));
    m_lengths->setObjectName(QStringLiteral("lengthChart"));
    m_lengths->setAccessibleName(tr("Examples by number of tokens"));
    m_truncated->setWordWrap(true);
    m_truncated->setObjectName(QStringLiteral("truncatedText"));
    m_lengthCard->body()->addWidget(m_lengths);
    m_lengthCard->body()->addWidget(m_truncated);
    m_lengthCard->body()->addStretch();
    connect(m_split, &QComboBox::currentIndexChanged, this, &SummaryPanel::showSplit);
    connect(&Theme::instance(), &Theme::changed, this, [this] { showSplit(m_split->currentIndex()); });

    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(px(Space::M), px(Space::M), px(Space::M), px(Space::M));
    column->setSpacing(px(Space::M));
    auto* sizes = new Card(tr("Splits"));
    sizes->body()->addWidget(m_numbers);
    column->addWidget(sizes);
    auto* messages = new QWidget;
    m_messages = new QVBoxLayout(messages);
    m_messages->setContentsMargins(px(Space::Xs), 0, px(Space::Xs), 0);
    m_messages->setSpacing(px(Space::S));
    column->addWidget(messages);
    auto* choose = new QHBoxLayout;
    auto* chooseLabel = new QLabel(tr("Charts of"));
    chooseLabel->setBuddy(m_split);
    choose->addWidget(chooseLabel);
    choose->addWidget(m_split);
    choose->addStretch();
    column->addLayout(choose);
    auto* charts = new QHBoxLayout;
    charts->setSpacing(px(Space::M));
    charts->addWidget(m_labelCard, 1);
    charts->addWidget(m_lengthCard, 1);
    column->addLayout(charts);
    column->addStretch();

    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(content);
    m_state = new StateStack(scroll);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_state);
}

void SummaryPanel::setSummary(const DatasetSummary& summary, int maxSeqLength) {
    m_summary = summary;
    m_maxSeqLength = maxSeqLength;
    fillNumbers();
    fillMessages();
    const int shown = qMax(m_split->currentIndex(), 0);
    {
        const QSignalBlocker quiet(m_split);
        m_split->clear();
        for (const auto& split : m_summary.splits) {
            m_split->addItem(split.name);
        }
    }
    m_split->setCurrentIndex(qMin(shown, m_split->count() - 1));
    showSplit(m_split->currentIndex());
    m_state->showContent();
}

void SummaryPanel::fillNumbers() {
    delete m_numbers->layout();
    qDeleteAll(m_numbers->findChildren<QWidget*>(Qt::FindDirectChildrenOnly));
    auto* grid = new QGridLayout(m_numbers);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(px(Space::Xl));
    grid->setVerticalSpacing(px(Space::M));
    int row = 0;
    for (const auto& split : m_summary.splits) {
        const auto add = [&](int column, const QString& name, const QString& value, const QString& tip = {}) {
            auto* field = new LabelledNumber(name);
            field->setValue(value, tip);
            grid->addWidget(field, row, column);
        };
        grid->addWidget(new ToneLabel(split.name, Tone::Text, TextSize::Body, true), row, 0);
        int column = 1;
        const HeadType task = m_summary.dataset ? m_summary.dataset->task : HeadType::Classification;
        if (task == HeadType::MaskedLm) {
            add(column++, tr("texts"), number(split.examples));
            add(column++, tr("tokens"), number(split.tokens), tr("Special tokens not counted."));
            add(column++, tr("blocks of %1 tokens").arg(m_maxSeqLength), number(split.blocks),
                tr("What is one example in training."));
        } else {
            add(column++, task == HeadType::Tagging ? tr("sentences") : tr("examples"),
                number(split.examples));
            if (task == HeadType::Tagging) {
                add(column++, tr("words"), number(split.words));
            }
            add(column++, tr("tokens an example, mean"), QLocale().toString(split.meanTokens, 'f', 1),
                tr("After cutting at %1 tokens, special tokens included.").arg(m_maxSeqLength));
            const double share = split.examples > 0 ? 100.0 * static_cast<double>(split.truncated) /
                                                          static_cast<double>(split.examples)
                                                    : 0;
            add(column++, tr("cut at %1 tokens").arg(m_maxSeqLength),
                tr("%1 (%2 %)").arg(number(split.truncated), QLocale().toString(share, 'f', 1)));
        }
        const Split* rows = m_summary.dataset ? m_summary.dataset->split(split.name.toStdString()) : nullptr;
        add(column, task == HeadType::Tagging ? tr("sentences left out") : tr("rows left out"),
            number(rows != nullptr ? rows->rowsLeftOut : 0));
        ++row;
    }
    grid->setColumnMinimumWidth(0, 90);
    grid->setColumnStretch(6, 1);
}

void SummaryPanel::fillMessages() {
    clear(m_messages);
    if (!m_summary.dataset) {
        return;
    }
    if (!m_summary.dataset->note.empty()) {
        QWidget* note =
            remark(QStringLiteral("info"), Tone::Loss, QString::fromStdString(m_summary.dataset->note));
        note->setObjectName(QStringLiteral("dataNote"));
        m_messages->addWidget(note);
    }
    const auto& warnings = m_summary.dataset->warnings;
    for (std::size_t i = 0; i < std::min(warnings.size(), kMostWarnings); ++i) {
        QWidget* row =
            remark(QStringLiteral("warning"), Tone::Warning, QString::fromStdString(warnings[i].text));
        row->setToolTip(placesOf(warnings[i]));
        m_messages->addWidget(row);
    }
    if (warnings.size() > kMostWarnings) {
        m_messages->addWidget(remark(QStringLiteral("warning"), Tone::Warning,
                                     tr("%1 more warnings.").arg(warnings.size() - kMostWarnings)));
    }
}

void SummaryPanel::showSplit(int index) {
    if (index < 0 || index >= static_cast<int>(m_summary.splits.size()) || !m_summary.dataset) {
        return;
    }
    const auto& split = m_summary.splits[static_cast<std::size_t>(index)];
    m_labelCard->setSplit(*m_summary.dataset, split);
    showLengths(split);
}

void SummaryPanel::showLengths(const DatasetSummary::SplitSummary& split) {
    const bool packed = m_summary.dataset->task == HeadType::MaskedLm;
    m_lengthCard->setTitle(tr("Length in tokens"));
    m_lengths->setBins(split.lengthHistogram, split.lengthBin,
                       packed ? tr("tokens a text") : tr("tokens an example"),
                       packed ? tr("texts") : tr("examples"), packed ? -1 : m_maxSeqLength,
                       tr("cut at %1").arg(m_maxSeqLength));
    if (packed) {
        m_truncated->setText(
            tr("Nothing is cut: the texts are laid end to end and read in blocks of %1 tokens.")
                .arg(m_maxSeqLength));
        return;
    }
    m_truncated->setText(
        split.truncated == 0
            ? tr("No example is longer than %1 tokens.").arg(m_maxSeqLength)
            : tr("%1 examples are longer than %2 tokens; the rest of their text is not seen.")
                  .arg(number(split.truncated))
                  .arg(m_maxSeqLength));
}

} // namespace awb::ui
