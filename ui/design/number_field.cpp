#include "ui/design/number_field.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QLineEdit>
#include <QLocale>
#include <QSignalBlocker>
#include <QWheelEvent>

namespace awb::ui {

NumberField::NumberField(QWidget* parent)
    : QDoubleSpinBox(parent) {
    setDecimals(12); // the text is short all the same, see textFromValue
    setKeyboardTracking(false);
    setFocusPolicy(Qt::StrongFocus);
    lineEdit()->setPlaceholderText(tr("mixed"));
    connect(this, &QDoubleSpinBox::valueChanged, this, [this](double value) {
        if (m_showing) {
            return;
        }
        m_mixed = false;
        m_typedOverMixed = false;
        Q_EMIT edited(value);
    });
    connect(lineEdit(), &QLineEdit::textEdited, this, [this](const QString& text) {
        if (m_mixed || m_typedOverMixed) {
            m_mixed = text.isEmpty();
            m_typedOverMixed = !m_mixed;
        }
    });
    connect(this, &QAbstractSpinBox::editingFinished, this, &NumberField::commit);
}

void NumberField::setStepper(std::function<double(double, int)> stepper) {
    m_stepper = std::move(stepper);
}

void NumberField::showValue(double value) {
    if (!m_mixed && !m_typedOverMixed && value == this->value()) {
        return;
    }
    m_showing = true;
    m_mixed = false;
    m_typedOverMixed = false;
    const bool same = value == this->value();
    setValue(value);
    if (same) {
        lineEdit()->setText(prefix() + textFromValue(value) + suffix());
    }
    m_showing = false;
}

void NumberField::showMixed(double value) {
    m_showing = true;
    m_mixed = true;
    m_typedOverMixed = false;
    setValue(value);
    lineEdit()->clear();
    m_showing = false;
}

QString NumberField::textFromValue(double value) const {
    if (m_mixed) {
        return {};
    }
    QLocale exact = locale();
    exact.setNumberOptions(exact.numberOptions() | QLocale::OmitGroupSeparator);
    const double rounded = std::round(value);
    if (std::abs(value) < 1e9 && std::abs(value - rounded) < 1e-9 * std::max(1.0, std::abs(value))) {
        return exact.toString(static_cast<qlonglong>(rounded));
    }
    return exact.toString(value, 'g', 6);
}

double NumberField::valueFromText(const QString& text) const {
    if (!specialValueText().isEmpty() && text == specialValueText()) {
        return minimum();
    }
    QString number = text;
    if (!suffix().isEmpty() && number.endsWith(suffix())) {
        number.chop(suffix().size());
    }
    if (!prefix().isEmpty() && number.startsWith(prefix())) {
        number.remove(0, prefix().size());
    }
    bool ok = false;
    double typed = locale().toDouble(number.trimmed(), &ok);
    if (!ok) {
        typed = QLocale::c().toDouble(number.trimmed(), &ok);
    }
    return ok ? typed : value();
}

QValidator::State NumberField::validate(QString& text, int& position) const {
    Q_UNUSED(position)
    if (!specialValueText().isEmpty() && text == specialValueText()) {
        return QValidator::Acceptable;
    }
    QString number = text;
    if (!suffix().isEmpty() && number.endsWith(suffix())) {
        number.chop(suffix().size());
    }
    number = number.trimmed();
    if (number.isEmpty()) {
        return m_mixed ? QValidator::Acceptable : QValidator::Intermediate;
    }
    bool ok = false;
    double typed = locale().toDouble(number, &ok);
    if (!ok) {
        typed = QLocale::c().toDouble(number, &ok);
    }
    if (ok) {
        return typed >= minimum() && typed <= maximum() ? QValidator::Acceptable : QValidator::Intermediate;
    }
    const bool unfinished = std::ranges::all_of(
        number, [](QChar c) { return c.isDigit() || QStringLiteral(".,-+eE").contains(c); });
    return unfinished ? QValidator::Intermediate : QValidator::Invalid;
}

void NumberField::stepBy(int steps) {
    if (!m_stepper) {
        QDoubleSpinBox::stepBy(steps);
        return;
    }
    setValue(std::clamp(m_stepper(value(), steps), minimum(), maximum()));
    selectAll();
}

void NumberField::wheelEvent(QWheelEvent* event) {
    if (hasFocus()) {
        QDoubleSpinBox::wheelEvent(event);
    } else {
        event->ignore();
    }
}

void NumberField::commit() {
    if (!m_typedOverMixed) {
        return;
    }
    m_typedOverMixed = false;
    Q_EMIT edited(value());
}

double stepOneTwoFive(double value, int steps) {
    constexpr std::array kMantissas{1.0, 2.0, 5.0};
    if (!(value > 0)) {
        return steps > 0 ? 1e-6 : value;
    }
    for (; steps != 0; steps += steps > 0 ? -1 : 1) {
        const double power = std::pow(10.0, std::floor(std::log10(value * (1 + 1e-9))));
        if (steps > 0) {
            double next = 10 * power;
            for (const double mantissa : kMantissas) {
                if (mantissa * power > value * (1 + 1e-9)) {
                    next = mantissa * power;
                    break;
                }
            }
            value = next;
        } else {
            double next = power / 2;
            for (const double mantissa : kMantissas) {
                if (mantissa * power < value * (1 - 1e-9)) {
                    next = mantissa * power;
                }
            }
            value = next;
        }
    }
    return value;
}

} // namespace awb::ui
