#pragma once

#include <QWidget>

class QLabel;
class QStackedWidget;

namespace awb::ui {

class ToneLabel;

/// A part of the study: a title, what it means in a sentence, and the chart, or why there is none.
class StudyBlock : public QWidget {
    Q_OBJECT

public:
    /// Takes the chart over; `height` is the chart's, in pixels.
    StudyBlock(const QString& title, const QString& meaning, QWidget* chart, int height,
               QWidget* parent = nullptr);

    /// Behind the title: what the chart says, in words.
    void setVerdict(const QString& text);
    QString verdict() const { return m_verdict; }
    /// Shown in the chart's place; empty: the chart.
    void setMissing(const QString& why);
    QString title() const { return m_title; }
    bool isMissing() const;

private:
    QString m_title;
    QString m_verdict;
    QLabel* m_heading;
    QStackedWidget* m_stack;
    QLabel* m_missing;
};

} // namespace awb::ui
