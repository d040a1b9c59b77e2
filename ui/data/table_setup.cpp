#include "ui/data/table_setup.h"

#include <QHeaderView>
#include <QTableView>

#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr int kRowHeight = 26;
constexpr int kRowsMeasured = 50;
constexpr int kLeastColumn = 96;
constexpr int kRowHeaderWidth = 44;

} // namespace

void setUpTable(QTableView* table) {
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setAlternatingRowColors(true);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->verticalHeader()->setDefaultSectionSize(kRowHeight);
    table->verticalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
    table->verticalHeader()->setMinimumWidth(kRowHeaderWidth);
    table->verticalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->horizontalHeader()->setResizeContentsPrecision(kRowsMeasured);
}

void fitColumns(QTableView* table, int most) {
    QHeaderView* header = table->horizontalHeader();
    const int columns = table->model()->columnCount();
    int widest = 0;
    header->setStretchLastSection(false);
    header->setSectionResizeMode(QHeaderView::Interactive);
    for (int column = 0; column < columns; ++column) {
        table->resizeColumnToContents(column);
        if (table->columnWidth(column) > table->columnWidth(widest)) {
            widest = column;
        }
    }
    for (int column = 0; column < columns; ++column) {
        table->setColumnWidth(column, qBound(kLeastColumn, table->columnWidth(column) + px(Space::L), most));
    }
    if (columns > 0) {
        header->setSectionResizeMode(widest, QHeaderView::Stretch);
    }
}

} // namespace awb::ui
