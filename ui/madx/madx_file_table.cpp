#include "ui/madx/madx_file_table.h"

#include <algorithm>

#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QKeyEvent>
#include <QSettings>
#include <QSignalBlocker>

#include "ui/data/table_setup.h"
#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr int kFileRole = Qt::UserRole;
constexpr int kKindRole = Qt::UserRole + 1;
constexpr int kLeastRows = 2;
constexpr int kMostRows = 6;

QString folderKey() {
    return QStringLiteral("madx/dataFolder");
}

} // namespace

MadxFileTable::MadxFileTable(const QStringList& headings, QWidget* parent)
    : QTableWidget(0, static_cast<int>(headings.size()), parent) {
    setHorizontalHeaderLabels(headings);
    setUpTable(this);
    setSelectionBehavior(QAbstractItemView::SelectItems);
    verticalHeader()->setVisible(false);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    horizontalHeader()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    connect(this, &QTableWidget::cellDoubleClicked, this, &MadxFileTable::choose);
    connect(&Theme::instance(), &Theme::changed, this, &MadxFileTable::recolour);
}

void MadxFileTable::recolour() {
    const Theme& theme = Theme::instance();
    const QSignalBlocker quiet(this); // a colour is no edit
    for (int row = 0; row < rowCount(); ++row) {
        for (int column = 0; column < columnCount(); ++column) {
            if (isFile(row, column)) {
                const auto kind = static_cast<Kind>(item(row, column)->data(kKindRole).toInt());
                item(row, column)
                    ->setForeground(theme.color(kind == Kind::Missing ? Tone::Error
                                                : kind == Kind::None  ? Tone::MutedText
                                                                      : Tone::Text));
            }
        }
    }
    viewport()->update();
}

bool MadxFileTable::isFile(int row, int column) const {
    const QTableWidgetItem* cell = item(row, column);
    return cell != nullptr && cell->data(kFileRole).isValid();
}

void MadxFileTable::setFile(int row, int column, const std::string& file, bool isMissing) {
    const QString path = QString::fromStdString(file);
    const QString name = QFileInfo(path).fileName();
    auto* cell = new QTableWidgetItem(file.empty() ? tr("choose …")
                                      : isMissing  ? tr("%1 (missing)").arg(name)
                                                   : name);
    cell->setData(kFileRole, path);
    cell->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    cell->setData(kKindRole, static_cast<int>(file.empty() ? Kind::None
                                              : isMissing  ? Kind::Missing
                                                           : Kind::Present));
    cell->setToolTip(file.empty() ? tr("Double-click or press Enter to choose a file")
                                  : tr("%1\nDouble-click or Enter: another file. Delete: none").arg(path));
    setItem(row, column, cell);
    recolour();
}

void MadxFileTable::setText(int row, int column, const QString& text, const QString& tip) {
    auto* cell = new QTableWidgetItem(text);
    cell->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    cell->setToolTip(tip.isEmpty() ? text : tip);
    setItem(row, column, cell);
}

void MadxFileTable::fitHeight() {
    const int rows = std::clamp(rowCount(), kLeastRows, kMostRows);
    setFixedHeight(horizontalHeader()->sizeHint().height() + rows * verticalHeader()->defaultSectionSize() +
                   2 * frameWidth());
}

void MadxFileTable::choose(int row, int column) {
    if (!isFile(row, column)) {
        return;
    }
    const QString current = item(row, column)->data(kFileRole).toString();
    const QString folder =
        current.isEmpty() ? QSettings().value(folderKey()).toString() : QFileInfo(current).absolutePath();
    auto* dialog = new QFileDialog(this, tr("Choose a File"), folder);
    dialog->setObjectName(QStringLiteral("madxFileDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this, row, column](const QString& file) {
        QSettings().setValue(folderKey(), QFileInfo(file).absolutePath());
        Q_EMIT fileChosen(row, column, QFileInfo(file).absoluteFilePath());
    });
    dialog->open();
}

void MadxFileTable::keyPressEvent(QKeyEvent* event) {
    const bool asks =
        event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_F2;
    if (asks && isFile(currentRow(), currentColumn())) {
        choose(currentRow(), currentColumn());
    } else if (event->key() == Qt::Key_Delete && isFile(currentRow(), currentColumn())) {
        Q_EMIT fileRemoved(currentRow(), currentColumn());
    } else {
        QTableWidget::keyPressEvent(event);
    }
}

} // namespace awb::ui
