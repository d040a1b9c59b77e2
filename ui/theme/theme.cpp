#include "ui/theme/theme.h"

#include <array>
#include <cstddef>

#include <QApplication>
#include <QFontDatabase>
#include <QFontMetrics>
#include <QHash>
#include <QMetaEnum>
#include <QSettings>
#include <QToolTip>

#include "ui/theme/icon_engine.h"
#include "ui/theme/palette.h"
#include "ui/theme/style.h"
#include "ui/theme/system_scheme.h"

// The icons live in a static library: naming the resource keeps the linker from dropping it.
static void initIconResources() {
    Q_INIT_RESOURCE(icons);
}

namespace awb::ui {

namespace {

constexpr int kAdapterColors = 8;

QString modeKey() {
    return QStringLiteral("theme/mode");
}

Theme::Mode storedMode() {
    const QString name = QSettings().value(modeKey()).toString();
    bool known = false;
    const int value = QMetaEnum::fromType<Theme::Mode>().keyToValue(name.toLatin1().constData(), &known);
    return known ? static_cast<Theme::Mode>(value) : Theme::Mode::System;
}

bool hasTabularFigures(const QFont& font) {
    const QFontMetrics metrics(font);
    const int width = metrics.horizontalAdvance(u'0');
    for (char16_t digit = u'1'; digit <= u'9'; ++digit) {
        if (metrics.horizontalAdvance(digit) != width) {
            return false;
        }
    }
    return true;
}

/// The system's font when its figures are of one width, else a common family whose figures are.
QString figureFamily(const QFont& systemFont) {
    const QStringList candidates{systemFont.family(), QStringLiteral("Noto Sans"),
                                 QStringLiteral("DejaVu Sans"), QStringLiteral("Liberation Sans")};
    const QStringList installed = QFontDatabase::families();
    for (const QString& family : candidates) {
        QFont font(systemFont);
        font.setFamily(family);
        if ((family == systemFont.family() || installed.contains(family)) && hasTabularFigures(font)) {
            return family;
        }
    }
    return systemFont.family();
}

} // namespace

struct Theme::Private {
    QApplication* application = nullptr;
    QPalette platformPalette;
    QFont systemFont;
    QString figures;
    Mode mode = Mode::System;
    bool dark = false;
    mutable QHash<QString, int> adapters; ///< names in the order they were first asked for

    int adapterIndex(const QString& name) const {
        const auto found = adapters.constFind(name);
        if (found != adapters.constEnd()) {
            return *found;
        }
        const int index = static_cast<int>(adapters.size());
        adapters.insert(name, index);
        return index;
    }
};

Theme::Theme()
    : d(std::make_unique<Private>()) {
    initIconResources();
}

Theme::~Theme() = default;

Theme& Theme::instance() {
    static Theme theme;
    return theme;
}

void Theme::apply(QApplication& application) {
    const bool first = d->application != &application;
    d->application = &application;
    if (first) {
        d->platformPalette = QApplication::palette();
        d->systemFont = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
        d->figures = figureFamily(d->systemFont);
        d->mode = storedMode();
        QApplication::setStyle(new Style);
        connect(&application, &QGuiApplication::applicationStateChanged, this,
                [this](Qt::ApplicationState state) {
                    if (state == Qt::ApplicationActive && d->mode == Mode::System &&
                        systemPrefersDark(d->platformPalette) != d->dark) {
                        update();
                    }
                });
    }
    update();
}

void Theme::update() {
    d->dark = d->mode == Mode::Dark || (d->mode == Mode::System && systemPrefersDark(d->platformPalette));
    if (d->application != nullptr) {
        QApplication::setFont(font(TextSize::Body));
        QApplication::setPalette(widgetPalette(d->dark));
        const QPalette quiet = quietSelectionPalette(d->dark);
        for (const char* className : {"QAbstractItemView", "QMenu", "QMenuBar"}) {
            QApplication::setPalette(quiet, className);
        }
        QToolTip::setPalette(widgetPalette(d->dark));
        QToolTip::setFont(font(TextSize::Body));
    }
    Q_EMIT changed();
}

Theme::Mode Theme::mode() const {
    return d->mode;
}

void Theme::setMode(Mode mode) {
    if (mode == d->mode) {
        return;
    }
    d->mode = mode;
    QSettings().setValue(modeKey(),
                         QString::fromLatin1(QMetaEnum::fromType<Mode>().valueToKey(static_cast<int>(mode))));
    update();
}

bool Theme::isDark() const {
    return d->dark;
}

QColor Theme::color(Tone tone) const {
    return toneColor(tone, d->dark);
}

QColor Theme::adapterColor(const QString& adapterName) const {
    return okabeIto(d->adapterIndex(adapterName) % kAdapterColors, d->dark);
}

Qt::BrushStyle Theme::adapterPattern(const QString& adapterName) const {
    static constexpr std::array kPatterns{Qt::BDiagPattern,  Qt::HorPattern,   Qt::CrossPattern,
                                          Qt::FDiagPattern,  Qt::VerPattern,   Qt::DiagCrossPattern,
                                          Qt::Dense4Pattern, Qt::Dense6Pattern};
    const int round = d->adapterIndex(adapterName) / kAdapterColors;
    if (round == 0) {
        return Qt::SolidPattern;
    }
    return kPatterns[static_cast<std::size_t>(round - 1) % kPatterns.size()];
}

QFont Theme::font(TextSize size, bool bold) const {
    QFont result(d->systemFont);
    result.setPixelSize(static_cast<int>(size));
    result.setWeight(bold ? QFont::DemiBold : QFont::Normal);
    return result;
}

QFont Theme::figures(TextSize size, bool bold) const {
    QFont result = font(size, bold);
    if (!d->figures.isEmpty()) {
        result.setFamily(d->figures);
    }
    return result;
}

QFont Theme::monospace(TextSize size) const {
    QFont result = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    result.setStyleHint(QFont::Monospace);
    result.setPixelSize(static_cast<int>(size));
    return result;
}

QIcon Theme::icon(const QString& name) const {
    return QIcon(new IconEngine(name));
}

} // namespace awb::ui
