#pragma once

#include <QToolButton>

namespace awb::ui {

class DesignDocument;

/// Adds another method to the adapter that the inspector is about. Methods that can't act beside the others
/// say why.
class PartMenu : public QToolButton {
    Q_OBJECT

public:
    explicit PartMenu(DesignDocument* document, QWidget* parent = nullptr);

    void refresh();

private:
    void fill();
    void add(const std::string& method);

    DesignDocument* m_document;
};

} // namespace awb::ui
