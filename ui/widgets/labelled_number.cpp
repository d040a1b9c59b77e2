#include "ui/widgets/labelled_number.h"

#include <QVBoxLayout>

#include "ui/widgets/tone_label.h"

namespace awb::ui {

LabelledNumber::LabelledNumber(const QString& name, QWidget* parent)
    : QWidget(parent)
    , m_name(name)
    , m_value(new ToneLabel(QStringLiteral("–"), Tone::Text, TextSize::Title, true)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(new ToneLabel(name, Tone::MutedText, TextSize::Small));
    column->addWidget(m_value);
    setAccessibleName(name);
}

void LabelledNumber::setValue(const QString& value, const QString& toolTip) {
    m_value->setText(value);
    m_value->setToolTip(toolTip);
    setAccessibleName(m_name + QStringLiteral(": ") + value);
}

} // namespace awb::ui
