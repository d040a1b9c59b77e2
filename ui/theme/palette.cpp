#include "ui/theme/palette.h"

#include <array>
#include <cstddef>

namespace awb::ui {

namespace {

struct TonePair {
    Tone tone;
    QRgb light;
    QRgb dark;
};

constexpr std::array<TonePair, kToneCount> kTones{{
    {Tone::Window, 0xfff3f4f6, 0xff15181c},     {Tone::Panel, 0xfffafbfc, 0xff1b1f24},
    {Tone::Raised, 0xffffffff, 0xff22272d},     {Tone::Hairline, 0xffd5d9de, 0xff363d45},
    {Tone::Grid, 0xffe6e8eb, 0xff2a3037},       {Tone::Text, 0xff1a1e23, 0xffe7eaed},
    {Tone::MutedText, 0xff565f6a, 0xffa1abb6},  {Tone::DisabledText, 0xff858d97, 0xff737d88},
    {Tone::OnAccent, 0xffffffff, 0xff08191d},   {Tone::Accent, 0xff0b6175, 0xff5fbdd2},
    {Tone::Focus, 0xff0a7fa0, 0xff7fd4e8},      {Tone::Selection, 0xffd2e8ee, 0xff1c3d47},
    {Tone::Frozen, 0xff57606b, 0xffa0a9b4},     {Tone::FrozenFill, 0xffe4e7ea, 0xff2b3138},
    {Tone::Trainable, 0xff176b30, 0xff62c780},  {Tone::Loss, 0xff0a58b0, 0xff76b5f4},
    {Tone::Validation, 0xff9c450a, 0xfff2a766}, {Tone::Warning, 0xff775400, 0xffe6c152},
    {Tone::Error, 0xffb3211f, 0xfff78c84},      {Tone::Success, 0xff176b30, 0xff62c780},
}};

constexpr std::array<QRgb, 8> kOkabeItoLight{0xff0072b2, 0xffd55e00, 0xff009e73, 0xffcc79a7,
                                             0xff000000, 0xff56b4e9, 0xffe69f00, 0xfff0e442};
constexpr std::array<QRgb, 8> kOkabeItoDark{0xff2b93d1, 0xffd55e00, 0xff009e73, 0xffcc79a7,
                                            0xffe8eaec, 0xff56b4e9, 0xffe69f00, 0xfff0e442};

void setRole(QPalette& palette, QPalette::ColorRole role, const QColor& normal, const QColor& disabled) {
    palette.setColor(QPalette::Active, role, normal);
    palette.setColor(QPalette::Inactive, role, normal);
    palette.setColor(QPalette::Disabled, role, disabled);
}

} // namespace

QColor toneColor(Tone tone, bool dark) {
    const TonePair& pair = kTones[static_cast<std::size_t>(tone)];
    Q_ASSERT(pair.tone == tone);
    return QColor::fromRgb(dark ? pair.dark : pair.light);
}

QPalette widgetPalette(bool dark) {
    const auto tone = [dark](Tone t) { return toneColor(t, dark); };
    const QColor disabledText = tone(Tone::DisabledText);
    QPalette palette;
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText,
                            QPalette::BrightText}) {
        setRole(palette, role, tone(Tone::Text), disabledText);
    }
    setRole(palette, QPalette::Window, tone(Tone::Window), tone(Tone::Window));
    setRole(palette, QPalette::Base, tone(Tone::Raised), tone(Tone::Panel));
    setRole(palette, QPalette::AlternateBase, tone(Tone::Panel), tone(Tone::Panel));
    setRole(palette, QPalette::ToolTipBase, tone(Tone::Raised), tone(Tone::Raised));
    setRole(palette, QPalette::Button, tone(Tone::Raised), tone(Tone::Window));
    setRole(palette, QPalette::PlaceholderText, tone(Tone::MutedText), disabledText);
    setRole(palette, QPalette::Highlight, tone(Tone::Accent), tone(Tone::Hairline));
    setRole(palette, QPalette::HighlightedText, tone(Tone::OnAccent), disabledText);
    setRole(palette, QPalette::Link, tone(Tone::Loss), disabledText);
    setRole(palette, QPalette::LinkVisited, tone(Tone::Loss), disabledText);
    setRole(palette, QPalette::Light, tone(Tone::Raised), tone(Tone::Raised));
    setRole(palette, QPalette::Midlight, tone(Tone::Panel), tone(Tone::Panel));
    setRole(palette, QPalette::Mid, tone(Tone::Hairline), tone(Tone::Hairline));
    setRole(palette, QPalette::Dark, tone(Tone::DisabledText), tone(Tone::Hairline));
    setRole(palette, QPalette::Shadow, dark ? QColor(Qt::black) : tone(Tone::MutedText),
            tone(Tone::Hairline));
    return palette;
}

QPalette quietSelectionPalette(bool dark) {
    QPalette palette = widgetPalette(dark);
    setRole(palette, QPalette::Highlight, toneColor(Tone::Selection, dark), toneColor(Tone::Grid, dark));
    setRole(palette, QPalette::HighlightedText, toneColor(Tone::Text, dark),
            toneColor(Tone::DisabledText, dark));
    return palette;
}

QColor okabeIto(int index, bool dark) {
    const auto& colors = dark ? kOkabeItoDark : kOkabeItoLight;
    return QColor::fromRgb(colors[static_cast<std::size_t>(index) % colors.size()]);
}

} // namespace awb::ui
