#pragma once

#include <QWidget>

#include "backend/jobs/background_reader.h"

class QComboBox;
class QVBoxLayout;

namespace awb::ui {

class Card;
class HistogramChart;
class LabelCard;
class LabelledNumber;
class StateStack;
class ToneLabel;

/// What is in the data: sizes, labels, lengths, what is cut, warnings and the note that belongs to every
/// score.
class SummaryPanel : public QWidget {
    Q_OBJECT

public:
    explicit SummaryPanel(QWidget* parent = nullptr);

    /// `maxSeqLength`: where texts are cut, in tokens.
    void setSummary(const DatasetSummary& summary, int maxSeqLength);
    StateStack& state() { return *m_state; }

private:
    void fillNumbers();
    void showLengths(const DatasetSummary::SplitSummary& split);
    void fillMessages();
    void showSplit(int index);

    DatasetSummary m_summary;
    int m_maxSeqLength = 0;
    StateStack* m_state;
    QWidget* m_numbers;
    QVBoxLayout* m_messages;
    QComboBox* m_split;
    LabelCard* m_labelCard;
    Card* m_lengthCard;
    HistogramChart* m_lengths;
    ToneLabel* m_truncated;
};

} // namespace awb::ui
