#include "ui/data/data_page.h"

#include <QAction>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QTabWidget>
#include <QUrl>
#include <QVBoxLayout>

#include "backend/data/table_options.h"
#include "ui/data/examples_panel.h"
#include "ui/data/file_form.h"
#include "ui/data/preview_panel.h"
#include "ui/data/source_panel.h"
#include "ui/data/summary_panel.h"
#include "ui/data/token_panel.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"
#include "ui/widgets/state_stack.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

constexpr int kDelayMs = 250;
constexpr int kPreviewRows = 200;
constexpr int kSourceWidth = 380;

QString trainFile(const DataDraft& draft) {
    const auto train = draft.spec.splits.find("train");
    return train == draft.spec.splits.end() ? QString() : QString::fromStdString(train->second);
}

QString tableFileOf(const QMimeData* data) {
    const QList<QUrl> urls = data->urls();
    if (urls.size() != 1 || !urls.front().isLocalFile()) {
        return {};
    }
    const QString file = urls.front().toLocalFile();
    static const QStringList suffixes{
        QStringLiteral("tsv"),  QStringLiteral("csv"),    QStringLiteral("jsonl"), QStringLiteral("json"),
        QStringLiteral("txt"),  QStringLiteral("conllu"), QStringLiteral("conll"), QStringLiteral("iob"),
        QStringLiteral("iob2"), QStringLiteral("bio")};
    return suffixes.contains(QFileInfo(file).suffix().toLower()) ? file : QString();
}

} // namespace

