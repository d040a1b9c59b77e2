#pragma once

#include <QAbstractButton>

#include "backend/experiment/composition_put.h"

namespace awb::ui {

class DesignDocument;

/// Something of the tray that can be dragged into the tree: a button whose drag carries a piece. Arrows go to
/// the neighbours, Enter clicks.
class PieceButton : public QAbstractButton {
    Q_OBJECT

public:
    PieceButton(design::Piece piece, QWidget* parent);

    const design::Piece& piece() const { return m_piece; }

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    /// The ring of the keyboard focus or the pointer.
    void drawRing(QPainter& painter) const;

private:
    void startDrag();
    void focusNeighbour(int step);

    design::Piece m_piece;
    QPoint m_pressed;
};

/// An adapter of the design: its colour, method, and whether it is trained; dimmed where it is not in use.
class AdapterChip : public PieceButton {
    Q_OBJECT

public:
    AdapterChip(DesignDocument* document, std::string adapter, QWidget* parent);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    DesignDocument* m_document;
    std::string m_adapter;
};

/// A kind of block.
class KindTile : public PieceButton {
    Q_OBJECT

public:
    KindTile(Composition::Kind kind, QWidget* parent);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Composition::Kind m_kind;
};

} // namespace awb::ui
