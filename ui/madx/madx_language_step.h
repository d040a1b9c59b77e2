#pragma once

#include "backend/run/madx.h"
#include "ui/widgets/card.h"

class QPushButton;

namespace awb::ui {

class MadxDocument;
class MadxFileTable;

/// Step 2 of a MAD-X experiment: the languages, their texts, and whether their adapters are trained.
class MadxLanguageStep : public Card {
    Q_OBJECT

public:
    explicit MadxLanguageStep(MadxDocument* document, QWidget* parent = nullptr);

    void setReport(const MadxReport& report);

private:
    enum Column { Name, Text, State };
    void refresh();
    void add();
    void remove();
    void setText(int row, const QString& file);
    void rename(int row, int column);
    QString stateOf(const MadxLanguage& language) const;

    MadxDocument* m_document;
    MadxReport m_report;
    MadxFileTable* m_table;
    QPushButton* m_remove;
    bool m_isFilling = false;
};

} // namespace awb::ui
