#include "ui/design/design_tree.h"

#include <QAction>
#include <QHeaderView>
#include <QKeyEvent>
#include <QScopedValueRollback>
#include <QStyledItemDelegate>

#include "backend/experiment/method_edit.h"
#include "ui/canvas/canvas_actions.h"
#include "ui/design/design_edits.h"
#include "ui/design/number_field.h"
#include "ui/document/design_document.h"
#include "ui/itemmodels/design_tree_model.h"
#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

/// Editors for size and reduction factor.
class NumberDelegate : public QStyledItemDelegate {
public:
    NumberDelegate(DesignDocument* document, QObject* parent)
        : QStyledItemDelegate(parent)
        , m_document(document) {}

    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem&,
                          const QModelIndex& index) const override {
        auto* field = new NumberField(parent);
        field->setFrame(false);
        field->setObjectName(QStringLiteral("designTreeEditor"));
        const int hidden = m_document->model().hiddenSize;
        if (index.column() == DesignTreeModel::Size) {
            const Method* method = static_cast<const DesignTreeModel*>(index.model())->methodAt(index);
            const int largest =
                method ? design::largestSize(*method, m_document->model()) : kLargestWidening * hidden;
            field->setDecimals(0);
            field->setRange(1, largest);
            if (method && method->id != "bottleneck") {
                field->setStepper(
                    [largest](double value, int steps) { return stepSize(value, steps, largest); });
            }
            field->setAccessibleName(DesignTreeModel::tr("Size"));
        } else {
            field->setRange(1.0 / kLargestWidening, hidden);
            field->setStepper([hidden](double value, int steps) { return stepFactor(value, steps, hidden); });
            field->setAccessibleName(DesignTreeModel::tr("Reduction factor"));
        }
        return field;
    }

    void setEditorData(QWidget* editor, const QModelIndex& index) const override {
        static_cast<NumberField*>(editor)->showValue(index.data(Qt::EditRole).toDouble());
    }

    void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override {
        auto* field = static_cast<NumberField*>(editor);
        field->interpretText();
        if (field->value() != index.data(Qt::EditRole).toDouble()) {
            model->setData(index, field->value());
        }
    }

private:
    DesignDocument* m_document;
};

} // namespace

DesignTree::DesignTree(DesignDocument* document, QWidget* parent)
    : QTreeView(parent)
    , m_document(document)
    , m_model(new DesignTreeModel(document, this)) {
    setObjectName(QStringLiteral("designTree"));
    setAccessibleName(tr("Layers, sites and modules"));
    setModel(m_model);
    setItemDelegate(new NumberDelegate(document, this));
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    setUniformRowHeights(true);
    setAllColumnsShowFocus(true);
    setExpandsOnDoubleClick(false);
    setIndentation(px(Space::M));
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    header()->setStretchLastSection(false);
    header()->setSectionsMovable(false);
    header()->setMinimumSectionSize(28);
    header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    for (const int names : {DesignTreeModel::Place, DesignTreeModel::Adapter}) {
        header()->setSectionResizeMode(names, QHeaderView::Stretch);
    }
    expandAll();
    connect(m_model, &QAbstractItemModel::modelReset, this, &QTreeView::expandAll);
    connect(selectionModel(), &QItemSelectionModel::selectionChanged, this, &DesignTree::selectionToDocument);
    connect(document, &DesignDocument::selectionChanged, this, &DesignTree::selectionFromDocument);
    const auto restyle = [this] { setFont(Theme::instance().font(TextSize::Small)); };
    restyle();
    connect(&Theme::instance(), &Theme::changed, this, restyle);
}

void DesignTree::setCurrentPreset(const QString& presetName) {
    m_preset = presetName;
    m_model->offerSitesOf(presetName);
}

bool DesignTree::placeAtCurrent() {
    const auto site = m_model->siteAt(currentIndex());
    if (!site) {
        return false;
    }
    placePreset(*m_document, m_preset, m_model->layerAt(currentIndex()), *site);
    return true;
}

void DesignTree::keyPressEvent(QKeyEvent* event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && event->modifiers() == Qt::NoModifier && state() != QAbstractItemView::EditingState) {
        if (!m_model->refsAt(currentIndex()).empty()) {
            edit(currentIndex().siblingAtColumn(DesignTreeModel::Size));
        } else {
            placeAtCurrent();
        }
        return;
    }
    if (state() == QAbstractItemView::EditingState || !runSharedAction(*event)) {
        QTreeView::keyPressEvent(event);
    }
}

bool DesignTree::runSharedAction(const QKeyEvent& event) {
    // Shift only makes the "+" on many keyboards.
    const bool sign = event.key() == Qt::Key_Plus || event.key() == Qt::Key_Minus;
    const auto ignored = Qt::KeypadModifier | (sign ? Qt::ShiftModifier : Qt::NoModifier);
    const QKeySequence key(QKeyCombination(event.modifiers() & ~ignored, static_cast<Qt::Key>(event.key())));
    for (QAction* action : actions()) {
        if (canvasActionKeys(*action).contains(key)) {
            action->trigger();
            return true;
        }
    }
    return false;
}

void DesignTree::selectionToDocument() {
    if (m_syncing) {
        return;
    }
    const QScopedValueRollback guard(m_syncing, true);
    std::set<design::ModuleRef> refs;
    for (const QModelIndex& row : selectionModel()->selectedRows()) {
        for (const design::ModuleRef& ref : m_model->refsAt(row)) {
            refs.insert(ref);
        }
    }
    m_document->setSelection(std::move(refs));
}

void DesignTree::selectionFromDocument() {
    if (m_syncing) {
        return;
    }
    const QScopedValueRollback guard(m_syncing, true);
    QItemSelection rows;
    QModelIndex first;
    for (const design::ModuleRef& ref : m_document->selection()) {
        const QModelIndex index = m_model->indexOf(ref);
        if (!index.isValid()) {
            continue;
        }
        if (!first.isValid()) {
            first = index;
        }
        rows.select(index, index.siblingAtColumn(DesignTreeModel::ColumnCount - 1));
    }
    selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect);
    if (first.isValid()) {
        if (!hasFocus()) {
            selectionModel()->setCurrentIndex(first, QItemSelectionModel::NoUpdate);
        }
        scrollTo(first);
    }
}

} // namespace awb::ui
