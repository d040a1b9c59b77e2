#include "ui/design/composition_inspector.h"

#include <algorithm>
#include <cmath>

#include <QVBoxLayout>

#include "ui/design/composition_edits.h"
#include "ui/design/composition_fusion_form.h"
#include "ui/design/composition_notes.h"
#include "ui/design/composition_words.h"
#include "ui/design/number_field.h"
#include "ui/theme/theme.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

using Kind = Composition::Kind;

constexpr double kMostTokens = 100'000;
constexpr double kLargestWeight = 1e6;
constexpr double kWeightsPerOne = 10; ///< steps of the arrows

} // namespace

CompositionInspector::CompositionInspector(DesignDocument* document, CompositionCursor* cursor,
                                           QWidget* parent)
    : QScrollArea(parent)
    , m_document(document)
    , m_cursor(cursor) {
    setObjectName(QStringLiteral("compositionInspector"));
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* content = new QWidget(this);
    m_column = new QVBoxLayout(content);
    m_column->setContentsMargins(0, px(Space::M), 0, px(Space::M));
    m_column->setSpacing(px(Space::Xs));
    m_title = new ToneLabel({}, Tone::Text, TextSize::Title, true, content);
    m_title->setObjectName(QStringLiteral("compositionNodeTitle"));
    m_help = new ToneLabel({}, Tone::MutedText, TextSize::Small, false, content);
    m_help->setObjectName(QStringLiteral("compositionNodeHelp"));
    m_notes = new QWidget(content);
    auto* notes = new QVBoxLayout(m_notes);
    notes->setContentsMargins(px(Space::M), px(Space::S), px(Space::M), 0);
    notes->setSpacing(px(Space::S));
    for (ToneLabel* label : {m_title, m_help}) {
        label->setWordWrap(true);
        label->setContentsMargins(px(Space::M), 0, px(Space::M), 0);
        m_column->addWidget(label);
    }
    m_column->addWidget(m_notes);
    m_column->addStretch(1);
    setWidget(content);
    connect(cursor, &CompositionCursor::moved, this, &CompositionInspector::refresh);
    refresh();
}

void CompositionInspector::focusFirst() {
    const auto fields = m_form->findChildren<QWidget*>(Qt::FindDirectChildrenOnly);
    const auto first = std::ranges::find_if(fields, [](const QWidget* field) {
        return field->isEnabled() && field->focusPolicy() != Qt::NoFocus;
    });
    if (first != fields.end()) {
        (*first)->setFocus(Qt::ShortcutFocusReason);
        ensureWidgetVisible(*first);
    }
}

void CompositionInspector::refresh() {
    const Composition& node = m_cursor->node();
    // The cursor tells of every edit too: fields are kept while they fit, so that typing goes on.
    QString shape =
        kindTitle(node.kind) + QString::number(node.children.size()) +
        (node.kind == Kind::BatchSplit && node.sizes.size() == 1 ? QStringLiteral("=") : QString());
    for (const std::size_t step : m_cursor->path()) {
        shape += QStringLiteral("/%1").arg(step);
    }
    const AdapterSpec* adapter = node.kind == Kind::Name ? experiment().findAdapter(node.name) : nullptr;
    m_title->setText(node.kind == Kind::None ? tr("No adapter in use")
                     : adapter != nullptr    ? QString::fromStdString(node.name)
                                             : kindTitle(node.kind));
    m_help->setText(adapter != nullptr ? adapterLine(*adapter)
                                       : kindHelp(node.kind) + QLatin1Char('\n') + kindFlow(node.kind) +
                                             QLatin1Char('\n') + kindPaper(node.kind));
    m_help->setVisible(node.kind != Kind::None);
    if (shape != m_shape) {
        m_shape = shape;
        rebuild();
    }
    if (m_form != nullptr) {
        m_form->refresh();
    }
    showNotes();
}

