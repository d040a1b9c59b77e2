#pragma once

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace awb::ui {

class DesignDocument;

/// The strip above the canvas: the design's adapters with their colours (a click selects all modules of one),
/// or, while there are none, what to do first.
class CanvasStrip : public QWidget {
    Q_OBJECT

public:
    CanvasStrip(DesignDocument& document, QWidget* parent);
    void setCurrentPreset(const QString& presetName);
    void refresh();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void addAdapterButton(const QString& name);
    void applyPreset();

    DesignDocument& m_document;
    QString m_preset;
    QStringList m_shown;
    QHBoxLayout* m_legend;
    QLabel* m_hint;
    QPushButton* m_apply;
};

} // namespace awb::ui
