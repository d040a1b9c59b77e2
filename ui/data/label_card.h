#pragma once

#include "backend/jobs/background_reader.h"
#include "ui/itemmodels/tag_colors.h"
#include "ui/widgets/card.h"

namespace awb::ui {

class CategoryChart;
class ToneLabel;

/// What is predicted in one split and how often: classes, labels, entities and tags, or ranges of a number.
/// Hidden for plain text, which predicts nothing but itself.
class LabelCard : public Card {
    Q_OBJECT

public:
    explicit LabelCard(QWidget* parent = nullptr);

    void setSplit(const Dataset& dataset, const DatasetSummary::SplitSummary& split);

private:
    void showClasses(const Dataset& dataset, const DatasetSummary::SplitSummary& split);
    void showTags(const Dataset& dataset, const DatasetSummary::SplitSummary& split);
    void showValues(const DatasetSummary::SplitSummary& split);

    CategoryChart* m_labels;
    ToneLabel* m_text;
    QWidget* m_entityBox;
    CategoryChart* m_entities;
};

} // namespace awb::ui
