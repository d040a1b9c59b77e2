#pragma once

#include <QWidget>
#include <string_view>

namespace awb::ui {

/// The value of a non-linearity by its AdapterHub name, for drawing; NaN for a name that nobody knows.
double activationValue(std::string_view name, double x);

/// Draws a non-linearity over -4 .. 4 with its axes; `name` empty draws nothing.
class ActivationCurve : public QWidget {
    Q_OBJECT

public:
    explicit ActivationCurve(QWidget* parent = nullptr);
    void setFunction(const QString& name);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_name;
};

} // namespace awb::ui
