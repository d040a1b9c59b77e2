#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <QGraphicsView>

namespace awb::ui {

class DesignDocument;

/// The canvas: the transformer bottom (embeddings) to top (head), one row a block, with sites to drop modules
/// on. A disposable view of the document: every gesture becomes an edit of it.
///
/// Accepts drops of mime type `kPresetMime` (a preset's name as UTF-8 text). Keyboard: arrows move between
/// sites and modules, Enter places the current preset or opens the inspector, Delete removes, + and - change
/// the reduction factor, L shows the legend, Ctrl+A selects all, Ctrl+C and Ctrl+V copy and paste, Ctrl+0
/// fits, Ctrl+plus and Ctrl+minus zoom.
class CanvasView : public QGraphicsView {
    Q_OBJECT

public:
    explicit CanvasView(DesignDocument* document, QWidget* parent = nullptr);
    ~CanvasView() override;

    void fit();
    void zoomBy(double factor);

    /// Glow of modules by key (`moduleKey`), e.g. gradient norms of the live run; empty switches the glow
    /// off. `label` names the quantity for the scale bar; the scale is logarithmic when `logarithmic`.
    void setGlow(const std::map<std::string, float>& values, const QString& label, bool logarithmic = true);
    /// Weights of AdapterFusion as the width of its spokes: by `moduleKey` of "fuse:a,b", one number 0..1 for
    /// each child. Empty: the spokes are thin and alike.
    void setFusionWeights(const std::map<std::string, std::vector<float>>& weights);
    /// The band that names every sign of the design; remembered.
    void setLegendVisible(bool visible);
    bool isLegendVisible() const;
    /// The preset that Enter places at the focused site.
    void setCurrentPreset(const QString& presetName);

    void selectAllModules();
    void copySelection();
    void paste();
    void removeSelection();

Q_SIGNALS:
    /// A module was activated (double-click, Enter): show its options.
    void moduleActivated();

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    /// Room above and below the stack for what lies over the view.
    void makeRoom(int top, int bottom);

    struct Private;
    std::unique_ptr<Private> d;
};

inline constexpr auto kPresetMime = "application/x-adapter-workbench-preset";

} // namespace awb::ui
