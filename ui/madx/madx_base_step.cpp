#include "ui/madx/madx_base_step.h"

#include <algorithm>

#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include "backend/checkpoint/inspect.h"
#include "ui/madx/madx_document.h"
#include "ui/theme/theme.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

/// In the place of a base's name; no bundled base or folder is called so.
QString pretrainKey() {
    return QStringLiteral("*pretrain");
}

QString factsOf(const PretrainingSpec& spec) {
    return MadxBaseStep::tr("A fresh BERT: %1 layers · hidden %2 · vocabulary up to %3 · %4 epochs of masked "
                            "words")
        .arg(spec.shape.numLayers)
        .arg(spec.shape.hiddenSize)
        .arg(fullCount(spec.vocabSize))
        .arg(spec.training.epochs);
}

QString factsOf(const std::string& base) {
    const auto model = loadBaseConfig(base);
    return model ? MadxBaseStep::tr("%1 layers · hidden %2 · vocabulary %3")
                       .arg(model->numLayers)
                       .arg(model->hiddenSize)
                       .arg(fullCount(model->vocabSize))
                 : madxErrorText(model.error());
}

} // namespace

MadxBaseStep::MadxBaseStep(MadxDocument* document, QWidget* parent)
    : Card(tr("1  Base"), parent)
    , m_document(document)
    , m_base(new QComboBox(this))
    , m_facts(new ToneLabel({}, Tone::MutedText, TextSize::Small, false, this)) {
    m_base->setObjectName(QStringLiteral("madxBase"));
    m_base->setAccessibleName(tr("Base model"));
    m_base->setToolTip(tr("What all adapters sit in; it stays frozen.\nbase.model or base.pretrain"));
    m_base->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_facts->setWordWrap(true);
    auto* folder = new QToolButton(this);
    folder->setObjectName(QStringLiteral("madxBaseFolder"));
    folder->setToolTip(tr("Use a model folder (config.json, model.safetensors, tokenizer files) …"));
    folder->setAccessibleName(tr("Use a model folder"));
    folder->setFocusPolicy(Qt::StrongFocus);
    const auto draw = [folder] { folder->setIcon(Theme::instance().icon(QStringLiteral("folder"))); };
    draw();
    connect(&Theme::instance(), &Theme::changed, folder, draw);
    connect(folder, &QToolButton::clicked, this, &MadxBaseStep::chooseFolder);
    auto* row = new QHBoxLayout;
    row->addWidget(m_base, 1);
    row->addWidget(folder);
    body()->addLayout(row);
    body()->addWidget(m_facts);
    connect(m_base, &QComboBox::activated, this, &MadxBaseStep::choose);
    connect(document, &MadxDocument::changed, this, &MadxBaseStep::refresh);
    refresh();
}

void MadxBaseStep::refresh() {
    const MadxExperiment& experiment = m_document->experiment();
    if (experiment.pretraining) {
        m_pretraining = experiment.pretraining;
    }
    const QSignalBlocker quiet(m_base);
    m_base->clear();
    const std::vector<std::string> bundled = bundledModels();
    for (const std::string& name : bundled) {
        m_base->addItem(tr("Bundled: %1").arg(QString::fromStdString(name)), QString::fromStdString(name));
    }
    const QString current = QString::fromStdString(experiment.baseModel);
    if (!current.isEmpty() && std::ranges::find(bundled, experiment.baseModel) == bundled.end()) {
        m_base->addItem(
            tr("Folder: %1").arg(current.section(QLatin1Char('/'), -1, -1, QString::SectionSkipEmpty)),
            current);
    }
    m_base->addItem(tr("Pretrained from these texts"), pretrainKey());
    m_base->setCurrentIndex(m_base->findData(experiment.pretraining ? pretrainKey() : current));
    m_facts->setText(!m_document->isOpen()    ? QString()
                     : experiment.pretraining ? factsOf(*experiment.pretraining)
                                              : factsOf(experiment.baseModel));
}

void MadxBaseStep::choose(int index) {
    const QString chosen = m_base->itemData(index).toString();
    if (chosen != pretrainKey()) {
        setBase(chosen);
        return;
    }
    MadxExperiment experiment = m_document->experiment();
    experiment.baseModel.clear();
    experiment.pretraining = m_pretraining.value_or(PretrainingSpec());
    m_document->edit(std::move(experiment));
}

void MadxBaseStep::chooseFolder() {
    auto* dialog = new QFileDialog(this, tr("Choose a Model Folder"));
    dialog->setObjectName(QStringLiteral("madxBaseDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, &MadxBaseStep::setBase);
    dialog->open();
}

void MadxBaseStep::setBase(const QString& nameOrFolder) {
    MadxExperiment experiment = m_document->experiment();
    experiment.baseModel = nameOrFolder.toStdString();
    experiment.pretraining.reset();
    m_document->edit(std::move(experiment));
}

} // namespace awb::ui
