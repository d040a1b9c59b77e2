#include "ui/data/preview_panel.h"

#include <QHeaderView>
#include <QLocale>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include "backend/data/columns.h"
#include "ui/data/table_setup.h"
#include "ui/itemmodels/preview_model.h"
#include "ui/theme/theme.h"
#include "ui/widgets/state_stack.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

QString delimiterName(const TableDialect& dialect) {
    switch (dialect.delimiter) {
    case '\t':
        return PreviewPanel::tr("tab");
    case ',':
        return PreviewPanel::tr("comma");
    case ';':
        return PreviewPanel::tr("semicolon");
    case '|':
        return PreviewPanel::tr("pipe");
    case ' ':
        return PreviewPanel::tr("blanks");
    default:
        return QString(QLatin1Char(dialect.delimiter));
    }
}

QString formatTitle(TableFormat format) {
    switch (format) {
    case TableFormat::Tsv:
        return PreviewPanel::tr("tab-separated");
    case TableFormat::Csv:
        return PreviewPanel::tr("comma-separated");
    case TableFormat::JsonLines:
        return PreviewPanel::tr("JSON Lines");
    case TableFormat::Json:
        return PreviewPanel::tr("JSON");
    case TableFormat::ConllU:
        return PreviewPanel::tr("CoNLL-U");
    case TableFormat::Conll:
        return PreviewPanel::tr("CoNLL, one word a line");
    case TableFormat::Text:
        return PreviewPanel::tr("plain text, one text a line");
    }
    return {};
}

/// "first 200 rows", "all 12 words of 2 sentences" and the like.
QString shownPart(const TablePreview& preview) {
    const QString count = QLocale().toString(qulonglong{preview.rows.size()});
    if (holdsSentences(preview.dialect.format)) {
        const qlonglong sentences = preview.rows.empty() ? 0 : preview.rows.back().group;
        return (preview.more ? PreviewPanel::tr("first %1 words, %2 sentences")
                             : PreviewPanel::tr("all %1 words, %2 sentences"))
            .arg(count, QLocale().toString(sentences));
    }
    if (preview.dialect.format == TableFormat::Text) {
        return (preview.more ? PreviewPanel::tr("first %1 texts") : PreviewPanel::tr("all %1 texts"))
            .arg(count);
    }
    return (preview.more ? PreviewPanel::tr("first %1 rows") : PreviewPanel::tr("all %1 rows")).arg(count);
}

QString describe(const TablePreview& preview) {
    const TableDialect& dialect = preview.dialect;
    QStringList parts{formatTitle(dialect.format)};
    const bool table = dialect.format == TableFormat::Tsv || dialect.format == TableFormat::Csv;
    if (table) {
        parts << PreviewPanel::tr("delimiter %1").arg(delimiterName(dialect));
        parts << (dialect.header ? PreviewPanel::tr("with a header") : PreviewPanel::tr("no header"));
    }
    if (dialect.format == TableFormat::Conll) {
        parts << PreviewPanel::tr("delimiter %1").arg(delimiterName(dialect));
    }
    parts << QString::fromStdString(dialect.encoding);
    if (dialect.format != TableFormat::Text) {
        parts << PreviewPanel::tr("%1 columns").arg(dialect.columns.size());
    }
    parts << shownPart(preview);
    return parts.join(QStringLiteral(" · "));
}

} // namespace

PreviewPanel::PreviewPanel(QWidget* parent)
    : QWidget(parent)
    , m_summary(new ToneLabel)
    , m_remarks(new ToneLabel({}, Tone::MutedText))
    , m_table(new QTableView)
    , m_problemBox(new QWidget)
    , m_problemTitle(new ToneLabel({}, Tone::Warning, TextSize::Body, true))
    , m_problems(new QTableView)
    , m_model(new PreviewModel(this))
    , m_problemModel(new ProblemModel(this)) {
    m_summary->setObjectName(QStringLiteral("previewSummary"));
    m_remarks->setObjectName(QStringLiteral("previewRemarks"));
    m_remarks->setWordWrap(true);
    m_table->setObjectName(QStringLiteral("previewTable"));
    m_table->setAccessibleName(tr("First rows of the file"));
    m_table->setModel(m_model);
    setUpTable(m_table);
    m_problems->setObjectName(QStringLiteral("problemTable"));
    m_problems->setAccessibleName(tr("Rows that can't be read"));
    m_problems->setModel(m_problemModel);
    setUpTable(m_problems);
    m_problems->verticalHeader()->hide();
    m_problems->horizontalHeader()->setStretchLastSection(true);

    auto* problemColumn = new QVBoxLayout(m_problemBox);
    problemColumn->setContentsMargins(0, px(Space::S), 0, 0);
    problemColumn->setSpacing(px(Space::S));
    problemColumn->addWidget(m_problemTitle);
    problemColumn->addWidget(m_problems);
    auto* split = new QSplitter(Qt::Vertical);
    split->addWidget(m_table);
    split->addWidget(m_problemBox);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 1);
    split->setChildrenCollapsible(false);

    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(px(Space::M), px(Space::M), px(Space::M), px(Space::M));
    column->setSpacing(px(Space::S));
    column->addWidget(m_summary);
    column->addWidget(m_remarks);
    column->addWidget(split, 1);
    m_state = new StateStack(content);
    connect(m_state, &StateStack::activated, this, &PreviewPanel::browseRequested);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_state);
    showEmpty();
}

void PreviewPanel::setPreview(const TablePreview& preview) {
    m_summary->setText(describe(preview));
    QStringList remarks;
    for (const std::string& remark : preview.dialect.remarks) {
        remarks << QString::fromStdString(remark);
    }
    m_remarks->setText(remarks.join(u'\n'));
    m_remarks->setVisible(!remarks.isEmpty());
    // Rows in two shades show which words are of one sentence, so they replace the alternating ones.
    m_table->setAlternatingRowColors(preview.rows.empty() || preview.rows.front().group == 0);
    m_model->setPreview(preview);
    fitColumns(m_table, 420);
    m_problemModel->setProblems(preview.problems);
    const auto count = preview.problems.size();
    if (holdsSentences(preview.dialect.format)) {
        m_problemTitle->setText(count == 1 ? tr("1 sentence can't be read and is left out")
                                           : tr("%1 sentences can't be read and are left out").arg(count));
    } else {
        m_problemTitle->setText(count == 1 ? tr("1 row can't be read and is left out")
                                           : tr("%1 rows can't be read and are left out").arg(count));
    }
    m_problemBox->setVisible(count > 0);
    m_problems->resizeColumnsToContents();
    m_state->showContent();
}

void PreviewPanel::setTags(const DataSpec& spec, const TagColors& colors) {
    const TableDialect& dialect = m_model->preview().dialect;
    const auto found = findColumn(dialect, tagColumnOf(spec, dialect), {});
    m_model->setTags(found ? static_cast<int>(*found) : -1, colors);
}

void PreviewPanel::showLoading(const QString& file) {
    m_state->showLoading(tr("Reading %1").arg(file));
}

void PreviewPanel::showEmpty() {
    m_state->showMessage(QStringLiteral("file"), tr("No file yet"),
                         tr("Choose a table with one example a row (CSV, TSV, JSON), a file of tagged words "
                            "(CoNLL-U, CoNLL) or a plain text, or drop one here."),
                         tr("Choose a File..."));
}

void PreviewPanel::showError(const Error& error) {
    m_state->showMessage(QStringLiteral("error"), tr("The file can't be read"),
                         QString::fromStdString(error.message()), tr("Choose Another File..."));
}

} // namespace awb::ui
