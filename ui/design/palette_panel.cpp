#include "ui/design/palette_panel.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QVBoxLayout>

#include "ui/design/preset_palette.h"
#include "ui/theme/theme.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

PalettePanel::PalettePanel(QWidget* parent)
    : QWidget(parent)
    , m_search(new QLineEdit(this))
    , m_palette(new PresetPalette(this)) {
    m_search->setObjectName(QStringLiteral("paletteSearch"));
    m_search->setAccessibleName(tr("Search the methods"));
    m_search->setPlaceholderText(tr("Search"));
    m_search->setToolTip(
        tr("Words of a method's name, group, summary or paper (Ctrl+F). Enter or Down goes to the "
           "list, Escape shows all."));
    m_search->setClearButtonEnabled(true);
    m_search->installEventFilter(this);
    auto* title = new QHBoxLayout;
    title->setSpacing(px(Space::M));
    title->addWidget(new ToneLabel(tr("Methods"), Tone::Text, TextSize::Body, true, this));
    title->addWidget(m_search, 1);

    auto* hint =
        new ToneLabel(tr("Drag onto a site or a layer. Double-click or Enter: all layers. Ctrl+Enter: at the "
                         "focused site."),
                      Tone::MutedText, TextSize::Small, false, this);
    hint->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(px(Space::M), px(Space::S), px(Space::M), px(Space::S));
    column->setSpacing(px(Space::Xs));
    column->addLayout(title);
    column->addWidget(m_palette, 1);
    column->addWidget(hint);
    connect(m_search, &QLineEdit::textChanged, m_palette, &PresetPalette::setFilter);
}

void PalettePanel::search() {
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

bool PalettePanel::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Down || key == Qt::Key_Return || key == Qt::Key_Enter) {
            m_palette->setFocus(Qt::OtherFocusReason);
            return true;
        }
        if (key == Qt::Key_Escape && !m_search->text().isEmpty()) {
            m_search->clear();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace awb::ui
