#include "ui/design/composition_chips.h"

#include <algorithm>
#include <utility>

#include <QApplication>
#include <QDrag>
#include <QKeyEvent>
#include <QMimeData>
#include <QMouseEvent>
#include <QPainter>

#include "ui/design/composition_glyph.h"
#include "ui/design/composition_layout.h"
#include "ui/design/composition_mime.h"
#include "ui/design/composition_painter.h"
#include "ui/design/composition_words.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"

namespace awb::ui {

PieceButton::PieceButton(design::Piece piece, QWidget* parent)
    : QAbstractButton(parent)
    , m_piece(std::move(piece)) {
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setCursor(Qt::OpenHandCursor);
}

void PieceButton::mousePressEvent(QMouseEvent* event) {
    m_pressed = event->pos();
    QAbstractButton::mousePressEvent(event);
}

void PieceButton::mouseMoveEvent(QMouseEvent* event) {
    const bool isFar = (event->pos() - m_pressed).manhattanLength() >= QApplication::startDragDistance();
    if (isDown() && isFar) {
        setDown(false);
        startDrag();
        return;
    }
    QAbstractButton::mouseMoveEvent(event);
}

void PieceButton::startDrag() {
    auto* drag = new QDrag(this);
    drag->setMimeData(mimeOf(m_piece).release());
    drag->setPixmap(grab());
    drag->setHotSpot(m_pressed);
    drag->exec(Qt::CopyAction);
}

void PieceButton::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        click();
        return;
    case Qt::Key_Down:
    case Qt::Key_Right:
        focusNeighbour(1);
        return;
    case Qt::Key_Up:
    case Qt::Key_Left:
        focusNeighbour(-1);
        return;
    default:
        QAbstractButton::keyPressEvent(event);
    }
}

void PieceButton::focusNeighbour(int step) {
    QList<PieceButton*> buttons = parentWidget()->findChildren<PieceButton*>(Qt::FindDirectChildrenOnly);
    buttons.removeIf([](const PieceButton* button) { return !button->isVisible(); });
    const qsizetype next = buttons.indexOf(this) + step;
    if (next >= 0 && next < buttons.size()) {
        buttons[next]->setFocus(Qt::TabFocusReason);
    }
}

void PieceButton::drawRing(QPainter& painter) const {
    if (!hasFocus() && !underMouse()) {
        return;
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(
        QPen(Theme::instance().color(hasFocus() ? Tone::Focus : Tone::MutedText), hasFocus() ? 2 : 1));
    const double inset = hasFocus() ? 1 : 0.5;
    painter.drawRoundedRect(QRectF(rect()).adjusted(inset, inset, -inset, -inset), kRadius, kRadius);
}

AdapterChip::AdapterChip(DesignDocument* document, std::string adapter, QWidget* parent)
    : PieceButton(design::AdapterPiece{adapter}, parent)
    , m_document(document)
    , m_adapter(std::move(adapter)) {
    const Experiment& experiment = document->experiment();
    setObjectName(QStringLiteral("adapterChip_") + QString::fromStdString(m_adapter));
    setAccessibleName(nodeDescription(experiment, Composition::of(m_adapter)));
    if (const AdapterSpec* spec = experiment.findAdapter(m_adapter)) {
        setToolTip(adapterToolTip(experiment, *spec));
        setAccessibleDescription(tr("Enter puts it into the composition"));
    }
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize AdapterChip::sizeHint() const {
    return {static_cast<int>(adapterChipWidth(m_document->experiment(), m_adapter)),
            static_cast<int>(CompositionLayout::kLeafHeight)};
}

void AdapterChip::paintEvent(QPaintEvent* /*event*/) {
    const Experiment& experiment = m_document->experiment();
    const std::vector<std::string> leaves = experiment.composition.leaves();
    const bool isUsed = std::ranges::find(leaves, m_adapter) != leaves.end();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    drawAdapterChip(painter, rect(), experiment, m_adapter, !isUsed);
    drawRing(painter);
}

KindTile::KindTile(Composition::Kind kind, QWidget* parent)
    : PieceButton(design::KindPiece{kind}, parent)
    , m_kind(kind) {
    setObjectName(QStringLiteral("kindTile_") + kindTitle(kind));
    setAccessibleName(tr("Block %1").arg(kindTitle(kind)));
    setAccessibleDescription(kindHelp(kind));
    setToolTip(kindToolTip(kind));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize KindTile::sizeHint() const {
    return {84, 26};
}

void KindTile::paintEvent(QPaintEvent* /*event*/) {
    const Theme& theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.color(Tone::Hairline));
    painter.setBrush(theme.color(isDown() ? Tone::Selection : Tone::Raised));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);
    drawKindGlyph(painter, QRectF(7, (height() - 14) / 2.0, 14, 14), m_kind, theme.color(Tone::Text));
    painter.setFont(theme.font(TextSize::Small));
    painter.setPen(theme.color(Tone::Text));
    painter.drawText(rect().adjusted(27, 0, -4, 0), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     kindTitle(m_kind));
    drawRing(painter);
}

} // namespace awb::ui
