#include "ui/design/part_menu.h"

#include <string>
#include <utility>

#include <QMenu>

#include "backend/experiment/part_edit.h"
#include "ui/design/design_edits.h"
#include "ui/design/inspector_targets.h"
#include "ui/design/method_words.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"

namespace awb::ui {

PartMenu::PartMenu(DesignDocument* document, QWidget* parent)
    : QToolButton(parent)
    , m_document(document) {
    setObjectName(QStringLiteral("addPart"));
    setText(tr("Add a method to this adapter"));
    setIcon(Theme::instance().icon(QStringLiteral("add")));
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(this);
    menu->setToolTipsVisible(true);
    setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, &PartMenu::fill);
    refresh();
}

void PartMenu::refresh() {
    const auto adapters = concernedAdapters(*m_document);
    setVisible(!adapters.empty());
    setEnabled(adapters.size() == 1);
    setToolTip(adapters.size() == 1
                   ? tr("Makes the adapter a union: several methods under one name, at most one at a place")
                   : tr("Several adapters are concerned. Select modules of one."));
}

void PartMenu::fill() {
    menu()->clear();
    const auto adapters = concernedAdapters(*m_document);
    if (adapters.size() != 1) {
        return;
    }
    for (const Method& method : methods()) {
        QAction* action = menu()->addAction(methodText(method.title));
        action->setObjectName(QStringLiteral("addPart_") + QString::fromStdString(method.id));
        const auto possible =
            design::addPart(m_document->experiment(), m_document->model(), adapters.front()->name, method.id);
        action->setEnabled(possible.has_value());
        action->setToolTip(possible ? methodText(method.summary) : errorText(possible.error()));
        connect(action, &QAction::triggered, this, [this, id = method.id] { add(id); });
    }
}

void PartMenu::add(const std::string& method) {
    const auto adapters = concernedAdapters(*m_document);
    if (adapters.size() == 1) {
        const std::string name = adapters.front()->name;
        m_document->apply(
            design::addPart(m_document->experiment(), m_document->model(), name, method),
            tr("Add %1 to %2").arg(methodText(findMethod(method)->title), QString::fromStdString(name)));
    }
}

} // namespace awb::ui
