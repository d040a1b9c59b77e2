#pragma once

#include <memory>
#include <optional>
#include <string>

#include <QAction>
#include <QApplication>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QHBoxLayout>
#include <QMenu>
#include <QMimeData>
#include <QPointer>
#include <QTest>

#include "backend/experiment/composition_put.h"
#include "models/config/composition_text.h"
#include "ui/canvas/canvas_view.h"
#include "ui/canvas/pointer_note.h"
#include "ui/design/composition_cursor.h"
#include "ui/design/composition_inspector.h"
#include "ui/design/composition_mime.h"
#include "ui/design/composition_panel.h"
#include "ui/design/composition_view.h"
#include "ui/document/design_document.h"

/// The composition builder with its inspector in a window, and a person's ways to use it.
class CompositionFixture {
public:
    CompositionFixture() {
        m_document.open(design());
        m_panel = new awb::ui::CompositionPanel(&m_document, &m_window);
        m_panel->openAction()->setChecked(true);
        m_inspector = new awb::ui::CompositionInspector(&m_document, m_panel->cursor(), &m_window);
        auto* row = new QHBoxLayout(&m_window);
        row->addWidget(m_panel, 1);
        row->addWidget(m_inspector);
        m_window.resize(1400, 700);
        m_window.show();
    }

    /// Pfeiffer adapters a to f; `h` Houlsby, `l` LoRA, `p` prefix tuning, `q` and `r` prompt tuning, `x` and
    /// `y` DoRA. None is in use.
    static awb::Experiment design() {
        awb::Experiment experiment = awb::defaultExperiment();
        experiment.adapters.clear();
        experiment.composition = {};
        experiment.train.clear();
        const auto add = [&](const char* name, const char* preset) {
            awb::AdapterSpec adapter;
            adapter.name = name;
            adapter.preset = preset;
            adapter.config.parts = awb::findMethodPreset(preset)->parts;
            experiment.adapters.push_back(adapter);
        };
        for (const char* name : {"a", "b", "c", "d", "e", "f"}) {
            add(name, "pfeiffer");
        }
        add("h", "houlsby");
        add("l", "lora");
        add("p", "prefix_tuning");
        add("q", "prompt_tuning");
        add("r", "prompt_tuning");
        add("x", "dora");
        add("y", "dora");
        return experiment;
    }

    awb::ui::DesignDocument& document() { return m_document; }
    const awb::Experiment& experiment() const { return m_document.experiment(); }
    QWidget& window() { return m_window; }
    awb::ui::CompositionCursor& cursor() { return *m_panel->cursor(); }
    awb::ui::CompositionView* view() { return find<awb::ui::CompositionView>("compositionView"); }

    template<typename T>
    T* find(const QString& name) {
        return m_window.findChild<T*>(name);
    }
    template<typename T>
    T* find(const char* name) {
        return find<T>(QLatin1String(name));
    }

    QString text() const { return QString::fromStdString(awb::compositionToText(experiment().composition)); }

    /// Begins anew with this composition; nothing to undo.
    void start(const QString& text) {
        awb::Experiment experiment = design();
        experiment.composition = awb::compositionFromText(text.toStdString())->composition;
        experiment.train = awb::defaultTrain(experiment);
        QVERIFY(m_document.open(experiment));
        cursor().setPath({});
    }

    static awb::design::CompositionPath path(const QString& text) {
        awb::design::CompositionPath path;
        for (const QString& step : text.split(QLatin1Char('.'), Qt::SkipEmptyParts)) {
            path.push_back(step.toULongLong());
        }
        return path;
    }

    /// "a" an adapter, "@0.1" a node, "#Fuse" a kind, "+lora" a preset.
    static std::unique_ptr<QMimeData> mime(const QString& text) {
        const QString rest = text.mid(1);
        if (text.startsWith(QLatin1Char('+'))) {
            auto preset = std::make_unique<QMimeData>();
            preset->setData(QLatin1String(awb::ui::kPresetMime), rest.toLatin1());
            return preset;
        }
        if (text.startsWith(QLatin1Char('@'))) {
            return awb::ui::mimeOf(awb::design::NodePiece{path(rest)});
        }
        for (const auto kind : awb::kCompositionBlocks) {
            if (text.startsWith(QLatin1Char('#')) && rest.toStdString() == awb::compositionKindName(kind)) {
                return awb::ui::mimeOf(awb::design::KindPiece{kind});
            }
        }
        return awb::ui::mimeOf(awb::design::AdapterPiece{text.toStdString()});
    }

