#include "ui/design/composition_tray.h"

#include <algorithm>
#include <map>

#include <QDragEnterEvent>
#include <QFileDialog>
#include <QGridLayout>
#include <QMenu>
#include <QMimeData>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/design/composition_chips.h"
#include "ui/design/composition_cursor.h"
#include "ui/design/composition_mime.h"
#include "ui/design/composition_words.h"
#include "ui/design/design_edits.h"
#include "ui/design/method_words.h"
#include "ui/document/design_document.h"
#include "ui/theme/theme.h"
#include "ui/widgets/tone_label.h"

namespace awb::ui {

CompositionTray::CompositionTray(DesignDocument* document, CompositionCursor* cursor, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_cursor(cursor)
    , m_add(new QToolButton(this))
    , m_problem(new ToneLabel({}, Tone::Error, TextSize::Small, false, this)) {
    setObjectName(QStringLiteral("compositionTray"));
    setAcceptDrops(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(px(Space::M), px(Space::S), px(Space::S), px(Space::S));
    column->setSpacing(px(Space::Xs));

    auto* title = new QHBoxLayout;
    title->addWidget(new ToneLabel(tr("Adapters"), Tone::Text, TextSize::Body, true, this));
    title->addStretch(1);
    m_add->setObjectName(QStringLiteral("addAdapter"));
    m_add->setIcon(Theme::instance().icon(QStringLiteral("add")));
    m_add->setAutoRaise(true);
    m_add->setPopupMode(QToolButton::InstantPopup);
    m_add->setToolTip(tr("Add an adapter to the design: a fresh one of a preset, or a saved one"));
    m_add->setAccessibleName(tr("Add adapter"));
    title->addWidget(m_add);
    column->addLayout(title);

    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* list = new QWidget(scroll);
    m_chips = new QVBoxLayout(list);
    m_chips->setContentsMargins(0, 0, px(Space::Xs), 0);
    m_chips->setSpacing(px(Space::Xs));
    scroll->setWidget(list);
    column->addWidget(scroll, 1);
    m_problem->setObjectName(QStringLiteral("addAdapterProblem"));
    m_problem->setWordWrap(true);
    m_problem->hide();
    column->addWidget(m_problem);

    column->addWidget(new ToneLabel(tr("Blocks"), Tone::Text, TextSize::Body, true, this));
    auto* kinds = new QGridLayout;
    kinds->setSpacing(px(Space::Xs));
    int cell = 0;
    for (const Composition::Kind kind : kCompositionBlocks) {
        auto* tile = new KindTile(kind, this);
        connect(tile, &QAbstractButton::clicked, this, [this, kind] {
            apply(putEdit(m_document->experiment(), design::KindPiece{kind},
                          design::JoinPlace{m_cursor->path(), kind}));
        });
        kinds->addWidget(tile, cell / 2, cell % 2);
        ++cell;
    }
    column->addLayout(kinds);
    fillAddMenu();
    connect(document, &DesignDocument::changed, this, &CompositionTray::rebuild);
    const auto repaint = [this] {
        for (QWidget* each : findChildren<PieceButton*>()) {
            each->updateGeometry();
            each->update();
        }
    };
    connect(&Theme::instance(), &Theme::changed, this, repaint);
    rebuild();
}

void CompositionTray::rebuild() {
    const Experiment& experiment = m_document->experiment();
    const bool isSame = experiment.adapters == m_shown.adapters && experiment.train == m_shown.train &&
                        experiment.composition == m_shown.composition && m_chips->count() > 0;
    if (isSame) {
        return;
    }
    m_shown = experiment;
    const QWidget* focused = focusWidget();
    const QString focusName = focused != nullptr && focused->hasFocus() ? focused->objectName() : QString();
    while (QLayoutItem* item = m_chips->takeAt(0)) {
        if (QWidget* chip = item->widget()) {
            chip->setObjectName({}); // it lives on until the event loop comes round
            chip->hide();
            chip->deleteLater();
        }
        delete item;
    }
    QWidget* before = m_add;
    for (const AdapterSpec& spec : experiment.adapters) {
        auto* chip = new AdapterChip(m_document, spec.name, m_chips->parentWidget());
        chip->setContextMenuPolicy(Qt::CustomContextMenu);
        const std::string name = spec.name;
        connect(chip, &QWidget::customContextMenuRequested, this, [this, chip, name](const QPoint& position) {
            showAdapterMenu(name, chip->mapToGlobal(position));
        });
        connect(chip, &QAbstractButton::clicked, this, [this, name] {
            const Experiment& now = m_document->experiment();
            if (const auto path = design::pathOf(now.composition, name)) {
                m_cursor->setPath(*path);
            } else {
                apply(putEdit(now, design::AdapterPiece{name}, placeAtCursor(*m_cursor)));
            }
        });
        m_chips->addWidget(chip);
        chip->show(); // at once, so that it can take the focus of the one that it follows
        setTabOrder(before, chip);
        before = chip;
        if (chip->objectName() == focusName) {
            chip->setFocus();
        }
    }
    m_chips->addStretch(1);
}

void CompositionTray::fillAddMenu() {
    auto* menu = new QMenu(m_add);
    menu->setObjectName(QStringLiteral("addAdapterMenu"));
    menu->setToolTipsVisible(true);
    std::map<MethodGroup, QMenu*> groups;
    for (const MethodPreset& preset : methodPresets()) {
        QMenu*& group = groups[groupOf(preset)];
        if (group == nullptr) {
            group = menu->addMenu(groupTitle(groupOf(preset)));
            group->setToolTipsVisible(true);
        }
        const QString title = QString::fromStdString(preset.title);
        QAction* action = group->addAction(title, this, [this, &preset, title] {
            showProblem({});
            apply({tr("Add adapter %1").arg(title),
                   design::addAdapter(m_document->experiment(), freshAdapter(preset))});
        });
        action->setObjectName(QStringLiteral("addPreset_") + QString::fromStdString(preset.name));
        action->setToolTip(presetToolTip(preset, {}));
    }
    menu->addSeparator();
    QAction* saved =
        menu->addAction(Theme::instance().icon(QStringLiteral("folder")), tr("Saved adapter from a folder …"),
                        this, &CompositionTray::chooseFolder);
    saved->setObjectName(QStringLiteral("addSavedAdapter"));
    saved->setToolTip(tr("A folder in AdapterHub's layout: adapter_config.json beside the weights"));
    m_add->setMenu(menu);
}

void CompositionTray::chooseFolder() {
    auto* dialog = new QFileDialog(this, tr("Choose an adapter's folder"));
    dialog->setObjectName(QStringLiteral("adapterFolderDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::DontUseNativeDialog);
    connect(dialog, &QFileDialog::fileSelected, this, &CompositionTray::addSaved);
    dialog->open();
}

void CompositionTray::addSaved(const QString& folder) {
    const std::filesystem::path path = std::filesystem::absolute(folder.toStdString()).lexically_normal();
    Experiment alone;
    AdapterSpec spec;
    spec.name = (path.has_filename() ? path : path.parent_path()).filename().string();
    spec.from = path.string();
    alone.adapters.push_back(spec);
    const auto read = withSavedOptions(alone);
    if (!read) {
        showProblem(errorText(read.error()) + QLatin1Char('\n') + QString::fromStdString(read.error().where));
        return;
    }
    showProblem({});
    apply({tr("Add saved adapter %1").arg(QString::fromStdString(spec.name)),
           design::addAdapter(m_document->experiment(), read->adapters.front())});
}

void CompositionTray::showProblem(const QString& text) {
    m_problem->setText(text.trimmed());
    m_problem->setToolTip(text.trimmed());
    m_problem->setVisible(!text.isEmpty());
}

void CompositionTray::apply(const NamedEdit& edit) {
    if (const QString reason = applyEdit(*m_document, *m_cursor, edit); !reason.isEmpty()) {
        Q_EMIT refused(reason);
    }
}

void CompositionTray::showAdapterMenu(const std::string& adapter, const QPoint& globalPosition) {
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("adapterChipMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto experiment = [this]() -> const Experiment& { return m_document->experiment(); };
    const auto path = design::pathOf(experiment().composition, adapter);
    const auto addAction = [&](const QString& text, auto edit) {
        return menu->addAction(text, this, [this, edit] { apply(edit()); });
    };
    if (path) {
        addAction(experiment().trainsAdapter(adapter) ? tr("Freeze") : tr("Train"),
                  [=] { return trainEdit(experiment(), adapter); });
        addAction(tr("Take out of the composition"), [=] { return takeOutEdit(experiment(), *path); });
    } else {
        addAction(tr("Put into the composition"), [=, this] {
            return putEdit(experiment(), design::AdapterPiece{adapter}, placeAtCursor(*m_cursor));
        });
    }
    menu->addSeparator();
    menu->addAction(tr("Rename …"), this, [this, adapter, experiment] {
        askForName(this, adapter,
                   [=, this](const QString& text) { apply(renameEdit(experiment(), adapter, text)); });
    });
    addAction(tr("Duplicate adapter"), [=] { return duplicateEdit(experiment(), adapter); });
    menu->addSeparator();
    addAction(tr("Remove from design"), [=] { return discardEdit(experiment(), adapter); });
    menu->popup(globalPosition);
}

void CompositionTray::dragEnterEvent(QDragEnterEvent* event) {
    const auto piece = pieceOf(event->mimeData());
    event->setAccepted(piece && std::holds_alternative<design::NodePiece>(*piece));
}

void CompositionTray::dropEvent(QDropEvent* event) {
    const auto piece = pieceOf(event->mimeData());
    if (const auto* node = piece ? std::get_if<design::NodePiece>(&*piece) : nullptr) {
        event->acceptProposedAction();
        apply(takeOutEdit(m_document->experiment(), node->path));
    }
}

} // namespace awb::ui
