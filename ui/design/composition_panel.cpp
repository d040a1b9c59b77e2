#include "ui/design/composition_panel.h"

#include <QAction>
#include <QFrame>
#include <QHBoxLayout>
#include <QSettings>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/design/composition_cursor.h"
#include "ui/design/composition_text_line.h"
#include "ui/design/composition_tray.h"
#include "ui/design/composition_view.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

namespace {

constexpr int kTrayWidth = 208;
constexpr int kSmallestBody = 180;
constexpr int kUsualBody = 300;

QFrame* hairline(QFrame::Shape shape, QWidget* parent) {
    auto* line = new QFrame(parent);
    line->setFrameShape(shape);
    line->setFrameShadow(QFrame::Plain);
    line->setForegroundRole(QPalette::Mid);
    return line;
}

QString openKey() {
    return QStringLiteral("design/compositionOpen");
}

} // namespace

CompositionPanel::CompositionPanel(DesignDocument* document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_cursor(new CompositionCursor(document, this))
    , m_text(new CompositionTextLine(document, this))
    , m_tray(new CompositionTray(document, m_cursor, this))
    , m_view(new CompositionView(document, m_cursor, this))
    , m_body(new QWidget(this))
    , m_toggle(new QToolButton(this))
    , m_open(new QAction(tr("Composition &builder"), this)) {
    setObjectName(QStringLiteral("compositionPanel"));
    m_open->setObjectName(QStringLiteral("showCompositionAction"));
    m_open->setCheckable(true);
    m_open->setShortcut(QKeySequence(Qt::Key_F8));
    m_open->setToolTip(tr("Build the composition from blocks (F8)"));
    m_open->setStatusTip(tr("Build the composition from blocks"));
    m_toggle->setDefaultAction(m_open);
    m_toggle->setObjectName(QStringLiteral("compositionToggle"));
    m_toggle->setAccessibleName(tr("Composition builder"));
    m_toggle->setToolButtonStyle(Qt::ToolButtonIconOnly);
    m_toggle->setAutoRaise(true);

    auto* header = new QHBoxLayout;
    header->setContentsMargins(px(Space::S), px(Space::Xs), px(Space::M), px(Space::Xs));
    header->setSpacing(px(Space::Xs));
    header->addWidget(m_toggle, 0, Qt::AlignTop);
    auto* title = new ToneLabel(tr("Composition"), Tone::Text, TextSize::Body, true, this);
    title->setFixedHeight(m_toggle->sizeHint().height());
    header->addWidget(title, 0, Qt::AlignTop);
    header->addSpacing(px(Space::S));
    header->addWidget(m_text, 1);

    m_tray->setFixedWidth(kTrayWidth);
    m_view->setMinimumHeight(kSmallestBody);
    auto* body = new QHBoxLayout(m_body);
    body->setContentsMargins(0, 0, 0, 0);
    body->setSpacing(0);
    body->addWidget(m_tray);
    body->addWidget(hairline(QFrame::VLine, m_body));
    body->addWidget(m_view, 1);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(hairline(QFrame::HLine, this));
    column->addLayout(header);
    column->addWidget(m_body, 1);
    connect(m_open, &QAction::toggled, this, &CompositionPanel::setOpen);
    connect(m_tray, &CompositionTray::refused, m_view, &CompositionView::showRefusal);
    connect(m_view, &CompositionView::nodeChosen, this, &CompositionPanel::selectModules);
    connect(m_view, &CompositionView::nodeChosen, this, &CompositionPanel::nodeChosen);
    connect(m_view, &CompositionView::activated, this, &CompositionPanel::optionsRequested);
    m_open->setChecked(QSettings().value(openKey(), false).toBool());
    setOpen(m_open->isChecked());
}

CompositionPanel::~CompositionPanel() {
    QSettings().setValue(openKey(), m_open->isChecked());
}

void CompositionPanel::setOpen(bool open) {
    m_body->setVisible(open);
    m_open->setIcon(
        Theme::instance().icon(open ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right")));
    setSizePolicy(QSizePolicy::Preferred, open ? QSizePolicy::Preferred : QSizePolicy::Maximum);
    auto* splitter = qobject_cast<QSplitter*>(parentWidget());
    if (open && splitter != nullptr && splitter->indexOf(this) > 0) {
        // A splitter by itself would give the least.
        QList<int> sizes = splitter->sizes();
        const int wanted = sizeHint().height() - m_body->sizeHint().height() + kUsualBody;
        const int index = splitter->indexOf(this);
        sizes[index - 1] += sizes[index] - wanted;
        sizes[index] = wanted;
        splitter->setSizes(sizes);
    }
}

/// What is chosen here is chosen on the canvas, in the table and in the inspector as well.
void CompositionPanel::selectModules() {
    const Composition& node = m_cursor->node();
    if (node.kind != Composition::Kind::Name) {
        return;
    }
    std::set<design::ModuleRef> refs;
    for (const design::Module& module : design::modules(m_document->experiment(), m_document->model())) {
        if (module.ref.adapter == node.name) {
            refs.insert(module.ref);
        }
    }
    m_document->setSelection(std::move(refs));
}

} // namespace awb::ui
