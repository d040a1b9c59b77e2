#pragma once

#include <map>

#include "ui/widgets/card.h"

class QComboBox;
class QSpinBox;

namespace awb::ui {

class MadxDocument;
class MadxFileTable;

/// Step 3 of a MAD-X experiment: the labelled files of the languages, the sources among them, and the task's
/// head.
class MadxTaskStep : public Card {
    Q_OBJECT

public:
    explicit MadxTaskStep(MadxDocument* document, QWidget* parent = nullptr);

private:
    enum Column { Source, Train, Validation, Test };
    void refresh();
    void setFile(int row, int column, const QString& file);
    void setSource(int row, int column);
    void setHead(int index);
    void setDrop();

    MadxDocument* m_document;
    QComboBox* m_head;
    MadxFileTable* m_table;
    QComboBox* m_dropMode;
    QSpinBox* m_dropLayers;
    std::map<std::string, std::string> m_unticked; ///< train files of languages that are no sources now
    bool m_isFilling = false;
};

} // namespace awb::ui
