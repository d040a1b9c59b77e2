#include "ui/shortcuts_dialog.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

QString plainText(QString text) {
    return text.remove(u'&').remove(QStringLiteral("..."));
}

QString keysOf(const QAction& action) {
    QStringList keys;
    for (const QKeySequence& sequence : action.shortcuts()) {
        keys << sequence.toString(QKeySequence::NativeText);
    }
    return keys.join(QStringLiteral(", "));
}

void collect(const QList<QAction*>& actions, const QString& path, QStandardItemModel* model) {
    for (const QAction* action : actions) {
        if (action->isSeparator() || action->text().isEmpty()) {
            continue;
        }
        const QString text = plainText(action->text());
        if (action->menu() != nullptr && action->menu()->objectName() == QLatin1String("recentMenu")) {
            continue;
        }
        if (action->menu() != nullptr) {
            collect(action->menu()->actions(), path.isEmpty() ? text : path + QStringLiteral(" › ") + text,
                    model);
            continue;
        }
        QList<QStandardItem*> row{new QStandardItem(path), new QStandardItem(text),
                                  new QStandardItem(keysOf(*action))};
        for (QStandardItem* item : row) {
            item->setEditable(false);
        }
        model->appendRow(row);
    }
}

} // namespace

ShortcutsDialog::ShortcutsDialog(const QMenuBar& menus, QWidget* parent)
    : QDialog(parent) {
    setObjectName(QStringLiteral("shortcutsDialog"));
    setWindowTitle(tr("Keyboard Shortcuts"));
    resize(620, 560);

    auto* model = new QStandardItemModel(0, 3, this);
    model->setHorizontalHeaderLabels({tr("Menu"), tr("Action"), tr("Keys")});
    collect(menus.actions(), {}, model);
    auto* filter = new QSortFilterProxyModel(this);
    filter->setSourceModel(model);
    filter->setFilterKeyColumn(-1);
    filter->setFilterCaseSensitivity(Qt::CaseInsensitive);

    auto* search = new QLineEdit;
    search->setObjectName(QStringLiteral("shortcutSearch"));
    search->setPlaceholderText(tr("Search actions and keys"));
    search->setClearButtonEnabled(true);
    search->setAccessibleName(search->placeholderText());
    connect(search, &QLineEdit::textChanged, filter, &QSortFilterProxyModel::setFilterFixedString);

    auto* table = new QTableView;
    table->setObjectName(QStringLiteral("shortcutTable"));
    table->setAccessibleName(tr("Actions and their keys"));
    table->setModel(filter);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setShowGrid(false);
    table->setAlternatingRowColors(true);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    table->horizontalHeader()->setSectionResizeMode(2, QHeaderView::ResizeToContents);

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(px(Space::L), px(Space::L), px(Space::L), px(Space::L));
    column->setSpacing(px(Space::M));
    column->addWidget(search);
    column->addWidget(table, 1);
    column->addWidget(buttons);
}

} // namespace awb::ui
