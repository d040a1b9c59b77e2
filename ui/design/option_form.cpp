#include "ui/design/option_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QHash>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QWheelEvent>

#include "ui/design/number_field.h"
#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

/// Keeps the wheel for scrolling the form: a list changes only by click and key.
class WheelGuard : public QObject {
public:
    using QObject::QObject;
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::Wheel) {
            event->ignore();
            return true;
        }
        return QObject::eventFilter(watched, event);
    }
};

} // namespace

int mergeIdOf(const QString& objectName) {
    // Positive, and away from the small numbers that gestures use.
    return static_cast<int>(qHash(objectName) & 0x3fffffffU) | 0x40000000;
}

QString optionToolTip(const OptionText& text, const QString& disabledReason) {
    QString html = QStringLiteral("<p style='white-space:normal'><b>%1</b><br>%2</p>")
                       .arg(text.label.toHtmlEscaped(), text.help.toHtmlEscaped());
    if (!disabledReason.isEmpty()) {
        html += QStringLiteral("<p><b>%1</b> %2</p>")
                    .arg(OptionForm::tr("No effect here:").toHtmlEscaped(), disabledReason.toHtmlEscaped());
    }
    html += QStringLiteral("<p>%1<br><code>%2</code></p>")
                .arg(OptionForm::tr("Default: %1").arg(text.defaultValue).toHtmlEscaped(),
                     text.key.toHtmlEscaped());
    return html;
}

OptionForm::OptionForm(QWidget* parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this)) {
    m_grid->setContentsMargins(px(Space::M), px(Space::S), px(Space::M), px(Space::M));
    m_grid->setHorizontalSpacing(px(Space::S));
    m_grid->setVerticalSpacing(px(Space::S));
    m_grid->setColumnStretch(1, 1);
    m_grid->setColumnMinimumWidth(0, 116);
    m_grid->setAlignment(Qt::AlignTop);
}

void OptionForm::addHeading(const QString& text) {
    auto* label = new QLabel(text, this);
    label->setFont(Theme::instance().font(TextSize::Body, true));
    if (m_grid->rowCount() > 1) {
        label->setContentsMargins(0, px(Space::S), 0, 0);
    }
    m_grid->addWidget(label, m_grid->rowCount(), 0, 1, 2);
}

void OptionForm::addWide(QWidget* widget) {
    m_grid->addWidget(widget, m_grid->rowCount(), 0, 1, 2);
}

QLabel* OptionForm::addLabel(const OptionText& text, QWidget* field) {
    auto* label = new QLabel(text.label, this);
    label->setBuddy(field);
    const int row = m_grid->rowCount();
    m_grid->addWidget(label, row, 0);
    m_grid->addWidget(field, row, 1);
    field->setObjectName(text.objectName);
    field->setAccessibleName(text.label);
    return label;
}

void OptionForm::describe(QWidget* field, QLabel* label, const OptionText& text, const Reason& reason) {
    const QString disabledReason = reason ? reason() : QString();
    const QString toolTip = optionToolTip(text, disabledReason);
    field->setEnabled(disabledReason.isEmpty());
    field->setToolTip(toolTip);
    field->setAccessibleDescription(disabledReason.isEmpty() ? text.help
                                                             : text.help + QLatin1Char(' ') + disabledReason);
    if (label) {
        label->setEnabled(disabledReason.isEmpty());
        label->setToolTip(toolTip);
    }
}

QCheckBox* OptionForm::addCheck(const OptionText& text, Getter<bool> get, Setter<bool> set, Reason reason) {
    auto* box = new QCheckBox(text.label, this);
    box->setObjectName(text.objectName);
    m_grid->addWidget(box, m_grid->rowCount(), 0, 1, 2);
    connect(box, &QCheckBox::clicked, this, [box, apply = std::move(set)] {
        // From "mixed" the first click switches on.
        const bool on = box->checkState() != Qt::Unchecked;
        box->setTristate(false);
        box->setChecked(on);
        apply(on);
    });
    m_refresh.push_back([this, box, text, value = std::move(get), why = std::move(reason)] {
        const std::optional<bool> on = value();
        box->setTristate(!on.has_value());
        box->setCheckState(!on ? Qt::PartiallyChecked : *on ? Qt::Checked : Qt::Unchecked);
        describe(box, nullptr, text, why);
    });
    return box;
}

