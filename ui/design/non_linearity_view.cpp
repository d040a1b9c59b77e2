#include "ui/design/non_linearity_view.h"

#include <cmath>
#include <string>

#include <QPainter>
#include <QPainterPath>

#include "ui/canvas/activation_curve.h"
#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr double kRange = 4.0; ///< the curve is drawn over -kRange .. kRange

} // namespace

NonLinearityView::NonLinearityView(QWidget* parent)
    : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Curve of the non-linearity"));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void NonLinearityView::setFunction(const QString& name) {
    m_name = name;
    setAccessibleDescription(name);
    setToolTip(name.isEmpty()
                   ? QString()
                   : tr("%1 over -4 to 4; the lines are the axes, the dotted line is y = x").arg(name));
    update();
}

QSize NonLinearityView::sizeHint() const {
    return {160, 72};
}

void NonLinearityView::paintEvent(QPaintEvent*) {
    const Theme& theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(QPen(theme.color(Tone::Hairline), 1));
    painter.setBrush(theme.color(Tone::Window));
    painter.drawRoundedRect(frame, kRadius, kRadius);
    if (m_name.isEmpty()) {
        return;
    }

    const std::string name = m_name.toStdString();
    const QRectF area = frame.adjusted(8, 6, -8, -6);
    constexpr double kLow = -1.5;
    constexpr double kHigh = 4.0;
    const auto toPoint = [&](double x, double y) {
        return QPointF(area.left() + (x + kRange) / (2 * kRange) * area.width(),
                       area.bottom() - (y - kLow) / (kHigh - kLow) * area.height());
    };
    painter.setPen(QPen(theme.color(Tone::Frozen), 1));
    painter.setClipRect(area);
    painter.drawLine(toPoint(-kRange, 0), toPoint(kRange, 0));
    painter.drawLine(toPoint(0, kLow), toPoint(0, kHigh));
    painter.setPen(QPen(theme.color(Tone::Frozen), 1, Qt::DotLine));
    painter.drawLine(toPoint(kLow, kLow), toPoint(kHigh, kHigh));

    QPainterPath curve;
    constexpr int kSamples = 160;
    for (int i = 0; i <= kSamples; ++i) {
        const double x = -kRange + 2 * kRange * i / kSamples;
        const double y = activationValue(name, x);
        if (i == 0) {
            curve.moveTo(toPoint(x, y));
        } else {
            curve.lineTo(toPoint(x, y));
        }
    }
    painter.setPen(QPen(theme.color(Tone::Trainable), 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(curve);
}

} // namespace awb::ui
