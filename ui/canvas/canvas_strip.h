#pragma once

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QToolButton;

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
    /// State of the legend's button, and the width that it takes at the right end.
    void setLegendShown(bool shown);
    int rightReserve() const;

Q_SIGNALS:
    void legendToggled(bool shown);

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
    QToolButton* m_legendButton;
};

} // namespace awb::ui
