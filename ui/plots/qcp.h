#pragma once

// The only place that includes QCustomPlot's header. It is written with Qt's lower-case keywords, which our
// targets switch off (QT_NO_KEYWORDS) because they clash with LibTorch: give them their meaning for this one
// header.

#include <QObject>

#define signals Q_SIGNALS
#define slots Q_SLOTS
#define emit Q_EMIT
#define foreach Q_FOREACH
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wold-style-cast"
#include <qcustomplot.h>
#pragma GCC diagnostic pop
#undef signals
#undef slots
#undef emit
#undef foreach
