#include <algorithm>
#include <array>
#include <cmath>

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QImage>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "ui/theme/palette.h"
#include "ui/theme/system_scheme.h"
#include "ui/theme/theme.h"

using namespace awb::ui;

namespace {

/// WCAG 2.1, relative luminance of an sRGB colour.
double luminance(const QColor& color) {
    const auto linear = [](double channel) {
        return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

double contrast(const QColor& a, const QColor& b) {
    const auto [low, high] = std::minmax({luminance(a), luminance(b)});
    return (high + 0.05) / (low + 0.05);
}

QString toneName(Tone tone) {
    static const std::array<const char*, kToneCount> kNames{
        "Window",    "Panel",    "Raised",     "Hairline", "Grid",      "Text",   "MutedText",
        "Disabled",  "OnAccent", "Accent",     "Focus",    "Selection", "Frozen", "FrozenFill",
        "Trainable", "Loss",     "Validation", "Warning",  "Error",     "Success"};
    return QString::fromLatin1(kNames[static_cast<std::size_t>(tone)]);
}

QImage render(const QIcon& icon, QIcon::Mode mode, QIcon::State state, int pixels) {
    return icon.pixmap(QSize(pixels, pixels), 1.0, mode, state)
        .toImage()
        .convertToFormat(QImage::Format_ARGB32);
}

/// Colour of the most opaque pixel.
QColor ink(const QImage& image) {
    QColor best(Qt::transparent);
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const QColor pixel = image.pixelColor(x, y);
            if (pixel.alpha() > best.alpha()) {
                best = pixel;
            }
        }
    }
    return best;
}

bool isNear(const QColor& a, const QColor& b) {
    return qAbs(a.red() - b.red()) + qAbs(a.green() - b.green()) + qAbs(a.blue() - b.blue()) < 15;
}

QStringList iconNames() {
    QStringList names;
    for (const QString& file : QDir(QStringLiteral(":/icons")).entryList({QStringLiteral("*.svg")})) {
        names << file.chopped(4);
    }
    return names;
}

} // namespace

