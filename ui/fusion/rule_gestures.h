#pragma once

#include <optional>

#include <QList>
#include <QObject>

#include "backend/analysis/fusion_record.h"
#include "models/config/adapter_rules.h"
#include "ui/fusion/share_map.h"

class QAction;

namespace awb::ui {

class HandRules;

/// Makes rules from the cells of a heatmap of layers and adapters: with a cell's menu and with keys. Marks
/// the cells on which a rule acts.
class RuleGestures : public QObject {
    Q_OBJECT

public:
    /// Both outlive this.
    RuleGestures(ShareMap* map, HandRules* rules, QObject* parent = nullptr);

    /// What the map's cells stand for, and the weights that a new rule begins with.
    void setFusion(const FusionProbe& probe, const FusionRecord& record);
    void setUsable(bool usable);
    const QList<QAction*>& actions() const { return m_actions; }

Q_SIGNALS:
    /// A rule came from the map; `row` is its row where its value is to be chosen, else -1.
    void used(int row);

private:
    void addAction(const char* name, const QString& text, const QKeySequence& key, AdapterRule::Kind kind,
                   bool everywhere);
    /// The rule that a cell's gesture makes; none outside of the adapters' columns.
    std::optional<AdapterRule> ruleAt(ShareMap::Cell cell, AdapterRule::Kind kind, bool everywhere) const;
    void apply(AdapterRule::Kind kind, bool everywhere);
    void removeHere();
    void openMenu(ShareMap::Cell cell, const QPoint& position);
    void updateMarks();

    ShareMap* m_map;
    HandRules* m_rules;
    FusionProbe m_probe;
    FusionRecord m_record;
    bool m_usable = false;
    QList<QAction*> m_actions;
};

} // namespace awb::ui
