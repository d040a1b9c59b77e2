#include "ui/fusion/rule_gestures.h"

#include <cmath>

#include <QAction>
#include <QMenu>

#include "ui/fusion/hand_rules.h"
#include "ui/fusion/rule_words.h"

namespace awb::ui {

namespace {

constexpr double kFirstScale = 2;

BlockPart partOf(const FusionPlace& place) {
    return isAttentionSite(place.site) ? BlockPart::Attention : BlockPart::FeedForward;
}

} // namespace

RuleGestures::RuleGestures(ShareMap* map, HandRules* rules, QObject* parent)
    : QObject(parent)
    , m_map(map)
    , m_rules(rules) {
    using Kind = AdapterRule::Kind;
    addAction("handFix", tr("Fix its weight here …"), Qt::Key_F, Kind::Fix, false);
    addAction("handScale", tr("Scale its weight here …"), Qt::Key_S, Kind::Scale, false);
    addAction("handForbid", tr("Forbid it here"), Qt::Key_X, Kind::Forbid, false);
    addAction("handFixAll", tr("Fix its weight everywhere …"), Qt::SHIFT | Qt::Key_F, Kind::Fix, true);
    addAction("handScaleAll", tr("Scale its weight everywhere …"), Qt::SHIFT | Qt::Key_S, Kind::Scale, true);
    addAction("handForbidAll", tr("Forbid it everywhere"), Qt::SHIFT | Qt::Key_X, Kind::Forbid, true);
    auto* remove = new QAction(tr("Remove the change here"), this);
    remove->setObjectName(QStringLiteral("handRemoveHere"));
    remove->setShortcut(QKeySequence(Qt::Key_Delete));
    connect(remove, &QAction::triggered, this, &RuleGestures::removeHere);
    m_actions << remove;
    for (QAction* action : m_actions) {
        action->setShortcutContext(Qt::WidgetShortcut);
        action->setEnabled(false);
    }
    m_map->addActions(m_actions);
    connect(m_map, &ShareMap::menuRequested, this, &RuleGestures::openMenu);
    connect(m_rules, &HandRules::changed, this, &RuleGestures::updateMarks);
}

void RuleGestures::addAction(const char* name, const QString& text, const QKeySequence& key,
                             AdapterRule::Kind kind, bool everywhere) {
    auto* action = new QAction(text, this);
    action->setObjectName(QString::fromLatin1(name));
    action->setShortcut(key);
    connect(action, &QAction::triggered, this, [this, kind, everywhere] { apply(kind, everywhere); });
    m_actions << action;
}

void RuleGestures::setFusion(const FusionProbe& probe, const FusionRecord& record) {
    m_probe = probe;
    m_record = record;
    updateMarks();
}

void RuleGestures::setUsable(bool usable) {
    m_usable = usable;
    for (QAction* action : m_actions) {
        action->setEnabled(usable);
    }
}

std::optional<AdapterRule> RuleGestures::ruleAt(ShareMap::Cell cell, AdapterRule::Kind kind,
                                                bool everywhere) const {
    const auto row = static_cast<std::size_t>(cell.row);
    const auto column = static_cast<std::size_t>(cell.column);
    if (row >= m_probe.places.size() || column >= m_probe.adapters.size()) {
        return std::nullopt;
    }
    AdapterRule rule;
    rule.adapter = m_probe.adapters[column];
    rule.kind = kind;
    if (!everywhere) {
        rule.layer = m_probe.places[row].layer;
        rule.part = partOf(m_probe.places[row]);
    }
    if (kind == AdapterRule::Kind::Fix) {
        const float weight = m_record.mean[row * m_probe.adapters.size() + column];
        rule.value = std::round(static_cast<double>(weight) * 100) / 100;
    } else if (kind == AdapterRule::Kind::Scale) {
        rule.value = kFirstScale;
    }
    return rule;
}

void RuleGestures::apply(AdapterRule::Kind kind, bool everywhere) {
    const auto cell = m_map->current();
    const auto rule = cell && m_usable ? ruleAt(*cell, kind, everywhere) : std::nullopt;
    if (!rule) {
        return;
    }
    const int before = m_rules->find(*rule);
    if (before >= 0 && m_rules->rules()[static_cast<std::size_t>(before)] == *rule &&
        kind == AdapterRule::Kind::Forbid) {
        m_rules->remove(before); // the key takes back what it did
        Q_EMIT used(-1);
        return;
    }
    const int row = m_rules->put(*rule);
    Q_EMIT used(kind == AdapterRule::Kind::Forbid ? -1 : row);
}

void RuleGestures::removeHere() {
    const auto cell = m_map->current();
    const auto rule = cell ? ruleAt(*cell, AdapterRule::Kind::Forbid, false) : std::nullopt;
    if (rule) {
        m_rules->remove(m_rules->find(*rule));
    }
}

void RuleGestures::openMenu(ShareMap::Cell cell, const QPoint& position) {
    const auto here = ruleAt(cell, AdapterRule::Kind::Forbid, false);
    if (!here) {
        return;
    }
    auto* menu = new QMenu(m_map);
    menu->setObjectName(QStringLiteral("handMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addSection(tr("%1, %2").arg(QString::fromStdString(here->adapter), rulePlace(*here)));
    menu->addActions(m_actions);
    menu->insertSeparator(m_actions[3]);
    menu->insertSeparator(m_actions.back());
    m_actions.back()->setEnabled(m_usable && m_rules->find(*here) >= 0);
    connect(menu, &QMenu::aboutToHide, this, [this] { m_actions.back()->setEnabled(m_usable); });
    menu->popup(position);
}

void RuleGestures::updateMarks() {
    std::vector<ShareMap::Mark> marks;
    for (std::size_t row = 0; row < m_probe.places.size(); ++row) {
        for (std::size_t column = 0; column < m_probe.adapters.size(); ++column) {
            const FusionPlace& place = m_probe.places[row];
            const AdapterRule* rule =
                ruleFor(m_rules->rules(), m_probe.adapters[column], place.layer, partOf(place));
            if (rule != nullptr) {
                marks.push_back({{static_cast<int>(row), static_cast<int>(column)}, ruleMark(*rule)});
            }
        }
    }
    m_map->setMarks(std::move(marks));
}

} // namespace awb::ui
