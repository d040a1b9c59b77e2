#include "ui/madx/madx_language_step.h"

#include <algorithm>
#include <cmath>

#include <QFileInfo>
#include <QHBoxLayout>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QVBoxLayout>

#include "ui/madx/madx_document.h"
#include "ui/madx/madx_file_table.h"
#include "ui/theme/theme.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

MadxLanguageStep::MadxLanguageStep(MadxDocument* document, QWidget* parent)
    : Card(tr("2  Languages"), parent)
    , m_document(document)
    , m_table(new MadxFileTable({tr("Code"), tr("Plain text"), tr("Adapter")}, this))
    , m_remove(new QPushButton(tr("Remove"), this)) {
    m_table->setObjectName(QStringLiteral("madxLanguages"));
    m_table->setAccessibleName(tr("Languages and their texts"));
    m_table->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed |
                             QAbstractItemView::AnyKeyPressed);
    auto* intro = new ToneLabel(tr("A language adapter with its invertible part learns masked words of each "
                                   "text. The base stays as it is."),
                                Tone::MutedText, TextSize::Small, false, this);
    intro->setWordWrap(true);
    auto* addButton = new QPushButton(tr("Add language"), this);
    addButton->setObjectName(QStringLiteral("madxAddLanguage"));
    m_remove->setObjectName(QStringLiteral("madxRemoveLanguage"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(addButton);
    buttons->addWidget(m_remove);
    buttons->addStretch(1);
    body()->addWidget(intro);
    body()->addWidget(m_table);
    body()->addLayout(buttons);
    connect(addButton, &QPushButton::clicked, this, &MadxLanguageStep::add);
    connect(m_remove, &QPushButton::clicked, this, &MadxLanguageStep::remove);
    connect(m_table, &MadxFileTable::fileChosen, this,
            [this](int row, int, const QString& file) { setText(row, file); });
    connect(m_table, &MadxFileTable::fileRemoved, this, [this](int row, int) { setText(row, {}); });
    connect(m_table, &QTableWidget::cellChanged, this, &MadxLanguageStep::rename);
    connect(document, &MadxDocument::changed, this, &MadxLanguageStep::refresh);
    refresh();
}

void MadxLanguageStep::setReport(const MadxReport& report) {
    m_report = report;
    const QScopedValueRollback filling(m_isFilling, true);
    for (int row = 0; row < m_table->rowCount(); ++row) { // the other cells may be in an edit
        m_table->setText(row, State,
                         stateOf(m_document->experiment().languages[static_cast<std::size_t>(row)]));
    }
}

QString MadxLanguageStep::stateOf(const MadxLanguage& language) const {
    const auto found = m_report.languages.find(language.name);
    if (found == m_report.languages.end()) {
        return tr("not trained");
    }
    return std::isnan(found->second.loss)
               ? tr("run %1").arg(found->second.run)
               : tr("run %1, loss %2").arg(found->second.run).arg(found->second.loss, 0, 'f', 2);
}

void MadxLanguageStep::refresh() {
    const QScopedValueRollback filling(m_isFilling, true);
    const std::vector<MadxLanguage>& languages = m_document->experiment().languages;
    const int row = m_table->currentRow();
    const int column = m_table->currentColumn();
    m_table->setRowCount(static_cast<int>(languages.size()));
    for (int i = 0; i < m_table->rowCount(); ++i) {
        const MadxLanguage& language = languages[static_cast<std::size_t>(i)];
        m_table->setText(i, Name, QString::fromStdString(language.name),
                         tr("The language's code, which also names its adapter. Type to change it"));
        m_table->item(i, Name)->setFlags(m_table->item(i, Name)->flags() | Qt::ItemIsEditable);
        m_table->setFile(i, Text, language.text,
                         !language.text.empty() && !QFileInfo::exists(QString::fromStdString(language.text)));
        m_table->setText(i, State, stateOf(language));
    }
    m_table->setCurrentCell(std::min(row, m_table->rowCount() - 1), column);
    m_table->fitHeight();
    const bool canRemove = languages.size() > 1;
    m_remove->setEnabled(canRemove);
    m_remove->setToolTip(canRemove ? tr("Take the chosen language out of the experiment; its runs stay")
                                   : tr("An experiment has at least one language"));
}

void MadxLanguageStep::add() {
    MadxExperiment experiment = m_document->experiment();
    MadxLanguage language;
    for (int number = 1; language.name.empty(); ++number) {
        const std::string name = "lang" + std::to_string(number);
        if (std::ranges::find(experiment.languages, name, &MadxLanguage::name) ==
            experiment.languages.end()) {
            language.name = name;
        }
    }
    experiment.languages.push_back(std::move(language));
    m_document->edit(std::move(experiment));
    m_table->setCurrentCell(m_table->rowCount() - 1, Name);
    m_table->setFocus();
}

void MadxLanguageStep::remove() {
    MadxExperiment experiment = m_document->experiment();
    const int row = m_table->currentRow() < 0 ? m_table->rowCount() - 1 : m_table->currentRow();
    if (experiment.languages.size() > 1) {
        experiment.languages.erase(experiment.languages.begin() + row);
        m_document->edit(std::move(experiment));
    }
}

void MadxLanguageStep::setText(int row, const QString& file) {
    MadxExperiment experiment = m_document->experiment();
    experiment.languages[static_cast<std::size_t>(row)].text = file.toStdString();
    m_document->edit(std::move(experiment));
}

void MadxLanguageStep::rename(int row, int column) {
    if (m_isFilling || column != Name) {
        return;
    }
    MadxExperiment experiment = m_document->experiment();
    experiment.languages[static_cast<std::size_t>(row)].name =
        m_table->item(row, Name)->text().trimmed().toStdString();
    m_document->edit(std::move(experiment));
}

} // namespace awb::ui
