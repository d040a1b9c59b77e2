#include "ui/canvas/size_popup.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>

#include "models/config/bottleneck_config.h"
#include "ui/canvas/canvas_text.h"
#include "ui/theme/theme.h"

using namespace Qt::StringLiterals;

namespace awb::ui {

SizePopup::SizePopup(QWidget* parent)
    : QFrame(parent)
    , m_title(new QLabel(this))
    , m_size(new QSpinBox(this))
    , m_hint(new QLabel(this)) {
    setObjectName(u"canvasSizePopup"_s);
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    m_title->setObjectName(u"canvasSizeTitle"_s);
    m_title->setBuddy(m_size);
    m_size->setObjectName(u"canvasSizeSpin"_s);
    m_size->setToolTip(tr("Enter applies, Escape closes."));
    m_size->setKeyboardTracking(true);
    m_size->installEventFilter(this);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(px(Space::S), px(Space::S), px(Space::S), px(Space::S));
    layout->setSpacing(px(Space::S));
    layout->addWidget(m_title);
    layout->addWidget(m_size);
    layout->addWidget(m_hint);
    connect(m_size, &QSpinBox::valueChanged, this, &SizePopup::updateHint);
    hide();
}

void SizePopup::openAt(QPoint position, const Request& request, const QString& typed) {
    QString title = request.title;
    if (!title.isEmpty()) {
        title[0] = title[0].toUpper();
    }
    m_title->setText(title);
    m_size->setAccessibleName(title);
    m_hiddenSize = request.hiddenSize;
    m_hint->setVisible(m_hiddenSize > 0);
    m_size->setRange(1, request.largest);
    m_size->setValue(request.size);
    updateHint();
    adjustSize();
    const QRect area = parentWidget()->rect().adjusted(4, 4, -4, -4);
    move(std::clamp(position.x() - width() / 2, area.left(), std::max(area.left(), area.right() - width())),
         std::clamp(position.y(), area.top(), std::max(area.top(), area.bottom() - height())));
    show();
    raise();
    m_size->setFocus(Qt::PopupFocusReason);
    m_size->selectAll();
    if (!typed.isEmpty()) {
        m_size->findChild<QLineEdit*>()->setText(typed);
    }
}

void SizePopup::updateHint() {
    if (m_hiddenSize > 0) {
        const double factor = reductionFactorFor(m_hiddenSize, m_size->value());
        m_hint->setText(tr("= rf %1").arg(canvastext::factor(factor)));
    }
}

void SizePopup::accept() {
    m_size->interpretText();
    const int size = m_size->value();
    close();
    Q_EMIT chosen(size);
}

void SizePopup::close() {
    if (isVisible()) {
        hide();
        Q_EMIT closed();
    }
}

bool SizePopup::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            accept();
            return true;
        }
        if (key == Qt::Key_Escape) {
            close();
            return true;
        }
    } else if (event->type() == QEvent::FocusOut && !isAncestorOf(focusWidget())) {
        close();
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace awb::ui
