#include "ui/fusion/fusion_starter.h"

#include "backend/run/trained_adapters.h"
#include "ui/document/design_document.h"
#include "ui/fusion/fuse_dialog.h"
#include "ui/widgets/message_bar.h"

namespace awb::ui {

FusionStarter::FusionStarter(const AppContext& context, MessageBar* messages, QWidget* window)
    : QObject(window)
    , m_context(context)
    , m_messages(messages)
    , m_window(window) {}

void FusionStarter::begin() {
    auto adapters = trainedAdapters(*m_context.store);
    auto fusions = trainedFusions(*m_context.store);
    if (!adapters || !fusions) {
        m_messages->postError(QStringLiteral("newFusion"), adapters ? fusions.error() : adapters.error());
        return;
    }
    auto* dialog =
        new FuseDialog(std::move(*adapters), std::move(*fusions), m_context.document->experiment(), m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { Q_EMIT designed(dialog->design()); });
    dialog->open();
}

} // namespace awb::ui
