#include "ui/plots/module_text.h"

#include <algorithm>
#include <array>

#include <QCoreApplication>

#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

QString translated(const char* text) {
    return QCoreApplication::translate("awb::ui::ModuleText", text);
}

QString siteText(Site site) {
    switch (site) {
    case Site::AttentionOutput:
        return translated("attention");
    case Site::AttentionParallel:
        return translated("attention ∥");
    case Site::FfnOutput:
        return translated("FFN");
    case Site::FfnParallel:
        return translated("FFN ∥");
    case Site::EmbeddingOutput:
        return translated("embeddings");
    case Site::InputPrompt:
        return translated("prompt");
    case Site::KeyValuePrefix:
        return translated("prefix");
    case Site::AttentionQuery:
        return translated("query");
    case Site::AttentionKey:
        return translated("key");
    case Site::AttentionValue:
        return translated("value");
    case Site::AttentionDense:
        return translated("attention output");
    case Site::FfnIntermediate:
        return translated("FFN in");
    case Site::FfnDense:
        return translated("FFN out");
    case Site::BlockOutput:
        return translated("block output");
    case Site::Pooler:
        return translated("pooler");
    }
    return {};
}

} // namespace

QString quantityName(ModuleQuantity quantity) {
    switch (quantity) {
    case ModuleQuantity::GradientNorm:
        return translated("Gradient norm");
    case ModuleQuantity::GradientNormDown:
        return translated("Gradient norm, down projection");
    case ModuleQuantity::GradientNormUp:
        return translated("Gradient norm, up projection");
    case ModuleQuantity::UpdateRatio:
        return translated("Update ratio");
    case ModuleQuantity::RelativeChange:
        return translated("Distance from identity");
    case ModuleQuantity::DeadShare:
        return translated("Dead units");
    }
    return {};
}

QString quantityAxis(ModuleQuantity quantity) {
    switch (quantity) {
    case ModuleQuantity::GradientNorm:
    case ModuleQuantity::GradientNormDown:
    case ModuleQuantity::GradientNormUp:
        return translated("L2 norm");
    case ModuleQuantity::UpdateRatio:
        return translated("‖Δw‖ / ‖w‖");
    case ModuleQuantity::RelativeChange:
        return translated("‖change‖ / ‖input‖");
    case ModuleQuantity::DeadShare:
        return translated("Share (0–1)");
    }
    return {};
}

bool prefersLogarithm(ModuleQuantity quantity) {
    return quantity != ModuleQuantity::DeadShare;
}

QString moduleName(const ModuleInfo& module, bool withAdapter) {
    const QString place = module.layer == kNoLayer
                              ? siteText(module.site)
                              : translated("layer %1 %2").arg(module.layer).arg(siteText(module.site));
    return withAdapter ? QStringLiteral("%1 · %2").arg(QString::fromStdString(module.adapter), place) : place;
}

QString moduleShortName(const ModuleInfo& module) {
    return module.layer == kNoLayer ? siteText(module.site)
                                    : QStringLiteral("%1 %2").arg(module.layer).arg(siteText(module.site));
}

QColor moduleColor(const ModuleInfo& module, const std::vector<ModuleInfo>& all) {
    const Theme& theme = Theme::instance();
    const QColor base = theme.adapterColor(QString::fromStdString(module.adapter));
    int lowest = module.layer;
    int highest = module.layer;
    for (const ModuleInfo& other : all) {
        if (other.adapter == module.adapter) {
            lowest = std::min(lowest, other.layer);
            highest = std::max(highest, other.layer);
        }
    }
    const float t = highest > lowest
                        ? static_cast<float>(module.layer - lowest) / static_cast<float>(highest - lowest)
                        : 0.5F;
    float hue = 0;
    float saturation = 0;
    float lightness = 0;
    base.getHslF(&hue, &saturation, &lightness);
    // Both ends keep 3:1 against the surface they lie on.
    const float light = theme.isDark() ? 0.82F : 0.58F;
    const float dark = theme.isDark() ? 0.48F : 0.24F;
    return QColor::fromHslF(std::max(0.0F, hue), saturation, light + t * (dark - light));
}

} // namespace awb::ui
