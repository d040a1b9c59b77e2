#include "ui/plots/plot_style.h"

#include <cmath>

#include <QCoreApplication>
#include <QLocale>
#include <QToolButton>

#include "ui/plots/qcp.h"
#include "ui/theme/theme.h"
#include "ui/widgets/number_text.h"

namespace awb::ui {

namespace {

QString translated(const char* text) {
    return QCoreApplication::translate("awb::ui::PlotStyle", text);
}

void styleAxis(QCPAxis* axis) {
    const Theme& theme = Theme::instance();
    const QPen line(theme.color(Tone::Hairline), 1);
    axis->setBasePen(line);
    axis->setTickPen(line);
    axis->setSubTickPen(line);
    axis->setTickLengthIn(0);
    axis->setTickLengthOut(4);
    axis->setSubTickLengthIn(0);
    axis->setSubTickLengthOut(0);
    axis->setTickLabelFont(theme.font(TextSize::Small));
    axis->setTickLabelColor(theme.color(Tone::MutedText));
    axis->setLabelFont(theme.font(TextSize::Small));
    axis->setLabelColor(theme.color(Tone::MutedText));
    axis->setTickLabelPadding(px(Space::Xs));
    axis->setLabelPadding(px(Space::Xs));
    axis->grid()->setPen(QPen(theme.color(Tone::Grid), 1));
    axis->grid()->setZeroLinePen(QPen(theme.color(Tone::Grid), 1));
    axis->grid()->setAntialiased(false);
}

} // namespace

void stylePlot(QCustomPlot* plot) {
    const Theme& theme = Theme::instance();
    plot->setBackground(theme.color(Tone::Panel));
    styleAxis(plot->xAxis);
    styleAxis(plot->yAxis);
    QColor fill = theme.color(Tone::Accent);
    fill.setAlpha(40);
    plot->selectionRect()->setPen(QPen(theme.color(Tone::Accent), 1));
    plot->selectionRect()->setBrush(fill);
    plot->axisRect()->setMinimumMargins(QMargins(58, 2, 8, 0));
}

void styleEvent(QCPItemStraightLine* line, QCPItemText* text) {
    const Theme& theme = Theme::instance();
    line->setPen(QPen(theme.color(Tone::Error), 1, Qt::DashLine));
    text->setFont(theme.font(TextSize::Small));
    text->setColor(theme.color(Tone::Error));
}

void styleXAxis(QCPAxis* axis, XAxis kind) {
    if (kind == XAxis::Time) {
        auto ticker = QSharedPointer<QCPAxisTickerTime>::create();
        ticker->setTimeFormat(QStringLiteral("%h:%m:%s"));
        axis->setTicker(ticker);
        axis->setLabel(translated("Training time (h:min:s)"));
        return;
    }
    axis->setTicker(QSharedPointer<QCPAxisTicker>::create());
    axis->setNumberFormat(QStringLiteral("gbc"));
    axis->setNumberPrecision(6);
    axis->setLabel(kind == XAxis::Examples ? translated("Examples seen")
                   : kind == XAxis::Tokens ? translated("Tokens seen")
                                           : xAxisName(kind));
}

void setScale(QCPAxis* axis, bool logarithmic) {
    if (logarithmic) {
        axis->setScaleType(QCPAxis::stLogarithmic);
        axis->setTicker(QSharedPointer<QCPAxisTickerLog>::create());
        axis->setNumberFormat(QStringLiteral("ebc"));
        axis->setNumberPrecision(0);
    } else {
        axis->setScaleType(QCPAxis::stLinear);
        axis->setTicker(QSharedPointer<QCPAxisTicker>::create());
        axis->setNumberFormat(QStringLiteral("gbc"));
        axis->setNumberPrecision(5);
    }
}

QCPRange paddedRange(AxisSpan span, bool logarithmic, double margin) {
    if (logarithmic) {
        if (span.isEmpty() || span.high <= 0) {
            return {0.1, 10};
        }
        double low = std::max(span.low, span.high * 1e-12);
        double high = span.high;
        if (high / low < 1.5) {
            low /= 1.5;
            high *= 1.5;
        }
        const double factor = std::pow(high / low, margin);
        return {low / factor, high * factor};
    }
    if (span.isEmpty()) {
        return {0, 1};
    }
    double length = span.high - span.low;
    if (length <= 1e-12 * std::abs(span.high) || length < 1e-300) {
        const double half = span.high == 0 ? 0.5 : 0.1 * std::abs(span.high);
        return {span.low - half, span.high + half};
    }
    return {span.low - margin * length, span.high + margin * length};
}

QString xAxisName(XAxis axis) {
    switch (axis) {
    case XAxis::Step:
        return translated("Step");
    case XAxis::Epoch:
        return translated("Epoch");
    case XAxis::Examples:
        return translated("Examples");
    case XAxis::Tokens:
        return translated("Tokens");
    case XAxis::Time:
        return translated("Time");
    }
    return {};
}

QString xAxisValue(XAxis axis, double value) {
    const QLocale locale;
    switch (axis) {
    case XAxis::Step:
        return translated("step %1").arg(fullCount(std::llround(value)));
    case XAxis::Epoch:
        return translated("epoch %1").arg(locale.toString(value, 'f', 2));
    case XAxis::Examples:
        return translated("%1 examples").arg(fullCount(std::llround(value)));
    case XAxis::Tokens:
        return translated("%1 tokens").arg(fullCount(std::llround(value)));
    case XAxis::Time:
        return durationText(value);
    }
    return {};
}

void setButtonIcon(QToolButton* button, const QString& icon, const QString& fallback) {
    const QIcon found = Theme::instance().icon(icon);
    if (found.isNull()) {
        button->setText(fallback);
    } else {
        button->setIcon(found);
        button->setIconSize({16, 16});
    }
}

} // namespace awb::ui
