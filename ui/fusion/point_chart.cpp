#include "ui/fusion/point_chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPicture>
#include <QToolTip>
#include <QVBoxLayout>

#include "ui/plots/plot_style.h"
#include "ui/plots/qcp.h"
#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr double kReach = 18; ///< in pixels, within which a point is meant
constexpr int kLegendColumns = 4;
constexpr int kPointSize = 6;
constexpr int kRingSize = 13;

constexpr std::array kLines{Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine, Qt::DashDotDotLine};
constexpr std::array kShapes{QCPScatterStyle::ssDisc, QCPScatterStyle::ssSquare, QCPScatterStyle::ssDiamond,
                             QCPScatterStyle::ssTriangle, QCPScatterStyle::ssTriangleInverted};

template<typename T, std::size_t N>
T cycled(const std::array<T, N>& all, int index) {
    return all[static_cast<std::size_t>(index) % N];
}

} // namespace

PointChart::PointChart(Look look, const QString& xTitle, const QString& yTitle, QWidget* parent)
    : QWidget(parent)
    , m_look(look)
    , m_xTitle(xTitle)
    , m_yTitle(yTitle)
    , m_plot(new QCustomPlot(this)) {
    setFocusPolicy(Qt::StrongFocus);
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_plot->setMouseTracking(true);
    m_plot->installEventFilter(this);
    m_plot->legend->setBorderPen(Qt::NoPen);
    m_plot->legend->setFillOrder(QCPLegend::foColumnsFirst);
    m_plot->legend->setWrap(kLegendColumns);
    m_plot->legend->setMargins({px(Space::S), 0, 0, 0});
    m_plot->plotLayout()->insertRow(0);
    m_plot->plotLayout()->addElement(0, 0, m_plot->legend);
    m_plot->plotLayout()->setRowStretchFactor(0, 0.001);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2, 2, 2, 2); // of the focus frame
    column->addWidget(m_plot);
    connect(&Theme::instance(), &Theme::changed, this, &PointChart::rebuild);
    rebuild();
}

void PointChart::setSeries(std::vector<Series> series, double top) {
    m_series = std::move(series);
    m_top = top;
    rebuild();
}

void PointChart::fitTo(const QString& yTitle, double line) {
    m_yTitle = yTitle;
    m_line = line;
}

void PointChart::setCurrent(std::optional<std::size_t> key) {
    m_current = key;
    markCurrent();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void PointChart::rebuild() {
    const Theme& theme = Theme::instance();
    m_plot->clearPlottables();
    m_plot->clearItems();
    stylePlot(m_plot);
    m_plot->legend->setFont(theme.font(TextSize::Small));
    m_plot->legend->setTextColor(theme.color(Tone::Text));
    m_plot->legend->setBrush(theme.color(Tone::Panel));
    m_plot->legend->setVisible(m_series.size() > 1);
    if (m_line) {
        auto* line = new QCPItemStraightLine(m_plot); // the plot owns it
        line->setPen(QPen(theme.color(Tone::MutedText), 1, Qt::DashLine));
        line->point1->setCoords(0, *m_line);
        line->point2->setCoords(1, *m_line);
    }
    double top = m_top;
    for (const Series& series : m_series) {
        addSeries(series);
        for (const Point& point : series.points) {
            top = std::max(top, point.y + point.spread);
        }
    }
    m_mark = m_plot->addGraph();
    m_mark->removeFromLegend();
    m_mark->setLineStyle(QCPGraph::lsNone);
    m_mark->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(theme.color(Tone::Accent), 2),
                                            Qt::NoBrush, kRingSize));
    setAxes(top);
    markCurrent();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void PointChart::addSeries(const Series& series) {
    const Theme& theme = Theme::instance();
    const QColor color =
        series.adapter.isEmpty() ? theme.color(Tone::Accent) : theme.adapterColor(series.adapter);
    QCPGraph* graph = m_plot->addGraph();
    graph->setName(series.name);
    QVector<double> x;
    QVector<double> y;
    QVector<double> spread;
    for (const Point& point : series.points) {
        x << point.x;
        y << point.y;
        spread << point.spread;
    }
    graph->setData(x, y, true);
    graph->setPen(QPen(color, 2, m_look == Look::Lines ? cycled(kLines, series.style) : Qt::SolidLine));
    graph->setLineStyle(m_look == Look::Lines ? QCPGraph::lsLine : QCPGraph::lsImpulse);
    graph->setScatterStyle(QCPScatterStyle(cycled(kShapes, series.style), color, color, kPointSize));
    graph->setAdaptiveSampling(false);
    if (std::ranges::any_of(spread, [](double value) { return value > 0; })) {
        auto* bars = new QCPErrorBars(m_plot->xAxis, m_plot->yAxis); // the plot owns it
        bars->removeFromLegend();
        bars->setDataPlottable(graph);
        bars->setData(spread);
        QColor faint = color;
        faint.setAlphaF(0.55F);
        bars->setPen(QPen(faint, 1));
    }
}

