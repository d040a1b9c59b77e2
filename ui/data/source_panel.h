#pragma once

#include <QWidget>

#include "ui/data/data_draft.h"

class QListWidget;
class QSpinBox;

namespace awb::ui {

class FileForm;
class ToneLabel;

/// The left side of the data page: the sources, what the chosen one is, and for files the form.
class SourcePanel : public QWidget {
    Q_OBJECT

public:
    explicit SourcePanel(QWidget* parent = nullptr);

    void setDraft(const DataDraft& draft);
    const DataDraft& draft() const { return m_draft; }
    FileForm& files() { return *m_files; }
    /// Chooses "Files" and the train file.
    void chooseFile(const QString& file);

Q_SIGNALS:
    void changed();

private:
    void chooseSource(int row);
    void showSource();
    void take(const DataDraft& draft);

    QListWidget* m_sources;
    ToneLabel* m_description;
    ToneLabel* m_unavailable;
    FileForm* m_files;
    QSpinBox* m_limit;
    DataDraft m_draft;
    bool m_quiet = false;
};

} // namespace awb::ui
