#pragma once

#include <functional>
#include <string>

#include <QTableWidget>

namespace awb::ui {

/// A table whose cells are names, ticks and files. A double click, Enter or F2 chooses the file of a cell,
/// Delete takes it out.
class MadxFileTable : public QTableWidget {
    Q_OBJECT

public:
    explicit MadxFileTable(const QStringList& headings, QWidget* parent = nullptr);

    /// Shows a file by its short name; `isMissing`: it is not there. Empty: an invitation to choose one.
    void setFile(int row, int column, const std::string& file, bool isMissing);
    /// A cell of plain text; `tip` may be empty.
    void setText(int row, int column, const QString& text, const QString& tip = {});
    /// As high as its rows, up to some.
    void fitHeight();

Q_SIGNALS:
    void fileChosen(int row, int column, const QString& file);
    /// The cell's file is to be taken out.
    void fileRemoved(int row, int column);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    enum class Kind { Present, Missing, None };
    void recolour();
    bool isFile(int row, int column) const;
    void choose(int row, int column);
};

} // namespace awb::ui
