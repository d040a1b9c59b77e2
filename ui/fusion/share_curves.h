#pragma once

#include <vector>

#include <QStringList>
#include <QWidget>

namespace awb::ui {

/// Shares between 0 and 1 over the recorded steps: one line an adapter in its colour, entropy dashed. A click
/// chooses a step; the chosen one is marked.
class ShareCurves : public QWidget {
    Q_OBJECT

public:
    struct Curve {
        QString name;
        QString adapter; ///< whose colour; empty: the entropy's look
        std::vector<float> values;
    };

    explicit ShareCurves(QWidget* parent = nullptr);

    void setCurves(std::vector<qint64> steps, std::vector<Curve> curves, const QString& title);
    const std::vector<Curve>& curves() const { return m_curves; }
    const std::vector<qint64>& steps() const { return m_steps; }
    void setStep(qint64 step);

    void paintInto(QPainter& painter, const QRect& area) const;
    QSize sizeHint() const override { return {520, 320}; }
    QSize minimumSizeHint() const override { return {260, 160}; }

Q_SIGNALS:
    void stepChosen(qint64 step);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    QRect plotIn(const QRect& area) const;
    double xOf(const QRect& plot, qint64 step) const;
    std::size_t nearest(const QPoint& position) const;
    void drawAxes(QPainter& painter, const QRect& plot) const;
    void drawCurves(QPainter& painter, const QRect& plot) const;
    void drawLegend(QPainter& painter, const QRect& plot) const;

    std::vector<qint64> m_steps;
    std::vector<Curve> m_curves;
    QString m_title;
    qint64 m_step = 0;
};

} // namespace awb::ui
