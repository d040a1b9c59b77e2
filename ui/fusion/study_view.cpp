#include "ui/fusion/study_view.h"

#include <algorithm>
#include <utility>

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/fusion/firing_model.h"
#include "ui/fusion/point_chart.h"
#include "ui/fusion/study_block.h"
#include "ui/fusion/study_words.h"
#include "ui/theme/theme.h"
#include "ui/widgets/empty_state.h"

namespace awb::ui {

namespace {

constexpr int kUpperHeight = 270;
constexpr int kLowerHeight = 190;
constexpr int kRowHeight = 24;
constexpr int kTableHeight = 220;
constexpr int kPictureTitle = 24;
constexpr QSize kPicture(1120, 700);

} // namespace

StudyView::StudyView(RunInspector* inspector, QWidget* parent)
    : QWidget(parent)
    , m_measure(new MeasureBar(
          inspector,
          {tr("Study again"), tr("Watches every module while the run reads a sample of its data"),
           tr("Stops the study of run %1")},
          [inspector](qint64 run) { return inspector->study(run); }, this)) {
    m_measure->button()->setObjectName(QStringLiteral("studyMeasure"));
    m_measure->progress()->setObjectName(QStringLiteral("studyProgress"));
    m_measure->progress()->setAccessibleName(tr("Progress of the study"));
    if (inspector != nullptr) {
        connect(inspector, &RunInspector::studied, m_measure, &MeasureBar::finish);
    }
    m_empty = new EmptyState(this);
    m_empty->setObjectName(QStringLiteral("studyEmpty"));
    m_note = new QLabel(this);
    m_note->setObjectName(QStringLiteral("studyNote"));
    m_note->setForegroundRole(QPalette::PlaceholderText);
    m_note->setWordWrap(true);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(buildContent());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, px(Space::S), 0, 0);
    column->addWidget(buildControls());
    column->addWidget(m_note);
    column->addWidget(m_stack, 1);
    connectAll();
    showState();
}

QWidget* StudyView::buildControls() {
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    m_modules = new QComboBox(box);
    m_modules->setObjectName(QStringLiteral("studyModule"));
    m_modules->setAccessibleName(tr("Module"));
    m_modules->setToolTip(tr("Whose singular values and units are shown; a point or cell chooses it too"));
    m_modules->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    auto* label = new QLabel(tr("Module:"), box);
    label->setBuddy(m_modules);
    row->addWidget(label);
    row->addWidget(m_modules);
    row->addStretch(1);
    row->addWidget(m_measure);
    return box;
}

