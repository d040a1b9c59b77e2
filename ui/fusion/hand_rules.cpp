#include "ui/fusion/hand_rules.h"

#include <algorithm>
#include <array>
#include <utility>

#include <QUndoCommand>

#include "ui/fusion/rule_words.h"
#include "ui/theme/theme.h"

namespace awb::ui {

/// From one list of rules to another.
class HandRules::Edit : public QUndoCommand {
public:
    Edit(HandRules& owner, AdapterRules after, const QString& text)
        : QUndoCommand(text)
        , m_owner(owner)
        , m_before(owner.m_rules)
        , m_after(std::move(after)) {}

    void undo() override { m_owner.adopt(m_before); }
    void redo() override { m_owner.adopt(m_after); }

private:
    HandRules& m_owner;
    AdapterRules m_before;
    AdapterRules m_after;
};

HandRules::HandRules(QObject* parent)
    : QAbstractTableModel(parent) {}

void HandRules::setFusion(const Composition& composition, int layers) {
    m_composition = composition;
    m_layers = layers;
    m_undo.clear();
    adopt({});
}

bool HandRules::edit(AdapterRules rules, const QString& text) {
    if (const auto allowed = checkRules(rules, m_composition, m_layers); !allowed) {
        Q_EMIT refused(allowed.error());
        return false;
    }
    if (rules != m_rules) {
        m_undo.push(new Edit(*this, std::move(rules), text));
    }
    return true;
}

void HandRules::adopt(const AdapterRules& rules) {
    if (rules.size() == m_rules.size() && !rules.empty()) {
        m_rules = rules;
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    } else {
        beginResetModel();
        m_rules = rules;
        endResetModel();
    }
    Q_EMIT changed();
}

int HandRules::find(const AdapterRule& like) const {
    const auto found = std::ranges::find_if(m_rules, [&](const AdapterRule& rule) {
        return rule.adapter == like.adapter && rule.layer == like.layer && rule.part == like.part;
    });
    return found == m_rules.end() ? -1 : static_cast<int>(found - m_rules.begin());
}

int HandRules::put(const AdapterRule& rule) {
    AdapterRules rules = m_rules;
    const int row = find(rule);
    if (row >= 0) {
        rules[static_cast<std::size_t>(row)] = rule;
    } else {
        rules.push_back(rule);
    }
    return edit(std::move(rules), ruleText(rule)) ? find(rule) : -1;
}

void HandRules::remove(int row) {
    if (row >= 0 && row < rowCount()) {
        AdapterRules rules = m_rules;
        const QString text = tr("remove %1").arg(ruleText(rules[static_cast<std::size_t>(row)]));
        rules.erase(rules.begin() + row);
        edit(std::move(rules), text);
    }
}

void HandRules::clear() {
    edit({}, tr("remove all changes"));
}

int HandRules::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rules.size());
}

int HandRules::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QVariant HandRules::data(const QModelIndex& index, int role) const {
    const AdapterRule& rule = m_rules[static_cast<std::size_t>(index.row())];
    if (role == Qt::ToolTipRole || role == Qt::AccessibleTextRole) {
        return ruleText(rule);
    }
    if (role == Qt::DecorationRole && index.column() == Adapter) {
        return Theme::instance().adapterColor(QString::fromStdString(rule.adapter));
    }
    if (role != Qt::DisplayRole && role != Qt::EditRole) {
        return {};
    }
    switch (index.column()) {
    case Adapter:
        return QString::fromStdString(rule.adapter);
    case Place:
        return rulePlace(rule);
    case Change:
        return ruleKind(rule.kind);
    default:
        return rule.kind == AdapterRule::Kind::Forbid ? QVariant() : QVariant(rule.value);
    }
}

QVariant HandRules::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    const std::array<QString, ColumnCount> titles{tr("Adapter"), tr("Where"), tr("Change"), tr("Value")};
    return titles[static_cast<std::size_t>(section)];
}

Qt::ItemFlags HandRules::flags(const QModelIndex& index) const {
    const Qt::ItemFlags own = QAbstractTableModel::flags(index);
    const bool hasValue = index.isValid() && index.column() == Value &&
                          m_rules[static_cast<std::size_t>(index.row())].kind != AdapterRule::Kind::Forbid;
    return hasValue ? own | Qt::ItemIsEditable : own;
}

bool HandRules::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::EditRole || !(flags(index) & Qt::ItemIsEditable)) {
        return false;
    }
    AdapterRules rules = m_rules;
    AdapterRule& rule = rules[static_cast<std::size_t>(index.row())];
    rule.value = value.toDouble();
    const QString text = ruleText(rule);
    return edit(std::move(rules), text);
}

} // namespace awb::ui
