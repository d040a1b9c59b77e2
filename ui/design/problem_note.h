#pragma once

#include <QFrame>

class QLabel;
class QPushButton;

namespace awb::ui {

class DesignDocument;

/// Says why the design can't be trained now, with what can be done about it at a click. Hidden while it can.
class ProblemNote : public QFrame {
    Q_OBJECT

public:
    enum class Scope {
        Design,     ///< whatever keeps it from being trained
        HeadAndData ///< only where head and data don't go together
    };

    ProblemNote(DesignDocument* document, Scope scope, QWidget* parent = nullptr);

Q_SIGNALS:
    /// The person wants to choose other data.
    void dataRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void refresh();
    void useFittingHead();

    DesignDocument* m_document;
    Scope m_scope;
    QLabel* m_text;
    QPushButton* m_head;
    QPushButton* m_data;
};

} // namespace awb::ui
