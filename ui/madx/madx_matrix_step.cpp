#include "ui/madx/madx_matrix_step.h"

#include <algorithm>

#include <QCheckBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QSignalBlocker>

#include "ui/madx/madx_document.h"
#include "ui/madx/madx_matrices.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

template<typename Number>
QString listed(const std::vector<Number>& numbers) {
    QStringList texts;
    for (const Number number : numbers) {
        texts << QString::number(number);
    }
    return texts.join(QStringLiteral(", "));
}

} // namespace

std::optional<std::vector<int>> numbersOf(const QString& text) {
    std::vector<int> numbers;
    for (const QString& part : text.split(u',')) {
        bool isNumber = false;
        const int number = part.trimmed().toInt(&isNumber);
        if (!isNumber || number < 0 || std::ranges::find(numbers, number) != numbers.end()) {
            return std::nullopt;
        }
        numbers.push_back(number);
    }
    return numbers;
}

MadxMatrixStep::MadxMatrixStep(MadxDocument* document, QWidget* parent)
    : Card(tr("4  Matrix"), parent)
    , m_document(document)
    , m_seeds(new QLineEdit(this))
    , m_layers(new QLineEdit(this))
    , m_problem(new ToneLabel({}, Tone::Error, TextSize::Small, false, this)) {
    const std::array tips{
        tr("MAD-X: the language adapter, then the task adapter. For a target language its adapter "
           "takes the place of the source's"),
        tr("The baseline without any language adapter"), tr("The wrong order, to see that it is one")};
    for (const MadxOrder order : kMadxOrders) {
        auto* box = new QCheckBox(madxOrderLongTitle(order), this);
        box->setObjectName(QStringLiteral("madxOrder%1").arg(static_cast<int>(order)));
        box->setToolTip(tips[static_cast<std::size_t>(order)]);
        connect(box, &QCheckBox::clicked, this, &MadxMatrixStep::setOrders);
        m_orders[static_cast<std::size_t>(order)] = box;
        body()->addWidget(box);
    }
    m_seeds->setObjectName(QStringLiteral("madxSeeds"));
    m_seeds->setToolTip(
        tr("Each task adapter is trained once with each seed; the matrix shows mean ± standard "
           "deviation. Language adapters are trained once.\nseeds"));
    m_layers->setObjectName(QStringLiteral("madxLayers"));
    m_layers->setToolTip(tr("AdapterDrop at evaluation: targets are scored with so many of the lowest layers "
                            "un-adapted, once for each number. 0: all layers adapted.\ndrop_layers"));
    auto* form = new QFormLayout;
    form->addRow(tr("S&eeds:"), m_seeds);
    form->addRow(tr("Layers &left out when scoring:"), m_layers);
    m_problem->setObjectName(QStringLiteral("madxNumberProblem"));
    m_problem->setWordWrap(true);
    body()->addLayout(form);
    body()->addWidget(m_problem);
    for (QLineEdit* line : {m_seeds, m_layers}) {
        connect(line, &QLineEdit::editingFinished, this, &MadxMatrixStep::setNumbers);
    }
    connect(document, &MadxDocument::changed, this, &MadxMatrixStep::refresh);
    refresh();
}

void MadxMatrixStep::refresh() {
    const MadxExperiment& experiment = m_document->experiment();
    for (const MadxOrder order : kMadxOrders) {
        QCheckBox* box = m_orders[static_cast<std::size_t>(order)];
        box->setChecked(std::ranges::find(experiment.orders, order) != experiment.orders.end());
    }
    m_seeds->setText(listed(experiment.seeds));
    m_layers->setText(listed(experiment.dropLayers));
    m_problem->setVisible(false);
}

void MadxMatrixStep::setOrders() {
    MadxExperiment experiment = m_document->experiment();
    experiment.orders.clear();
    for (const MadxOrder order : kMadxOrders) {
        if (m_orders[static_cast<std::size_t>(order)]->isChecked()) {
            experiment.orders.push_back(order);
        }
    }
    m_document->edit(std::move(experiment));
}

void MadxMatrixStep::setNumbers() {
    const auto seeds = numbersOf(m_seeds->text());
    const auto layers = numbersOf(m_layers->text());
    if (!seeds || !layers) {
        m_problem->setText(
            tr("“%1”: write different whole numbers from 0 on, separated by commas, such as 1, 2, 3.")
                .arg(seeds ? m_layers->text() : m_seeds->text()));
        m_problem->setVisible(true);
        return;
    }
    MadxExperiment experiment = m_document->experiment();
    experiment.seeds.assign(seeds->begin(), seeds->end());
    experiment.dropLayers = *layers;
    m_document->edit(std::move(experiment));
    refresh();
}

} // namespace awb::ui
