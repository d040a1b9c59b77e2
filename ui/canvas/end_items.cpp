#include "ui/canvas/end_items.h"

#include <array>

#include <QCoreApplication>
#include <QLocale>
#include <QPainter>

#include "ui/canvas/canvas_text.h"
#include "ui/canvas/card_painter.h"
#include "ui/canvas/end_geometry.h"
#include "ui/canvas/shapes.h"
#include "ui/theme/theme.h"

using namespace Qt::StringLiterals;

namespace awb::ui {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Canvas)
};

constexpr double kFlowY = ends::flowY;
constexpr double kPoolerRoom = 34;

QColor tone(Tone value) {
    return Theme::instance().color(value);
}

/// A short text as tokens: an illustration of what enters the embeddings.
void drawTokens(QPainter& painter, double left, double right) {
    const bool legible = shapes::zoomOf(painter) >= 0.66; // all of the words or none
    constexpr std::array widths{50.0, 40.0, 36.0, 22.0, 50.0};
    const std::array words{u"[CLS]"_s, Words::tr("your"), Words::tr("text"), u"…"_s, u"[SEP]"_s};
    double x = left;
    for (std::size_t i = 0; i < widths.size() && x + widths[i] <= right; ++i) {
        const QRectF token(x, kFlowY - 10, widths[i], 20);
        painter.setPen(shapes::linePen(painter, tone(Tone::Hairline)));
        painter.setBrush(tone(Tone::Raised));
        painter.drawRoundedRect(token, 4, 4);
        if (legible) {
            shapes::drawText(painter, token, words[i], {.color = tone(Tone::MutedText)});
        }
        x += widths[i] + 4;
    }
}

void drawFlow(QPainter& painter, double from, double to) {
    painter.setPen(shapes::linePen(painter, cards::flowColor(), 1.2));
    painter.drawLine(QPointF(from, kFlowY), QPointF(to, kFlowY));
    shapes::drawArrow(painter, {to, kFlowY}, {1, 0}, cards::flowColor());
}

} // namespace

EmbeddingItem::EmbeddingItem()
    : m_height(ends::height) {
    setAcceptedMouseButtons(Qt::NoButton);
    setCacheMode(DeviceCoordinateCache);
}

void EmbeddingItem::setPicture(const ModelConfig& model, double height, bool trained, bool differentiated) {
    prepareGeometryChange();
    m_height = height;
    m_model = model;
    m_trained = trained;
    m_differentiated = differentiated;
    update();
}

QRectF EmbeddingItem::boundingRect() const {
    return {-2, -18, row::width + 4, m_height + 20};
}

void EmbeddingItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    painter->setRenderHint(QPainter::Antialiasing);
    cards::drawCard(*painter, {0, 0, row::width, m_height}, m_differentiated);
    cards::drawOutgoing(*painter, kFlowY);
    painter->setPen(shapes::linePen(*painter, cards::flowColor(), 1.2));
    const QRectF box = ends::part(ends::embeddingsLeft, ends::embeddingsWidth);
    painter->drawLine(QPointF(box.right(), kFlowY), QPointF(row::exitX - 20, kFlowY));
    shapes::drawText(*painter, {8, 0, 62, ends::height},
                     QStringList{Words::tr("Input text"), Words::tr("Input"), Words::tr("In")},
                     {.bold = true, .color = tone(Tone::Text), .align = Qt::AlignLeft | Qt::AlignVCenter});
    drawTokens(*painter, ends::tokensLeft, box.left() - 40);
    drawFlow(*painter, ends::tokensLeft + 218, box.left());
    const QString size = u"%1 × %2"_s.arg(QLocale().toString(m_model.vocabSize)).arg(m_model.hiddenSize);
    cards::drawPart(*painter, box, {Words::tr("Token, position, type embeddings"), Words::tr("Embeddings")},
                    size, m_trained);
}

HeadItem::HeadItem()
    : m_height(ends::height) {
    setAcceptedMouseButtons(Qt::NoButton);
    setCacheMode(DeviceCoordinateCache);
}

void HeadItem::setPicture(const HeadConfig& head, const ModelConfig& model, double height) {
    prepareGeometryChange();
    m_height = height;
    m_head = head;
    m_model = model;
    update();
}

void HeadItem::setPoolerShown(bool shown) {
    if (m_showsPooler != shown) {
        m_showsPooler = shown;
        update();
    }
}

QRectF HeadItem::boundingRect() const {
    return {-2, -2, row::width + 4, m_height + 4};
}

void HeadItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    painter->setRenderHint(QPainter::Antialiasing);
    cards::drawCard(*painter, {0, 0, row::width, m_height}, true);
    shapes::drawText(*painter, {8, 2, 90, 18}, Words::tr("Head"),
                     {.bold = true, .color = tone(Tone::Text), .align = Qt::AlignLeft | Qt::AlignVCenter});
    double x = paintInput(*painter);
    if (m_head.layers > 1) {
        x = paintDense(*painter, x);
    }
    paintOutput(*painter, x);
}

double HeadItem::paintInput(QPainter& painter) const {
    const QRectF box = ends::part(ends::headInputLeft, ends::headInputWidth);
    painter.setPen(shapes::linePen(painter, cards::flowColor(), 1.2));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(shapes::roundedLine(
        {QPointF(row::entryX, m_height), QPointF(row::entryX, kFlowY), QPointF(box.left(), kFlowY)}));
    shapes::drawArrow(painter, {box.left(), kFlowY}, {1, 0}, cards::flowColor());
    painter.setPen(shapes::linePen(painter, tone(Tone::Hairline)));
    painter.setBrush(tone(Tone::Raised));
    painter.drawRoundedRect(box, kRadius, kRadius);
    if (shapes::detailAt(shapes::zoomOf(painter)) != shapes::Detail::Far) {
        const QStringList texts = m_head.usePooler
                                      ? QStringList{Words::tr("pooled state"), Words::tr("pooled")}
                                      : QStringList{Words::tr("state of [CLS]"), Words::tr("[CLS]")};
        shapes::drawText(painter, box, texts, {.color = tone(Tone::MutedText)});
    }
    if (!m_showsPooler) {
        return box.right();
    }
    painter.setPen(shapes::linePen(painter, cards::flowColor(), 1.2));
    painter.drawLine(QPointF(box.right(), kFlowY), QPointF(box.right() + kPoolerRoom, kFlowY));
    return box.right() + kPoolerRoom;
}

double HeadItem::paintDense(QPainter& painter, double from) const {
    const QRectF box = ends::part(from + 36, 190);
    drawFlow(painter, from, box.left());
    const int dense = m_head.layers - 1;
    const QString name = dense == 1 ? Words::tr("Dense") : Words::tr("%1 × Dense").arg(dense);
    const QString shape = u"%1 %2 → %2"_s.arg(name).arg(m_model.hiddenSize);
    QStringList names{shape, name};
    if (!m_head.activation.empty()) {
        names.prepend(u"%1 · %2"_s.arg(shape, QString::fromStdString(m_head.activation)));
    }
    cards::drawPart(painter, box, names, Words::tr("trained"), true);
    return box.right();
}

void HeadItem::paintOutput(QPainter& painter, double from) const {
    const QRectF box = ends::part(from + 36, 230);
    drawFlow(painter, from, box.left());
    const bool regression = m_head.type == HeadType::Regression;
    const int hidden = m_model.hiddenSize;
    QString outputs = Words::tr("classes of the data");
    QString detail;
    if (regression || m_head.numLabels > 0) {
        outputs = QString::number(regression ? 1 : m_head.numLabels);
        detail = Words::tr("%1 parameters in the head")
                     .arg(canvastext::shortCount(headParameterCount(m_head, hidden, m_model.vocabSize)));
    }
    const QString title = regression ? Words::tr("Regression") : Words::tr("Classification");
    cards::drawPart(painter, box, {u"%1 %2 → %3"_s.arg(title).arg(hidden).arg(outputs), title}, detail, true);
}

GradientLineItem::GradientLineItem() {
    setAcceptedMouseButtons(Qt::NoButton);
    setToolTip(
        Words::tr("The base is frozen: below the lowest trained part no gradient is needed, so hidden states "
                  "are computed once and kept."));
}

QRectF GradientLineItem::boundingRect() const {
    return {-16, -14, row::width + 32, 28};
}

void GradientLineItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    painter->setRenderHint(QPainter::Antialiasing);
    const QColor line = tone(Tone::Trainable);
    painter->setPen(shapes::linePen(*painter, line, 1.6, Qt::DashLine));
    painter->drawLine(QPointF(-10, 0), QPointF(row::width + 10, 0));
    const QStringList texts{Words::tr("below this line nothing is differentiated and states are reused"),
                            Words::tr("below: no gradients, states reused"), Words::tr("no gradients below")};
    shapes::drawText(*painter, QRectF(row::entryX + 12, -6, row::exitX - row::entryX - 24, 20), texts,
                     {.color = tone(Tone::Text), .pill = tone(Tone::Window), .pillBorder = line});
}

} // namespace awb::ui