DataPage::DataPage(const AppContext& context, QWidget* parent)
    : Page(parent)
    , m_context(context)
    , m_source(new SourcePanel)
    , m_tabs(new QTabWidget)
    , m_preview(new PreviewPanel)
    , m_summary(new SummaryPanel)
    , m_examples(new ExamplesPanel)
    , m_tokens(new TokenPanel(context.reader))
    , m_inUse(new ToneLabel({}, Tone::MutedText))
    , m_use(new QPushButton(Theme::instance().icon(QStringLiteral("check")), tr("Use This Data"))) {
    setObjectName(QStringLiteral("data"));
    setAcceptDrops(true);
    m_tabs->setObjectName(QStringLiteral("dataTabs"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_preview, Theme::instance().icon(QStringLiteral("table")), tr("File"));
    m_tabs->addTab(m_summary, Theme::instance().icon(QStringLiteral("chart")), tr("Summary"));
    m_tabs->addTab(m_examples, Theme::instance().icon(QStringLiteral("runs")), tr("Examples"));
    m_tabs->addTab(m_tokens, Theme::instance().icon(QStringLiteral("tokens")), tr("Tokens"));

    auto* holder = new QWidget;
    auto* holderColumn = new QVBoxLayout(holder);
    holderColumn->setContentsMargins(px(Space::L), 0, px(Space::L), px(Space::L));
    holderColumn->addWidget(m_source);
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(holder);
    scroll->setMinimumWidth(320);
    auto* split = new QSplitter;
    split->setObjectName(QStringLiteral("dataSplitter"));
    split->addWidget(scroll);
    split->addWidget(m_tabs);
    split->setSizes({kSourceWidth, 1000});
    split->setStretchFactor(1, 1);
    split->setChildrenCollapsible(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(buildHeader());
    column->addWidget(split, 1);

    m_delay.setSingleShot(true);
    m_delay.setInterval(kDelayMs);
    connect(&m_delay, &QTimer::timeout, this, &DataPage::load);
    connect(m_source, &SourcePanel::changed, this, &DataPage::draftChanged);
    connect(m_preview, &PreviewPanel::browseRequested, this, [this] { m_source->files().browse("train"); });
    connect(m_examples, &ExamplesPanel::exampleActivated, this, [this](const TokenRequest& request) {
        m_tokens->setRequest(request);
        m_tabs->setCurrentWidget(m_tokens);
    });
    connect(m_use, &QPushButton::clicked, this, &DataPage::useData);
    connect(m_context.document, &DesignDocument::changed, this, &DataPage::followDocument);
    connect(m_context.document, &DesignDocument::fileChanged, this, &DataPage::followDocument);
    connectReader();
    buildActions();
    m_documentDraft = draftOf(*m_context.document);
    m_source->setDraft(m_documentDraft);
    followDocument();
    draftChanged();
}

QWidget* DataPage::buildHeader() {
    auto* header = new QWidget;
    auto* line = new QHBoxLayout(header);
    line->setContentsMargins(px(Space::L), px(Space::M), px(Space::L), px(Space::M));
    line->setSpacing(px(Space::M));
    line->addWidget(new ToneLabel(tr("Data"), Tone::Text, TextSize::Heading, true));
    m_inUse->setObjectName(QStringLiteral("dataInUse"));
    line->addWidget(m_inUse, 1, Qt::AlignBottom);
    m_use->setObjectName(QStringLiteral("useData"));
    m_use->setProperty("primary", true);
    line->addWidget(m_use);
    return header;
}

void DataPage::buildActions() {
    const auto add = [this](const char* name, const QString& text, const QString& iconName,
                            const QKeySequence& keys, auto slot) {
        auto* action = new QAction(Theme::instance().icon(iconName), text, this);
        action->setObjectName(QLatin1String(name));
        action->setShortcut(keys);
        connect(action, &QAction::triggered, this, slot);
        m_actions << action;
    };
    add("dataUse", tr("&Use This Data"), QStringLiteral("check"), QKeySequence(Qt::CTRL | Qt::Key_Return),
        [this] { m_use->click(); });
    add("dataImport", tr("&Import a File..."), QStringLiteral("import"), QKeySequence(Qt::CTRL | Qt::Key_I),
        [this] { m_source->files().browse("train"); });
    add("dataReload", tr("&Read Again"), QStringLiteral("refresh"), QKeySequence(Qt::Key_F5), [this] {
        m_previewed = {};
        draftChanged();
    });
    for (int i = 0; i < m_tabs->count(); ++i) {
        add(qPrintable(QStringLiteral("dataTab%1").arg(i + 1)), tr("Show %1").arg(m_tabs->tabText(i)), {},
            QKeySequence(QStringLiteral("Alt+%1").arg(i + 1)), [this, i] {
                if (m_tabs->isTabVisible(i)) {
                    m_tabs->setCurrentIndex(i);
                }
            });
    }
}

void DataPage::fillMenu(QMenu* menu) {
    menu->addActions(m_actions);
}

void DataPage::connectReader() {
    BackgroundReader* reader = m_context.reader;
    if (reader == nullptr) {
        return;
    }
    connect(reader, &BackgroundReader::previewReady, this,
            [this](quint64 token, const TablePreview& preview) {
                if (token != m_previewToken) {
                    return;
                }
                m_preview->setPreview(preview);
                m_source->files().setPreview(preview);
                if (!m_stale) {
                    loadData();
                }
            });
    connect(reader, &BackgroundReader::dataReady, this, [this](quint64 token, const DatasetSummary& summary) {
        if (token != m_dataToken) {
            return;
        }
        m_loaded = true;
        m_summary->setSummary(summary, m_maxSeqLength);
        m_examples->setDataset(summary.dataset);
        m_preview->setTags(m_source->draft().spec, tagColorsOf(*summary.dataset));
        updateUse();
    });
    connect(reader, &BackgroundReader::progress, this, [this](quint64 token, double fraction) {
        if (token == m_dataToken) {
            m_summary->state().setFraction(fraction);
            m_examples->state().setFraction(fraction);
        }
    });
    connect(reader, &BackgroundReader::failed, this, &DataPage::showFailure);
}

void DataPage::setActive(bool active) {
    m_active = active;
    if (active && m_stale) {
        m_delay.start(0);
    }
}

void DataPage::followDocument() {
    const Experiment& experiment = m_context.document->experiment();
    const DataDraft now = draftOf(*m_context.document);
    const bool following = m_source->draft() == m_documentDraft;
    const bool changed = !(now == m_documentDraft);
    m_documentDraft = now;
    m_inUse->setText(tr("In the experiment: %1").arg(draftTitle(now)));
    m_inUse->setToolTip(trainFile(now));
    const QString base = QString::fromStdString(experiment.baseModel);
    const bool otherBase = base != m_base || experiment.training.maxSeqLength != m_maxSeqLength;
    m_base = base;
    m_maxSeqLength = experiment.training.maxSeqLength;
    m_tokens->setBase(m_base, m_maxSeqLength);
    if (following && changed) {
        m_source->setDraft(now);
    }
    if ((following && changed) || otherBase) {
        draftChanged();
    }
    updateUse();
}

void DataPage::draftChanged() {
    const bool files = m_source->draft().usesFiles();
    const bool wasVisible = m_tabs->isTabVisible(0);
    m_tabs->setTabVisible(0, files);
    if (files && !wasVisible) {
        m_tabs->setCurrentIndex(0);
    } else if (!files && m_tabs->currentIndex() == 0) {
        m_tabs->setCurrentWidget(m_summary);
    }
    m_loaded = false;
    m_stale = true;
    m_dataToken = 0; // an answer that is still to come is about another draft
    updateUse();
    if (m_active) {
        m_delay.start(kDelayMs);
    }
}

void DataPage::load() {
    m_stale = false;
    const DataDraft& draft = m_source->draft();
    const bool samePreview =
        m_previewed.usesFiles() && trainFile(draft) == trainFile(m_previewed) &&
        tableOptions(draft.spec, draft.task) == tableOptions(m_previewed.spec, m_previewed.task);
    if (draft.usesFiles() && !samePreview) {
        loadPreview();
    } else {
        loadData();
    }
}

void DataPage::loadPreview() {
    const DataDraft& draft = m_source->draft();
    const QString file = trainFile(draft);
    m_previewed = draft;
    if (file.isEmpty() || m_context.reader == nullptr) {
        m_preview->showEmpty();
        loadData();
        return;
    }
    const auto options = tableOptions(draft.spec, draft.task);
    if (!options) {
        m_preview->showError(options.error());
        loadData();
        return;
    }
    m_preview->showLoading(file);
    m_previewToken = m_context.reader->preview(file.toStdString(), *options, kPreviewRows);
}

void DataPage::loadData() {
    const DataDraft& draft = m_source->draft();
    const QString missing = missingOf(draft);
    m_loaded = false;
    updateUse();
    if (!missing.isEmpty() || m_context.reader == nullptr) {
        m_dataToken = 0;
        for (StateStack* state : {&m_summary->state(), &m_examples->state()}) {
            state->showMessage(QStringLiteral("data"), tr("No data yet"), missing);
        }
        return;
    }
    for (StateStack* state : {&m_summary->state(), &m_examples->state()}) {
        state->showLoading(tr("Reading %1").arg(draftTitle(draft)));
    }
    m_dataToken = m_context.reader->loadData(draft.spec, draft.task, m_base, m_maxSeqLength);
}

void DataPage::showFailure(quint64 token, const Error& error) {
    const QString text = QString::fromStdString(error.message());
    if (token == m_previewToken) {
        m_preview->showError(error);
    }
    if (token != m_dataToken && token != m_previewToken) {
        return;
    }
    m_loaded = false;
    for (StateStack* state : {&m_summary->state(), &m_examples->state()}) {
        state->showMessage(QStringLiteral("error"), tr("This data can't be used"), text);
    }
    updateUse();
}

void DataPage::updateUse() {
    const bool same = m_source->draft() == m_documentDraft;
    const QString missing = missingOf(m_source->draft());
    m_use->setEnabled(!same && m_loaded);
    m_use->setToolTip(same                 ? tr("The experiment uses this data already.")
                      : !missing.isEmpty() ? missing
                      : !m_loaded          ? tr("Wait until the data is read, or mend what is wrong with it.")
                                  : tr("Makes this the experiment's data (Ctrl+Enter). Can be undone."));
    m_use->setText(same ? tr("In Use") : tr("Use This Data"));
}

void DataPage::useData() {
    if (!m_use->isEnabled()) {
        return;
    }
    useDraft(m_source->draft(), *m_context.document);
    m_documentDraft = draftOf(*m_context.document);
    m_source->setDraft(m_documentDraft);
    updateUse();
    Q_EMIT statusMessage(tr("The experiment uses %1 now").arg(draftTitle(m_documentDraft)));
}

void DataPage::importFile(const QString& file) {
    m_source->chooseFile(file);
    m_tabs->setCurrentWidget(m_preview);
}

void DataPage::dragEnterEvent(QDragEnterEvent* event) {
    if (!tableFileOf(event->mimeData()).isEmpty()) {
        event->acceptProposedAction();
    }
}

void DataPage::dropEvent(QDropEvent* event) {
    const QString file = tableFileOf(event->mimeData());
    if (!file.isEmpty()) {
        event->acceptProposedAction();
        importFile(file);
    }
}

} // namespace awb::ui
