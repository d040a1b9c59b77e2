#include "ui/theme/icon_engine.h"

#include <QFile>
#include <QPainter>
#include <QPixmap>
#include <QPixmapCache>
#include <QSvgRenderer>

#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

QColor lineColor(QIcon::Mode mode, QIcon::State state) {
    const Theme& theme = Theme::instance();
    switch (mode) {
    case QIcon::Disabled:
        return theme.color(Tone::DisabledText);
    case QIcon::Selected:
        return theme.color(Tone::Text);
    case QIcon::Normal:
    case QIcon::Active:
        break;
    }
    return theme.color(state == QIcon::On ? Tone::Accent : Tone::Text);
}

} // namespace

IconEngine::IconEngine(const QString& name)
    : m_name(name) {
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    if (file.open(QIODevice::ReadOnly)) {
        m_svg = file.readAll();
    }
}

void IconEngine::paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) {
    const qreal ratio = painter->device()->devicePixelRatioF();
    const QPixmap image = scaledPixmap(rect.size() * ratio, mode, state, ratio);
    painter->drawPixmap(rect, image);
}

QPixmap IconEngine::pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) {
    return scaledPixmap(size, mode, state, 1.0);
}

QPixmap IconEngine::scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal scale) {
    if (m_svg.isEmpty() || size.isEmpty()) {
        return {};
    }
    const QColor color = lineColor(mode, state);
    const QString cacheKey = QStringLiteral("awb-icon/%1/%2x%3/%4/%5")
                                 .arg(m_name)
                                 .arg(size.width())
                                 .arg(size.height())
                                 .arg(color.name())
                                 .arg(scale);
    QPixmap image;
    if (QPixmapCache::find(cacheKey, &image)) {
        return image;
    }
    QByteArray svg = m_svg;
    svg.replace("currentColor", color.name().toLatin1());
    QSvgRenderer renderer(svg);
    renderer.setAspectRatioMode(Qt::KeepAspectRatio);
    image = QPixmap(size);
    image.fill(Qt::transparent);
    {
        QPainter painter(&image);
        painter.setRenderHint(QPainter::Antialiasing);
        renderer.render(&painter, QRectF(QPointF(0, 0), QSizeF(size)));
    }
    image.setDevicePixelRatio(scale);
    QPixmapCache::insert(cacheKey, image);
    return image;
}

QSize IconEngine::actualSize(const QSize& size, QIcon::Mode /*mode*/, QIcon::State /*state*/) {
    return size;
}

QIconEngine* IconEngine::clone() const {
    return new IconEngine(*this);
}

QString IconEngine::key() const {
    return QStringLiteral("awb-icon");
}

QString IconEngine::iconName() {
    return m_name;
}

bool IconEngine::isNull() {
    return m_svg.isEmpty();
}

} // namespace awb::ui
