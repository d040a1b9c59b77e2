#include "ui/plots/plot_view.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QEvent>
#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/plots/plot_style.h"
#include "ui/plots/plot_view_p.h"
#include "ui/plots/replot_scheduler.h"
#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr std::size_t kMaxEventMarks = 6;
constexpr int kAxisSpace = 40; ///< pixels beside the curves, about

} // namespace

void AxisSpan::include(double value) {
    if (!std::isfinite(value)) {
        return;
    }
    if (isEmpty()) {
        low = high = value;
    } else {
        low = std::min(low, value);
        high = std::max(high, value);
    }
}

PlotView::PlotView(const QString& title, QWidget* parent)
    : QWidget(parent)
    , d(std::make_unique<Private>()) {
    setFocusPolicy(Qt::StrongFocus);
    d->plot = new QCustomPlot(this);
    d->plot->setObjectName(QStringLiteral("plot"));
    d->plot->setFocusPolicy(Qt::NoFocus);
    d->plot->setMouseTracking(true);
    d->plot->setAttribute(Qt::WA_OpaquePaintEvent);
    d->plot->installEventFilter(this);
    d->plot->legend->setVisible(false);
    d->plot->plotLayout()->insertRow(0);
    d->legend = new LegendElement(d->plot);
    d->plot->plotLayout()->addElement(0, 0, d->legend);
    d->plot->plotLayout()->setRowStretchFactor(0, 0.001);
    d->plot->plotLayout()->setRowSpacing(px(Space::Xs));

    d->plot->addLayer(QStringLiteral("crosshair"), d->plot->layer(QStringLiteral("overlay")),
                      QCustomPlot::limBelow);
    d->plot->layer(QStringLiteral("crosshair"))->setMode(QCPLayer::lmBuffered);
    d->crosshairItem = new CrosshairItem(d->plot);
    d->crosshairItem->setLayer(QStringLiteral("crosshair"));

    d->plot->setSelectionRectMode(QCP::srmCustom);
    connect(d->plot->selectionRect(), &QCPSelectionRect::accepted, this,
            [this](const QRect& pixels, QMouseEvent*) { zoomTo(pixels.normalized()); });

    d->emptyLabel = new QLabel(this);
    d->emptyLabel->setObjectName(QStringLiteral("emptyText"));
    d->emptyLabel->setAlignment(Qt::AlignCenter);
    d->emptyLabel->setWordWrap(true);
    d->emptyLabel->setText(tr("No points yet"));
    d->stack = new QStackedWidget(this);
    d->stack->addWidget(d->emptyLabel);
    d->stack->addWidget(d->plot);

    buildHeader();
    setTitle(title);
    applyTheme();
    connect(&Theme::instance(), &Theme::changed, this, &PlotView::applyTheme);
}

PlotView::~PlotView() = default;

void PlotView::buildHeader() {
    auto* header = new QWidget(this);
    header->setObjectName(QStringLiteral("plotHeader"));
    header->installEventFilter(this);
    header->setToolTip(tr("Double-click to fill the window"));
    d->title = new QLabel(header);
    d->title->setAttribute(Qt::WA_TransparentForMouseEvents);
    d->remark = new QLabel(header);
    d->remark->setAttribute(Qt::WA_TransparentForMouseEvents);

    const auto button = [header](const QString& name, const QString& accessible, const QString& tip) {
        auto* made = new QToolButton(header);
        made->setObjectName(name);
        made->setAutoRaise(true);
        made->setAccessibleName(accessible);
        made->setToolTip(tip);
        made->setFocusPolicy(Qt::TabFocus);
        return made;
    };
    d->logButton =
        button(QStringLiteral("logButton"), tr("Logarithmic axis"), tr("Logarithmic vertical axis (L)"));
    d->logButton->setText(tr("log"));
    d->logButton->setCheckable(true);
    connect(d->logButton, &QToolButton::toggled, this, &PlotView::setLogarithmic);
    d->maximiseButton = button(QStringLiteral("maximiseButton"), tr("Fill the window"),
                               tr("Fill the window, or go back (F, or double-click on the title)"));
    connect(d->maximiseButton, &QToolButton::clicked, this, &PlotView::maximiseRequested);
    d->menuButton = button(QStringLiteral("chartMenuButton"), tr("Chart menu"), tr("Zoom and export"));
    d->menuButton->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(d->menuButton);
    fillMenu(menu);
    d->menuButton->setMenu(menu);

    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(px(Space::M), px(Space::Xs), px(Space::Xs), 0);
    row->setSpacing(px(Space::S));
    row->addWidget(d->title);
    row->addWidget(d->remark);
    row->addStretch(1);
    row->addWidget(d->logButton);
    row->addWidget(d->maximiseButton);
    row->addWidget(d->menuButton);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2, 2, 2, px(Space::Xs));
    column->setSpacing(0);
    column->addWidget(header);
    column->addWidget(d->stack, 1);
}

