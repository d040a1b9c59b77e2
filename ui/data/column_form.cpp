#include "ui/data/column_form.h"

#include <algorithm>
#include <set>

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QListWidget>
#include <QScopedValueRollback>

#include "ui/data/column_guess.h"
#include "ui/data/form_setup.h"
#include "ui/theme/theme.h"
#include "ui/widgets/elided_text.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

constexpr int kMarkRows = 6;
constexpr int kMarkRowHeight = 24;

void choose(QComboBox* box, const QString& value) {
    int index = box->findData(value);
    if (index < 0) {
        box->addItem(value, value);
        index = box->count() - 1;
    }
    box->setCurrentIndex(index);
}

QString chosen(const QComboBox* box) {
    return box->currentData().toString();
}

/// "Number" and the like in "Number=Sing|Person=3".
void addKeys(const std::string& field, std::set<std::string>& keys) {
    for (std::size_t begin = 0; begin < field.size();) {
        const std::size_t end = std::min(field.find('|', begin), field.size());
        const std::size_t sign = field.find('=', begin);
        if (sign < end) {
            keys.insert(field.substr(begin, sign - begin));
        }
        begin = end + 1;
    }
}

} // namespace

ColumnForm::ColumnForm(QWidget* parent)
    : QWidget(parent)
    , m_form(new QFormLayout(this))
    , m_heading(new ToneLabel(tr("COLUMNS"), Tone::MutedText, TextSize::Small, true))
    , m_text(makeChoice("columnText", tr("Text column")))
    , m_pair(makeChoice("columnPair", tr("Second text column")))
    , m_label(makeChoice("columnLabel", tr("Label column")))
    , m_labelForm(makeChoice("labelForm", tr("How labels stand in the file")))
    , m_separator(makeChoice("labelSeparator", tr("Separator between labels")))
    , m_marks(new QListWidget)
    , m_tag(makeChoice("columnTag", tr("Tag column")))
    , m_scheme(makeChoice("tagScheme", tr("Tag scheme"))) {
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->setHorizontalSpacing(px(Space::M));
    m_form->setVerticalSpacing(px(Space::S));
    m_form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);

    m_labelForm->addItem(tr("Names in one column"), false);
    m_labelForm->addItem(tr("A column of 0 and 1 for each"), true);
    m_labelForm->setToolTip(
        tr("Names in one column: each cell lists its labels, such as joy,surprise; in JSON "
           "an array.\nA column of 0 and 1 for each: the columns' names are the labels."));
    for (const auto& [text, value] : {std::pair(tr("Comma  ,"), QStringLiteral(",")),
                                      {tr("Semicolon  ;"), QStringLiteral(";")},
                                      {tr("Pipe  |"), QStringLiteral("|")},
                                      {tr("Slash  /"), QStringLiteral("/")},
                                      {tr("Blank"), QStringLiteral(" ")}}) {
        m_separator->addItem(text, value);
    }
    m_marks->setObjectName(QStringLiteral("labelColumns"));
    m_marks->setAccessibleName(tr("Columns that are labels"));
    m_marks->setFixedHeight(kMarkRows * kMarkRowHeight);
    connect(m_marks, &QListWidget::itemChanged, this, &ColumnForm::announce);
    m_scheme->addItem(tr("Detect"), QString());
    for (const auto& [text, value] : {std::pair(tr("No entities"), QStringLiteral("none")),
                                      {QStringLiteral("BIO (IOB2)"), QStringLiteral("bio")},
                                      {QStringLiteral("IOB1"), QStringLiteral("iob1")},
                                      {QStringLiteral("BIOES"), QStringLiteral("bioes")},
                                      {QStringLiteral("BILOU"), QStringLiteral("bilou")}}) {
        m_scheme->addItem(text, value);
    }
    m_scheme->setToolTip(
        tr("How tags such as B-PER and I-PER mark entities of several words.\nTags that break the "
           "scheme are changed so that the same entities are marked, and you are told.\nDefault: "
           "by the tags of the train file."));

    m_form->addRow(m_heading);
    m_form->addRow(tr("Text"), m_text);
    m_form->addRow(tr("Second text"), m_pair);
    m_form->addRow(tr("Labels"), m_labelForm);
    m_form->addRow(tr("Label"), m_label);
    m_form->addRow(tr("Separator"), m_separator);
    m_form->addRow(tr("Columns"), m_marks);
    m_form->addRow(tr("Tags"), m_tag);
    m_form->addRow(tr("Scheme"), m_scheme);
    alignLabels(m_form);
    m_tag->addItem(tr("Detect"), QString());
    showFields();
    m_quiet = false;
}

