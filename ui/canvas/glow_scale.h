#pragma once

#include <map>
#include <optional>
#include <string>

#include <QString>
#include <QWidget>

namespace awb::ui {

/// Maps values to 0..1 for the glow. A logarithmic scale spans whole decades around the positive values;
/// while one quantity is shown it only widens, so that colours keep their meaning from step to step.
class GlowScale {
public:
    void reset(bool logarithmic);
    /// Widens the scale to hold these values; infinite and NaN values are left out.
    void include(const std::map<std::string, float>& values);

    /// 0..1; none for what has no place on the scale (NaN, or not positive on a logarithmic one).
    std::optional<float> level(float value) const;
    bool isEmpty() const { return m_low > m_high; }
    bool isLogarithmic() const { return m_logarithmic; }
    double low() const;
    double high() const;

private:
    bool m_logarithmic = true;
    double m_low = 1;   ///< exponents of ten on a logarithmic scale
    double m_high = -1; ///< below m_low: empty
};

/// The scale bar in the canvas's corner.
class GlowBar : public QWidget {
    Q_OBJECT

public:
    explicit GlowBar(QWidget* parent);
    void setScale(const GlowScale& scale, const QString& label);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    GlowScale m_scale;
    QString m_label;
};

} // namespace awb::ui
