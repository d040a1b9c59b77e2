#pragma once

#include <QDialog>

class QMenuBar;

namespace awb::ui {

/// All actions of the menu bar, with their menus and keys, in a table that can be searched.
class ShortcutsDialog : public QDialog {
    Q_OBJECT

public:
    explicit ShortcutsDialog(const QMenuBar& menus, QWidget* parent = nullptr);
};

} // namespace awb::ui
