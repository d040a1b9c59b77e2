#include "ui/design/layer_toggles.h"

#include <algorithm>

#include <QAbstractButton>
#include <QGridLayout>
#include <QKeyEvent>
#include <QPainter>

#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr int kColumns = 12;
constexpr QSize kCell(21, 20);

} // namespace

/// Filled where the layer takes part, dashed where it does not, filled and dashed where it is mixed.
class LayerToggles::Button : public QAbstractButton {
public:
    Button(int layer, QWidget* parent)
        : QAbstractButton(parent) {
        setObjectName(QStringLiteral("layerToggle_%1").arg(layer));
        setText(QString::number(layer));
        setAccessibleName(LayerToggles::tr("Layer %1").arg(layer));
        setCheckable(true);
        setFocusPolicy(Qt::ClickFocus);
        connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    }

    void setState(bool isOn, bool isMixed) {
        m_isMixed = isMixed;
        setChecked(isOn);
        const QString state = isMixed ? LayerToggles::tr("mixed: some of the adapters act in layer %1")
                              : isOn  ? LayerToggles::tr("acts in layer %1")
                                      : LayerToggles::tr("leaves layer %1 out");
        setToolTip(state.arg(text()));
        setAccessibleDescription(toolTip());
        update();
    }

    QSize sizeHint() const override { return kCell; }

protected:
    void nextCheckState() override {} // the document decides

    void paintEvent(QPaintEvent*) override {
        const Theme& theme = Theme::instance();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const bool isFilled = isChecked() || m_isMixed;
        const bool isDashed = !isChecked() || m_isMixed;
        QColor fill = theme.color(Tone::Trainable);
        fill.setAlphaF(m_isMixed ? 0.12F : 0.25F);
        const QColor edge = theme.color(!isEnabled() ? Tone::Hairline
                                        : isFilled   ? Tone::Trainable
                                                     : Tone::Frozen);
        painter.setBrush(isFilled && isEnabled() ? QBrush(fill) : QBrush(Qt::NoBrush));
        painter.setPen(QPen(edge, 1, isDashed ? Qt::DashLine : Qt::SolidLine));
        const QRectF frame = QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5);
        painter.drawRoundedRect(frame, 3, 3);
        if (hasFocus()) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(theme.color(Tone::Focus), 2));
            painter.drawRoundedRect(frame.adjusted(-0.5, -0.5, 0.5, 0.5), 3, 3);
        }
        painter.setFont(theme.figures(TextSize::Small));
        painter.setPen(theme.color(!isEnabled()  ? Tone::DisabledText
                                   : isChecked() ? Tone::Text
                                                 : Tone::MutedText));
        painter.drawText(rect(), Qt::AlignCenter, text());
    }

private:
    bool m_isMixed = false;
};

LayerToggles::LayerToggles(QWidget* parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this)) {
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(2);
    m_grid->setColumnStretch(kColumns, 1);
    setObjectName(QStringLiteral("layerToggles"));
    setAccessibleName(tr("Layers"));
}

void LayerToggles::setLayers(int numLayers, const std::set<int>& all, const std::set<int>& some) {
    while (static_cast<int>(m_buttons.size()) > std::max(0, numLayers)) {
        m_buttons.back()->hide();
        m_buttons.back()->deleteLater(); // it may be the sender
        m_buttons.pop_back();
    }
    for (int layer = static_cast<int>(m_buttons.size()); layer < numLayers; ++layer) {
        auto* button = new Button(layer, this);
        button->installEventFilter(this);
        connect(button, &QAbstractButton::clicked, this, [this, layer] {
            moveTo(layer);
            Q_EMIT toggled(layer, !m_buttons[static_cast<std::size_t>(layer)]->isChecked());
        });
        m_grid->addWidget(button, layer / kColumns, layer % kColumns);
        m_buttons.push_back(button);
    }
    for (int layer = 0; layer < numLayers; ++layer) {
        m_buttons[static_cast<std::size_t>(layer)]->setState(all.contains(layer), some.contains(layer));
    }
    m_current = std::clamp(m_current, 0, std::max(0, numLayers - 1));
    if (numLayers > 0) {
        m_buttons[static_cast<std::size_t>(m_current)]->setFocusPolicy(Qt::StrongFocus);
    }
}

QAbstractButton* LayerToggles::button(int layer) const {
    const bool isThere = layer >= 0 && layer < static_cast<int>(m_buttons.size());
    return isThere ? m_buttons[static_cast<std::size_t>(layer)] : nullptr;
}

/// The tab stop follows the focus.
void LayerToggles::moveTo(int layer) {
    m_current = std::clamp(layer, 0, static_cast<int>(m_buttons.size()) - 1);
    for (std::size_t i = 0; i < m_buttons.size(); ++i) {
        m_buttons[i]->setFocusPolicy(static_cast<int>(i) == m_current ? Qt::StrongFocus : Qt::ClickFocus);
    }
    m_buttons[static_cast<std::size_t>(m_current)]->setFocus(Qt::OtherFocusReason);
}

bool LayerToggles::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress) {
        switch (static_cast<QKeyEvent*>(event)->key()) {
        case Qt::Key_Left:
            moveTo(m_current - 1);
            return true;
        case Qt::Key_Right:
            moveTo(m_current + 1);
            return true;
        case Qt::Key_Home:
            moveTo(0);
            return true;
        case Qt::Key_End:
            moveTo(static_cast<int>(m_buttons.size()) - 1);
            return true;
        default:
            break;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace awb::ui
