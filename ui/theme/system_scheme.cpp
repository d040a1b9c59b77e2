#include "ui/theme/system_scheme.h"

#include <optional>

#include <QColor>
#include <QFileInfo>
#include <QPalette>
#include <QSettings>
#include <QStandardPaths>
#include <QStringList>

namespace awb::ui {

namespace {

std::optional<bool> fromVariable() {
    const QString name = qEnvironmentVariable("GTK_THEME");
    if (name.isEmpty()) {
        return std::nullopt;
    }
    return name.contains(QLatin1String("dark"), Qt::CaseInsensitive);
}

QString configFile(const QString& name) {
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + u'/' + name;
}

/// KDE writes the window's background as "r,g,b", which an ini reader splits at the commas.
std::optional<bool> fromKde() {
    const QString file = configFile(QStringLiteral("kdeglobals"));
    if (!QFileInfo::exists(file)) {
        return std::nullopt;
    }
    const QSettings settings(file, QSettings::IniFormat);
    const QStringList rgb = settings.value(QStringLiteral("Colors:Window/BackgroundNormal")).toStringList();
    if (rgb.size() != 3) {
        return std::nullopt;
    }
    return QColor(rgb[0].toInt(), rgb[1].toInt(), rgb[2].toInt()).lightness() < 128;
}

std::optional<bool> fromGtk(const QString& folder) {
    const QString file = configFile(folder + QLatin1String("/settings.ini"));
    if (!QFileInfo::exists(file)) {
        return std::nullopt;
    }
    const QSettings settings(file, QSettings::IniFormat);
    const QVariant prefers = settings.value(QStringLiteral("Settings/gtk-application-prefer-dark-theme"));
    if (prefers.isValid() && prefers.toBool()) {
        return true;
    }
    const QString name = settings.value(QStringLiteral("Settings/gtk-theme-name")).toString();
    if (name.contains(QLatin1String("dark"), Qt::CaseInsensitive)) {
        return true;
    }
    return std::nullopt;
}

} // namespace

bool systemPrefersDark(const QPalette& platformPalette) {
    for (const auto& hint : {fromVariable(), fromKde(), fromGtk(QStringLiteral("gtk-4.0")),
                             fromGtk(QStringLiteral("gtk-3.0"))}) {
        if (hint) {
            return *hint;
        }
    }
    return platformPalette.color(QPalette::Window).lightness() <
           platformPalette.color(QPalette::WindowText).lightness();
}

} // namespace awb::ui
