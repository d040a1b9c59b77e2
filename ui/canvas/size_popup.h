#pragma once

#include <QFrame>

class QLabel;
class QSpinBox;

namespace awb::ui {

/// A small spin box over the canvas for an exact bottleneck size. Enter applies, Escape or leaving it closes.
class SizePopup : public QFrame {
    Q_OBJECT

public:
    explicit SizePopup(QWidget* parent);
    /// Opens beneath `position` (parent coordinates) with `size`; `typed` replaces it as the text to edit.
    void openAt(QPoint position, int size, int hiddenSize, const QString& typed = {});

Q_SIGNALS:
    void chosen(int size);
    void closed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void accept();
    void close();
    void updateHint();

    QSpinBox* m_size;
    QLabel* m_hint;
    int m_hiddenSize = 0;
};

} // namespace awb::ui
