#include "ui/design/composition_edits.h"

#include <QCoreApplication>
#include <QInputDialog>
#include <QMenu>

#include "ui/design/composition_cursor.h"
#include "ui/design/composition_words.h"
#include "ui/design/design_edits.h"
#include "ui/document/design_document.h"

namespace awb::ui {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Composition)
};

QString pieceTitle(const Experiment& experiment, const design::Piece& piece) {
    if (const auto* adapter = std::get_if<design::AdapterPiece>(&piece)) {
        return QString::fromStdString(adapter->name);
    }
    if (const auto* node = std::get_if<design::NodePiece>(&piece)) {
        const Composition* found = design::nodeAt(experiment.composition, node->path);
        return found == nullptr || found->isBlock() || found->kind == Composition::Kind::None
                   ? kindTitle(found == nullptr ? Composition::Kind::None : found->kind)
                   : QString::fromStdString(found->name);
    }
    if (const auto* block = std::get_if<design::KindPiece>(&piece)) {
        return kindTitle(block->kind);
    }
    return QString::fromStdString(std::get<design::FreshPiece>(piece).adapter.name);
}

/// The leaves of what a piece brings; empty for kinds.
std::vector<std::string> leavesOf(const Experiment& before, const Experiment& after,
                                  const design::Piece& piece) {
    if (const auto* adapter = std::get_if<design::AdapterPiece>(&piece)) {
        return {adapter->name};
    }
    if (const auto* node = std::get_if<design::NodePiece>(&piece)) {
        const Composition* found = design::nodeAt(before.composition, node->path);
        return found != nullptr ? found->leaves() : std::vector<std::string>();
    }
    if (std::holds_alternative<design::FreshPiece>(piece) && after.adapters.size() > before.adapters.size()) {
        return {after.adapters.back().name};
    }
    return {};
}

} // namespace

NamedEdit putEdit(const Experiment& experiment, const design::Piece& piece, const design::Place& place) {
    const QString title = pieceTitle(experiment, piece);
    NamedEdit edit{Words::tr("Place %1 in the composition").arg(title),
                   design::put(experiment, piece, place)};
    if (std::holds_alternative<design::KindPiece>(piece)) {
        edit.text = Words::tr("Wrap in %1").arg(title);
    } else if (const auto* join = std::get_if<design::JoinPlace>(&place)) {
        edit.text = Words::tr("Join %1 by %2").arg(title, kindTitle(join->kind));
        edit.label = QStringLiteral("%1 – %2").arg(kindTitle(join->kind), kindHelp(join->kind));
    } else if (std::holds_alternative<design::NodePiece>(piece)) {
        edit.text = Words::tr("Move %1").arg(title);
    }
    if (edit.result) {
        edit.leaves = leavesOf(experiment, *edit.result, piece);
    }
    return edit;
}

NamedEdit kindEdit(const Experiment& experiment, const design::CompositionPath& path,
                   Composition::Kind kind) {
    return {Words::tr("Change into %1").arg(kindTitle(kind)), design::setKindAt(experiment, path, kind)};
}

std::vector<NamedEdit> joinEdits(const Experiment& experiment, const design::Piece& piece,
                                 const design::CompositionPath& path) {
    std::vector<NamedEdit> edits;
    for (const Composition::Kind kind : kCompositionBlocks) {
        edits.push_back(putEdit(experiment, piece, design::JoinPlace{path, kind}));
    }
    return edits;
}

NamedEdit takeOutEdit(const Experiment& experiment, const design::CompositionPath& path) {
    const QString title = pieceTitle(experiment, design::NodePiece{path});
    return {Words::tr("Take %1 out of the composition").arg(title), design::removeAt(experiment, path)};
}

NamedEdit trainEdit(const Experiment& experiment, const std::string& name) {
    const bool isFusion = name.starts_with(kFusePrefix);
    const bool isTrained =
        isFusion ? experiment.trainsFusion(name.substr(kFusePrefix.size())) : experiment.trainsAdapter(name);
    const QString title = isFusion ? Words::tr("the fusion") : QString::fromStdString(name);
    return {isTrained ? Words::tr("Freeze %1").arg(title) : Words::tr("Train %1").arg(title),
            design::setTrained(experiment, name, !isTrained)};
}

NamedEdit renameEdit(const Experiment& experiment, const std::string& from, const QString& to) {
    const std::string name = to.trimmed().toStdString();
    return {Words::tr("Rename %1").arg(QString::fromStdString(from)),
            design::renameAdapter(experiment, from, name),
            {},
            {name}};
}

NamedEdit duplicateEdit(const Experiment& experiment, const std::string& adapter) {
    const AdapterSpec* spec = experiment.findAdapter(adapter);
    const QString text = Words::tr("Duplicate %1").arg(QString::fromStdString(adapter));
    return {text, spec != nullptr ? design::addAdapter(experiment, *spec)
                                  : Result<Experiment>(fail("there is no adapter named `" + adapter + "`"))};
}

NamedEdit discardEdit(const Experiment& experiment, const std::string& adapter) {
    return {Words::tr("Remove adapter %1").arg(QString::fromStdString(adapter)),
            design::removeAdapter(experiment, adapter)};
}

design::Place placeAtCursor(const CompositionCursor& cursor) {
    const Composition& node = cursor.node();
    if (node.kind == Composition::Kind::None || node.isBlock()) {
        return design::GapPlace{cursor.path(), node.children.size()};
    }
    if (const Composition* parent = cursor.parentNode()) {
        return design::JoinPlace{cursor.path(), parent->kind};
    }
    return design::JoinPlace{cursor.path(), Composition::Kind::Stack};
}

QString applyEdit(DesignDocument& document, CompositionCursor& cursor, const NamedEdit& edit) {
    if (!edit.result) {
        return errorText(edit.result.error());
    }
    document.apply(edit.result, edit.text);
    const Composition& now = document.experiment().composition;
    const auto held =
        edit.leaves.size() == 1 ? design::pathOf(now, edit.leaves.front()) : design::pathOf(now, edit.leaves);
    if (held) {
        cursor.setPath(*held);
    }
    return {};
}

QMenu* editMenu(QWidget* parent, const QString& title, const std::vector<NamedEdit>& edits,
                const std::function<void(const NamedEdit&)>& chosen) {
    auto* menu = new QMenu(title, parent);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    for (const NamedEdit& edit : edits) {
        QAction* action = menu->addAction(edit.label.isEmpty() ? edit.text : edit.label, menu,
                                          [chosen, edit] { chosen(edit); });
        action->setEnabled(edit.result.has_value());
        if (!edit.result) {
            action->setToolTip(errorText(edit.result.error()));
        } else if (menu->activeAction() == nullptr) {
            menu->setActiveAction(action);
        }
    }
    return menu;
}

void askForName(QWidget* parent, const std::string& adapter,
                const std::function<void(const QString&)>& chosen) {
    auto* dialog = new QInputDialog(parent);
    dialog->setObjectName(QStringLiteral("adapterNameDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(Words::tr("Rename adapter"));
    dialog->setLabelText(Words::tr("Name: letters, digits, - and _"));
    dialog->setTextValue(QString::fromStdString(adapter));
    QObject::connect(dialog, &QInputDialog::textValueSelected, parent, chosen);
    dialog->open();
}

} // namespace awb::ui
