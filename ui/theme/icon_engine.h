#pragma once

#include <QByteArray>
#include <QIconEngine>

namespace awb::ui {

/// Draws a line icon (SVG with `currentColor`) in the palette's colours, at the exact device size. The colour
/// is asked for at each painting, so icons follow the theme without being set again.
class IconEngine : public QIconEngine {
public:
    explicit IconEngine(const QString& name);

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override;
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override;
    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal scale) override;
    QSize actualSize(const QSize& size, QIcon::Mode mode, QIcon::State state) override;
    QIconEngine* clone() const override;
    QString key() const override;
    QString iconName() override;
    bool isNull() override;

private:
    QString m_name;
    QByteArray m_svg;
};

} // namespace awb::ui
