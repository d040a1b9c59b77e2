#include "ui/data/label_card.h"

#include <algorithm>
#include <numeric>

#include <QLocale>
#include <QVBoxLayout>

#include "ui/theme/theme.h"
#include "ui/widgets/bar_chart.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

using Split = DatasetSummary::SplitSummary;

QString number(std::int64_t value) {
    return QLocale().toString(qlonglong{value});
}

QString shortNumber(double value) {
    return QLocale().toString(value, 'g', 4);
}

QString schemeTitle(TagScheme scheme) {
    const std::string_view name = tagSchemeName(scheme);
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())).toUpper();
}

std::vector<CategoryChart::Bar> labelBars(const Dataset& dataset, const Split& split,
                                          const TagColors& colors) {
    std::vector<CategoryChart::Bar> bars;
    for (std::size_t i = 0; i < split.labelCounts.size() && i < dataset.labels.size(); ++i) {
        const std::string& label = dataset.labels[i];
        auto fill = colors.fill(label);
        if (!fill && !colors.isEmpty()) {
            fill = QBrush(Theme::instance().color(Tone::Frozen)); // O
        }
        bars.push_back({QString::fromStdString(label), split.labelCounts[i], std::move(fill)});
    }
    return bars;
}

} // namespace

LabelCard::LabelCard(QWidget* parent)
    : Card({}, parent)
    , m_labels(new CategoryChart)
    , m_text(new ToneLabel({}, Tone::MutedText))
    , m_entityBox(new QWidget)
    , m_entities(new CategoryChart) {
    m_labels->setObjectName(QStringLiteral("labelChart"));
    m_text->setObjectName(QStringLiteral("labelText"));
    m_text->setWordWrap(true);
    m_entities->setObjectName(QStringLiteral("entityChart"));
    m_entities->setAccessibleName(tr("Entities by type"));
    auto* entityColumn = new QVBoxLayout(m_entityBox);
    entityColumn->setContentsMargins(0, 0, 0, px(Space::S));
    entityColumn->setSpacing(px(Space::S));
    entityColumn->addWidget(m_entities);
    entityColumn->addWidget(new ToneLabel(tr("Tags"), Tone::MutedText, TextSize::Small, true));
    body()->addWidget(m_entityBox);
    body()->addWidget(m_labels);
    body()->addWidget(m_text);
    body()->addStretch();
}

void LabelCard::setSplit(const Dataset& dataset, const Split& split) {
    m_entityBox->setVisible(!split.entities.empty());
    m_text->clear();
    switch (dataset.task) {
    case HeadType::Tagging:
        showTags(dataset, split);
        break;
    case HeadType::Regression:
        showValues(split);
        break;
    default:
        showClasses(dataset, split);
    }
    m_text->setVisible(!m_text->text().isEmpty());
    setVisible(!isLanguageModel(dataset.task));
}

void LabelCard::showClasses(const Dataset& dataset, const Split& split) {
    setTitle(tr("Labels: %1 classes").arg(dataset.labels.size()));
    m_labels->setAccessibleName(tr("Examples by label"));
    m_labels->setBars(labelBars(dataset, split, {}), tr("examples"));
    QStringList texts;
    if (dataset.task == HeadType::MultiLabel && split.examples > 0) {
        const std::int64_t all =
            std::accumulate(split.labelCounts.begin(), split.labelCounts.end(), std::int64_t{0});
        const double mean = static_cast<double>(all) / static_cast<double>(split.examples);
        texts << tr("%1 labels an example on average.").arg(QLocale().toString(mean, 'f', 2));
        texts << tr("Without any label: %1 examples.").arg(number(split.unlabelled));
    }
    if (split.unknown > 0) {
        texts << tr("Labels that train does not have: %1; they count as wrong.").arg(number(split.unknown));
    }
    m_text->setText(texts.join(u' '));
}

void LabelCard::showTags(const Dataset& dataset, const Split& split) {
    const TagColors colors = tagColorsOf(dataset);
    std::vector<CategoryChart::Bar> entities;
    for (const auto& [type, count] : split.entities) {
        entities.push_back(
            {type.isEmpty() ? tr("entity") : type, count, colors.fillOfType(type.toStdString())});
    }
    setTitle(entities.empty() ? tr("Tags: %1").arg(dataset.labels.size())
                              : tr("Entities: %1 types, tagged as %2")
                                    .arg(entities.size())
                                    .arg(schemeTitle(dataset.tagScheme)));
    m_entities->setBars(std::move(entities), tr("entities"));
    m_labels->setAccessibleName(tr("Words by tag"));
    m_labels->setBars(labelBars(dataset, split, colors), tr("words"));
    QStringList texts;
    if (split.untagged > 0) {
        texts << tr("%1 of %2 words have no tag and do not count.")
                     .arg(number(split.untagged), number(split.words));
    }
    if (split.unknown > 0) {
        texts << tr("Words with a tag that train does not have: %1; they count as wrong.")
                     .arg(number(split.unknown));
    }
    m_text->setText(texts.join(u' '));
}

void LabelCard::showValues(const Split& split) {
    setTitle(tr("Numbers"));
    m_labels->setAccessibleName(tr("Examples by number"));
    std::vector<CategoryChart::Bar> bars;
    const double width = (split.greatestValue - split.leastValue) /
                         static_cast<double>(std::max(split.valueCounts.size(), std::size_t{1}));
    for (std::size_t i = 0; i < split.valueCounts.size(); ++i) {
        const double low = split.leastValue + width * static_cast<double>(i);
        bars.push_back(
            {width > 0 ? tr("%1 to %2").arg(shortNumber(low), shortNumber(low + width)) : shortNumber(low),
             split.valueCounts[i], std::nullopt});
    }
    m_labels->setBars(std::move(bars), tr("examples"));
    m_text->setText(tr("From %1 to %2, mean %3, standard deviation %4.")
                        .arg(shortNumber(split.leastValue), shortNumber(split.greatestValue),
                             shortNumber(split.meanValue), shortNumber(split.valueDeviation)));
}

} // namespace awb::ui
