#pragma once

#include <memory>

#include "ui/app_context.h"
#include "ui/page.h"

class QStackedWidget;
class QTabWidget;

namespace awb {
class PlaygroundJobs;
} // namespace awb

namespace awb::ui {

class BatchView;
class EmptyState;
class ErrorsView;
class TextView;

/// Ask trained models: a text with adapters on, off and exchanged; many texts in one batch; the errors of a
/// run.
class PlaygroundPage : public Page {
    Q_OBJECT

public:
    enum View { Text, Batch, Errors };

    explicit PlaygroundPage(const AppContext& context, QWidget* parent = nullptr);
    ~PlaygroundPage() override;

    QString title() const override;
    QString iconName() const override { return QStringLiteral("playground"); }
    void fillMenu(QMenu* menu) override;
    void setActive(bool active) override;

    TextView* texts() const { return m_texts; }
    BatchView* batch() const { return m_batch; }
    ErrorsView* errors() const { return m_errors; }
    View view() const;
    void show(View view);

public Q_SLOTS:
    /// Reads which runs are finished.
    void reload();

private:
    void buildActions();
    /// The shown view's main action.
    void run();

    AppContext m_context;
    std::unique_ptr<PlaygroundJobs> m_jobs; ///< asked by the views
    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    QTabWidget* m_views = nullptr;
    TextView* m_texts = nullptr;
    BatchView* m_batch = nullptr;
    ErrorsView* m_errors = nullptr;
    QList<QAction*> m_actions;
};

} // namespace awb::ui