QComboBox* OptionForm::addChoice(const OptionText& text, const Choices& choices, Getter<QString> get,
                                 Setter<QString> set, Reason reason) {
    auto* box = new QComboBox(this);
    box->setFocusPolicy(Qt::StrongFocus);
    box->installEventFilter(new WheelGuard(box));
    box->setPlaceholderText(tr("mixed"));
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(8);
    for (const auto& [shown, value] : choices) {
        box->addItem(shown, value);
    }
    QLabel* label = addLabel(text, box);
    connect(box, &QComboBox::activated, this,
            [box, apply = std::move(set)](int index) { apply(box->itemData(index).toString()); });
    m_refresh.push_back([this, box, label, text, value = std::move(get), why = std::move(reason)] {
        const std::optional<QString> current = value();
        const QSignalBlocker blocker(box);
        box->setCurrentIndex(current ? box->findData(*current) : -1);
        describe(box, label, text, why);
    });
    return box;
}

QWidget* OptionForm::addFlags(const OptionText& text, const Choices& choices, Getter<QStringList> get,
                              Setter<QStringList> set, Reason reason) {
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(px(Space::M));
    std::vector<QCheckBox*> boxes;
    for (const auto& [shown, value] : choices) {
        auto* box = new QCheckBox(shown, row);
        box->setObjectName(text.objectName + QLatin1Char('_') + value);
        box->setProperty("value", value);
        box->setAccessibleName(text.label + QLatin1Char(' ') + shown);
        layout->addWidget(box);
        boxes.push_back(box);
    }
    layout->addStretch(1);
    for (QCheckBox* box : boxes) {
        connect(box, &QCheckBox::clicked, this, [boxes, apply = set] {
            QStringList chosen;
            for (QCheckBox* each : boxes) {
                if (each->checkState() != Qt::Unchecked) {
                    chosen << each->property("value").toString();
                }
            }
            apply(chosen);
        });
    }
    QLabel* label = addLabel(text, row);
    m_refresh.push_back([this, row, boxes, label, text, value = std::move(get), why = std::move(reason)] {
        const std::optional<QStringList> chosen = value();
        for (QCheckBox* box : boxes) {
            box->setTristate(!chosen.has_value());
            box->setCheckState(!chosen                                               ? Qt::PartiallyChecked
                               : chosen->contains(box->property("value").toString()) ? Qt::Checked
                                                                                     : Qt::Unchecked);
        }
        describe(row, label, text, why);
    });
    return row;
}

NumberField* OptionForm::addNumber(const OptionText& text, const Range& range, Getter<double> get,
                                   Setter<double> set, Reason reason) {
    auto* field = new NumberField(this);
    field->setRange(range.minimum, range.maximum);
    field->setSingleStep(range.step);
    field->setSuffix(range.suffix);
    field->setSpecialValueText(range.minimumText);
    if (range.integer) {
        field->setDecimals(0);
    }
    QLabel* label = addLabel(text, field);
    connect(field, &NumberField::edited, this, [apply = std::move(set)](double value) { apply(value); });
    m_refresh.push_back([this, field, label, text, value = std::move(get), why = std::move(reason)] {
        if (const std::optional<double> current = value()) {
            field->showValue(*current);
        } else {
            field->showMixed(field->value());
        }
        describe(field, label, text, why);
    });
    return field;
}

QLineEdit* OptionForm::addText(const OptionText& text, Getter<QString> get,
                               std::function<QString(const QString&)> set, Reason reason) {
    auto* edit = new QLineEdit(this);
    edit->setPlaceholderText(tr("mixed"));
    QLabel* label = addLabel(text, edit);
    auto* problem = new QLabel(this);
    problem->setObjectName(text.objectName + QStringLiteral("Problem"));
    problem->setWordWrap(true);
    problem->hide();
    m_grid->addWidget(problem, m_grid->rowCount(), 0, 1, 2);
    connect(edit, &QLineEdit::editingFinished, this, [edit, problem, apply = std::move(set)] {
        if (!edit->isModified()) {
            return;
        }
        edit->setModified(false);
        const QString why = apply(edit->text());
        problem->setText(why);
        problem->setVisible(!why.isEmpty());
        QPalette palette = problem->palette();
        palette.setColor(QPalette::WindowText, Theme::instance().color(Tone::Error));
        problem->setPalette(palette);
    });
    m_refresh.push_back([this, edit, problem, label, text, value = std::move(get), why = std::move(reason)] {
        const std::optional<QString> current = value();
        edit->setPlaceholderText(current ? QString() : tr("mixed"));
        if (!edit->isModified() && edit->text() != current.value_or(QString())) {
            edit->setText(current.value_or(QString()));
            problem->hide();
        }
        describe(edit, label, text, why);
    });
    return edit;
}

void OptionForm::refresh() {
    for (const auto& refreshOne : m_refresh) {
        refreshOne();
    }
}

} // namespace awb::ui
