#pragma once

#include <optional>
#include <vector>

#include <QBrush>
#include <QWidget>

#include "backend/playground/answer.h"

namespace awb::ui {

/// Labels with their probabilities: a bar and a number each, the most probable first. The rest is one line.
class ScoreBars : public QWidget {
    Q_OBJECT

public:
    explicit ScoreBars(QWidget* parent = nullptr);

    /// `threshold`: a line at the probability from which a label counts as given; none where one label wins.
    void setScores(std::vector<LabelScore> scores, std::optional<double> threshold = std::nullopt);
    /// One after the other as they are given, all of them: the words of a sentence.
    void setSequence(std::vector<LabelScore> scores);
    const std::vector<LabelScore>& scores() const { return m_scores; } ///< as they are shown
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {140, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    void takeScores(std::vector<LabelScore> scores);
    std::size_t shown() const;
    bool isGiven(std::size_t row) const;
    QString textOf(const LabelScore& score) const;

    std::vector<LabelScore> m_scores;
    std::optional<double> m_threshold;
    bool m_isSequence = false;
};

/// "53.2 %"; "< 0.1 %" for what is not quite nothing.
QString probabilityText(double probability);

} // namespace awb::ui
