#pragma once

#include <array>
#include <string>

#include <QWidget>

#include "backend/data/table_reader.h"
#include "ui/data/data_draft.h"

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLineEdit;

namespace awb::ui {

class ColumnForm;

/// The task, files of the splits, which columns hold what, and how the files are read.
class FileForm : public QWidget {
    Q_OBJECT

public:
    explicit FileForm(QWidget* parent = nullptr);

    /// Shows a draft without announcing it.
    void setDraft(const DataDraft& draft);
    /// The draft with this form's values.
    DataDraft applyTo(DataDraft draft) const;
    /// Fills the column boxes from what was found in the file, see ColumnForm.
    void setPreview(const TablePreview& preview);
    /// Puts a file in, as if it had been browsed for. A train file clears splits of other folders, finds its
    /// siblings ("dev.tsv", "test.tsv") for empty splits, and chooses tagging if it can be nothing else.
    void setFile(const std::string& split, const QString& file);
    /// Opens the dialog that asks for a split's file.
    void browse(const std::string& split);

Q_SIGNALS:
    void changed();

private:
    struct SplitRow {
        std::string name;
        QLineEdit* file = nullptr;
    };

    QWidget* makeFileRow(SplitRow& row, const QString& label);
    QComboBox* makeChoice(const char* name, const QString& label,
                          const std::vector<std::pair<QString, QString>>& items);
    /// Other splits that lie elsewhere belong to the train file before.
    void forgetOtherFolders(const QString& file);
    void findSiblings(const QString& file);
    HeadType task() const;
    void showFields();

    QFormLayout* m_form = nullptr;
    std::array<SplitRow, 3> m_splits;
    QComboBox* m_format = nullptr;
    QComboBox* m_delimiter = nullptr;
    QComboBox* m_encoding = nullptr;
    QCheckBox* m_header = nullptr;
    QComboBox* m_task = nullptr;
    ColumnForm* m_columns = nullptr;
    TableFormat m_found = TableFormat::Tsv; ///< the format of the train file
    bool m_quiet = false;
};

} // namespace awb::ui