    /// A place in the tree, in words: "centre", "left", "right", "top", "bottom" or "title" of a node, as in
    /// "left 0.1"; "gap 0 2": the gap 2 of the block 0; "outside".
    QPoint point(const QString& where) {
        const QStringList words = where.split(QLatin1Char(' '));
        const QRect rect = view()->rectOf(path(words.value(1)));
        const QString side = words.first();
        if (side == QLatin1String("left")) {
            return {rect.left() + 6, rect.center().y()};
        }
        if (side == QLatin1String("right")) {
            return {rect.right() - 6, rect.center().y()};
        }
        if (side == QLatin1String("top")) {
            return {rect.center().x(), rect.top() + 4};
        }
        if (side == QLatin1String("bottom")) {
            return {rect.center().x(), rect.bottom() - 4};
        }
        if (side == QLatin1String("title")) {
            return {rect.left() + 50, rect.top() + 12};
        }
        if (side == QLatin1String("outside")) {
            return {view()->rectOf({}).right() + 20, rect.center().y()};
        }
        return rect.center();
    }

    /// Drags something over a place without letting go. True where it would be taken; `note` has what is
    /// said.
    bool hover(const QString& what, const QString& where, Qt::KeyboardModifiers keys = Qt::NoModifier) {
        const auto data = mime(what);
        const QPoint at = point(where);
        const Qt::DropActions actions = Qt::CopyAction | Qt::MoveAction;
        QDragEnterEvent enter(at, actions, data.get(), Qt::LeftButton, keys);
        QApplication::sendEvent(view()->viewport(), &enter);
        QDragMoveEvent move(at, actions, data.get(), Qt::LeftButton, keys);
        QApplication::sendEvent(view()->viewport(), &move);
        return enter.isAccepted() && move.isAccepted();
    }

    /// Drags something to a place and lets go.
    void drop(const QString& what, const QString& where, Qt::KeyboardModifiers keys = Qt::NoModifier) {
        hover(what, where, keys);
        const auto data = mime(what);
        QDropEvent event(point(where), Qt::CopyAction | Qt::MoveAction, data.get(), Qt::LeftButton, keys);
        QApplication::sendEvent(view()->viewport(), &event);
    }

    /// What is said beneath the pointer; empty while nothing is.
    QString note() {
        auto* note = find<awb::ui::PointerNote>("compositionNote");
        return note != nullptr && note->isVisible() ? note->text() : QString();
    }

    /// The open menu; null when there is none.
    static QMenu* menu() { return qobject_cast<QMenu*>(QApplication::activePopupWidget()); }

    /// The entry of a menu, or of its submenus, whose text begins so.
    static QAction* entry(QMenu* menu, const QString& text) {
        for (QAction* action : menu->actions()) {
            if (action->menu() != nullptr) {
                if (QAction* inside = entry(action->menu(), text)) {
                    return inside;
                }
            } else if (action->text().startsWith(text)) {
                return action;
            }
        }
        return nullptr;
    }

    /// Takes the entry of the open menu.
    void choose(const QString& text) {
        QPointer<QMenu> open = menu();
        QVERIFY2(open, "no menu is open");
        QAction* action = entry(open, text);
        QVERIFY2(action != nullptr, qPrintable(QStringLiteral("no entry ") + text));
        QVERIFY2(action->isEnabled(), qPrintable(action->toolTip()));
        open->setActiveAction(action);
        QTest::keyClick(open.data(), Qt::Key_Return);
    }

    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        view()->setFocus();
        QTest::keyClick(view(), key, modifiers);
    }

private:
    awb::ui::DesignDocument m_document;
    QWidget m_window;
    awb::ui::CompositionPanel* m_panel = nullptr;
    awb::ui::CompositionInspector* m_inspector = nullptr;
};
