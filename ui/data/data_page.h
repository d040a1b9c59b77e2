#pragma once

#include <QTimer>

#include "backend/jobs/background_reader.h"
#include "ui/app_context.h"
#include "ui/data/data_draft.h"
#include "ui/page.h"

class QPushButton;
class QTabWidget;

namespace awb::ui {

class ExamplesPanel;
class PreviewPanel;
class SourcePanel;
class SummaryPanel;
class TokenPanel;
class ToneLabel;

/// Chooses and inspects the experiment's data. What is chosen is a draft until "Use This Data" makes it an
/// undoable edit of the experiment. All reading happens in the background.
class DataPage : public Page {
    Q_OBJECT

public:
    explicit DataPage(const AppContext& context, QWidget* parent = nullptr);

    QString title() const override { return tr("Data"); }
    QString iconName() const override { return QStringLiteral("data"); }
    void fillMenu(QMenu* menu) override;
    void setActive(bool active) override;

    /// Looks at a file of rows, as if it had been chosen in the dialog.
    void importFile(const QString& file);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void buildActions();
    QWidget* buildHeader();
    void connectReader();
    void followDocument();
    void draftChanged();
    void load();
    void loadPreview();
    void loadData();
    void showFailure(quint64 token, const Error& error);
    void updateUse();
    void useData();

    AppContext m_context;
    SourcePanel* m_source;
    QTabWidget* m_tabs;
    PreviewPanel* m_preview;
    SummaryPanel* m_summary;
    ExamplesPanel* m_examples;
    TokenPanel* m_tokens;
    ToneLabel* m_inUse;
    QPushButton* m_use;
    QList<QAction*> m_actions;
    QTimer m_delay;
    DataDraft m_documentDraft;
    DataDraft m_previewed; ///< the draft whose preview was asked for
    quint64 m_previewToken = 0;
    quint64 m_dataToken = 0;
    bool m_active = false;
    bool m_stale = true;   ///< something changed since the last load
    bool m_loaded = false; ///< the draft's data could be read
    QString m_base;
    int m_maxSeqLength = 0;
};

} // namespace awb::ui