QWidget* StudyView::buildContent() {
    m_changes = new PointChart(PointChart::Look::Lines, tr("layer"), tr("‖change‖ / ‖input‖"), this);
    m_changes->setObjectName(QStringLiteral("studyChanges"));
    m_changes->setAccessibleName(tr("Change of the hidden state by layer"));
    m_activity = new PointChart(PointChart::Look::Lines, tr("layer"), tr("share of the units"), this);
    m_activity->setObjectName(QStringLiteral("studyActivity"));
    m_activity->setAccessibleName(tr("Share of active units by layer"));
    m_singular = new PointChart(PointChart::Look::Stems, tr("place"), tr("singular value"), this);
    m_singular->setObjectName(QStringLiteral("studySingular"));
    m_singular->setAccessibleName(tr("Singular values of the chosen module"));
    m_similarity = new ShareMap(this);
    m_similarity->setObjectName(QStringLiteral("studySimilarity"));
    m_similarity->setAccessibleName(tr("Similarity of the modules' changes"));
    m_similarity->setDescription([this](ShareMap::Cell cell) { return describe(cell); });
    m_units = new FiringModel(this);
    m_table = new QTableView(this);
    m_table->setObjectName(QStringLiteral("studyUnits"));
    m_table->setAccessibleName(tr("Units that fire most, and their tokens"));
    m_table->setModel(m_units);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(FiringModel::Text, QHeaderView::Stretch);
    m_table->verticalHeader()->setDefaultSectionSize(kRowHeight);

    m_changeBlock = new StudyBlock(tr("Change of the hidden state"),
                                   tr("How long the vector is that a module adds, against what it reads, "
                                      "mean and spread over the tokens. "
                                      "0: the module is the identity it began as (Houlsby et al. 2019)."),
                                   m_changes, kUpperHeight, this);
    m_similarityBlock = new StudyBlock(tr("Similarity of the changes"),
                                       tr("1: two modules say the same of every token, up to rotation and "
                                          "scale; 0: nothing in common (linear "
                                          "CKA, Kornblith et al. 2019)."),
                                       m_similarity, kUpperHeight, this);
    m_activityBlock = new StudyBlock(tr("Active units"),
                                     tr("How many of the bottleneck's units are on at a token, on average; a "
                                        "unit that is never on does nothing "
                                        "(activation sparsity: Li et al. 2023, arXiv 2210.06313)."),
                                     m_activity, kLowerHeight, this);
    m_singularBlock = new StudyBlock(
        tr("Singular values"),
        tr("Of up × down with its scaling: how many directions of the hidden state the module can move "
           "(effective rank, Roy and Vetterli 2007), its non-linearity left out."),
        m_singular, kLowerHeight, this);
    m_unitBlock = new StudyBlock(tr("Units that fire most"),
                                 tr("The tokens at which a unit is largest hint at what it stands for (Geva "
                                    "et al. 2021, arXiv 2012.14913); "
                                    "each token once, in ‹ › where it stands."),
                                 m_table, kTableHeight, this);

    auto* content = new QWidget(this);
    auto* grid = new QGridLayout(content);
    grid->setContentsMargins(0, 0, px(Space::S), 0);
    grid->setHorizontalSpacing(px(Space::L));
    grid->setVerticalSpacing(px(Space::M));
    grid->addWidget(m_changeBlock, 0, 0);
    grid->addWidget(m_similarityBlock, 0, 1);
    grid->addWidget(m_activityBlock, 1, 0);
    grid->addWidget(m_singularBlock, 1, 1);
    grid->addWidget(m_unitBlock, 2, 0, 1, 2);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidget(content);
    return area;
}

void StudyView::connectAll() {
    connect(m_empty, &EmptyState::activated, m_measure, &MeasureBar::toggle);
    connect(m_measure, &MeasureBar::changed, this, &StudyView::showState);
    connect(m_measure, &MeasureBar::measured, this, &StudyView::measured);
    connect(m_measure, &MeasureBar::failed, this, &StudyView::failed);
    connect(m_modules, &QComboBox::currentIndexChanged, this, &StudyView::showModule);
    connect(m_changes, &PointChart::chosen, this, &StudyView::choose);
    connect(m_activity, &PointChart::chosen, this, &StudyView::choose);
    connect(m_singular, &PointChart::chosen, m_singular, &PointChart::setCurrent);
    connect(m_similarity, &ShareMap::currentChanged, this, [this] {
        if (const auto cell = m_similarity->current()) {
            choose(static_cast<std::size_t>(cell->row));
        }
    });
}

void StudyView::setRun(qint64 run, std::optional<AdapterStudy> study, const QString& obstacle) {
    m_result = std::move(study);
    m_measure->setRun(run, m_result.has_value(), obstacle);
    showState();
    if (m_result) {
        showStudy();
    }
}

void StudyView::showState() {
    m_modules->setEnabled(m_result.has_value());
    m_stack->setCurrentIndex(m_result ? 1 : 0);
    m_note->setText(m_result ? sampleText(m_result->sample) : QString());
    m_note->setVisible(m_result.has_value());
    if (!m_result) {
        const QString& obstacle = m_measure->obstacle();
        const bool isBusy = m_measure->isBusy();
        const QSignalBlocker quiet(m_modules);
        m_modules->clear();
        m_empty->setState(QStringLiteral("adapter"), tr("What does each adapter do?"),
                          !obstacle.isEmpty() ? obstacle
                          : isBusy
                              ? tr("Studying run %1 …").arg(m_measure->measuredRun())
                              : tr("Watch the modules while the finished run reads a sample of its data: "
                                   "how much they change, what they have in common, which tokens make "
                                   "their units fire."),
                          obstacle.isEmpty() && !isBusy ? tr("Study") : QString());
    }
}

