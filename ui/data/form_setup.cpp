#include "ui/data/form_setup.h"

#include <QCoreApplication>
#include <QFontMetrics>
#include <QFormLayout>
#include <QWidget>

namespace awb::ui {

void alignLabels(QFormLayout* form) {
    const QString longest = QCoreApplication::translate("awb::ui::ColumnForm", "Second text");
    for (int row = 0; row < form->rowCount(); ++row) {
        const QLayoutItem* item = form->itemAt(row, QFormLayout::LabelRole);
        if (item != nullptr && item->widget() != nullptr) {
            item->widget()->setMinimumWidth(QFontMetrics(item->widget()->font()).horizontalAdvance(longest));
        }
    }
}

} // namespace awb::ui