void PointChart::markCurrent() {
    QVector<double> x;
    QVector<double> y;
    for (const Point* point : allPoints()) {
        if (m_current == point->key) {
            x << point->x;
            y << point->y;
            setAccessibleDescription(point->text);
        }
    }
    m_mark->setData(x, y);
}

std::vector<const PointChart::Point*> PointChart::allPoints() const {
    std::vector<const Point*> all;
    for (const Series& series : m_series) {
        for (const Point& point : series.points) {
            all.push_back(&point);
        }
    }
    return all;
}

QPoint PointChart::positionOf(const Point& point) const {
    return m_plot->pos() +
           QPointF(m_plot->xAxis->coordToPixel(point.x), m_plot->yAxis->coordToPixel(point.y)).toPoint();
}

const PointChart::Point* PointChart::nearest(const QPoint& position) const {
    const Point* best = nullptr;
    double least = kReach;
    for (const Point* point : allPoints()) {
        const QPoint distance = positionOf(*point) - m_plot->pos() - position;
        const double length = std::hypot(distance.x(), distance.y());
        if (length < least) {
            least = length;
            best = point;
        }
    }
    return best;
}

bool PointChart::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::MouseMove) {
        auto* mouse = static_cast<QMouseEvent*>(event);
        const Point* point = nearest(mouse->position().toPoint());
        QToolTip::showText(mouse->globalPosition().toPoint(), point == nullptr ? QString() : point->text,
                           m_plot);
    } else if (event->type() == QEvent::MouseButtonPress) {
        setFocus(Qt::MouseFocusReason);
        if (const Point* point = nearest(static_cast<QMouseEvent*>(event)->position().toPoint())) {
            Q_EMIT chosen(point->key);
        }
    }
    return QWidget::eventFilter(watched, event);
}

void PointChart::keyPressEvent(QKeyEvent* event) {
    const int step = event->key() == Qt::Key_Right || event->key() == Qt::Key_Up    ? 1
                     : event->key() == Qt::Key_Left || event->key() == Qt::Key_Down ? -1
                                                                                    : 0;
    const std::vector<const Point*> all = allPoints();
    if (step == 0 || all.empty()) {
        QWidget::keyPressEvent(event);
        return;
    }
    const auto found =
        std::ranges::find_if(all, [this](const Point* each) { return m_current == each->key; });
    const auto last = static_cast<std::ptrdiff_t>(all.size()) - 1;
    const std::ptrdiff_t index =
        found == all.end() ? 0 : std::clamp<std::ptrdiff_t>(found - all.begin() + step, 0, last);
    Q_EMIT chosen(all[static_cast<std::size_t>(index)]->key);
}

void PointChart::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void PointChart::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

void PointChart::paintEvent(QPaintEvent*) {
    if (hasFocus()) {
        QPainter painter(this);
        painter.setPen(QPen(Theme::instance().color(Tone::Focus), 2));
        painter.drawRect(rect().adjusted(1, 1, -1, -1));
    }
}

void PointChart::paintInto(QPainter& painter, const QRect& area) const {
    QPicture picture; // QCustomPlot draws with a painter of its own kind alone
    QCPPainter recorder;
    if (!recorder.begin(&picture)) {
        return;
    }
    recorder.setMode(QCPPainter::pmVectorized);
    recorder.setMode(QCPPainter::pmNoCaching);
    m_plot->toPainter(&recorder, area.width(), area.height());
    recorder.end();
    painter.drawPicture(area.topLeft(), picture);
}

} // namespace awb::ui
