#pragma once

#include <vector>

#include <QWidget>

#include "backend/jobs/playground_jobs.h"
#include "ui/playground/run_choice.h"

class QComboBox;
class QHBoxLayout;
class QPlainTextEdit;
class QPushButton;

namespace awb::ui {

class AnswerColumn;
class ToneLabel;

/// A text, and what up to four models say of it, beside each other and while it is typed.
class TextView : public QWidget {
    Q_OBJECT

public:
    static constexpr std::size_t kMostColumns = 4;

    explicit TextView(PlaygroundJobs* jobs, QWidget* parent = nullptr);

    /// The first time: the newest run, with its adapters and without.
    void setRuns(const std::vector<RunChoice>& runs);
    void setText(const PlaygroundText& text);
    PlaygroundText text() const;
    void addColumn();
    const std::vector<AnswerColumn*>& columns() const { return m_columns; }
    /// Measures how long the models take.
    void measure();

private:
    void build();
    QWidget* buildTexts();
    void connectJobs();
    AnswerColumn* newColumn();
    void removeColumn(AnswerColumn* column);
    void openRuns();
    void ask();
    void showPairs();
    void requestExamples();
    void fillExamples(const std::vector<PlaygroundText>& texts);
    void updateButtons();
    std::vector<Question> questions() const;

    PlaygroundJobs* m_jobs;
    std::vector<RunChoice> m_runs;
    std::vector<AnswerColumn*> m_columns;
    std::vector<PlaygroundText> m_examples;
    qint64 m_examplesOf = 0;
    bool m_isMeasuring = false;
    QPlainTextEdit* m_first = nullptr;
    QPlainTextEdit* m_second = nullptr;
    QWidget* m_secondArea = nullptr;
    QComboBox* m_exampleBox = nullptr;
    QPushButton* m_measure = nullptr;
    QPushButton* m_add = nullptr;
    ToneLabel* m_measureNote = nullptr;
    QHBoxLayout* m_row = nullptr;
};

} // namespace awb::ui
