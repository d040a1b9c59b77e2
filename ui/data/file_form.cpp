#include "ui/data/file_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/data/column_form.h"
#include "ui/data/form_setup.h"
#include "ui/theme/theme.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

void choose(QComboBox* box, const QString& value) {
    int index = box->findData(value);
    if (index < 0) {
        box->addItem(value, value);
        index = box->count() - 1;
    }
    box->setCurrentIndex(index);
}

/// Names of files that hold tagged words and nothing else.
bool holdsTags(const QString& file) {
    static const QStringList suffixes{QStringLiteral("conllu"), QStringLiteral("conll"),
                                      QStringLiteral("iob"), QStringLiteral("iob2"), QStringLiteral("bio")};
    return suffixes.contains(QFileInfo(file).suffix().toLower());
}

ToneLabel* heading(const QString& text) {
    return new ToneLabel(text, Tone::MutedText, TextSize::Small, true);
}

} // namespace

FileForm::FileForm(QWidget* parent)
    : QWidget(parent)
    , m_splits{{{"train", nullptr}, {"validation", nullptr}, {"test", nullptr}}} {
    auto* form = new QFormLayout(this);
    m_form = form;
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(px(Space::M));
    form->setVerticalSpacing(px(Space::S));
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);

    std::vector<std::pair<QString, QString>> tasks;
    QStringList tips;
    for (const HeadType task : dataTasks()) {
        tasks.emplace_back(taskTitle(task), QString::fromStdString(std::string(headTypeName(task))));
        tips << tr("%1: %2").arg(taskTitle(task), taskDescription(task));
    }
    m_task = makeChoice("taskChoice", tr("Task"), tasks);
    m_task->setToolTip(tips.join(u'\n'));
    form->addRow(tr("Task"), m_task);

    const std::array<QString, 3> titles{tr("Train"), tr("Validation"), tr("Test")};
    form->addRow(heading(tr("FILES")));
    for (std::size_t i = 0; i < m_splits.size(); ++i) {
        QWidget* row = makeFileRow(m_splits[i], titles[i]);
        auto* label = new QLabel(titles[i]);
        label->setBuddy(m_splits[i].file);
        form->addRow(label, row);
    }

    m_columns = new ColumnForm;
    connect(m_columns, &ColumnForm::changed, this, [this] {
        if (!m_quiet) {
            Q_EMIT changed();
        }
    });
    form->addRow(m_columns);

    const QString detect = tr("Detect");
    m_format = makeChoice("formatChoice", tr("Format"),
                          {{detect, {}},
                           {tr("Tab-separated (TSV)"), QStringLiteral("tsv")},
                           {tr("Comma-separated (CSV)"), QStringLiteral("csv")},
                           {tr("JSON Lines"), QStringLiteral("jsonl")},
                           {tr("JSON"), QStringLiteral("json")},
                           {tr("CoNLL-U"), QStringLiteral("conllu")},
                           {tr("CoNLL (one word a line)"), QStringLiteral("conll")},
                           {tr("Plain text"), QStringLiteral("text")}});
    m_delimiter = makeChoice("delimiterChoice", tr("Delimiter"),
                             {{detect, {}},
                              {tr("Tab"), QStringLiteral("\t")},
                              {tr("Comma  ,"), QStringLiteral(",")},
                              {tr("Semicolon  ;"), QStringLiteral(";")},
                              {tr("Pipe  |"), QStringLiteral("|")}});
    m_encoding = makeChoice("encodingChoice", tr("Encoding"),
                            {{detect, {}},
                             {QStringLiteral("UTF-8"), QStringLiteral("UTF-8")},
                             {tr("Windows-1252 (Western)"), QStringLiteral("windows-1252")},
                             {tr("ISO-8859-1 (Latin-1)"), QStringLiteral("ISO-8859-1")},
                             {QStringLiteral("UTF-16LE"), QStringLiteral("UTF-16LE")},
                             {QStringLiteral("UTF-16BE"), QStringLiteral("UTF-16BE")}});
    m_header = new QCheckBox(tr("The first line names the columns"));
    m_header->setObjectName(QStringLiteral("headerChoice"));
    m_header->setChecked(true);
    connect(m_header, &QCheckBox::toggled, this, [this] {
        if (!m_quiet) {
            Q_EMIT changed();
        }
    });
    form->addRow(heading(tr("HOW THE FILES ARE READ")));
    form->addRow(tr("Format"), m_format);
    form->addRow(tr("Delimiter"), m_delimiter);
    form->addRow(tr("Encoding"), m_encoding);
    form->addRow(QString(), m_header);
    alignLabels(form);
    connect(m_task, &QComboBox::currentIndexChanged, this, [this] {
        if (!m_quiet) {
            m_columns->setTask(task());
        }
    });
    showFields();
}

HeadType FileForm::task() const {
    return headTypeFromName(m_task->currentData().toString().toStdString())
        .value_or(HeadType::Classification);
}

/// Delimiter and header are matters of tables only.
void FileForm::showFields() {
    const bool table = m_found == TableFormat::Tsv || m_found == TableFormat::Csv;
    m_form->setRowVisible(m_delimiter, table);
    m_form->setRowVisible(m_header, table);
}

