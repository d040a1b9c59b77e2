#include "ui/playground/text_view.h"

#include <algorithm>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "ui/playground/answer_column.h"
#include "ui/theme/theme.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

constexpr int kRepeats = 31;
constexpr int kExamples = 40;
constexpr int kTextLines = 2;
constexpr int kExampleLength = 80;

QPlainTextEdit* textField(const QString& objectName, const QString& name, const QString& placeholder,
                          QWidget* parent) {
    auto* field = new QPlainTextEdit(parent);
    field->setObjectName(objectName);
    field->setAccessibleName(name);
    field->setPlaceholderText(placeholder);
    field->setTabChangesFocus(true);
    field->setFixedHeight(kTextLines * QFontMetrics(Theme::instance().font(TextSize::Title)).lineSpacing() +
                          18);
    field->setFont(Theme::instance().font(TextSize::Title));
    return field;
}

} // namespace

TextView::TextView(PlaygroundJobs* jobs, QWidget* parent)
    : QWidget(parent)
    , m_jobs(jobs) {
    build();
    connectJobs();
}

void TextView::build() {
    m_row = new QHBoxLayout;
    m_row->setSpacing(px(Space::M));
    auto* columns = new QWidget(this);
    columns->setLayout(m_row);
    m_row->setContentsMargins(0, 0, 0, 0);
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidget(columns);

    m_add = new QPushButton(Theme::instance().icon(QStringLiteral("add")), tr("Add a column"), this);
    m_add->setObjectName(QStringLiteral("addColumn"));
    m_add->setToolTip(tr("Up to %1 models can be compared").arg(kMostColumns));
    m_measure = new QPushButton(Theme::instance().icon(QStringLiteral("clock")), tr("Measure latency"), this);
    m_measure->setObjectName(QStringLiteral("measureLatency"));
    m_measure->setToolTip(tr("Times %1 passes of each model over this text, in turn with its base without "
                             "adapters (Ctrl+Return)")
                              .arg(kRepeats));
    m_measureNote = new ToneLabel({}, Tone::MutedText, TextSize::Small, false, this);
    m_measureNote->setObjectName(QStringLiteral("measureNote"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_add);
    buttons->addWidget(m_measure);
    buttons->addWidget(m_measureNote, 1);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, px(Space::M), 0, 0);
    column->setSpacing(px(Space::M));
    column->addWidget(buildTexts());
    column->addLayout(buttons);
    column->addWidget(area, 1);
    connect(m_add, &QPushButton::clicked, this, &TextView::addColumn);
    connect(m_measure, &QPushButton::clicked, this, &TextView::measure);
}

QWidget* TextView::buildTexts() {
    auto* texts = new QWidget(this);
    auto* column = new QVBoxLayout(texts);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(px(Space::S));
    m_first = textField(QStringLiteral("playgroundText"), tr("Text"), tr("Type a text"), texts);
    m_secondArea = new QWidget(texts);
    auto* second = new QVBoxLayout(m_secondArea);
    second->setContentsMargins(0, 0, 0, 0);
    m_second = textField(QStringLiteral("playgroundPair"), tr("Second text"),
                         tr("Type the second text: the run was trained on pairs"), m_secondArea);
    second->addWidget(m_second);
    m_secondArea->hide();
    m_exampleBox = new QComboBox(texts);
    m_exampleBox->setObjectName(QStringLiteral("exampleTexts"));
    m_exampleBox->setAccessibleName(tr("Examples"));
    m_exampleBox->setToolTip(tr("Texts of the first run's own data, which it was not trained on"));
    m_exampleBox->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_exampleBox->addItem(tr("Examples of the run's data …"));
    column->addWidget(m_first);
    column->addWidget(m_secondArea);
    column->addWidget(m_exampleBox);
    connect(m_first, &QPlainTextEdit::textChanged, this, &TextView::ask);
    connect(m_second, &QPlainTextEdit::textChanged, this, &TextView::ask);
    connect(m_exampleBox, &QComboBox::activated, this, [this](int index) {
        if (index > 0 && static_cast<std::size_t>(index) <= m_examples.size()) {
            setText(m_examples[static_cast<std::size_t>(index) - 1]);
        }
    });
    return texts;
}

