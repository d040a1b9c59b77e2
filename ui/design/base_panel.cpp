#include "ui/design/base_panel.h"

#include <algorithm>

#include <QComboBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QToolButton>

#include "backend/checkpoint/inspect.h"
#include "ui/design/design_edits.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

BasePanel::BasePanel(DesignDocument* document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_base(new QComboBox(this))
    , m_folder(new QToolButton(this))
    , m_facts(new ToneLabel({}, Tone::MutedText, TextSize::Small, false, this))
    , m_target(new QComboBox(this)) {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(px(Space::M), px(Space::M), px(Space::M), px(Space::S));
    grid->setHorizontalSpacing(px(Space::S));
    grid->setVerticalSpacing(px(Space::Xs));
    grid->setColumnStretch(1, 1);

    m_base->setObjectName(QStringLiteral("baseModel"));
    m_base->setAccessibleName(tr("Base model"));
    m_base->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_base->setMinimumContentsLength(8);
    m_folder->setObjectName(QStringLiteral("openBaseFolder"));
    m_folder->setIcon(Theme::instance().icon(QStringLiteral("folder")));
    m_folder->setToolTip(tr("Use a model folder (config.json, model.safetensors, tokenizer files) …"));
    m_folder->setAccessibleName(tr("Use a model folder"));
    m_target->setObjectName(QStringLiteral("trainTarget"));
    m_target->setAccessibleName(tr("What is trained"));
    m_target->addItem(tr("Adapters and head"), static_cast<int>(TrainTarget::Adapters));
    m_target->addItem(tr("Head only (linear probe)"), static_cast<int>(TrainTarget::HeadOnly));
    m_target->addItem(tr("Everything (full fine-tuning)"), static_cast<int>(TrainTarget::Everything));
    m_target->setToolTip(
        tr("Adapters and head: the base stays frozen.\nHead only: the adapters stay in the design but "
           "are switched off, a probe of the frozen base.\nEverything: every parameter of the base is "
           "trained too."));
    auto* baseLabel = new QLabel(tr("&Base"), this);
    baseLabel->setBuddy(m_base);
    auto* targetLabel = new QLabel(tr("Trai&n"), this);
    targetLabel->setBuddy(m_target);
    grid->addWidget(baseLabel, 0, 0);
    grid->addWidget(m_base, 0, 1);
    grid->addWidget(m_folder, 0, 2);
    grid->addWidget(m_facts, 1, 1, 1, 2);
    grid->addWidget(targetLabel, 2, 0);
    grid->addWidget(m_target, 2, 1, 1, 2);

    connect(m_base, &QComboBox::activated, this,
            [this](int index) { setBase(m_base->itemData(index).toString()); });
    connect(m_folder, &QToolButton::clicked, this, &BasePanel::chooseFolder);
    connect(m_target, &QComboBox::activated, this, [this](int index) {
        const auto target = static_cast<TrainTarget>(m_target->itemData(index).toInt());
        m_document->edit(withTrainTarget(m_document->experiment(), target),
                         tr("Train %1").arg(m_target->itemText(index).toLower()));
    });
    connect(document, &DesignDocument::changed, this, &BasePanel::refresh);
    refresh();
}

void BasePanel::setBase(const QString& nameOrFolder) {
    if (nameOrFolder.toStdString() == m_document->experiment().baseModel) {
        return;
    }
    const auto model = loadBaseConfig(nameOrFolder.toStdString());
    if (!model) {
        Q_EMIT m_document->refused(model.error());
        refresh();
        return;
    }
    m_document->edit(withBase(m_document->experiment(), nameOrFolder, *model),
                     tr("Use base %1").arg(nameOrFolder.section(QLatin1Char('/'), -1)));
}

void BasePanel::chooseFolder() {
    auto* dialog = new QFileDialog(this, tr("Choose a model folder"));
    dialog->setObjectName(QStringLiteral("baseFolderDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::DontUseNativeDialog);
    connect(dialog, &QFileDialog::fileSelected, this, &BasePanel::setBase);
    dialog->open();
}

void BasePanel::refresh() {
    const Experiment& experiment = m_document->experiment();
    const ModelConfig& model = m_document->model();
    const QString current = QString::fromStdString(experiment.baseModel);
    {
        const QSignalBlocker blocker(m_base);
        m_base->clear();
        const std::vector<std::string> bundled = bundledModels();
        for (const std::string& name : bundled) {
            m_base->addItem(QString::fromStdString(name), QString::fromStdString(name));
        }
        if (std::ranges::find(bundled, experiment.baseModel) == bundled.end()) {
            m_base->addItem(current.section(QLatin1Char('/'), -1, -1, QString::SectionSkipEmpty), current);
        }
        m_base->setCurrentIndex(m_base->findData(current));
        m_base->setToolTip(tr("The pretrained encoder: %1\nbase.model").arg(current));
    }
    m_facts->setText(model.numLayers < 1 ? tr("not open")
                                         : tr("%1 layers · hidden %2 · %3 parameters")
                                               .arg(model.numLayers)
                                               .arg(model.hiddenSize)
                                               .arg(compactCount(baseParameterCount(model))));
    m_facts->setToolTip(tr("%1 heads · feed-forward %2 · %3 positions · %4 word pieces")
                            .arg(model.numHeads)
                            .arg(model.intermediateSize)
                            .arg(model.maxPositions)
                            .arg(model.vocabSize));
    const QSignalBlocker blocker(m_target);
    m_target->setCurrentIndex(m_target->findData(static_cast<int>(trainTarget(experiment))));
}

} // namespace awb::ui
