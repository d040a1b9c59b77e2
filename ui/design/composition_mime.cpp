#include "ui/design/composition_mime.h"

#include <QMimeData>
#include <QStringList>

#include "ui/canvas/canvas_view.h"

namespace awb::ui {

namespace {

QByteArray pathText(const design::CompositionPath& path) {
    QStringList steps;
    for (const std::size_t step : path) {
        steps << QString::number(step);
    }
    return steps.join(QLatin1Char('.')).toLatin1();
}

design::CompositionPath pathFrom(const QByteArray& text) {
    design::CompositionPath path;
    for (const QString& step : QString::fromLatin1(text).split(QLatin1Char('.'), Qt::SkipEmptyParts)) {
        path.push_back(step.toULongLong());
    }
    return path;
}

} // namespace

std::unique_ptr<QMimeData> mimeOf(const design::Piece& piece) {
    auto mime = std::make_unique<QMimeData>();
    if (const auto* adapter = std::get_if<design::AdapterPiece>(&piece)) {
        mime->setData(QLatin1String(kAdapterMime), QByteArray::fromStdString(adapter->name));
    } else if (const auto* node = std::get_if<design::NodePiece>(&piece)) {
        mime->setData(QLatin1String(kNodeMime), pathText(node->path));
    } else if (const auto* block = std::get_if<design::KindPiece>(&piece)) {
        mime->setData(QLatin1String(kBlockMime),
                      QByteArray::fromStdString(std::string(compositionBlockKey(block->kind))));
    }
    return mime;
}

std::optional<design::Piece> pieceOf(const QMimeData* data) {
    if (data == nullptr) {
        return {};
    }
    if (data->hasFormat(QLatin1String(kAdapterMime))) {
        return design::AdapterPiece{data->data(QLatin1String(kAdapterMime)).toStdString()};
    }
    if (data->hasFormat(QLatin1String(kNodeMime))) {
        return design::NodePiece{pathFrom(data->data(QLatin1String(kNodeMime)))};
    }
    const std::string key = data->data(QLatin1String(kBlockMime)).toStdString();
    for (const Composition::Kind kind : kCompositionBlocks) {
        if (key == compositionBlockKey(kind)) {
            return design::KindPiece{kind};
        }
    }
    if (const MethodPreset* preset = findMethodPreset(data->data(QLatin1String(kPresetMime)).toStdString())) {
        return design::FreshPiece{freshAdapter(*preset)};
    }
    return {};
}

AdapterSpec freshAdapter(const MethodPreset& preset) {
    AdapterSpec adapter;
    adapter.name = preset.name;
    adapter.preset = preset.name;
    adapter.config.parts = preset.parts;
    return adapter;
}

} // namespace awb::ui
