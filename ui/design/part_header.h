#pragma once

#include <set>
#include <string>
#include <vector>

#include <QWidget>

class QLabel;
class QToolButton;

namespace awb::ui {

class DesignDocument;
class LayerToggles;
struct PartRef;

/// The head of one method's section in the inspector: what it is, its equation, paper and parameters, in
/// which layers it acts, and for a part of a union the button that takes it out.
class PartHeader : public QWidget {
    Q_OBJECT

public:
    PartHeader(DesignDocument* document, const std::string& method, QWidget* parent = nullptr);

    /// Parts of the method; shown anew.
    void setParts(std::vector<PartRef> parts);
    void refresh();

private:
    void showCounts();
    void showLayers();
    void setLayer(int layer, bool isOn);
    void remove();

    DesignDocument* m_document;
    std::string m_method;
    std::vector<PartRef> m_parts;
    QLabel* m_title;
    QLabel* m_paper;
    QLabel* m_counts;
    QLabel* m_layersLabel;
    LayerToggles* m_layers;
    QToolButton* m_remove;
};

} // namespace awb::ui
