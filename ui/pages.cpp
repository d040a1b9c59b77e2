#include "ui/pages.h"

#include "ui/data/data_page.h"
#include "ui/design/design_page.h"
#include "ui/file_actions.h"
#include "ui/fusion/fusion_page.h"
#include "ui/madx/madx_page.h"
#include "ui/main_window.h"
#include "ui/playground/playground_page.h"
#include "ui/runs/runs_page.h"
#include "ui/train/train_page.h"

namespace awb::ui {

namespace {

template<typename T>
PageFactory factoryOf() {
    return [](const AppContext& context, QWidget* parent) -> Page* { return new T(context, parent); };
}

} // namespace

std::vector<PageFactory> standardPages() {
    return {factoryOf<DesignPage>(), factoryOf<DataPage>(), factoryOf<TrainPage>(),     factoryOf<RunsPage>(),
            factoryOf<FusionPage>(), factoryOf<MadxPage>(), factoryOf<PlaygroundPage>()};
}

void connectPages(MainWindow& window, const AppContext& context) {
    auto* design = window.pageOf<DesignPage>();
    auto* train = window.pageOf<TrainPage>();
    auto* runs = window.pageOf<RunsPage>();
    auto* fusion = window.pageOf<FusionPage>();
    auto* madx = window.pageOf<MadxPage>();
    QObject::connect(fusion, &FusionPage::weightsShown, design, &DesignPage::setFusionWeights);
    QObject::connect(context.runs, &RunController::updated, design, &DesignPage::setLive);
    QObject::connect(train, &TrainPage::openRun, runs, &RunsPage::selectRun);
    QObject::connect(runs, &RunsPage::openDesign, &window.files(), &FileActions::openExperiment);
    QObject::connect(madx, &MadxPage::openRun, runs, &RunsPage::selectRun);
    QObject::connect(fusion, &FusionPage::openDesign, &window.files(), &FileActions::openExperiment);
}

} // namespace awb::ui