class TestTheme : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_settings.path());
        QCoreApplication::setOrganizationName(QStringLiteral("test"));
        QCoreApplication::setApplicationName(QStringLiteral("theme"));
        Theme::instance().apply(*qApp);
    }

    void textIsLegible_data() {
        QTest::addColumn<Tone>("text");
        QTest::addColumn<Tone>("background");
        QTest::addColumn<double>("least");
        for (const Tone text : {Tone::Text, Tone::MutedText, Tone::Accent, Tone::Frozen, Tone::Trainable,
                                Tone::Loss, Tone::Validation, Tone::Warning, Tone::Error, Tone::Success}) {
            for (const Tone background :
                 {Tone::Window, Tone::Panel, Tone::Raised, Tone::Selection, Tone::FrozenFill}) {
                const QString name = toneName(text) + QLatin1String(" on ") + toneName(background);
                QTest::addRow("%s", qPrintable(name)) << text << background << 4.5;
            }
        }
        QTest::addRow("OnAccent on Accent") << Tone::OnAccent << Tone::Accent << 4.5;
        for (const Tone background : {Tone::Window, Tone::Panel, Tone::Raised}) {
            QTest::addRow("Disabled on %s", qPrintable(toneName(background)))
                << Tone::DisabledText << background << 3.0;
            QTest::addRow("Focus on %s", qPrintable(toneName(background)))
                << Tone::Focus << background << 3.0;
        }
    }

    void textIsLegible() {
        QFETCH(Tone, text);
        QFETCH(Tone, background);
        QFETCH(double, least);
        for (const bool dark : {false, true}) {
            const double ratio = contrast(toneColor(text, dark), toneColor(background, dark));
            QVERIFY2(ratio >= least,
                     qPrintable(QStringLiteral("%1 palette: %2").arg(dark ? u"dark" : u"light").arg(ratio)));
        }
    }

    void widgetTextIsLegible() {
        using Role = QPalette::ColorRole;
        const std::array<std::pair<Role, Role>, 6> pairs{{{QPalette::WindowText, QPalette::Window},
                                                          {QPalette::Text, QPalette::Base},
                                                          {QPalette::Text, QPalette::AlternateBase},
                                                          {QPalette::ButtonText, QPalette::Button},
                                                          {QPalette::HighlightedText, QPalette::Highlight},
                                                          {QPalette::ToolTipText, QPalette::ToolTipBase}}};
        for (const bool dark : {false, true}) {
            for (const QPalette& palette : {widgetPalette(dark), quietSelectionPalette(dark)}) {
                for (const auto& [text, background] : pairs) {
                    QVERIFY(contrast(palette.color(QPalette::Active, text),
                                     palette.color(QPalette::Active, background)) >= 4.5);
                }
                QVERIFY(contrast(palette.color(QPalette::PlaceholderText), palette.color(QPalette::Base)) >=
                        4.5);
            }
        }
    }

    void modeIsRememberedAndAnnounced() {
        Theme& theme = Theme::instance();
        theme.setMode(Theme::Mode::Light);
        QSignalSpy changed(&theme, &Theme::changed);
        theme.setMode(Theme::Mode::Dark);
        QCOMPARE(changed.count(), 1);
        QVERIFY(theme.isDark());
        QCOMPARE(QSettings().value(QStringLiteral("theme/mode")).toString(), QStringLiteral("Dark"));
        QCOMPARE(QApplication::palette().color(QPalette::Window), toneColor(Tone::Window, true));
        theme.setMode(Theme::Mode::Dark);
        QCOMPARE(changed.count(), 1);
        theme.setMode(Theme::Mode::Light);
        QVERIFY(!theme.isDark());
        QCOMPARE(QApplication::palette().color(QPalette::Window), toneColor(Tone::Window, false));
    }

    void systemHints() {
        QTemporaryDir config;
        qputenv("XDG_CONFIG_HOME", config.path().toUtf8());
        QStandardPaths::setTestModeEnabled(false);
        const auto restore = qScopeGuard([] {
            qunsetenv("GTK_THEME");
            qunsetenv("XDG_CONFIG_HOME");
            QStandardPaths::setTestModeEnabled(true);
        });
        QPalette light(QColor(Qt::white));
        QPalette dark(QColor(20, 20, 20));
        dark.setColor(QPalette::WindowText, Qt::white);
        QVERIFY(!systemPrefersDark(light));
        QVERIFY(systemPrefersDark(dark));

        const auto write = [&config](const char* name, const QByteArray& text) {
            const QString path = config.filePath(QString::fromLatin1(name));
            QDir().mkpath(QFileInfo(path).path());
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(text);
        };
        write("gtk-3.0/settings.ini", "[Settings]\ngtk-application-prefer-dark-theme=1\n");
        QVERIFY(systemPrefersDark(light));
        write("kdeglobals", "[Colors:Window]\nBackgroundNormal=239,240,241\n");
        QVERIFY(!systemPrefersDark(dark));
        qputenv("GTK_THEME", "Adwaita:dark");
        QVERIFY(systemPrefersDark(light));
    }

    void adaptersKeepTheirColour() {
        const Theme& theme = Theme::instance();
        QList<QColor> firstEight;
        for (int i = 0; i < 8; ++i) {
            const QString name = QStringLiteral("adapter-%1").arg(i);
            const QColor color = theme.adapterColor(name);
            QVERIFY(!firstEight.contains(color));
            firstEight << color;
            QCOMPARE(theme.adapterPattern(name), Qt::SolidPattern);
        }
        const QString ninth = QStringLiteral("ninth");
        QCOMPARE(theme.adapterColor(ninth), firstEight[0]);
        QVERIFY(theme.adapterPattern(ninth) != Qt::SolidPattern);
        QCOMPARE(theme.adapterColor(QStringLiteral("adapter-3")), firstEight[3]);
        for (int i = 0; i < 5; ++i) {
            for (const bool dark : {false, true}) {
                QVERIFY2(contrast(okabeIto(i, dark), toneColor(Tone::Raised, dark)) >= 3.0,
                         qPrintable(okabeIto(i, dark).name()));
            }
        }
    }

    void sequentialMapIsPerceptual() {
        QCOMPARE(Theme::sequential(0.0), QColor(0x44, 0x01, 0x54));
        QCOMPARE(Theme::sequential(1.0), QColor(0xfd, 0xe7, 0x25));
        QCOMPARE(Theme::sequential(-3.0), Theme::sequential(0.0));
        QCOMPARE(Theme::sequential(std::nan("")), Theme::sequential(0.0));
        double before = -1;
        for (int i = 0; i <= 100; ++i) {
            const double now = luminance(Theme::sequential(i / 100.0));
            QVERIFY2(now > before, qPrintable(QString::number(i)));
            before = now;
        }
    }

    void divergingMapIsBalanced() {
        const QColor middle = Theme::diverging(0);
        QVERIFY(middle.lightness() > 240);
        QVERIFY(Theme::diverging(-0.8).blue() > Theme::diverging(-0.8).red());
        QVERIFY(Theme::diverging(0.8).red() > Theme::diverging(0.8).blue());
        for (int i = 1; i <= 10; ++i) {
            QVERIFY(luminance(Theme::diverging(i / 10.0)) < luminance(Theme::diverging((i - 1) / 10.0)));
            QVERIFY(luminance(Theme::diverging(-i / 10.0)) < luminance(Theme::diverging((1 - i) / 10.0)));
        }
        QCOMPARE(Theme::diverging(std::nan("")), middle);
    }

    void iconsFollowThePalette_data() {
        QTest::addColumn<QString>("name");
        const QStringList names = iconNames();
        QVERIFY(names.contains(QStringLiteral("lock")));
        for (const QString& name : names) {
            QTest::addRow("%s", qPrintable(name)) << name;
        }
    }

    void iconsFollowThePalette() {
        QFETCH(QString, name);
        Theme& theme = Theme::instance();
        const QIcon icon = theme.icon(name);
        QVERIFY(!icon.isNull());
        for (const Theme::Mode mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
            theme.setMode(mode);
            for (const int pixels : {20, 40}) {
                const QImage normal = render(icon, QIcon::Normal, QIcon::Off, pixels);
                QCOMPARE(normal.size(), QSize(pixels, pixels));
                QVERIFY(ink(normal).alpha() > 150);
                for (int edge = 0; edge < pixels; ++edge) {
                    QVERIFY2(normal.pixelColor(edge, 0).alpha() < 40 &&
                                 normal.pixelColor(0, edge).alpha() < 40,
                             "touches the edge");
                }
            }
            QVERIFY(isNear(ink(render(icon, QIcon::Normal, QIcon::Off, 40)), theme.color(Tone::Text)));
            QVERIFY(
                isNear(ink(render(icon, QIcon::Disabled, QIcon::Off, 40)), theme.color(Tone::DisabledText)));
            QVERIFY(isNear(ink(render(icon, QIcon::Normal, QIcon::On, 40)), theme.color(Tone::Accent)));
        }
        theme.setMode(Theme::Mode::Light);
    }

    void unknownIconIsNull() { QVERIFY(Theme::instance().icon(QStringLiteral("no-such-icon")).isNull()); }

    void iconsAreOneFamily() {
        for (const QString& name : iconNames()) {
            QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray svg = file.readAll();
            QVERIFY2(svg.contains("viewBox=\"0 0 20 20\"") && svg.contains("stroke-width=\"1.5\"") &&
                         svg.contains("currentColor") && !svg.contains('#'),
                     qPrintable(name));
        }
    }

    void focusRingIsSeen() {
        QWidget window;
        window.resize(300, 120);
        QPushButton first(QStringLiteral("First"), &window);
        first.setGeometry(20, 20, 120, 30);
        QPushButton second(QStringLiteral("Second"), &window);
        second.setGeometry(20, 70, 120, 30);
        window.show();
        QApplication::setActiveWindow(&window);
        QVERIFY(QTest::qWaitForWindowActive(&window));
        first.setFocus();
        QTest::keyClick(&window, Qt::Key_Tab);
        QVERIFY(second.hasFocus());
        const QImage image = second.grab().toImage();
        const QColor ring = Theme::instance().color(Tone::Focus);
        int seen = 0;
        for (int x = 0; x < image.width(); ++x) {
            seen += image.pixelColor(x, 1) == ring ? 1 : 0;
        }
        QVERIFY2(seen > image.width() / 2, qPrintable(QString::number(seen)));
    }

    void figuresAreTabular() {
        const QFontMetrics metrics(Theme::instance().figures(TextSize::Body));
        for (const QChar digit : QStringLiteral("123456789")) {
            QCOMPARE(metrics.horizontalAdvance(digit), metrics.horizontalAdvance(u'0'));
        }
        QCOMPARE(Theme::instance().font(TextSize::Heading).pixelSize(), 20);
        QVERIFY(QFontInfo(Theme::instance().monospace(TextSize::Body)).fixedPitch());
    }

private:
    QTemporaryDir m_settings;
};

QTEST_MAIN(TestTheme)
#include "test_theme.moc"