QString PlotView::title() const {
    return d->title->text();
}

void PlotView::setTitle(const QString& title) {
    d->title->setText(title);
    setAccessibleName(tr("Chart: %1").arg(title));
}

void PlotView::setEmptyText(const QString& text) {
    d->emptyLabel->setText(text);
}

void PlotView::setData(const RunData* data) {
    d->data = data;
    d->zoomedX = d->zoomedY = false;
    d->crosshair.reset();
    d->events.clear();
    requestRefresh();
}

const RunData* PlotView::data() const {
    return d->data;
}

void PlotView::setXAxis(XAxis axis) {
    if (d->xAxis == axis) {
        return;
    }
    d->xAxis = axis;
    d->zoomedX = false;
    setAxisLabels(d->yLabel);
    requestRefresh();
}

XAxis PlotView::xAxis() const {
    return d->xAxis;
}

bool PlotView::isLogarithmic() const {
    return d->logarithmic;
}

void PlotView::setLogarithmic(bool on) {
    if (d->logarithmic == on || !supportsLogarithm()) {
        return;
    }
    d->logarithmic = on;
    d->logButton->setChecked(on);
    d->zoomedY = false;
    applyScaleType();
    requestRefresh();
}

void PlotView::applyScaleType() {
    setScale(d->plot->yAxis, d->logarithmic);
}

void PlotView::setAxisLabels(const QString& y) {
    d->yLabel = y;
    d->plot->yAxis->setLabel(y);
    styleXAxis(d->plot->xAxis, d->xAxis);
}

void PlotView::setAutoRange(AxisSpan x, AxisSpan y, double yMargin) {
    d->autoX = x;
    d->autoY = y;
    d->yMargin = yMargin;
}

void PlotView::applyRanges() {
    if (!d->zoomedX) {
        d->plot->xAxis->setRange(paddedRange(d->autoX, false, 0.0));
    }
    if (!d->zoomedY) {
        d->plot->yAxis->setRange(
            paddedRange(d->autoY, d->plot->yAxis->scaleType() == QCPAxis::stLogarithmic, d->yMargin));
    }
}

void PlotView::setRemark(const QString& text) {
    d->remark->setText(text);
}

std::size_t PlotView::pixelBuckets() const {
    return static_cast<std::size_t>(std::clamp((d->stack->width() - 2 * kAxisSpace) / 2, 60, 1200));
}

void PlotView::requestRefresh() {
    d->stale = true;
    if (isVisible()) {
        ReplotScheduler::instance().request(this);
    }
}

qint64 PlotView::lastRefresh() const {
    return d->lastRefresh;
}

void PlotView::setLastRefresh(qint64 time) {
    d->lastRefresh = time;
}

bool PlotView::refreshNow() {
    if (visibleRegion().isEmpty()) {
        return true; // stays stale; painting or showing it asks again
    }
    const bool complete = pull();
    const bool empty = isEmpty();
    d->stack->setCurrentWidget(empty ? static_cast<QWidget*>(d->emptyLabel) : d->plot);
    if (!empty) {
        applyRanges();
        placeEvents();
        updateCrosshair();
        d->plot->replot(QCustomPlot::rpQueuedRefresh);
    }
    d->stale = false;
    if (!complete) {
        requestRefresh();
    }
    return complete;
}

void PlotView::refreshFully() {
    while (!pull()) {
    }
    const bool empty = isEmpty();
    d->stack->setCurrentWidget(empty ? static_cast<QWidget*>(d->emptyLabel) : d->plot);
    applyRanges();
    placeEvents();
    updateCrosshair();
    d->plot->replot(QCustomPlot::rpImmediateRefresh);
    d->stale = false;
}

