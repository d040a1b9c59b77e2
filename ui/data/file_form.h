#pragma once

#include <array>
#include <string>

#include <QWidget>

#include "backend/data/table_reader.h"
#include "ui/data/data_draft.h"

class QCheckBox;
class QComboBox;
class QLineEdit;

namespace awb::ui {

/// Files of the splits, how they are read, and which columns hold what.
class FileForm : public QWidget {
    Q_OBJECT

public:
    explicit FileForm(QWidget* parent = nullptr);

    /// Shows a draft without announcing it.
    void setDraft(const DataDraft& draft);
    /// The draft with this form's values.
    DataDraft applyTo(DataDraft draft) const;
    /// Fills the column boxes from what was found in the file, keeping choices that exist and guessing the
    /// others by their names. Announces a change when a guess was made.
    void setDialect(const TableDialect& dialect);
    /// Puts a file in, as if it had been browsed for; finds its siblings ("dev.tsv", "test.tsv") for empty
    /// splits.
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
    void fillColumns(QComboBox* box, const QStringList& columns, const QString& wanted, bool optional);
    void findSiblings(const QString& file);

    std::array<SplitRow, 3> m_splits;
    QComboBox* m_format = nullptr;
    QComboBox* m_delimiter = nullptr;
    QComboBox* m_encoding = nullptr;
    QCheckBox* m_header = nullptr;
    QComboBox* m_text = nullptr;
    QComboBox* m_pair = nullptr;
    QComboBox* m_label = nullptr;
    QComboBox* m_task = nullptr;
    bool m_quiet = false;
};

} // namespace awb::ui
