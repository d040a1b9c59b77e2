#pragma once

#include <vector>

#include "ui/design/option_form.h"

namespace awb {
struct AdapterSpec;
}

namespace awb::ui {

class DesignDocument;
class ToneLabel;

/// The inspector's head: which modules are meant, their numbers, the adapter's name, whether it is trained
/// and what it starts from, and what AdapterHub's format can't say of it.
class InspectorHead : public OptionForm {
    Q_OBJECT

public:
    explicit InspectorHead(DesignDocument* document, QWidget* parent = nullptr);

    /// Shows everything anew.
    void showAll();

private:
    void addName();
    void addTrained();
    /// Why the adapter's own fields can't be edited now; empty where they can.
    QString whyNotOne() const;
    void setTrained(bool isTrained);
    QString title() const;
    QString summary() const;
    QString origin() const;
    QString adapterHubNote() const;

    DesignDocument* m_document;
    ToneLabel* m_title;
    ToneLabel* m_summary;
    QWidget* m_hub;
    ToneLabel* m_hubText;
};

} // namespace awb::ui
