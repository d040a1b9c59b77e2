#include "ui/design/adapter_drop_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QStringList>

#include "backend/experiment/design.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

AdapterDropBar::AdapterDropBar(DesignDocument* document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_slider(new QSlider(Qt::Horizontal, this))
    , m_text(new ToneLabel({}, Tone::MutedText, TextSize::Small, false, this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(px(Space::L), px(Space::Xs), px(Space::L), px(Space::Xs));
    row->setSpacing(px(Space::M));
    auto* label = new QLabel(tr("Adapter&Drop"), this);
    label->setBuddy(m_slider);
    m_slider->setObjectName(QStringLiteral("adapterDrop"));
    m_slider->setAccessibleName(tr("AdapterDrop: lowest layers without adapters"));
    m_slider->setTickPosition(QSlider::TicksBelow);
    m_slider->setPageStep(1);
    m_slider->setFixedWidth(180);
    m_text->setObjectName(QStringLiteral("adapterDropText"));
    row->addWidget(label);
    row->addWidget(m_slider);
    row->addWidget(m_text, 1);

    const QString toolTip =
        tr("The lowest layers run without their adapters, in training and evaluation: faster, "
           "often for little loss. Random mode (Training tab) draws how many for each batch.\n"
           "Default: 0. training.adapter_drop");
    label->setToolTip(toolTip);
    m_slider->setToolTip(toolTip);
    connect(m_slider, &QSlider::sliderPressed, this, [this] { m_mergeId = m_document->newMergeId(); });
    connect(m_slider, &QSlider::sliderReleased, this, [this] { m_mergeId = 0; });
    connect(m_slider, &QSlider::valueChanged, this, &AdapterDropBar::setLayers);
    connect(document, &DesignDocument::changed, this, &AdapterDropBar::refresh);
    refresh();
}

void AdapterDropBar::setLayers(int layers) {
    m_document->apply(design::setAdapterDrop(m_document->experiment(), m_document->model(), layers),
                      layers == 0 ? tr("Switch AdapterDrop off")
                                  : tr("Drop the adapters of %1 layers").arg(layers),
                      m_mergeId);
}

void AdapterDropBar::refresh() {
    const TrainingSpec& training = m_document->experiment().training;
    const int numLayers = m_document->model().numLayers;
    const bool dropping = training.adapterDropMode != "none" && training.adapterDropLayers > 0;
    const QSignalBlocker blocker(m_slider);
    m_slider->setRange(0, numLayers);
    m_slider->setValue(dropping ? training.adapterDropLayers : 0);
    m_slider->setEnabled(numLayers > 0);
    QString text;
    if (!dropping) {
        text = tr("off: every layer uses its adapters");
    } else if (training.adapterDropMode == "random") {
        text = tr("up to %1 of %2 lowest layers dropped in each batch")
                   .arg(training.adapterDropLayers)
                   .arg(numLayers);
    } else {
        text =
            tr("lowest %1 of %2 layers run without adapters").arg(training.adapterDropLayers).arg(numLayers);
    }
    QStringList sharing;
    for (const AdapterSpec& adapter : m_document->experiment().adapters) {
        const BottleneckConfig* bottleneck = adapter.config.bottleneck();
        if (bottleneck != nullptr && bottleneck->sharedAcrossLayers) {
            sharing << QString::fromStdString(adapter.name);
        }
    }
    if (!sharing.isEmpty()) {
        text += tr(" · all layers share the modules of %1").arg(sharing.join(QStringLiteral(", ")));
    }
    m_text->setText(text);
}

} // namespace awb::ui
