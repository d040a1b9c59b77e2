#pragma once

#include <functional>

#include <QDoubleSpinBox>

namespace awb::ui {

/// A number with exact text ("0.001", "16", "5.33"), its own steps, and a "mixed" state for a value that
/// differs between the selected things. Typing takes effect at Enter or when the field is left, arrows and
/// wheel at once; the wheel only while the field has the focus, so that scrolling a form changes nothing.
class NumberField : public QDoubleSpinBox {
    Q_OBJECT

public:
    explicit NumberField(QWidget* parent = nullptr);

    /// The value after `steps` arrow presses from `value`; without one the spin box adds its single step.
    void setStepper(std::function<double(double value, int steps)> stepper);
    /// Shows a value without reporting it.
    void showValue(double value);
    /// Shows "mixed" until a value is chosen; steps go from `value`.
    void showMixed(double value);
    bool isMixed() const { return m_mixed; }

    QString textFromValue(double value) const override;
    double valueFromText(const QString& text) const override;
    QValidator::State validate(QString& text, int& position) const override;
    void stepBy(int steps) override;

Q_SIGNALS:
    /// The person chose a value.
    void edited(double value);

protected:
    void wheelEvent(QWheelEvent* event) override;

private:
    void commit();

    std::function<double(double, int)> m_stepper;
    bool m_mixed = false;
    bool m_typedOverMixed =
        false; ///< the hidden value may be what was typed, which is no change for the spin box
    bool m_showing = false;
};

/// 1, 2, 5, 10, 20, 50 ... and the same below one: steps for rates and decays.
double stepOneTwoFive(double value, int steps);

} // namespace awb::ui
