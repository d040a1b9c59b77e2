#include "ui/fusion/rule_words.h"

#include <QCoreApplication>

namespace awb::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("RuleWords", text);
}

QString number(double value) {
    return QString::number(value, 'g', 3);
}

} // namespace

QString rulePlace(const AdapterRule& rule) {
    if (!rule.layer) {
        return tr("everywhere");
    }
    if (!rule.part) {
        return tr("layer %1").arg(*rule.layer);
    }
    return (*rule.part == BlockPart::Attention ? tr("layer %1, attention") : tr("layer %1, feed-forward"))
        .arg(*rule.layer);
}

QString ruleKind(AdapterRule::Kind kind) {
    switch (kind) {
    case AdapterRule::Kind::Fix:
        return tr("fixed to");
    case AdapterRule::Kind::Scale:
        return tr("times");
    case AdapterRule::Kind::Forbid:
        break;
    }
    return tr("forbidden");
}

QString ruleText(const AdapterRule& rule) {
    const QString name = QString::fromStdString(rule.adapter);
    return rule.kind == AdapterRule::Kind::Forbid
               ? tr("%1, %2: %3").arg(name, rulePlace(rule), ruleKind(rule.kind))
               : tr("%1, %2: %3 %4").arg(name, rulePlace(rule), ruleKind(rule.kind), number(rule.value));
}

QString ruleMark(const AdapterRule& rule) {
    switch (rule.kind) {
    case AdapterRule::Kind::Fix:
        return QStringLiteral("= ") + number(rule.value);
    case AdapterRule::Kind::Scale:
        return QStringLiteral("× ") + number(rule.value);
    case AdapterRule::Kind::Forbid:
        break;
    }
    return QStringLiteral("⊘");
}

} // namespace awb::ui
