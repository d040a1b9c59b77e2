#pragma once

class QTableView;

namespace awb::ui {

/// The look of the data page's tables: whole rows, quiet lines, rows of one height, Tab leaves the table.
void setUpTable(QTableView* table);
/// Widens columns to their first rows' contents, at most `most` pixels each; the widest takes what is left
/// over.
void fitColumns(QTableView* table, int most);

} // namespace awb::ui
