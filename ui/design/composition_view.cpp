#include "ui/design/composition_view.h"

#include <QAccessible>
#include <QApplication>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include "ui/canvas/pointer_note.h"
#include "ui/design/composition_commands.h"
#include "ui/design/composition_cursor.h"
#include "ui/design/composition_moves.h"
#include "ui/design/composition_words.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

constexpr int kNoteTime = 5000;

} // namespace

CompositionView::CompositionView(DesignDocument* document, CompositionCursor* cursor, QWidget* parent)
    : QAbstractScrollArea(parent)
    , m_document(document)
    , m_cursor(cursor)
    , m_commands(new CompositionCommands(document, cursor, this))
    , m_note(new PointerNote(this))
    , m_drop(document) {
    setObjectName(QStringLiteral("compositionView"));
    setAccessibleName(tr("Composition tree"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAcceptDrops(true);
    viewport()->setMouseTracking(true);
    m_note->setObjectName(QStringLiteral("compositionNote"));
    connect(document, &DesignDocument::changed, this, &CompositionView::rebuild);
    connect(cursor, &CompositionCursor::moved, this, &CompositionView::followCursor);
    connect(&Theme::instance(), &Theme::changed, this, &CompositionView::rebuild);
    connect(m_commands, &CompositionCommands::refused, this, &CompositionView::showRefusal);
    connect(m_commands, &CompositionCommands::menuRequested, this, &CompositionView::showMenu);
    rebuild();
}

CompositionView::~CompositionView() = default;

void CompositionView::rebuild() {
    const Experiment& experiment = m_document->experiment();
    m_marks.hovered = nullptr;
    m_layout.build(experiment.composition,
                   [&](const std::string& adapter) { return adapterChipWidth(experiment, adapter); });
    const QSize hidden = m_layout.size().toSize() - viewport()->size();
    horizontalScrollBar()->setRange(0, std::max(0, hidden.width()));
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setSingleStep(px(Space::Xl));
    verticalScrollBar()->setRange(0, std::max(0, hidden.height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(px(Space::Xl));
    m_note->hide();
    followCursor();
}

void CompositionView::followCursor() {
    m_marks.current = m_cursor->path();
    const Composition& node = m_cursor->node();
    QString description = nodeDescription(m_document->experiment(), node);
    if (const Composition* parent = m_cursor->parentNode()) {
        description += tr(", %1 of %2 in %3")
                           .arg(m_cursor->path().back() + 1)
                           .arg(parent->children.size())
                           .arg(kindTitle(parent->kind));
    }
    setAccessibleDescription(description);
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
    viewport()->update();
}

QSize CompositionView::sizeHint() const {
    return {480, 288};
}

QPointF CompositionView::origin() const {
    const QSizeF free = QSizeF(viewport()->size()) - m_layout.size();
    const auto centred = [](double space) { return space > 0 ? std::floor(space / 2) : 0; };
    return {centred(free.width()) - horizontalScrollBar()->value(),
            centred(free.height()) - verticalScrollBar()->value()};
}

QRect CompositionView::rectOf(const design::CompositionPath& path) const {
    const CompositionBox* box = m_layout.boxOf(path);
    return box != nullptr ? box->rect.translated(origin()).toRect() : QRect();
}

void CompositionView::showRefusal(const QString& reason) {
    m_note->showAt(viewport()->mapTo(this, rectOf(m_cursor->path()).center()), reason,
                   PointerNote::Kind::Refusal, kNoteTime);
}

void CompositionView::showMenu(QMenu* menu) {
    menu->popup(viewport()->mapToGlobal(rectOf(m_cursor->path()).center()));
}

void CompositionView::paintEvent(QPaintEvent* /*event*/) {
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), Theme::instance().color(Tone::Window));
    painter.translate(origin());
    m_marks.hasFocus = hasFocus();
    drawComposition(painter, m_layout, m_document->experiment(), m_marks);
}

void CompositionView::resizeEvent(QResizeEvent* /*event*/) {
    rebuild();
}

void CompositionView::choose(const design::CompositionPath& path) {
    m_cursor->setPath(path);
    const QRect rect = rectOf(path);
    const auto reveal = [](QScrollBar* bar, int low, int high, int view) {
        if (low < 0 || high > view) {
            bar->setValue(bar->value() +
                          (low < 0 ? low - px(Space::M) : std::min(low, high - view + px(Space::M))));
        }
    };
    reveal(horizontalScrollBar(), rect.left(), rect.right(), viewport()->width());
    reveal(verticalScrollBar(), rect.top(), rect.bottom(), viewport()->height());
    Q_EMIT nodeChosen();
}

void CompositionView::mousePressEvent(QMouseEvent* event) {
    m_note->hide();
    const CompositionBox* box = m_layout.boxAt(toScene(event->position()));
    if (event->button() != Qt::LeftButton || box == nullptr) {
        return;
    }
    m_pressed = event->pos();
    m_isPressed = true;
    choose(design::CompositionPath(box->path));
}

void CompositionView::mouseMoveEvent(QMouseEvent* event) {
    const bool isFar = (event->pos() - m_pressed).manhattanLength() >= QApplication::startDragDistance();
    if (m_isPressed && event->buttons().testFlag(Qt::LeftButton) && isFar) {
        m_isPressed = false;
        startDrag(m_cursor->path());
        return;
    }
    const CompositionBox* box = m_layout.boxAt(toScene(event->position()));
    if (box != m_marks.hovered) {
        m_marks.hovered = box;
        viewport()->update();
    }
}

void CompositionView::mouseReleaseEvent(QMouseEvent* /*event*/) {
    m_isPressed = false;
}

void CompositionView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (m_layout.boxAt(toScene(event->position())) != nullptr) {
        Q_EMIT activated();
    }
}

void CompositionView::contextMenuEvent(QContextMenuEvent* event) {
    QPoint place = event->globalPos();
    if (event->reason() == QContextMenuEvent::Mouse) {
        if (const CompositionBox* box = m_layout.boxAt(toScene(event->pos()))) {
            choose(design::CompositionPath(box->path));
        }
    } else {
        place = viewport()->mapToGlobal(rectOf(m_cursor->path()).center());
    }
    m_commands->makeMenu(this)->popup(place);
}

void CompositionView::keyPressEvent(QKeyEvent* event) {
    if (event->modifiers() == Qt::NoModifier || event->modifiers() == Qt::KeypadModifier) {
        if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
            Q_EMIT activated();
            return;
        }
        const auto next =
            walkComposition(m_document->experiment().composition, m_cursor->path(), event->key());
        if (next) {
            choose(*next);
            return;
        }
    }
    event->ignore();
}

void CompositionView::focusInEvent(QFocusEvent* /*event*/) {
    viewport()->update();
}

void CompositionView::focusOutEvent(QFocusEvent* /*event*/) {
    m_note->hide();
    viewport()->update();
}

bool CompositionView::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::Leave && m_marks.hovered != nullptr) {
        m_marks.hovered = nullptr;
        viewport()->update();
    }
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const CompositionBox* box = m_layout.boxAt(toScene(help->pos()));
        const Experiment& experiment = m_document->experiment();
        QString text;
        if (box != nullptr && box->isBlock()) {
            text = kindToolTip(box->node->kind);
        } else if (const AdapterSpec* spec =
                       box != nullptr ? experiment.findAdapter(box->node->name) : nullptr) {
            text = adapterToolTip(experiment, *spec);
        }
        QToolTip::showText(help->globalPos(), text, this);
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

} // namespace awb::ui
