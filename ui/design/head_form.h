#pragma once

#include <functional>

#include <QScrollArea>

#include "models/config/head_config.h"
#include "ui/design/option_form.h"

class QLabel;

namespace awb::ui {

class DesignDocument;

/// The options of the task head.
class HeadForm : public QScrollArea {
    Q_OBJECT

public:
    explicit HeadForm(DesignDocument* document, QWidget* parent = nullptr);

Q_SIGNALS:
    /// The person wants to choose other data.
    void dataRequested();

private:
    const HeadConfig& head() const;
    void refresh();
    void change(const OptionText& text, const std::function<void(HeadConfig&)>& change);

    DesignDocument* m_document;
    OptionForm* m_form;
    QLabel* m_explanation = nullptr;
};

} // namespace awb::ui
