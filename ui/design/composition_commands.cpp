#include "ui/design/composition_commands.h"

#include <algorithm>
#include <utility>

#include <QAction>
#include <QMenu>
#include <QWidget>

#include "ui/design/composition_cursor.h"
#include "ui/design/composition_moves.h"
#include "ui/design/composition_words.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"

namespace awb::ui {

using Kind = Composition::Kind;

CompositionCommands::CompositionCommands(DesignDocument* document, CompositionCursor* cursor, QWidget* tree)
    : QObject(tree)
    , m_document(document)
    , m_cursor(cursor)
    , m_tree(tree) {
    const auto keys = [](auto key) { return QList<QKeySequence>{QKeySequence(key)}; };
    m_wrap = add("compositionWrap", tr("Wrap in …"), tr("Put a new block around this"),
                 keys(Qt::CTRL | Qt::Key_G), [this] { pop(tr("Wrap in"), wrapEdits()); });
    m_unwrap = add("compositionUnwrap", tr("Unwrap"), tr("Take this block away; its children take its place"),
                   keys(Qt::CTRL | Qt::SHIFT | Qt::Key_G), [this] {
                       apply({tr("Unwrap %1").arg(kindTitle(m_cursor->node().kind)),
                              design::unwrapAt(experiment(), m_cursor->path())});
                   });
    m_kind = add("compositionKind", tr("Change kind …"), tr("Make another kind of block of this one"),
                 keys(Qt::CTRL | Qt::Key_K), [this] { pop(tr("Change kind"), kindEdits()); });
    m_join =
        add("compositionJoin", tr("Join with adapter …"), tr("Put this into a block with another adapter"),
            keys(Qt::CTRL | Qt::Key_J), [this] { Q_EMIT menuRequested(joinMenu(m_tree)); });
    m_train = add("compositionTrain", tr("Train"), tr("Train or freeze this"), keys(Qt::Key_T),
                  [this] { apply(trainEdit(experiment(), trainName(m_cursor->node()))); });
    addMoves();
    m_rename = add("compositionRename", tr("Rename …"), tr("Rename this adapter"), keys(Qt::Key_F2), [this] {
        askForName(m_tree, adapter(), [this, name = adapter()](const QString& text) {
            apply(renameEdit(experiment(), name, text));
        });
    });
    m_duplicate = add("compositionDuplicate", tr("Duplicate adapter"),
                      tr("Add another adapter with the same options to the design"),
                      keys(Qt::CTRL | Qt::Key_D), [this] { apply(duplicateEdit(experiment(), adapter())); });
    m_remove = add("compositionRemove", tr("Take out"),
                   tr("Take this out of the composition; adapters stay in the design"),
                   {QKeySequence(Qt::Key_Delete), QKeySequence(Qt::Key_Backspace)},
                   [this] { apply(takeOutEdit(experiment(), m_cursor->path())); });
    m_discard =
        add("compositionDiscard", tr("Remove from design"), tr("Remove this adapter from the design"),
            keys(Qt::SHIFT | Qt::Key_Delete), [this] { apply(discardEdit(experiment(), adapter())); });
    connect(cursor, &CompositionCursor::moved, this, &CompositionCommands::refresh);
    refresh();
}

QAction* CompositionCommands::add(const char* objectName, const QString& text, const QString& help,
                                  const QList<QKeySequence>& keys, const std::function<void()>& run) {
    auto* action = new QAction(text, m_tree);
    action->setObjectName(QLatin1String(objectName));
    action->setShortcuts(keys);
    action->setShortcutContext(Qt::WidgetShortcut);
    action->setToolTip(help);
    action->setStatusTip(help);
    connect(action, &QAction::triggered, this, run);
    m_tree->addAction(action);
    return action;
}

void CompositionCommands::addMoves() {
    struct Direction {
        const char* name;
        Qt::Key key;
        QString text;
        QString into;
    };
    for (const Direction& direction :
         {Direction{"Left", Qt::Key_Left, tr("Move left"), tr("Move into the block on the left")},
          Direction{"Right", Qt::Key_Right, tr("Move right"), tr("Move into the block on the right")},
          Direction{"Up", Qt::Key_Up, tr("Move up"), tr("Move into the block above")},
          Direction{"Down", Qt::Key_Down, tr("Move down"), tr("Move into the block below")}}) {
        const QByteArray move = QByteArray("compositionMove") + direction.name;
        const QByteArray into = QByteArray("compositionInto") + direction.name;
        const int key = direction.key;
        m_moves.push_back(
            add(move.constData(), direction.text, tr("Past its neighbour that way, or out of its block"),
                {QKeySequence(Qt::ALT | direction.key)}, [this, key] { this->move(key, false); }));
        m_moves.push_back(add(into.constData(), direction.into, tr("Into the block next to it"),
                              {QKeySequence(Qt::ALT | Qt::SHIFT | direction.key)},
                              [this, key] { this->move(key, true); }));
    }
}

const Experiment& CompositionCommands::experiment() const {
    return m_document->experiment();
}

std::string CompositionCommands::adapter() const {
    const Composition& node = m_cursor->node();
    return node.kind == Kind::Name ? node.name : std::string();
}

void CompositionCommands::apply(const NamedEdit& edit) {
    if (const QString reason = applyEdit(*m_document, *m_cursor, edit); !reason.isEmpty()) {
        Q_EMIT refused(reason);
    }
}

void CompositionCommands::move(int key, bool into) {
    const Composition& root = experiment().composition;
    const auto place = into ? intoPlace(root, m_cursor->path(), key) : movePlace(root, m_cursor->path(), key);
    if (!place) {
        Q_EMIT refused(into ? tr("No block lies that way.") : tr("This can't go further that way."));
        return;
    }
    apply(putEdit(experiment(), design::NodePiece{m_cursor->path()}, *place));
}

void CompositionCommands::pop(const QString& title, const std::vector<NamedEdit>& edits) {
    Q_EMIT menuRequested(editMenu(m_tree, title, edits, [this](const NamedEdit& edit) { apply(edit); }));
}

std::vector<NamedEdit> CompositionCommands::wrapEdits() const {
    std::vector<NamedEdit> edits;
    for (const Kind kind : kCompositionBlocks) {
        NamedEdit edit =
            putEdit(experiment(), design::KindPiece{kind}, design::JoinPlace{m_cursor->path(), kind});
        edit.label = QStringLiteral("%1 – %2").arg(kindTitle(kind), kindHelp(kind));
        edits.push_back(std::move(edit));
    }
    return edits;
}

std::vector<NamedEdit> CompositionCommands::kindEdits() const {
    std::vector<NamedEdit> edits;
    for (const Kind kind : kCompositionBlocks) {
        if (kind != m_cursor->node().kind) {
            NamedEdit edit = kindEdit(experiment(), m_cursor->path(), kind);
            edit.label = QStringLiteral("%1 – %2").arg(kindTitle(kind), kindHelp(kind));
            edits.push_back(std::move(edit));
        }
    }
    return edits;
}

QMenu* CompositionCommands::joinMenu(QWidget* parent) {
    auto* menu = new QMenu(tr("Join with adapter"), parent);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const std::vector<std::string> inside = m_cursor->node().leaves();
    for (const AdapterSpec& spec : experiment().adapters) {
        if (std::ranges::find(inside, spec.name) != inside.end()) {
            continue;
        }
        const design::AdapterPiece piece{spec.name};
        QMenu* kinds = editMenu(menu, QString::fromStdString(spec.name),
                                joinEdits(experiment(), piece, m_cursor->path()),
                                [this](const NamedEdit& edit) { apply(edit); });
        kinds->setAttribute(Qt::WA_DeleteOnClose, false);
        menu->addMenu(kinds);
    }
    if (menu->isEmpty()) {
        menu->addAction(tr("The design has no other adapter"))->setEnabled(false);
    }
    return menu;
}

void CompositionCommands::refresh() {
    const Composition& node = m_cursor->node();
    const bool isLeaf = node.kind == Kind::Name;
    const bool isTrained = isTrainedNode(experiment(), node);
    m_train->setText(isTrained ? tr("Freeze") : tr("Train"));
    m_train->setEnabled(!trainName(node).empty());
    m_unwrap->setEnabled(node.isBlock());
    m_kind->setEnabled(node.isBlock());
    for (QAction* action : {m_wrap, m_join, m_remove}) {
        action->setEnabled(node.kind != Kind::None);
    }
    for (QAction* action : {m_rename, m_duplicate, m_discard}) {
        action->setEnabled(isLeaf);
    }
    for (QAction* action : m_moves) {
        action->setEnabled(!m_cursor->isRoot());
    }
}

QMenu* CompositionCommands::makeMenu(QWidget* parent) {
    auto* menu = new QMenu(parent);
    menu->setObjectName(QStringLiteral("compositionMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto chosen = [this](const NamedEdit& edit) { apply(edit); };
    const auto addEdits = [&](const QAction* like, QMenu* edits) {
        edits->setAttribute(Qt::WA_DeleteOnClose, false);
        edits->menuAction()->setEnabled(like->isEnabled());
        menu->addMenu(edits);
    };
    addEdits(m_wrap, editMenu(menu, tr("Wrap in"), wrapEdits(), chosen));
    menu->addAction(m_unwrap);
    addEdits(m_kind, editMenu(menu, tr("Change kind"), kindEdits(), chosen));
    addEdits(m_join, joinMenu(menu));
    menu->addSeparator();
    menu->addAction(m_train);
    auto* moves = menu->addMenu(tr("Move"));
    for (QAction* action : m_moves) {
        moves->addAction(action);
    }
    moves->setEnabled(!m_cursor->isRoot());
    menu->addSeparator();
    menu->addActions({m_rename, m_duplicate});
    menu->addSeparator();
    menu->addActions({m_remove, m_discard});
    return menu;
}

} // namespace awb::ui
