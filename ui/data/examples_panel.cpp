#include "ui/data/examples_panel.h"

#include <QComboBox>
#include <QLabel>
#include <QLocale>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/data/table_setup.h"
#include "ui/data/tagged_text_delegate.h"
#include "ui/itemmodels/examples_model.h"
#include "ui/theme/theme.h"
#include "ui/widgets/state_stack.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

/// Longest text that is handed to the token panel, in bytes.
constexpr std::size_t kMostBytes = 20000;

} // namespace

ExamplesPanel::ExamplesPanel(QWidget* parent)
    : QWidget(parent)
    , m_split(new QComboBox)
    , m_table(new QTableView)
    , m_model(new ExamplesModel(this)) {
    m_split->setObjectName(QStringLiteral("examplesSplit"));
    m_split->setAccessibleName(tr("Split"));
    m_table->setObjectName(QStringLiteral("examplesTable"));
    m_table->setAccessibleName(tr("Examples"));
    m_table->setModel(m_model);
    setUpTable(m_table);
    m_table->setItemDelegateForColumn(0, new TaggedTextDelegate(*m_model, m_table));
    connect(m_split, &QComboBox::currentIndexChanged, this, &ExamplesPanel::showSplit);
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& index) {
        if (const Example* example = m_model->example(index.row())) {
            Q_EMIT exampleActivated(requestOf(*example));
        }
    });

    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(px(Space::M), px(Space::M), px(Space::M), px(Space::M));
    column->setSpacing(px(Space::S));
    auto* line = new QHBoxLayout;
    auto* label = new QLabel(tr("Split"));
    label->setBuddy(m_split);
    line->addWidget(label);
    line->addWidget(m_split);
    line->addWidget(
        new ToneLabel(tr("Enter or double-click shows how an example is cut into tokens."), Tone::MutedText));
    line->addStretch();
    column->addLayout(line);
    column->addWidget(m_table, 1);
    m_state = new StateStack(content);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_state);
}

void ExamplesPanel::setDataset(const std::shared_ptr<const Dataset>& dataset) {
    m_dataset = dataset;
    const int shown = qMax(m_split->currentIndex(), 0);
    {
        const QSignalBlocker quiet(m_split);
        m_split->clear();
        for (const Split& split : dataset->splits) {
            m_split->addItem(tr("%1 (%2)").arg(QString::fromStdString(split.name),
                                               QLocale().toString(qulonglong{split.examples.size()})));
        }
        m_split->setCurrentIndex(qMin(shown, m_split->count() - 1));
    }
    showSplit(m_split->currentIndex());
    m_state->showContent();
}

TokenRequest ExamplesPanel::requestOf(const Example& example) const {
    const auto text = [](const std::string& whole) {
        return QString::fromStdString(whole.substr(0, kMostBytes));
    };
    TokenRequest request{text(example.text), text(example.textPair), {}, {}, m_model->colors()};
    if (example.text.size() > kMostBytes) {
        return request; // words without their text would not fit together
    }
    for (std::size_t i = 0; i < example.words.size(); ++i) {
        const std::string_view tag = m_dataset->tagName(example.tags[i]);
        request.words << QString::fromStdString(example.words[i]);
        request.tags << QString::fromUtf8(tag.data(), static_cast<qsizetype>(tag.size()));
    }
    return request;
}

void ExamplesPanel::showSplit(int index) {
    m_model->setSplit(m_dataset, index);
    fitColumns(m_table, 360);
}

} // namespace awb::ui