void CompositionInspector::rebuild() {
    if (m_form != nullptr) {
        m_form->hide();
        m_form->setParent(nullptr);
        m_form->deleteLater(); // one of its fields may be what called
    }
    m_form = new OptionForm(widget());
    m_column->insertWidget(2, m_form);
    switch (m_cursor->node().kind) {
    case Kind::Name:
        addTrained();
        break;
    case Kind::Fuse:
        addTrained();
        addFusionOptions(*m_form, m_document);
        break;
    case Kind::Split:
    case Kind::BatchSplit:
        addSizes();
        break;
    case Kind::Average:
        addWeights();
        break;
    default:
        m_form->hide();
        return;
    }
    m_form->show();
}

void CompositionInspector::addTrained() {
    const bool isFuse = m_cursor->node().kind == Kind::Fuse;
    const OptionText text{
        QStringLiteral("compositionTrained"), isFuse ? tr("Train the fusion") : tr("Train this adapter"),
        QStringLiteral("train"),
        isFuse ? tr("The attention's matrices get gradients. The fused adapters have a choice of "
                    "their own.")
               : tr("Its weights get gradients. Off: it takes part, but stays as it is."),
        tr("on, off for saved adapters")};
    m_form->addCheck(
        text, [this]() -> std::optional<bool> { return isTrainedNode(experiment(), m_cursor->node()); },
        [this](bool on) {
            const Composition& node = m_cursor->node();
            if (on != isTrainedNode(experiment(), node)) {
                const NamedEdit edit = trainEdit(experiment(), trainName(node));
                m_document->apply(edit.result, edit.text);
            }
            refresh();
        },
        [this] {
            return experiment().trainsBase() ? tr("Everything is trained: full fine-tuning.") : QString();
        });
}

QString CompositionInspector::childTitle(std::size_t child) const {
    const Composition& node = m_cursor->node();
    if (child >= node.children.size()) {
        return {};
    }
    const Composition& each = node.children[child];
    return each.kind == Kind::Name ? QString::fromStdString(each.name) : kindTitle(each.kind);
}

void CompositionInspector::addSizes() {
    const Composition& node = m_cursor->node();
    const bool isSplit = node.kind == Kind::Split;
    m_form->addHeading(isSplit ? tr("Tokens of each child") : tr("Texts of each child"));
    if (!isSplit) {
        const OptionText same{QStringLiteral("sameBatchSize"), tr("The same for all"),
                              QStringLiteral("composition.batch_sizes"),
                              tr("One number of texts for every child."), tr("off")};
        m_form->addCheck(
            same, [this]() -> std::optional<bool> { return m_cursor->node().sizes.size() == 1; },
            [this, same](bool on) {
                const std::vector<std::int64_t>& sizes = m_cursor->node().sizes;
                const std::int64_t first = sizes.empty() ? 1 : sizes.front();
                const std::size_t count = on ? 1 : m_cursor->node().children.size();
                m_document->apply(
                    design::setSizes(experiment(), m_cursor->path(), std::vector<std::int64_t>(count, first)),
                    tr("Change sizes: %1").arg(same.label.toLower()));
            });
    }
    const bool isOne = !isSplit && node.sizes.size() == 1;
    for (std::size_t i = 0; i < (isOne ? 1 : node.children.size()); ++i) {
        const bool isLast = isSplit && i + 1 == node.children.size();
        const OptionText text{
            QStringLiteral("compositionSize%1").arg(i),
            isOne ? tr("Each child") : QStringLiteral("%1 · %2").arg(i + 1).arg(childTitle(i)),
            isSplit ? QStringLiteral("composition.splits") : QStringLiteral("composition.batch_sizes"),
            isSplit ? tr("So many tokens go to this child, in the order of the text. The last child "
                         "may take the rest.")
                    : tr("So many texts of the batch go to this child. All sizes together must be "
                         "the batch."),
            tr("equal shares")};
        m_form->addNumber(
            text, {isLast ? 0.0 : 1.0, kMostTokens, 1, true, {}, isLast ? tr("the rest") : QString()},
            [this, i]() -> std::optional<double> {
                const auto& sizes = m_cursor->node().sizes;
                return i < sizes.size() ? static_cast<double>(sizes[i]) : 1.0;
            },
            [this, i](double value) { setSize(i, static_cast<std::int64_t>(value)); });
    }
}