QComboBox* ColumnForm::makeChoice(const char* name, const QString& label) {
    auto* box = new QComboBox(this);
    box->setObjectName(QLatin1String(name));
    box->setAccessibleName(label);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(12);
    connect(box, &QComboBox::currentIndexChanged, this, &ColumnForm::announce);
    return box;
}

void ColumnForm::announce() {
    if (m_quiet) {
        return;
    }
    showFields();
    Q_EMIT changed();
}

bool ColumnForm::marksEach() const {
    return m_labelForm->currentData().toBool();
}

void ColumnForm::setTask(HeadType task) {
    m_task = task;
    refill();
    Q_EMIT changed();
}

void ColumnForm::showFields() {
    const bool tagging = m_task == HeadType::Tagging;
    const bool multi = m_task == HeadType::MultiLabel;
    const bool oneLabel = m_task == HeadType::Classification || m_task == HeadType::Regression;
    const bool plain = m_task == HeadType::MaskedLm && m_preview.dialect.format == TableFormat::Text;
    m_form->setRowVisible(m_heading, !plain);
    m_form->setRowVisible(m_text, !plain);
    m_form->setRowVisible(m_pair, oneLabel || multi);
    m_form->setRowVisible(m_labelForm, multi);
    m_form->setRowVisible(m_label, oneLabel || (multi && !marksEach()));
    m_form->setRowVisible(m_separator, multi && !marksEach());
    m_form->setRowVisible(m_marks, multi && marksEach());
    m_form->setRowVisible(m_tag, tagging);
    m_form->setRowVisible(m_scheme, tagging);
    const auto rename = [this](QWidget* field, const QString& text) {
        qobject_cast<QLabel*>(m_form->labelForField(field))->setText(text);
    };
    rename(m_text, tagging ? tr("Words") : tr("Text"));
    rename(m_label, m_task == HeadType::Regression ? tr("Number") : multi ? tr("Column") : tr("Label"));
}

void ColumnForm::setDraft(const DataDraft& draft) {
    const QScopedValueRollback quiet(m_quiet, true);
    m_task = draft.task;
    if (m_pair->findData(QString()) < 0) {
        m_pair->insertItem(0, tr("None"), QString());
    }
    choose(m_text, QString::fromStdString(draft.spec.text));
    choose(m_pair, QString::fromStdString(draft.spec.textPair));
    const bool oneColumn = draft.task == HeadType::MultiLabel && draft.spec.labels.size() == 1;
    choose(m_label, QString::fromStdString(oneColumn ? draft.spec.labels.front() : draft.spec.label));
    m_labelForm->setCurrentIndex(draft.spec.labels.size() > 1 ? 1 : 0);
    fillMarks(draft.spec.labels.size() > 1 ? draft.spec.labels : std::vector<std::string>());
    choose(m_separator, draft.spec.labelSeparator.empty()
                            ? QStringLiteral(",")
                            : QString::fromStdString(draft.spec.labelSeparator));
    choose(m_tag, QString::fromStdString(draft.spec.tag));
    choose(m_scheme, QString::fromStdString(draft.spec.tagScheme));
    showFields();
}

DataDraft ColumnForm::applyTo(DataDraft draft) const {
    const DataSpec defaults;
    const auto text = [](const QComboBox* box) { return chosen(box).toStdString(); };
    const bool tagging = m_task == HeadType::Tagging;
    const bool multi = m_task == HeadType::MultiLabel;
    const bool oneLabel = m_task == HeadType::Classification || m_task == HeadType::Regression;
    const bool plain = m_task == HeadType::MaskedLm && m_preview.dialect.format == TableFormat::Text;
    draft.spec.text = plain ? defaults.text : text(m_text);
    draft.spec.textPair = oneLabel || multi ? text(m_pair) : std::string();
    draft.spec.label = oneLabel ? text(m_label) : defaults.label;
    draft.spec.labels.clear();
    draft.spec.labelSeparator.clear();
    if (multi && marksEach()) {
        draft.spec.labels = marked();
    } else if (multi && !text(m_label).empty()) {
        draft.spec.labels = {text(m_label)};
        draft.spec.labelSeparator = text(m_separator) == "," ? std::string() : text(m_separator);
    }
    draft.spec.tag = tagging ? text(m_tag) : std::string();
    draft.spec.tagScheme = tagging ? text(m_scheme) : std::string();
    return draft;
}

