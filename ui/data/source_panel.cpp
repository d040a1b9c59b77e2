#include "ui/data/source_panel.h"

#include <algorithm>
#include <limits>

#include <QFormLayout>
#include <QLabel>
#include <QListWidget>
#include <QScopedValueRollback>
#include <QSpinBox>
#include <QVBoxLayout>

#include "backend/data/dataset.h"
#include "ui/data/file_form.h"
#include "ui/data/form_setup.h"
#include "ui/theme/theme.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

constexpr int kRowHeight = 32;

HeadType taskOf(const std::string& source) {
    const auto& tasks = builtinTasks();
    const auto found = std::ranges::find(tasks, source, &BuiltinTask::source);
    return found == tasks.end() ? HeadType::Classification : found->task;
}

QString iconOf(const std::string& source) {
    return source.starts_with("wordnet:") ? QStringLiteral("book") : QStringLiteral("lesson");
}

} // namespace

SourcePanel::SourcePanel(QWidget* parent)
    : QWidget(parent)
    , m_sources(new QListWidget)
    , m_description(new ToneLabel({}, Tone::MutedText))
    , m_unavailable(new ToneLabel({}, Tone::Warning))
    , m_files(new FileForm)
    , m_limit(new QSpinBox) {
    m_sources->setObjectName(QStringLiteral("sourceList"));
    m_sources->setAccessibleName(tr("Sources of examples"));
    m_sources->setIconSize(QSize(20, 20));
    m_sources->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_sources->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    for (const BuiltinTask& task : builtinTasks()) {
        auto* item = new QListWidgetItem(Theme::instance().icon(iconOf(task.source)),
                                         QString::fromStdString(task.title), m_sources);
        item->setData(Qt::UserRole, QString::fromStdString(task.source));
        item->setToolTip(QString::fromStdString(task.description));
    }
    auto* files = new QListWidgetItem(Theme::instance().icon(QStringLiteral("file")), tr("Files"), m_sources);
    files->setData(Qt::UserRole, QStringLiteral("files"));
    files->setToolTip(tr("CSV, TSV, JSON Lines, JSON, CoNLL-U, CoNLL or plain text"));
    for (int row = 0; row < m_sources->count(); ++row) {
        m_sources->item(row)->setSizeHint(QSize(0, kRowHeight));
    }
    m_sources->setFixedHeight(m_sources->count() * kRowHeight + 4);
    connect(m_sources, &QListWidget::currentRowChanged, this, &SourcePanel::chooseSource);

    m_description->setWordWrap(true);
    m_unavailable->setWordWrap(true);
    m_unavailable->setObjectName(QStringLiteral("sourceUnavailable"));
    connect(m_files, &FileForm::changed, this, [this] { take(m_files->applyTo(m_draft)); });

    m_limit->setObjectName(QStringLiteral("trainLimit"));
    m_limit->setAccessibleName(tr("Largest number of training examples"));
    m_limit->setRange(0, std::numeric_limits<int>::max());
    m_limit->setSuffix(tr(" examples"));
    m_limit->setSingleStep(100);
    m_limit->setGroupSeparatorShown(true);
    m_limit->setSpecialValueText(tr("All examples"));
    m_limit->setToolTip(tr("Uses only the first so many training examples.\nDefault: all."));
    connect(m_limit, &QSpinBox::valueChanged, this, [this](int value) {
        if (m_quiet) {
            return;
        }
        DataDraft draft = m_draft;
        draft.spec.limit.erase("train");
        if (value > 0) {
            draft.spec.limit["train"] = value;
        }
        take(draft);
    });

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(Space::M));
    column->addWidget(m_sources);
    column->addWidget(m_description);
    column->addWidget(m_unavailable);
    column->addWidget(m_files);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(px(Space::M));
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    auto* limitLabel = new QLabel(tr("Train on"));
    limitLabel->setBuddy(m_limit);
    form->addRow(limitLabel, m_limit);
    alignLabels(form);
    column->addLayout(form);
    column->addStretch();
    showSource();
}

void SourcePanel::setDraft(const DataDraft& draft) {
    const QScopedValueRollback quiet(m_quiet, true);
    m_draft = draft;
    for (int row = 0; row < m_sources->count(); ++row) {
        if (m_sources->item(row)->data(Qt::UserRole).toString().toStdString() == draft.spec.source) {
            m_sources->setCurrentRow(row);
        }
    }
    m_files->setDraft(draft);
    const auto limit = draft.spec.limit.find("train");
    m_limit->setValue(limit == draft.spec.limit.end() ? 0 : static_cast<int>(limit->second));
    showSource();
}

void SourcePanel::chooseFile(const QString& file) {
    m_sources->setCurrentRow(m_sources->count() - 1);
    m_files->setFile("train", file);
}

void SourcePanel::chooseSource(int row) {
    if (m_quiet || row < 0) {
        return;
    }
    DataDraft draft = m_draft;
    draft.spec.source = m_sources->item(row)->data(Qt::UserRole).toString().toStdString();
    if (draft.usesFiles()) {
        draft = m_files->applyTo(draft);
    } else {
        DataSpec builtin;
        builtin.source = draft.spec.source;
        builtin.limit = draft.spec.limit;
        draft = {builtin, taskOf(builtin.source)};
    }
    take(draft);
}

void SourcePanel::take(const DataDraft& draft) {
    if (draft == m_draft) {
        return;
    }
    m_draft = draft;
    showSource();
    Q_EMIT changed();
}

void SourcePanel::showSource() {
    m_files->setVisible(m_draft.usesFiles());
    m_description->setText(
        tr("Your own examples: a table with one a row (CSV, TSV, JSON), tagged words (CoNLL-U, "
           "CoNLL) or plain text."));
    for (const BuiltinTask& task : builtinTasks()) {
        if (task.source == m_draft.spec.source) {
            m_description->setText(
                tr("%1. %2").arg(taskTitle(task.task), QString::fromStdString(task.description)));
        }
    }
    const auto reason = m_draft.usesFiles() ? std::nullopt : builtinUnavailable(m_draft.spec.source);
    m_unavailable->setVisible(reason.has_value());
    m_unavailable->setText(reason ? QString::fromStdString(reason->message()) : QString());
}

} // namespace awb::ui
