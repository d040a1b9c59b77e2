#pragma once

#include <QWidget>

class QLineEdit;

namespace awb::ui {

class DesignDocument;
class ToneLabel;

/// The composition as one line in the field's notation: to read, to copy, and to type. What is typed takes
/// effect at Enter or when the line is left; a mistake is named beneath, with the cursor where it is, and
/// changes nothing. Escape brings back what the design has.
class CompositionTextLine : public QWidget {
    Q_OBJECT

public:
    explicit CompositionTextLine(DesignDocument* document, QWidget* parent = nullptr);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void refresh();
    void commit();
    void showProblem(const QString& text, int position = -1);

    DesignDocument* m_document;
    QLineEdit* m_line;
    ToneLabel* m_problem;
};

} // namespace awb::ui
