#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>

#include "ui/theme/theme.h"

namespace awb::ui {

namespace {

// Viridis (van der Walt and Smith 2015) and RdBu turned round (Brewer 2003), at evenly spaced places.
constexpr std::array<QRgb, 10> kViridis{0xff440154, 0xff482878, 0xff3e4a89, 0xff31688e, 0xff26828e,
                                        0xff1f9e89, 0xff35b779, 0xff6dcd59, 0xffb4de2c, 0xfffde725};
constexpr std::array<QRgb, 11> kBlueWhiteRed{0xff053061, 0xff2166ac, 0xff4393c3, 0xff92c5de,
                                             0xffd1e5f0, 0xfff7f7f7, 0xfffddbc7, 0xfff4a582,
                                             0xffd6604d, 0xffb2182b, 0xff67001f};

int mix(int a, int b, double share) {
    return static_cast<int>(std::lround(a + (b - a) * share));
}

QColor interpolate(std::span<const QRgb> anchors, double t) {
    const double position =
        (std::isnan(t) ? 0.0 : std::clamp(t, 0.0, 1.0)) * static_cast<double>(anchors.size() - 1);
    const auto below = std::min(static_cast<std::size_t>(position), anchors.size() - 2);
    const double share = position - static_cast<double>(below);
    const QRgb a = anchors[below];
    const QRgb b = anchors[below + 1];
    return QColor(mix(qRed(a), qRed(b), share), mix(qGreen(a), qGreen(b), share),
                  mix(qBlue(a), qBlue(b), share));
}

} // namespace

QColor Theme::sequential(double t) {
    return interpolate(kViridis, t);
}

QColor Theme::diverging(double t) {
    return interpolate(kBlueWhiteRed, std::isnan(t) ? 0.5 : (t + 1.0) / 2.0);
}

} // namespace awb::ui
