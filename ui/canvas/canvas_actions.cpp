#include "ui/canvas/canvas_actions.h"

#include <QAction>
#include <QCoreApplication>
#include <QKeyEvent>
#include <QVariant>

#include "ui/canvas/canvas_view.h"
#include "ui/theme/theme.h"

using namespace Qt::StringLiterals;

namespace awb::ui {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Canvas)
};

constexpr auto kNeedsModules = "needsModules";
constexpr auto kOwnTip = "ownTip";
constexpr auto kKeys = "canvasKeys";

/// The event's key as it stands in a shortcut: without the keypad, and without the Shift that merely makes
/// "+".
QKeySequence sequenceOf(const QKeyEvent& event) {
    Qt::KeyboardModifiers modifiers = event.modifiers() & ~Qt::KeypadModifier;
    const int key = event.key();
    if (key == Qt::Key_Plus || key == Qt::Key_Minus || key == Qt::Key_Equal) {
        modifiers &= ~Qt::ShiftModifier;
    }
    return QKeySequence(QKeyCombination(modifiers, static_cast<Qt::Key>(key)));
}

class ActionMaker {
public:
    explicit ActionMaker(CanvasView& view)
        : m_view(view) {}

    /// As `add`, for what works on modules: disabled while none is selected.
    void addForModules(const QString& objectName, const QString& text, const QString& tip,
                       QList<QKeySequence> keys, std::function<void()> run, const QString& icon = {}) {
        add(objectName, text, tip, std::move(keys), std::move(run), icon)->setProperty(kNeedsModules, true);
    }

    QAction* add(const QString& objectName, const QString& text, const QString& tip, QList<QKeySequence> keys,
                 std::function<void()> run, const QString& icon = {}) {
        // The keys are shown, but handled by the view: the page around it may have the same ones.
        auto* action = new QAction(text + u'\t' + keys.front().toString(QKeySequence::NativeText), &m_view);
        action->setObjectName(objectName);
        action->setToolTip(tip);
        action->setStatusTip(tip);
        action->setProperty(kOwnTip, tip);
        action->setProperty(kKeys, QVariant::fromValue(keys));
        if (!icon.isEmpty()) {
            action->setIcon(Theme::instance().icon(icon));
        }
        QObject::connect(action, &QAction::triggered, &m_view, std::move(run));
        m_view.addAction(action);
        return action;
    }

    void separate() {
        auto* separator = new QAction(&m_view);
        separator->setSeparator(true);
        m_view.addAction(separator);
    }

private:
    CanvasView& m_view;
};

void addEditing(ActionMaker& make, CanvasView& view, const CanvasCommands& commands) {
    make.add(
        u"canvasPlace"_s, Words::tr("&Place preset or open options"),
        Words::tr("At an empty place: put the palette's current preset there. At a module: show its options"),
        {QKeySequence(Qt::Key_Return), QKeySequence(Qt::Key_Enter)}, commands.placeOrOpen, u"add"_s);
    make.addForModules(
        u"canvasRemove"_s, Words::tr("&Remove modules"),
        Words::tr("Take the selected modules out of the design"),
        {QKeySequence(Qt::Key_Delete), QKeySequence(Qt::Key_Backspace)}, [&view] { view.removeSelection(); },
        u"delete"_s);
    make.separate();
    make.addForModules(
        u"canvasCopy"_s, Words::tr("&Copy modules"), Words::tr("Copy the selected modules as JSON"),
        QKeySequence::keyBindings(QKeySequence::Copy), [&view] { view.copySelection(); }, u"copy"_s);
    make.add(
        u"canvasPaste"_s, Words::tr("&Paste modules"),
        Words::tr("Add the clipboard's modules, their lowest layer at the focused one"),
        QKeySequence::keyBindings(QKeySequence::Paste), [&view] { view.paste(); }, u"paste"_s);
    make.add(
        u"canvasSelectAll"_s, Words::tr("Select &all modules"),
        Words::tr("Select every module of the design"), QKeySequence::keyBindings(QKeySequence::SelectAll),
        [&view] { view.selectAllModules(); }, u"select-all"_s);
    make.separate();
}

