#pragma once

#include <QWidget>

class QComboBox;
class QToolButton;

namespace awb::ui {

class DesignDocument;
class ToneLabel;

/// Which base model, and what of it all is trained.
class BasePanel : public QWidget {
    Q_OBJECT

public:
    explicit BasePanel(DesignDocument* document, QWidget* parent = nullptr);

    /// Asks for a folder in Hugging Face's layout.
    void chooseFolder();

private:
    void refresh();
    void setBase(const QString& nameOrFolder);

    DesignDocument* m_document;
    QComboBox* m_base;
    QToolButton* m_folder;
    ToneLabel* m_facts;
    QComboBox* m_target;
};

} // namespace awb::ui