QString ColumnForm::titleOf(const QString& column) const {
    const auto index = static_cast<std::size_t>(columnNames(m_preview).indexOf(column));
    if (m_preview.dialect.header || m_preview.rows.empty() || column != QString::number(index + 1)) {
        return column;
    }
    const std::vector<std::string>& fields = m_preview.rows.front().fields;
    return index < fields.size() ? tr("%1: %2 …").arg(column, elidedText(fields[index], 24)) : column;
}

void ColumnForm::fill(QComboBox* box, const QStringList& columns, const QString& chosen,
                      bool optional) const {
    box->clear();
    if (optional) {
        box->addItem(tr("None"), QString());
    }
    for (const QString& column : columns) {
        box->addItem(titleOf(column), column);
    }
    box->setCurrentIndex(box->findData(chosen));
}

void ColumnForm::fillTags(const QString& chosen) const {
    m_tag->clear();
    m_tag->addItem(tr("Detect"), QString());
    if (m_preview.dialect.format == TableFormat::ConllU) {
        std::set<std::string> keys;
        const auto features =
            static_cast<std::size_t>(columnNames(m_preview).indexOf(QStringLiteral("FEATS")));
        for (const TableRow& row : m_preview.rows) {
            if (features < row.fields.size()) {
                addKeys(row.fields[features], keys);
            }
        }
        for (const char* name : {"UPOS", "XPOS", "DEPREL"}) {
            m_tag->addItem(QLatin1String(name), QLatin1String(name));
        }
        for (const std::string& key : keys) {
            const QString name = QStringLiteral("FEATS.") + QString::fromStdString(key);
            m_tag->addItem(name, name);
        }
    } else {
        for (const QString& column : columnNames(m_preview)) {
            m_tag->addItem(titleOf(column), column);
        }
    }
    m_tag->setCurrentIndex(std::max(m_tag->findData(chosen), 0));
}

void ColumnForm::fillMarks(const std::vector<std::string>& chosen) const {
    const QSignalBlocker quiet(m_marks);
    m_marks->clear();
    QStringList names = columnNames(m_preview);
    for (const std::string& name : chosen) {
        if (!names.contains(QString::fromStdString(name))) {
            names << QString::fromStdString(name);
        }
    }
    for (const QString& name : names) {
        auto* item = new QListWidgetItem(titleOf(name), m_marks);
        item->setData(Qt::UserRole, name);
        item->setSizeHint(QSize(0, kMarkRowHeight));
        const bool on = std::ranges::find(chosen, name.toStdString()) != chosen.end();
        item->setCheckState(on ? Qt::Checked : Qt::Unchecked);
    }
}

std::vector<std::string> ColumnForm::marked() const {
    std::vector<std::string> names;
    for (int row = 0; row < m_marks->count(); ++row) {
        if (m_marks->item(row)->checkState() == Qt::Checked) {
            names.push_back(m_marks->item(row)->data(Qt::UserRole).toString().toStdString());
        }
    }
    return names;
}

void ColumnForm::setPreview(const TablePreview& preview) {
    m_preview = preview;
    const DataDraft before = applyTo({});
    refill();
    if (!(applyTo({}) == before)) {
        Q_EMIT changed();
    }
}

void ColumnForm::refill() {
    const QScopedValueRollback quiet(m_quiet, true);
    const QStringList names = columnNames(m_preview);
    if (!names.isEmpty()) {
        const bool tagging = m_task == HeadType::Tagging;
        const QString text = names.contains(chosen(m_text)) ? chosen(m_text) : guessText(m_preview, m_task);
        const QString label = mayHoldLabel(m_preview, m_task, chosen(m_label))
                                  ? chosen(m_label)
                                  : guessLabel(m_preview, m_task, text);
        const bool guessesTags =
            tagging && chosen(m_tag).isEmpty() && !holdsSentences(m_preview.dialect.format);
        std::vector<std::string> marks = marked();
        std::erase_if(marks, [&names](const std::string& name) {
            return !names.contains(QString::fromStdString(name));
        });
        const QString pair = names.contains(chosen(m_pair)) ? chosen(m_pair) : QString();
        const QString tag = guessesTags ? guessTags(m_preview) : chosen(m_tag);
        fill(m_text, names, text);
        fill(m_pair, names, pair, true);
        fill(m_label, names, label);
        fillTags(tag);
        fillMarks(marks.empty() ? guessMarks(m_preview) : marks);
    }
    showFields();
}

} // namespace awb::ui
