#pragma once

#include <optional>

#include <QObject>

#include "backend/analysis/wider_run.h"
#include "ui/app_context.h"

class QAction;

namespace awb::ui {

/// Whether a run's bottlenecks are too narrow: trains its twin with reduction factor 2, and tells what that
/// scored.
class WidthCheck : public QObject {
    Q_OBJECT

public:
    explicit WidthCheck(const AppContext& context, QObject* parent);

    /// Looks for the twin of a finished run. Errors: the database.
    Result<void> setRun(qint64 run);
    /// What the twin shows, as a sentence in plain text; empty where there is none.
    QString text() const;
    /// Trains the twin; disabled, with the reason as its tooltip, where that makes no sense.
    QAction* action() const { return m_action; }

private:
    void train();
    QString obstacle() const;

    AppContext m_context;
    QAction* m_action;
    qint64 m_run = 0;
    bool m_isFinished = false;
    std::optional<Experiment> m_design;
    std::optional<WiderRun> m_wider;
};

} // namespace awb::ui
