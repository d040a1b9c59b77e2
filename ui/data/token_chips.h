#pragma once

#include <vector>

#include <QRect>
#include <QWidget>

#include "backend/text/tokenizer.h"

namespace awb::ui {

/// The tokens of a text as chips that wrap like words, each with its id below. Arrow keys move a mark over
/// them.
class TokenChips : public QWidget {
    Q_OBJECT

public:
    explicit TokenChips(QWidget* parent = nullptr);

    void setEncoding(const Encoding& encoding);
    int current() const { return m_current; }
    /// Token, id and characters in words.
    QString describe(int index) const;

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;

Q_SIGNALS:
    void currentChanged(int index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

private:
    std::vector<QRect> layOut(int width) const;
    int chipAt(const QPoint& point) const;
    void setCurrent(int index);

    Encoding m_encoding;
    std::vector<QRect> m_chips;
    int m_current = -1;
};

} // namespace awb::ui
