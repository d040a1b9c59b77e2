#pragma once

#include <QFrame>

class QVBoxLayout;

namespace awb::ui {

class ToneLabel;

/// A raised surface with a hairline and, where a title is given, a section header.
class Card : public QFrame {
    Q_OBJECT

public:
    explicit Card(const QString& title = {}, QWidget* parent = nullptr);

    /// Where the contents go.
    QVBoxLayout* body() const { return m_body; }
    void setTitle(const QString& title);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QVBoxLayout* m_body = nullptr;
    ToneLabel* m_title = nullptr;
};

} // namespace awb::ui
