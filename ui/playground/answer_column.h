#pragma once

#include <optional>
#include <vector>

#include "backend/playground/answer.h"
#include "ui/playground/run_choice.h"
#include "ui/widgets/card.h"

class QComboBox;
class QLineEdit;
class QToolButton;
class QVBoxLayout;

namespace awb::ui {

class ScoreBars;
class AnswerChips;
class ToneIcon;
class ToneLabel;

/// One of the models that are compared: the choice of a run and of what is on in it, and its answer.
class AnswerColumn : public Card {
    Q_OBJECT

public:
    explicit AnswerColumn(QWidget* parent = nullptr);

    void setRuns(const std::vector<RunChoice>& runs);
    void choose(qint64 run, SetupChoice::Kind kind);
    Question question() const;
    /// What is known of the chosen run; none until it is opened.
    void setInfo(const std::optional<RunInfo>& info);
    const std::optional<RunInfo>& info() const { return m_info; }
    void setClosable(bool closable);

    void showAnswer(const Answer& answer);
    void showError(const Error& error);
    /// Instead of an answer: what is to be done first.
    void showHint(const QString& hint);
    /// None: not measured for what is shown.
    void showLatency(const std::optional<Latency>& latency);
    QString latencyText() const;
    const std::optional<Answer>& answer() const { return m_answer; }

Q_SIGNALS:
    void questionChanged();
    void closeRequested();

private:
    void build();
    void updateSetup();
    void clearAnswer();
    void showHead(const HeadAnswer& head, bool withName);
    void showNotes();

    std::optional<RunInfo> m_info;
    std::optional<Answer> m_answer;
    std::optional<Latency> m_latency;
    QComboBox* m_run = nullptr;
    QComboBox* m_setup = nullptr;
    QLineEdit* m_composition = nullptr;
    QToolButton* m_close = nullptr;
    QWidget* m_problem = nullptr;
    ToneLabel* m_problemText = nullptr;
    ToneLabel* m_hint = nullptr;
    AnswerChips* m_chips = nullptr;
    ToneLabel* m_cut = nullptr;
    QVBoxLayout* m_heads = nullptr;
    QWidget* m_headArea = nullptr;
    ToneLabel* m_latencyLabel = nullptr;
    ToneLabel* m_memoryLabel = nullptr;
};

} // namespace awb::ui
