#pragma once

#include <set>
#include <vector>

#include <QWidget>

class QAbstractButton;
class QGridLayout;

namespace awb::ui {

/// A compact row of small buttons, one a layer. One tab stop: the arrow keys go from layer to layer, Space
/// switches.
class LayerToggles : public QWidget {
    Q_OBJECT

public:
    explicit LayerToggles(QWidget* parent = nullptr);

    /// Layers in which everything acts, and in which only some of several things do.
    void setLayers(int numLayers, const std::set<int>& all, const std::set<int>& some);
    /// The button of a layer, named "layerToggle_N"; null beyond the layers.
    QAbstractButton* button(int layer) const;

Q_SIGNALS:
    /// The person switched a layer; what was mixed is switched on.
    void toggled(int layer, bool isOn);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    class Button;
    void moveTo(int layer);

    QGridLayout* m_grid;
    std::vector<Button*> m_buttons;
    int m_current = 0;
};

} // namespace awb::ui