QWidget* FileForm::makeFileRow(SplitRow& row, const QString& label) {
    const QString name = QString::fromStdString(row.name);
    row.file = new QLineEdit;
    row.file->setObjectName(name + QStringLiteral("File"));
    row.file->setAccessibleName(tr("%1 file").arg(label));
    row.file->setPlaceholderText(row.name == "train" ? tr("Choose a file") : tr("None"));
    row.file->setClearButtonEnabled(true);
    connect(row.file, &QLineEdit::editingFinished, this, [this, edit = row.file] {
        if (!m_quiet && edit->isModified()) {
            edit->setModified(false);
            Q_EMIT changed();
        }
    });
    connect(row.file, &QLineEdit::textChanged, row.file,
            [edit = row.file](const QString& text) { edit->setToolTip(text); });
    auto* button = new QToolButton;
    button->setObjectName(name + QStringLiteral("Browse"));
    button->setIcon(Theme::instance().icon(QStringLiteral("folder")));
    button->setToolTip(tr("Choose the %1 file").arg(label.toLower()));
    button->setAccessibleName(button->toolTip());
    button->setFocusPolicy(Qt::StrongFocus);
    button->setFixedSize(32, 30);
    connect(button, &QToolButton::clicked, this, [this, split = row.name] { browse(split); });
    auto* box = new QWidget;
    auto* line = new QHBoxLayout(box);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(px(Space::Xs));
    line->addWidget(row.file, 1);
    line->addWidget(button);
    return box;
}

QComboBox* FileForm::makeChoice(const char* name, const QString& label,
                                const std::vector<std::pair<QString, QString>>& items) {
    auto* box = new QComboBox;
    box->setObjectName(QLatin1String(name));
    box->setAccessibleName(label);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(12);
    for (const auto& [text, value] : items) {
        box->addItem(text, value);
    }
    connect(box, &QComboBox::currentIndexChanged, this, [this] {
        if (!m_quiet) {
            Q_EMIT changed();
        }
    });
    return box;
}

void FileForm::setDraft(const DataDraft& draft) {
    const QScopedValueRollback quiet(m_quiet, true);
    for (const SplitRow& row : m_splits) {
        const auto found = draft.spec.splits.find(row.name);
        const QString file =
            found == draft.spec.splits.end() ? QString() : QString::fromStdString(found->second);
        if (row.file->text() != file) {
            row.file->setText(file);
        }
    }
    choose(m_format, QString::fromStdString(draft.spec.format));
    choose(m_delimiter, QString::fromStdString(draft.spec.delimiter));
    choose(m_encoding, QString::fromStdString(draft.spec.encoding));
    m_header->setChecked(draft.spec.header);
    choose(m_task, QString::fromStdString(std::string(headTypeName(draft.task))));
    m_columns->setDraft(draft);
}

DataDraft FileForm::applyTo(DataDraft draft) const {
    draft.spec.splits.clear();
    for (const SplitRow& row : m_splits) {
        const QString file = row.file->text().trimmed();
        if (!file.isEmpty()) {
            draft.spec.splits[row.name] = QFileInfo(file).absoluteFilePath().toStdString();
        }
    }
    const auto chosen = [](const QComboBox* box) { return box->currentData().toString().toStdString(); };
    draft.spec.format = chosen(m_format);
    draft.spec.delimiter = chosen(m_delimiter);
    draft.spec.encoding = chosen(m_encoding);
    draft.spec.header = m_header->isChecked();
    draft.task = task();
    return m_columns->applyTo(std::move(draft));
}

void FileForm::setPreview(const TablePreview& preview) {
    m_found = preview.dialect.format;
    showFields();
    m_columns->setPreview(preview);
}

void FileForm::setFile(const std::string& split, const QString& file) {
    for (const SplitRow& row : m_splits) {
        if (row.name == split) {
            row.file->setText(file);
        }
    }
    if (split == "train") {
        forgetOtherFolders(file);
        findSiblings(file);
        if (holdsTags(file)) {
            const QScopedValueRollback quiet(m_quiet, true);
            choose(m_task, QString::fromStdString(std::string(headTypeName(HeadType::Tagging))));
            m_columns->setTask(HeadType::Tagging);
        }
    }
    Q_EMIT changed();
}

void FileForm::forgetOtherFolders(const QString& file) {
    const QString folder = QFileInfo(file).absolutePath();
    for (const std::size_t split : {std::size_t{1}, std::size_t{2}}) {
        QLineEdit* edit = m_splits[split].file;
        if (QFileInfo(edit->text()).absolutePath() != folder) {
            edit->clear();
        }
    }
}

void FileForm::findSiblings(const QString& file) {
    const QFileInfo info(file);
    const QString train = QStringLiteral("train");
    const QString base = info.completeBaseName();
    const qsizetype place = base.lastIndexOf(train);
    if (place < 0) {
        return;
    }
    const auto fill = [&](QLineEdit* edit, const QStringList& names) {
        for (const QString& name : names) {
            const QString other = QString(base).replace(place, train.size(), name);
            const QFileInfo sibling(info.absolutePath() + u'/' + other + u'.' + info.suffix());
            if (edit->text().isEmpty() && sibling.isFile() && sibling != info) {
                edit->setText(sibling.absoluteFilePath());
            }
        }
    };
    fill(m_splits[1].file, {QStringLiteral("validation"), QStringLiteral("dev"), QStringLiteral("valid")});
    fill(m_splits[2].file, {QStringLiteral("test")});
}

void FileForm::browse(const std::string& split) {
    const QString train = m_splits[0].file->text();
    auto* dialog = new QFileDialog(
        this, tr("Choose the %1 File").arg(QString::fromStdString(split)),
        train.isEmpty() ? QString() : QFileInfo(train).absolutePath(),
        tr("Examples (*.tsv *.csv *.jsonl *.json *.conllu *.conll *.iob *.iob2 *.bio *.txt);;All "
           "files (*)"));
    dialog->setObjectName(QStringLiteral("dataFileDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, split](const QString& file) { setFile(split, file); });
    dialog->open();
}

} // namespace awb::ui
