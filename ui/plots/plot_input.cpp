// Mouse and keyboard of PlotView.
#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include "ui/plots/plot_style.h"
#include "ui/plots/plot_view.h"
#include "ui/plots/plot_view_p.h"

namespace awb::ui {

namespace {

constexpr double kWheelZoom = 1.2; ///< for one notch of the wheel

void zoomAxis(QCPAxis* axis, double factor, double center) {
    if (axis->scaleType() == QCPAxis::stLogarithmic && center <= 0) {
        return;
    }
    axis->scaleRange(1.0 / factor, center);
}

} // namespace

bool PlotView::isZoomed() const {
    return d->zoomedX || d->zoomedY;
}

void PlotView::resetZoom() {
    d->zoomedX = d->zoomedY = false;
    requestRefresh();
}

void PlotView::zoomX(double factor) {
    const QCPRange range = d->plot->xAxis->range();
    double center = range.center();
    if (d->crosshair && d->data) {
        const double at = d->data->xAtStep(*d->crosshair, d->xAxis);
        if (range.contains(at)) {
            center = at;
        }
    }
    zoomAxis(d->plot->xAxis, factor, center);
    d->zoomedX = true;
    requestRefresh();
}

void PlotView::panX(double share) {
    d->plot->xAxis->moveRange(share * d->plot->xAxis->range().size());
    d->zoomedX = true;
    requestRefresh();
}

void PlotView::zoomTo(const QRect& pixels) {
    constexpr int kSmallestDrag = 6;
    if (pixels.width() < kSmallestDrag && pixels.height() < kSmallestDrag) {
        return;
    }
    const auto zoom = [](QCPAxis* axis, int from, int to) {
        const double a = axis->pixelToCoord(from);
        const double b = axis->pixelToCoord(to);
        axis->setRange(std::min(a, b), std::max(a, b));
    };
    // A flat or narrow band means one direction only.
    if (pixels.width() >= kSmallestDrag) {
        zoom(d->plot->xAxis, pixels.left(), pixels.right());
        d->zoomedX = true;
    }
    if (pixels.height() >= kSmallestDrag) {
        zoom(d->plot->yAxis, pixels.bottom(), pixels.top());
        d->zoomedY = true;
    }
    requestRefresh();
}

void PlotView::setCrosshair(std::optional<double> step) {
    if (d->crosshair == step) {
        return;
    }
    d->crosshair = step;
    if (!isVisible() || isEmpty()) {
        return;
    }
    updateCrosshair();
    d->plot->layer(QStringLiteral("crosshair"))->replot();
}

std::optional<double> PlotView::crosshair() const {
    return d->crosshair;
}

void PlotView::updateCrosshair() {
    if (!d->crosshair || !d->data) {
        d->crosshairItem->setPosition(std::nullopt);
        return;
    }
    const double at = d->data->xAtStep(*d->crosshair, d->xAxis);
    d->crosshairItem->setPosition(at);
    QString title = xAxisValue(XAxis::Step, *d->crosshair);
    if (d->xAxis != XAxis::Step) {
        title += QStringLiteral(" · ") + xAxisValue(d->xAxis, at);
    }
    d->crosshairItem->setReadout(title, readout(*d->crosshair));
}

QString PlotView::readoutText() const {
    if (!d->crosshair || !d->data) {
        return {};
    }
    QStringList parts{xAxisValue(XAxis::Step, *d->crosshair)};
    for (const ReadoutLine& line : readout(*d->crosshair)) {
        parts << QStringLiteral("%1 %2").arg(line.name, line.value);
    }
    return parts.join(QStringLiteral(", "));
}

void PlotView::moveCrosshairBy(int records) {
    if (!d->data || d->data->size() == 0) {
        return;
    }
    const auto steps = d->data->x(XAxis::Step);
    const auto last = static_cast<std::ptrdiff_t>(steps.size()) - 1;
    std::ptrdiff_t index = records > 0 ? 0 : last;
    if (d->crosshair) {
        const auto current = static_cast<std::ptrdiff_t>(d->data->nearest(*d->crosshair).value_or(0));
        index = std::clamp<std::ptrdiff_t>(current + records, 0, last);
    }
    const double step = steps[static_cast<std::size_t>(index)];
    setCrosshair(step);
    setAccessibleDescription(readoutText());
    Q_EMIT crosshairMoved(step);
}

void PlotView::keyPressEvent(QKeyEvent* event) {
    const bool far = event->modifiers().testFlag(Qt::ShiftModifier);
    const auto steps = d->data ? static_cast<int>(std::max<std::size_t>(1, d->data->size() / 100)) : 1;
    switch (event->key()) {
    case Qt::Key_Left:
        moveCrosshairBy(far ? -std::max(10, steps) : -1);
        return;
    case Qt::Key_Right:
        moveCrosshairBy(far ? std::max(10, steps) : 1);
        return;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomX(1.5);
        return;
    case Qt::Key_Minus:
        zoomX(1 / 1.5);
        return;
    case Qt::Key_PageUp:
        panX(0.25);
        return;
    case Qt::Key_PageDown:
        panX(-0.25);
        return;
    case Qt::Key_Home:
        resetZoom();
        return;
    case Qt::Key_L:
        setLogarithmic(!d->logarithmic);
        return;
    case Qt::Key_F:
        Q_EMIT maximiseRequested();
        return;
    case Qt::Key_Escape:
        if (d->crosshair) {
            setCrosshair(std::nullopt);
            Q_EMIT crosshairMoved(std::nullopt);
            return;
        }
        break;
    default:
        break;
    }
    QWidget::keyPressEvent(event);
}

void PlotView::focusInEvent(QFocusEvent* event) {
    setAccessibleDescription(summary());
    QWidget::focusInEvent(event);
    update();
}

void PlotView::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

bool PlotView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == d->plot) {
        return plotMouseEvent(event);
    }
    if (event->type() == QEvent::MouseButtonDblClick) {
        Q_EMIT maximiseRequested();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

bool PlotView::plotMouseEvent(QEvent* event) {
    QCPAxisRect* area = d->plot->axisRect();
    switch (event->type()) {
    case QEvent::MouseButtonPress: {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        const int entry = d->legend->entryAt(mouse->position());
        if (entry >= 0) {
            toggleEntry(entry);
            setFocus(Qt::MouseFocusReason);
            return true;
        }
        const bool pan =
            mouse->button() == Qt::MiddleButton ||
            (mouse->button() == Qt::LeftButton && mouse->modifiers().testFlag(Qt::ShiftModifier));
        if (pan && area->rect().contains(mouse->position().toPoint())) {
            d->panning = true;
            d->panStart = mouse->position();
            d->panX = d->plot->xAxis->range();
            d->panY = d->plot->yAxis->range();
            d->plot->setCursor(Qt::ClosedHandCursor);
            return true;
        }
        return false;
    }
    case QEvent::MouseMove: {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        const QPointF at = mouse->position();
        if (d->panning) {
            const auto shift = [](QCPAxis* axis, const QCPRange& range, double from, double to) {
                axis->setRange(range);
                const double a = axis->pixelToCoord(from);
                const double b = axis->pixelToCoord(to);
                if (axis->scaleType() == QCPAxis::stLogarithmic) {
                    axis->setRange(range.lower * (a / b), range.upper * (a / b));
                } else {
                    axis->setRange(range.lower + a - b, range.upper + a - b);
                }
            };
            shift(d->plot->xAxis, d->panX, d->panStart.x(), at.x());
            shift(d->plot->yAxis, d->panY, d->panStart.y(), at.y());
            d->zoomedX = d->zoomedY = true;
            requestRefresh();
            return true;
        }
        d->plot->setCursor(d->legend->entryAt(at) >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
        if (!d->data || d->data->size() == 0 || !area->rect().contains(at.toPoint())) {
            return false;
        }
        const double x = d->plot->xAxis->pixelToCoord(at.x());
        pointerMoved(x, d->plot->yAxis->pixelToCoord(at.y()));
        const auto nearest = d->data->nearest(d->data->stepAtX(x, d->xAxis));
        const double step = d->data->x(XAxis::Step)[nearest.value_or(0)];
        setCrosshair(step);
        Q_EMIT crosshairMoved(step);
        return false;
    }
    case QEvent::MouseButtonRelease:
        if (d->panning) {
            d->panning = false;
            d->plot->unsetCursor();
            return true;
        }
        return false;
    case QEvent::MouseButtonDblClick:
        resetZoom();
        return true;
    case QEvent::Leave:
        if (!hasFocus()) {
            setCrosshair(std::nullopt);
            Q_EMIT crosshairMoved(std::nullopt);
        }
        return false;
    case QEvent::Wheel: {
        auto* wheel = static_cast<QWheelEvent*>(event);
        const QPointF at = wheel->position();
        const double notches = wheel->angleDelta().y() / 120.0;
        if (notches == 0 || !area->rect().contains(at.toPoint())) {
            return false;
        }
        const double factor = std::pow(kWheelZoom, notches);
        if (wheel->modifiers().testFlag(Qt::ControlModifier)) {
            zoomAxis(d->plot->yAxis, factor, d->plot->yAxis->pixelToCoord(at.y()));
            d->zoomedY = true;
        } else {
            zoomAxis(d->plot->xAxis, factor, d->plot->xAxis->pixelToCoord(at.x()));
            d->zoomedX = true;
        }
        requestRefresh();
        wheel->accept();
        return true;
    }
    default:
        return false;
    }
}

} // namespace awb::ui
