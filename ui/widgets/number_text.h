#pragma once

#include <cstdint>

#include <QString>

/// How numbers are written in the window: short, with their unit, in the user's locale.
namespace awb::ui {

/// "74.6 k", "2.38 M"; below 10,000 in full.
QString compactCount(std::int64_t count);
/// All digits, grouped: "2,379,264".
QString fullCount(std::int64_t count);
/// "0.4 s", "45 s", "3 min 20 s", "1 h 12 min", "2 d 3 h". An em dash for negative or non-finite values.
QString durationText(double seconds);
/// Four significant digits; powers of ten where that is shorter; "NaN", "∞", "−∞".
QString valueText(double value);
/// A change with its sign: "+0.012", "-0.003", "0.000".
QString signedText(double value, int digits);
/// A share with two digits after the point: "1.32 %".
QString percentText(double share);
/// Local date and time in the locale's short form, from seconds since 1970.
QString dateTimeText(double secondsSinceEpoch);

} // namespace awb::ui
