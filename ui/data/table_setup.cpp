#include "ui/data/table_setup.h"

#include <QHeaderView>
#include <QTableView>

namespace awb::ui {

namespace {

constexpr int kRowHeight = 26;
constexpr int kRowsMeasured = 50;

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
    table->verticalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->horizontalHeader()->setResizeContentsPrecision(kRowsMeasured);
}

void fitColumns(QTableView* table, int most) {
    const int columns = table->model()->columnCount();
    int widest = 0;
    table->horizontalHeader()->setStretchLastSection(false);
    for (int column = 0; column < columns; ++column) {
        table->resizeColumnToContents(column);
        if (table->columnWidth(column) > table->columnWidth(widest)) {
            widest = column;
        }
    }
    for (int column = 0; column < columns; ++column) {
        table->horizontalHeader()->setSectionResizeMode(column, column == widest ? QHeaderView::Stretch
                                                                                 : QHeaderView::Interactive);
        table->setColumnWidth(column, qMin(table->columnWidth(column) + 16, most));
    }
}

} // namespace awb::ui