void PlotView::setEvents(std::vector<PlotEvent> events) {
    d->events = std::move(events);
}

const std::vector<PlotEvent>& PlotView::events() const {
    return d->events;
}

void PlotView::placeEvents() {
    const std::size_t shown = std::min(d->events.size(), kMaxEventMarks);
    while (d->eventLines.size() < shown) {
        auto* line = new QCPItemStraightLine(d->plot);
        auto* text = new QCPItemText(d->plot);
        line->setSelectable(false);
        text->setSelectable(false);
        text->setPositionAlignment(Qt::AlignTop | Qt::AlignLeft);
        text->setPadding(QMargins(px(Space::Xs), 0, 0, 0));
        text->position->setTypeX(QCPItemPosition::ptPlotCoords);
        text->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
        d->eventLines.push_back(line);
        d->eventTexts.push_back(text);
        styleEvent(line, text);
    }
    for (std::size_t i = 0; i < d->eventLines.size(); ++i) {
        const bool visible = i < shown;
        d->eventLines[i]->setVisible(visible);
        d->eventTexts[i]->setVisible(visible);
        if (!visible) {
            continue;
        }
        const double x = d->events[i].x;
        d->eventLines[i]->point1->setCoords(x, 1);
        d->eventLines[i]->point2->setCoords(x, 2);
        d->eventTexts[i]->position->setCoords(x, 0.02);
        d->eventTexts[i]->setText(d->events[i].text);
    }
}

void PlotView::toggleEntry(int /*id*/) {}

void PlotView::pointerMoved(double /*x*/, double /*y*/) {}

AxisSpan PlotView::visibleX() const {
    return {d->plot->xAxis->range().lower, d->plot->xAxis->range().upper};
}

AxisSpan PlotView::visibleY() const {
    return {d->plot->yAxis->range().lower, d->plot->yAxis->range().upper};
}

QCustomPlot* PlotView::plot() const {
    return d->plot;
}

void PlotView::applyTheme() {
    const Theme& theme = Theme::instance();
    d->title->setFont(theme.font(TextSize::Body, true));
    d->remark->setFont(theme.font(TextSize::Small));
    d->emptyLabel->setFont(theme.font(TextSize::Body));
    d->logButton->setFont(theme.font(TextSize::Small));
    for (QLabel* label : {d->remark, d->emptyLabel}) {
        QPalette palette = label->palette();
        palette.setColor(QPalette::WindowText, theme.color(Tone::MutedText));
        label->setPalette(palette);
    }
    setButtonIcon(d->maximiseButton, QStringLiteral("maximize"), tr("max"));
    setButtonIcon(d->menuButton, QStringLiteral("more"), tr("…"));
    stylePlot(d->plot);
    d->legend->setStyle(theme.font(TextSize::Small), theme.color(Tone::Text),
                        theme.color(Tone::DisabledText));
    d->crosshairItem->setStyle({theme.font(TextSize::Small), theme.color(Tone::MutedText),
                                theme.color(Tone::Text), theme.color(Tone::MutedText),
                                theme.color(Tone::Raised), theme.color(Tone::Hairline)});
    for (std::size_t i = 0; i < d->eventLines.size(); ++i) {
        styleEvent(d->eventLines[i], d->eventTexts[i]);
    }
    setAxisLabels(d->yLabel);
    applyScaleType();
    update();
    QMetaObject::invokeMethod(
        this,
        [this] {
            restyle();
            requestRefresh();
        },
        Qt::QueuedConnection);
}

void PlotView::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::EnabledChange) {
        update();
    }
}

void PlotView::paintEvent(QPaintEvent* /*event*/) {
    const Theme& theme = Theme::instance();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.color(hasFocus() ? Tone::Focus : Tone::Hairline), hasFocus() ? 2 : 1));
    painter.setBrush(theme.color(Tone::Panel));
    const double inset = hasFocus() ? 1.0 : 0.5;
    painter.drawRoundedRect(QRectF(rect()).adjusted(inset, inset, -inset, -inset), kCardRadius, kCardRadius);
    if (d->stale) {
        ReplotScheduler::instance().request(this);
    }
}

void PlotView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    requestRefresh();
}

void PlotView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    requestRefresh();
}

} // namespace awb::ui