void addSizes(ActionMaker& make, const CanvasCommands& commands) {
    make.addForModules(u"canvasNarrower"_s, Words::tr("&Narrower (larger reduction factor, smaller rank)"),
                       Words::tr("The next smaller size for the selected modules: units, rank or length"),
                       {QKeySequence(Qt::Key_Plus)}, [step = commands.stepFactor] { step(1); });
    make.addForModules(u"canvasWider"_s, Words::tr("&Wider (smaller reduction factor, larger rank)"),
                       Words::tr("The next larger size for the selected modules: units, rank or length"),
                       {QKeySequence(Qt::Key_Minus)}, [step = commands.stepFactor] { step(-1); });
    make.addForModules(
        u"canvasExactSize"_s, Words::tr("&Exact size…"),
        Words::tr("Type the number of bottleneck units, the rank or the length; digits do the same"),
        {QKeySequence(Qt::Key_Equal)}, commands.enterSize);
    make.addForModules(u"canvasRampNarrower"_s, Words::tr("Ramp: narrower here"),
                       Words::tr("Larger factor here, and a ramp over the layers to the adapter's far end"),
                       {QKeySequence(Qt::ALT | Qt::Key_Plus)}, [step = commands.stepRamp] { step(1); });
    make.addForModules(u"canvasRampWider"_s, Words::tr("Ramp: wider here"),
                       Words::tr("Smaller factor here, and a ramp over the layers to the adapter's far end"),
                       {QKeySequence(Qt::ALT | Qt::Key_Minus)}, [step = commands.stepRamp] { step(-1); });
    make.addForModules(u"canvasRamp"_s, Words::tr("Ramp over the &selection"),
                       Words::tr("Interpolate the factors between the lowest and the highest selected layer"),
                       {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R)}, commands.rampSelection);
    make.separate();
}

void addView(ActionMaker& make, CanvasView& view, const CanvasCommands& commands) {
    constexpr double step = 1.25;
    make.add(
        u"canvasFit"_s, Words::tr("&Fit the whole stack"), Words::tr("Show the whole stack"),
        {QKeySequence(Qt::CTRL | Qt::Key_0)}, [&view] { view.fit(); }, u"fit"_s);
    make.add(
        u"canvasZoomIn"_s, Words::tr("Zoom &in"), Words::tr("Larger; also Ctrl and the wheel"),
        {QKeySequence(Qt::CTRL | Qt::Key_Plus), QKeySequence(Qt::CTRL | Qt::Key_Equal)},
        [&view] { view.zoomBy(step); }, u"zoom-in"_s);
    make.add(
        u"canvasZoomOut"_s, Words::tr("Zoom &out"), Words::tr("Smaller; also Ctrl and the wheel"),
        {QKeySequence(Qt::CTRL | Qt::Key_Minus)}, [&view] { view.zoomBy(1 / step); }, u"zoom-out"_s);
    make.add(u"canvasLegend"_s, Words::tr("&Legend"),
             Words::tr("Names every sign of the design, or hides the names"), {QKeySequence(Qt::Key_L)},
             commands.toggleLegend, u"legend"_s);
}

} // namespace

QList<QKeySequence> canvasActionKeys(const QAction& action) {
    return action.property(kKeys).value<QList<QKeySequence>>();
}

bool triggerCanvasAction(const CanvasView& view, const QKeyEvent& event) {
    const QKeySequence sequence = sequenceOf(event);
    for (QAction* action : view.actions()) {
        if (canvasActionKeys(*action).contains(sequence)) {
            action->trigger();
            return true;
        }
    }
    return false;
}

void enableModuleActions(CanvasView& view, bool enabled) {
    for (QAction* action : view.actions()) {
        if (action->property(kNeedsModules).toBool()) {
            action->setEnabled(enabled);
            action->setToolTip(enabled ? action->property(kOwnTip).toString()
                                       : Words::tr("Select a module first"));
        }
    }
}

void addCanvasActions(CanvasView& view, CanvasCommands commands) {
    ActionMaker make(view);
    addEditing(make, view, commands);
    addSizes(make, commands);
    addView(make, view, commands);
}

} // namespace awb::ui
