#include "ui/pages.h"

#include "ui/data/data_page.h"
#include "ui/design/design_page.h"
#include "ui/main_window.h"

namespace awb::ui {

namespace {

template<typename T>
PageFactory factoryOf() {
    return [](const AppContext& context, QWidget* parent) -> Page* { return new T(context, parent); };
}

} // namespace

std::vector<PageFactory> standardPages() {
    return {factoryOf<DesignPage>(), factoryOf<DataPage>()};
}

void connectPages(MainWindow& window, const AppContext& context) {
    auto* design = window.pageOf<DesignPage>();
    QObject::connect(context.runs, &RunController::updated, design, &DesignPage::setLive);
}

} // namespace awb::ui
