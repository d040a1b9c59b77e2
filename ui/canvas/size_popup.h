#pragma once

#include <QFrame>

class QLabel;
class QSpinBox;

namespace awb::ui {

/// A small spin box over the canvas for an exact size: bottleneck units, a rank, a length. Enter applies,
/// Escape or leaving it closes.
class SizePopup : public QFrame {
    Q_OBJECT

public:
    /// What is asked for.
    struct Request {
        QString title; ///< "rank", as the method calls it
        int size = 1;
        int largest = 1;
        int hiddenSize = 0; ///< shows the reduction factor beside the size; 0: there is none
    };

    explicit SizePopup(QWidget* parent);
    /// Opens beneath `position` (parent coordinates); `typed` replaces the size as the text to edit.
    void openAt(QPoint position, const Request& request, const QString& typed = {});

Q_SIGNALS:
    void chosen(int size);
    void closed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void accept();
    void close();
    void updateHint();

    QLabel* m_title;
    QSpinBox* m_size;
    QLabel* m_hint;
    int m_hiddenSize = 0;
};

} // namespace awb::ui
