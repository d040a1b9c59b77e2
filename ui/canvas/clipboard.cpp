#include "ui/canvas/clipboard.h"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include <QClipboard>
#include <QCoreApplication>
#include <QGuiApplication>
#include <QMimeData>

#include "ui/document/design_document.h"

using namespace Qt::StringLiterals;

namespace awb::ui::canvasclipboard {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Canvas)
};

using Places = std::set<std::pair<int, Site>>;

/// Where the clipboard's modules were, found by pasting them into an empty design of the same base.
Places placesIn(const nlohmann::json& clipboard, const DesignDocument& document) {
    Experiment empty = document.experiment();
    empty.adapters.clear();
    empty.composition = {};
    empty.train.clear();
    Places places;
    if (const auto pasted = design::pasteModules(empty, document.model(), clipboard, 0)) {
        for (const design::Module& module : design::modules(*pasted, document.model())) {
            places.emplace(module.ref.layer, module.ref.site);
        }
    }
    return places;
}

/// The clipboard's text as JSON; a discarded value for what can't be modules, so that the edit refuses it.
nlohmann::json readClipboard() {
    nlohmann::json json =
        nlohmann::json::parse(QGuiApplication::clipboard()->text().toStdString(), nullptr, false);
    const bool plausible = json.is_object() && json.contains("format") && json["format"].is_string() &&
                           (!json.contains("num_layers") || json["num_layers"].is_number_integer());
    return plausible ? json : nlohmann::json(nlohmann::json::value_t::discarded);
}

} // namespace

void copySelection(const DesignDocument& document) {
    const std::vector<design::ModuleRef> refs = document.selectedRefs();
    if (refs.empty()) {
        return;
    }
    const nlohmann::json json = design::copyModules(document.experiment(), document.model(), refs);
    const std::string text = json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
    auto* data = new QMimeData;
    data->setText(QString::fromStdString(text));
    data->setData(u"application/json"_s, QByteArray::fromStdString(text));
    QGuiApplication::clipboard()->setMimeData(data);
}

void paste(DesignDocument& document, int targetLayer) {
    const nlohmann::json json = readClipboard();
    const Places places = placesIn(json, document);
    const int offset = targetLayer >= 0 && !places.empty() ? targetLayer - places.begin()->first : 0;
    if (!document.apply(design::pasteModules(document.experiment(), document.model(), json, offset),
                        Words::tr("Paste modules"))) {
        return;
    }
    std::set<design::ModuleRef> pasted;
    for (const design::Module& module : design::modules(document.experiment(), document.model())) {
        if (places.contains({module.ref.layer - offset, module.ref.site})) {
            pasted.insert(module.ref);
        }
    }
    document.setSelection(std::move(pasted));
}

} // namespace awb::ui::canvasclipboard