void TextView::connectJobs() {
    connect(m_jobs, &PlaygroundJobs::runOpened, this,
            [this](qint64 run, const std::optional<RunInfo>& info, const std::optional<Error>& error) {
                for (AnswerColumn* column : m_columns) {
                    if (column->question().run != run) {
                        continue;
                    }
                    column->setInfo(info);
                    if (error) {
                        column->showError(*error);
                    }
                }
                showPairs();
            });
    connect(m_jobs, &PlaygroundJobs::answered, this, [this](const std::vector<AnswerOutcome>& answers) {
        for (std::size_t i = 0; i < std::min(answers.size(), m_columns.size()); ++i) {
            if (answers[i].answer) {
                m_columns[i]->showAnswer(*answers[i].answer);
            } else if (answers[i].error) {
                m_columns[i]->showError(*answers[i].error);
            }
        }
        updateButtons();
    });
    connect(m_jobs, &PlaygroundJobs::measured, this, [this](const std::vector<Latency>& latencies) {
        for (std::size_t i = 0; i < std::min(latencies.size(), m_columns.size()); ++i) {
            m_columns[i]->showLatency(latencies[i]);
        }
        m_isMeasuring = false;
        m_measureNote->clear();
        updateButtons();
    });
    connect(m_jobs, &PlaygroundJobs::measureFailed, this, [this](const Error& error) {
        m_isMeasuring = false;
        m_measureNote->setText(QString::fromStdString(error.message()));
        updateButtons();
    });
    connect(m_jobs, &PlaygroundJobs::measureProgress, this, [this](double fraction) {
        m_measureNote->setText(tr("Measuring: %1 %").arg(QLocale().toString(100 * fraction, 'f', 0)));
    });
    connect(m_jobs, &PlaygroundJobs::examplesRead, this,
            [this](qint64 run, const std::vector<PlaygroundText>& texts) {
                if (run == m_examplesOf) {
                    fillExamples(texts);
                }
            });
    connect(m_jobs, &PlaygroundJobs::examplesFailed, this, [this](qint64, const Error& error) {
        m_exampleBox->setItemText(0, tr("No examples"));
        m_exampleBox->setToolTip(QString::fromStdString(error.message()));
    });
}

void TextView::setRuns(const std::vector<RunChoice>& runs) {
    if (runs == m_runs) {
        return;
    }
    m_runs = runs;
    for (AnswerColumn* column : m_columns) {
        column->setRuns(runs);
    }
    if (m_columns.empty() && !runs.empty()) {
        newColumn()->choose(runs.front().run, SetupChoice::Kind::Own);
        newColumn()->choose(runs.front().run, SetupChoice::Kind::Off);
    }
    updateButtons();
    openRuns();
    ask();
}

AnswerColumn* TextView::newColumn() {
    auto* column = new AnswerColumn(this);
    column->setRuns(m_runs);
    m_columns.push_back(column);
    m_row->addWidget(column, 1);
    connect(column, &AnswerColumn::questionChanged, this, [this] {
        openRuns();
        ask();
    });
    connect(column, &AnswerColumn::closeRequested, this, [this, column] { removeColumn(column); });
    return column;
}

void TextView::addColumn() {
    if (m_columns.size() >= kMostColumns || m_runs.empty()) {
        return;
    }
    // The next run that is not shown yet, with its own adapters.
    const auto isNew = [this](const RunChoice& run) {
        return std::ranges::none_of(m_columns,
                                    [&](const auto* column) { return column->question().run == run.run; });
    };
    const auto found = std::ranges::find_if(m_runs, isNew);
    newColumn()->choose(found == m_runs.end() ? m_runs.front().run : found->run, SetupChoice::Kind::Own);
    updateButtons();
    openRuns();
    ask();
}

