#pragma once

#include <QTimer>
#include <QWidget>

#include "backend/jobs/background_reader.h"

class QLineEdit;

namespace awb::ui {

class StateStack;
class TokenChips;
class ToneLabel;

/// Shows how a text, or a pair of texts, is cut into the base model's tokens.
class TokenPanel : public QWidget {
    Q_OBJECT

public:
    explicit TokenPanel(BackgroundReader* reader, QWidget* parent = nullptr);

    /// Which tokenizer, and how many tokens an example may have.
    void setBase(const QString& baseModel, int maxSeqLength);
    void setTexts(const QString& text, const QString& pair);

private:
    void ask();
    void showEncoding(const Encoding& encoding);

    BackgroundReader* m_reader;
    QString m_base;
    int m_maxLength = 0;
    quint64 m_token = 0;
    QTimer m_delay;
    QLineEdit* m_text;
    QLineEdit* m_pair;
    ToneLabel* m_counts;
    ToneLabel* m_detail;
    TokenChips* m_chips;
    StateStack* m_state;
};

} // namespace awb::ui
