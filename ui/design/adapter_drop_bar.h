#pragma once

#include <QWidget>

class QSlider;

namespace awb::ui {

class DesignDocument;
class ToneLabel;

/// AdapterDrop: a slider over the lower layers that run without adapters.
class AdapterDropBar : public QWidget {
    Q_OBJECT

public:
    explicit AdapterDropBar(DesignDocument* document, QWidget* parent = nullptr);

private:
    void setLayers(int layers);
    void refresh();

    DesignDocument* m_document;
    QSlider* m_slider;
    ToneLabel* m_text;
    int m_mergeId = 0; ///< a new one for each drag
};

} // namespace awb::ui