void TextView::removeColumn(AnswerColumn* column) {
    std::erase(m_columns, column);
    column->hide();
    column->deleteLater();
    updateButtons();
    openRuns();
    ask();
    m_first->setFocus();
}

std::vector<Question> TextView::questions() const {
    std::vector<Question> all;
    for (const AnswerColumn* column : m_columns) {
        all.push_back(column->question());
    }
    return all;
}

PlaygroundText TextView::text() const {
    return {m_first->toPlainText().toStdString(),
            m_secondArea->isHidden() ? std::string() : m_second->toPlainText().toStdString()};
}

void TextView::setText(const PlaygroundText& text) {
    {
        const QSignalBlocker quietFirst(m_first);
        const QSignalBlocker quietSecond(m_second);
        m_first->setPlainText(QString::fromStdString(text.first));
        m_second->setPlainText(QString::fromStdString(text.second));
    }
    ask();
}

void TextView::openRuns() {
    std::vector<qint64> runs;
    for (const AnswerColumn* column : m_columns) {
        const qint64 run = column->question().run;
        if (!column->info() && std::ranges::find(runs, run) == runs.end()) {
            runs.push_back(run);
        }
    }
    if (!runs.empty()) {
        m_jobs->openRuns(runs);
    }
    requestExamples();
}

void TextView::requestExamples() {
    const qint64 run = m_columns.empty() ? 0 : m_columns.front()->question().run;
    if (run == 0 || run == m_examplesOf) {
        return;
    }
    m_examplesOf = run;
    fillExamples({});
    m_jobs->readExamples(run, kExamples);
}

void TextView::fillExamples(const std::vector<PlaygroundText>& texts) {
    m_examples = texts;
    m_exampleBox->clear();
    m_exampleBox->addItem(tr("Examples of the run's data …"));
    for (const PlaygroundText& text : texts) {
        QString line = QString::fromStdString(text.first);
        if (!text.second.empty()) {
            line += QStringLiteral("  |  ") + QString::fromStdString(text.second);
        }
        m_exampleBox->addItem(line.size() > kExampleLength ? line.left(kExampleLength) + u'…' : line);
        m_exampleBox->setItemData(m_exampleBox->count() - 1, line, Qt::ToolTipRole);
    }
}

void TextView::showPairs() {
    const bool isPair = std::ranges::any_of(
        m_columns, [](const AnswerColumn* column) { return column->info() && column->info()->pairs; });
    if (isPair == m_secondArea->isHidden()) {
        m_secondArea->setVisible(isPair);
        ask();
    }
}

void TextView::ask() {
    m_jobs->cancelMeasure();
    m_isMeasuring = false;
    m_measureNote->clear();
    for (AnswerColumn* column : m_columns) {
        column->showLatency(std::nullopt);
    }
    const PlaygroundText asked = text();
    if (QString::fromStdString(asked.first).trimmed().isEmpty()) {
        for (AnswerColumn* column : m_columns) {
            column->showHint(
                tr("Type a text above, or choose an example, and see what the model says of it."));
        }
        m_jobs->ask({}, {});
    } else {
        m_jobs->ask(questions(), asked);
    }
    updateButtons();
}

void TextView::measure() {
    if (!m_measure->isEnabled()) {
        return;
    }
    m_isMeasuring = true;
    m_jobs->measure(questions(), text(), kRepeats);
    updateButtons();
}

void TextView::updateButtons() {
    m_add->setEnabled(m_columns.size() < kMostColumns && !m_runs.empty());
    const bool haveAll = !m_columns.empty() && std::ranges::all_of(m_columns, [](const AnswerColumn* column) {
        return column->answer().has_value();
    });
    m_measure->setEnabled(haveAll && !m_isMeasuring);
    for (AnswerColumn* column : m_columns) {
        column->setClosable(m_columns.size() > 1);
    }
}

} // namespace awb::ui