void StudyView::showStudy() {
    {
        const QSignalBlocker quiet(m_modules);
        const QString chosen = m_modules->currentText();
        m_modules->clear();
        for (const ModuleStudy& module : m_result->modules) {
            m_modules->addItem(moduleTitle(module));
        }
        m_modules->setCurrentIndex(m_modules->count() == 0 ? -1 : std::max(0, m_modules->findText(chosen)));
    }
    auto changes = changeSeries(*m_result);
    auto activity = activitySeries(*m_result);
    m_changeBlock->setMissing(
        changes.empty()
            ? tr("Not measured: prefixes and prompts add no vector to a hidden state, and modules in "
                 "a Split or BatchSplit see only a part of each batch.")
            : QString());
    m_activityBlock->setMissing(
        activity.empty() ? tr("These modules have no non-linearity: no unit of theirs is on or off.")
                         : QString());
    m_changes->setSeries(std::move(changes));
    m_activity->setSeries(std::move(activity), 1);
    {
        const QSignalBlocker quiet(m_similarity);
        m_similarity->setCurrent({});
        m_similarity->setMatrix(similarityMatrix(*m_result));
    }
    showModule();
}

std::optional<std::size_t> StudyView::module() const {
    const int index = m_modules->currentIndex();
    return m_result && index >= 0 ? std::optional(static_cast<std::size_t>(index)) : std::nullopt;
}

void StudyView::choose(std::size_t module) {
    m_modules->setCurrentIndex(static_cast<int>(module));
}

void StudyView::showModule() {
    const auto chosen = module();
    if (!chosen) {
        return;
    }
    const ModuleStudy& shown = m_result->modules[*chosen];
    const int index = static_cast<int>(*chosen);
    m_changes->setCurrent(chosen);
    m_activity->setCurrent(chosen);
    if (const auto cell = m_similarity->current(); !cell || cell->row != index) {
        m_similarity->setCurrent(ShareMap::Cell{index, index});
    }
    m_singular->setCurrent({});
    m_singular->setSeries(singularSeries(shown));
    m_singularBlock->setVerdict(shown.singularValues.empty() ? QString() : rankText(shown));
    m_singularBlock->setMissing(shown.singularValues.empty()
                                    ? tr("%1 is no product of two thin matrices.").arg(moduleTitle(shown))
                                    : QString());
    m_changeBlock->setVerdict(
        shown.change && shown.change->mean < kNearIdentity ? tr("still close to the identity") : QString());
    m_activityBlock->setVerdict(shown.activity ? activityText(shown) : QString());
    m_units->setUnits(shown.activity ? shown.activity->units : std::vector<FiringUnit>());
    m_unitBlock->setVerdict(moduleTitle(shown));
    m_unitBlock->setMissing(!shown.activity
                                ? tr("%1 has no non-linearity: its inner dimensions may be turned "
                                     "at will, so none stands for something.")
                                      .arg(moduleTitle(shown))
                            : shown.activity->units.empty() ? tr("No unit was ever active on the sample.")
                                                            : QString());
}

QString StudyView::describe(ShareMap::Cell cell) const {
    return tr("against %1").arg(moduleTitle(m_result->modules[static_cast<std::size_t>(cell.column)]));
}

QSize StudyView::pictureSize() const {
    return kPicture;
}

void StudyView::paintInto(QPainter& painter, const QRect& area) const {
    const int width = area.width() / 2;
    const int height = area.height() / 2;
    const auto cell = [&](int row, int column) {
        return QRect(area.left() + column * width, area.top() + row * height, width - px(Space::S),
                     height - px(Space::S));
    };
    const auto paint = [&](const StudyBlock& block, const QRect& place, const auto& chart) {
        painter.setFont(Theme::instance().font(TextSize::Small, true));
        painter.setPen(Theme::instance().color(Tone::Text));
        const QString text = block.verdict().isEmpty()
                                 ? block.title()
                                 : block.title() + QStringLiteral(": ") + block.verdict();
        const QRect line(place.left() + px(Space::S), place.top(), place.width() - px(Space::S),
                         kPictureTitle);
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(text, Qt::ElideRight, line.width()));
        if (!block.isMissing()) {
            painter.save();
            chart.paintInto(painter, place.adjusted(0, kPictureTitle, 0, 0));
            painter.restore();
        }
    };
    paint(*m_changeBlock, cell(0, 0), *m_changes);
    paint(*m_similarityBlock, cell(0, 1), *m_similarity);
    paint(*m_activityBlock, cell(1, 0), *m_activity);
    paint(*m_singularBlock, cell(1, 1), *m_singular);
}

} // namespace awb::ui
