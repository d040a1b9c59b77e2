#include "ui/canvas/canvas_strip.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

#include "ui/document/design_document.h"
#include "ui/theme/theme.h"

using namespace Qt::StringLiterals;

namespace awb::ui {

namespace {

constexpr int kSwatch = 12;

QIcon swatch(const QString& adapter) {
    constexpr int scale = 3;
    const Theme& theme = Theme::instance();
    QPixmap pixmap(kSwatch * scale, kSwatch * scale);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(scale, scale);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.adapterColor(adapter));
    painter.drawRoundedRect(QRectF(0, 0, kSwatch, kSwatch), 3, 3);
    if (theme.adapterPattern(adapter) != Qt::SolidPattern) {
        painter.setBrush(QBrush(theme.color(Tone::Text), theme.adapterPattern(adapter)));
        painter.drawRoundedRect(QRectF(0, 0, kSwatch, kSwatch), 3, 3);
    }
    painter.end();
    return QIcon(pixmap);
}

} // namespace

CanvasStrip::CanvasStrip(DesignDocument& document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_legend(new QHBoxLayout)
    , m_hint(new QLabel(tr("No adapters yet: drag a preset onto a dashed diamond, or"), this))
    , m_apply(new QPushButton(this))
    , m_legendButton(new QToolButton(this)) {
    setObjectName(u"canvasStrip"_s);
    m_hint->setObjectName(u"canvasEmptyHint"_s);
    m_apply->setObjectName(u"canvasApplyPreset"_s);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(px(Space::L), px(Space::Xs), px(Space::L), px(Space::Xs));
    layout->setSpacing(px(Space::S));
    m_legend->setSpacing(px(Space::Xs));
    layout->addLayout(m_legend);
    layout->addWidget(m_hint);
    layout->addWidget(m_apply);
    layout->addStretch(1);
    layout->addWidget(m_legendButton);
    m_legendButton->setObjectName(u"canvasLegendButton"_s);
    m_legendButton->setCheckable(true);
    m_legendButton->setAutoRaise(true);
    m_legendButton->setIcon(Theme::instance().icon(u"legend"_s));
    m_legendButton->setAccessibleName(tr("Legend"));
    m_legendButton->setToolTip(tr("Legend: names every sign of the design (L)"));
    connect(m_legendButton, &QToolButton::clicked, this, &CanvasStrip::legendToggled);
    connect(m_apply, &QPushButton::clicked, this, &CanvasStrip::applyPreset);
    connect(&document, &DesignDocument::changed, this, &CanvasStrip::refresh);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        m_shown = {QString()}; // colours are new
        refresh();
    });
    setCurrentPreset(u"pfeiffer"_s);
    m_shown = {QString()};
    refresh();
}

void CanvasStrip::setCurrentPreset(const QString& presetName) {
    m_preset = presetName;
    const MethodPreset* preset = findMethodPreset(presetName.toStdString());
    m_apply->setVisible(preset != nullptr && m_document.experiment().adapters.empty());
    if (preset != nullptr) {
        m_apply->setText(tr("Put %1 in all layers").arg(QString::fromStdString(preset->title)));
    }
}

void CanvasStrip::refresh() {
    QStringList names;
    for (const AdapterSpec& adapter : m_document.experiment().adapters) {
        names << QString::fromStdString(adapter.name);
    }
    if (names == m_shown) {
        return;
    }
    m_shown = names;
    while (QLayoutItem* item = m_legend->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    for (const QString& name : names) {
        addAdapterButton(name);
    }
    m_hint->setVisible(names.isEmpty());
    m_apply->setVisible(names.isEmpty());
}

void CanvasStrip::setLegendShown(bool shown) {
    m_legendButton->setChecked(shown);
}

int CanvasStrip::rightReserve() const {
    return m_legendButton->sizeHint().width() + px(Space::L);
}

void CanvasStrip::addAdapterButton(const QString& name) {
    auto* button = new QToolButton(this);
    button->setObjectName(u"canvasLegend_"_s + name);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setAutoRaise(true);
    button->setIcon(swatch(name));
    button->setIconSize({kSwatch, kSwatch});
    button->setText(name);
    button->setToolTip(tr("Select all modules of adapter %1").arg(name));
    connect(button, &QToolButton::clicked, this, [this, adapter = name.toStdString()] {
        std::set<design::ModuleRef> refs;
        for (const design::Module& module : design::modules(m_document.experiment(), m_document.model())) {
            if (module.ref.adapter == adapter) {
                refs.insert(module.ref);
            }
        }
        m_document.setSelection(std::move(refs));
    });
    m_legend->addWidget(button);
}

void CanvasStrip::applyPreset() {
    if (const MethodPreset* preset = findMethodPreset(m_preset.toStdString())) {
        m_document.apply(design::applyPreset(m_document.experiment(), m_document.model(), *preset),
                         tr("Put %1 in all layers").arg(QString::fromStdString(preset->title)));
    }
}

void CanvasStrip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), Theme::instance().color(Tone::Window));
}

} // namespace awb::ui
