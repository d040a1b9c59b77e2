#pragma once

#include <QTimer>
#include <QWidget>

#include "backend/jobs/background_reader.h"
#include "ui/data/token_request.h"

class QLineEdit;

namespace awb::ui {

class StateStack;
class TokenChips;
class ToneLabel;

/// Shows how a text, or a pair of texts, is cut into the base model's tokens, and which of them carry the
/// tags of a tagged text.
class TokenPanel : public QWidget {
    Q_OBJECT

public:
    explicit TokenPanel(BackgroundReader* reader, QWidget* parent = nullptr);

    /// Which tokenizer, and how many tokens an example may have.
    void setBase(const QString& baseModel, int maxSeqLength);
    void setRequest(const TokenRequest& request);

private:
    void ask();
    void showEncoding(const Encoding& encoding);
    /// Whether the text in the field still is the tagged one.
    bool isTagged() const;

    BackgroundReader* m_reader;
    TokenRequest m_tagged; ///< the words and tags of the text in the field, as long as it is not edited
    QString m_base;
    int m_maxLength = 0;
    quint64 m_token = 0;
    bool m_asTagged = false; ///< what was asked last
    QTimer m_delay;
    QLineEdit* m_text;
    QLineEdit* m_pair;
    ToneLabel* m_counts;
    ToneLabel* m_detail;
    TokenChips* m_chips;
    StateStack* m_state;
};

} // namespace awb::ui
