#pragma once

#include <QObject>

#include "backend/experiment/experiment.h"
#include "ui/app_context.h"

class QWidget;

namespace awb::ui {

class MessageBar;

/// Begins a new AdapterFusion: reads which adapters the workspace has, asks, and gives the design.
class FusionStarter : public QObject {
    Q_OBJECT

public:
    /// `messages` outlives this.
    FusionStarter(const AppContext& context, MessageBar* messages, QWidget* window);

    /// Returns at once; the dialog stays open.
    void begin();

Q_SIGNALS:
    void designed(const awb::Experiment& design);

private:
    AppContext m_context;
    MessageBar* m_messages;
    QWidget* m_window;
};

} // namespace awb::ui
