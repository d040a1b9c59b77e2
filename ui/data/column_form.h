#pragma once

#include <string>

#include <QWidget>

#include "backend/data/table_reader.h"
#include "ui/data/data_draft.h"

class QComboBox;
class QFormLayout;
class QListWidget;

namespace awb::ui {

class ToneLabel;

/// Which columns of a file hold what; the fields follow the task.
class ColumnForm : public QWidget {
    Q_OBJECT

public:
    explicit ColumnForm(QWidget* parent = nullptr);

    /// Shows a draft without announcing it.
    void setDraft(const DataDraft& draft);
    /// The draft with this form's values; what its task has no use for takes defaults.
    DataDraft applyTo(DataDraft draft) const;
    /// Shows the fields of a task, with new guesses where the choices do not fit it. Always announces.
    void setTask(HeadType task);
    /// Fills the boxes from what was found in a file, keeping choices that exist and guessing the others by
    /// their names and contents. Announces a change when a guess was made.
    void setPreview(const TablePreview& preview);

Q_SIGNALS:
    void changed();

private:
    QComboBox* makeChoice(const char* name, const QString& label);
    void announce();
    void showFields();
    void refill();
    void fill(QComboBox* box, const QStringList& columns, const QString& chosen, bool optional = false) const;
    void fillTags(const QString& chosen) const;
    void fillMarks(const std::vector<std::string>& chosen) const;
    std::vector<std::string> marked() const;
    /// A column's name, with its first value where names are numbers only.
    QString titleOf(const QString& column) const;
    bool marksEach() const;

    QFormLayout* m_form;
    ToneLabel* m_heading;
    QComboBox* m_text;
    QComboBox* m_pair;
    QComboBox* m_label;
    QComboBox* m_labelForm; ///< labels in one column, or marks in a column each
    QComboBox* m_separator;
    QListWidget* m_marks;
    QComboBox* m_tag;
    QComboBox* m_scheme;
    TablePreview m_preview;
    HeadType m_task = HeadType::Classification;
    bool m_quiet = true; ///< until all fields are there
};

} // namespace awb::ui