void CompositionInspector::setSize(std::size_t child, std::int64_t size) {
    std::vector<std::int64_t> sizes = m_cursor->node().sizes;
    sizes.resize(std::max(sizes.size(), child + 1), 1);
    sizes[child] = size;
    m_document->apply(design::setSizes(experiment(), m_cursor->path(), std::move(sizes)), tr("Change sizes"),
                      mergeIdOf(QStringLiteral("compositionSize%1%2").arg(child).arg(m_shape)));
}

void CompositionInspector::addWeights() {
    m_form->addHeading(tr("Weights"));
    for (std::size_t i = 0; i < m_cursor->node().children.size(); ++i) {
        const OptionText text{QStringLiteral("compositionWeight%1").arg(i),
                              QStringLiteral("%1 · %2").arg(i + 1).arg(childTitle(i)),
                              QStringLiteral("composition.weights"),
                              tr("How much this child counts. The picture shows the factor that comes out."),
                              tr("equal weights")};
        NumberField* field = m_form->addNumber(
            text, {-kLargestWeight, kLargestWeight, 1 / kWeightsPerOne, false, {}},
            [this, i]() -> std::optional<double> {
                const auto& weights = m_cursor->node().weights;
                return i < weights.size() ? weights[i] : 1.0;
            },
            [this, i](double value) { setWeight(i, value); });
        field->setStepper([](double value, int steps) {
            return std::round(value * kWeightsPerOne + steps) /
                   kWeightsPerOne; // "1.2", not "1.2000000000000002"
        });
    }
    const auto addFlag = [this](const OptionText& text, bool Composition::*member) {
        m_form->addCheck(
            text, [this, member]() -> std::optional<bool> { return m_cursor->node().*member; },
            [this, text, member](bool on) {
                changeWeights(text, [&](Composition& block) { block.*member = on; });
            });
    };
    addFlag({QStringLiteral("normalizeWeights"), tr("Normalise"),
             QStringLiteral("composition.normalize_weights"), tr("Divides the weights by their sum."),
             tr("on")},
            &Composition::normalizeWeights);
    addFlag({QStringLiteral("weightedSum"), tr("Plain weighted sum"),
             QStringLiteral("composition.weighted_sum"),
             tr("AdapterHub's library divides by the number of children once more; this leaves that out. Its "
                "format "
                "has no such option."),
             tr("off")},
            &Composition::weightedSum);
}

void CompositionInspector::changeWeights(const OptionText& text,
                                         const std::function<void(Composition&)>& change) {
    Composition block = m_cursor->node();
    change(block);
    m_document->apply(design::setWeights(experiment(), m_cursor->path(), block.weights,
                                         block.normalizeWeights, block.weightedSum),
                      tr("Change weights: %1").arg(text.label.toLower()),
                      mergeIdOf(text.objectName + m_shape));
    refresh();
}

void CompositionInspector::setWeight(std::size_t child, double weight) {
    OptionText text;
    text.objectName = QStringLiteral("compositionWeight%1").arg(child);
    text.label = childTitle(child);
    changeWeights(text, [&](Composition& block) {
        block.weights.resize(block.children.size(), 1.0);
        block.weights[child] = weight;
    });
}

void CompositionInspector::showNotes() {
    QLayout* notes = m_notes->layout();
    while (QLayoutItem* item = notes->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const CompositionNote& note : compositionNotes(experiment())) {
        auto* label = new ToneLabel(note.text, note.isWarning ? Tone::Warning : Tone::Text, TextSize::Small,
                                    false, m_notes);
        label->setObjectName(note.isWarning ? QStringLiteral("compositionWarning")
                                            : QStringLiteral("compositionNoteText"));
        label->setWordWrap(true);
        notes->addWidget(label);
    }
}

} // namespace awb::ui
