#include "ui/widgets/number_text.h"

#include <array>
#include <cmath>

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

namespace awb::ui {

namespace {

QString translated(const char* text) {
    return QCoreApplication::translate("awb::ui::NumberText", text);
}

} // namespace

QString compactCount(std::int64_t count) {
    const QLocale locale;
    const double magnitude = std::abs(static_cast<double>(count));
    if (magnitude < 10'000) {
        return locale.toString(static_cast<qlonglong>(count));
    }
    constexpr std::array kUnits{"k", "M", "G", "T"};
    double value = static_cast<double>(count) / 1000.0;
    std::size_t unit = 0;
    while (std::abs(value) >= 999.5 && unit + 1 < kUnits.size()) {
        value /= 1000.0;
        ++unit;
    }
    const int digits = std::abs(value) < 10 ? 2 : std::abs(value) < 100 ? 1 : 0;
    return QStringLiteral("%1 %2").arg(locale.toString(value, 'f', digits), QLatin1String(kUnits[unit]));
}

QString fullCount(std::int64_t count) {
    return QLocale().toString(static_cast<qlonglong>(count));
}

QString durationText(double seconds) {
    if (!std::isfinite(seconds) || seconds < 0) {
        return QStringLiteral("—");
    }
    const QLocale locale;
    if (seconds < 10) {
        return translated("%1 s").arg(locale.toString(seconds, 'f', 1));
    }
    const auto total = static_cast<qint64>(std::llround(seconds));
    if (total < 60) {
        return translated("%1 s").arg(total);
    }
    if (total < 3600) {
        return translated("%1 min %2 s").arg(total / 60).arg(total % 60);
    }
    if (total < 86'400) {
        return translated("%1 h %2 min").arg(total / 3600).arg(total % 3600 / 60);
    }
    return translated("%1 d %2 h").arg(total / 86'400).arg(total % 86'400 / 3600);
}

QString valueText(double value) {
    if (std::isnan(value)) {
        return QStringLiteral("NaN");
    }
    if (std::isinf(value)) {
        return value > 0 ? QStringLiteral("∞") : QStringLiteral("−∞");
    }
    const double magnitude = std::abs(value);
    const QLocale locale;
    if (magnitude != 0 && (magnitude < 1e-3 || magnitude >= 1e5)) {
        return locale.toString(value, 'e', 2);
    }
    const int digits = magnitude >= 1000 ? 1 : magnitude >= 100 ? 2 : magnitude >= 10 ? 3 : 4;
    return locale.toString(value, 'f', digits);
}

QString signedText(double value, int digits) {
    const QString text = QString::number(std::abs(value), 'f', digits);
    if (std::isnan(value) || text.toDouble() == 0) {
        return text; // no sign before a 0
    }
    return (value > 0 ? u'+' : u'-') + text;
}

QString percentText(double share) {
    if (!std::isfinite(share)) {
        return QStringLiteral("—");
    }
    return QStringLiteral("%1 %").arg(QLocale().toString(100.0 * share, 'f', 2));
}

QString dateTimeText(double secondsSinceEpoch) {
    const auto when = QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(secondsSinceEpoch * 1000.0));
    return QLocale().toString(when, QStringLiteral("yyyy-MM-dd HH:mm"));
}

} // namespace awb::ui
