#include "ui/design/composition_notes.h"

#include <algorithm>

#include <QCoreApplication>
#include <QStringList>

#include "backend/experiment/design_findings.h"

namespace awb::ui {

namespace {

using Kind = Composition::Kind;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Composition)
};

bool contains(const Composition& node, Kind kind) {
    return node.kind == kind || std::ranges::any_of(node.children, [kind](const Composition& child) {
               return contains(child, kind);
           });
}

QString list(const std::vector<std::string>& names) {
    QStringList parts;
    for (const std::string& name : names) {
        parts << QString::fromStdString(name);
    }
    return parts.join(QStringLiteral(", "));
}

QString trainText(const Experiment& experiment) {
    if (experiment.trainsBase()) {
        return Words::tr("Trains everything: the base, the adapters and the head.");
    }
    std::vector<std::string> adapters;
    QStringList parts;
    QStringList fusions;
    for (const std::string& name : experiment.train) {
        if (name.starts_with(kFusePrefix)) {
            fusions << Words::tr("the fusion of %1")
                           .arg(QString::fromStdString(name.substr(kFusePrefix.size()))
                                    .replace(QLatin1Char(','), QStringLiteral(" + ")));
        } else {
            adapters.push_back(name);
        }
    }
    if (!adapters.empty()) {
        parts << list(adapters);
    }
    parts << fusions;
    return parts.isEmpty() ? Words::tr("Trains the head alone.")
                           : Words::tr("Trains %1, and the head.").arg(parts.join(QStringLiteral(", ")));
}

QString headText(const Experiment& experiment) {
    const std::vector<std::string> branches = headBranches(experiment.composition);
    if (branches.empty()) {
        return Words::tr("One output, with the head “%1”.").arg(QString::fromStdString(experiment.head.name));
    }
    return Words::tr("%n output(s), each with a head of its own: %1.", nullptr,
                     static_cast<int>(branches.size()))
        .arg(list(branches));
}

QString findingText(const DesignFinding& finding) {
    switch (finding.kind) {
    case DesignFinding::Kind::ReversedMadx:
        return Words::tr("The language adapter %1 stands above %2. MAD-X puts the language first: its "
                         "invertible part acts only for the lowest adapter (Pfeiffer et al. 2020).")
            .arg(QString::fromStdString(finding.adapter), QString::fromStdString(finding.below));
    case DesignFinding::Kind::TrainedBase:
        return Words::tr("The base is trained too, its LayerNorms included: a saved adapter alone will not "
                         "give this result again.");
    case DesignFinding::Kind::DeepStack:
        return Words::tr("%n adapters run one after the other, and each waits for the one below. The "
                         "Playground measures what that costs; AdapterDrop may win it back.",
                         nullptr, finding.depth);
    }
    return {};
}

} // namespace

std::vector<CompositionNote> compositionNotes(const Experiment& experiment) {
    std::vector<CompositionNote> notes;
    if (const QString why = whyCompositionCantTrain(experiment); !why.isEmpty()) {
        notes.push_back({why, true});
    }
    for (const DesignFinding& finding : findingsIn(experiment)) {
        notes.push_back({findingText(finding), true});
    }
    notes.push_back({trainText(experiment)});
    notes.push_back({headText(experiment)});
    const std::vector<std::string> used = experiment.composition.leaves();
    std::vector<std::string> unused;
    for (const AdapterSpec& adapter : experiment.adapters) {
        if (std::ranges::find(used, adapter.name) == used.end()) {
            unused.push_back(adapter.name);
        }
    }
    if (!unused.empty()) {
        notes.push_back({Words::tr("Not in use: %1.").arg(list(unused))});
    }
    return notes;
}

QString whyCompositionCantTrain(const Experiment& experiment) {
    if (!contains(experiment.composition, Kind::BatchSplit)) {
        return {};
    }
    return Words::tr("Can't be trained: BatchSplit chooses an adapter by a text's place in the batch, and "
                     "training mixes its batches. Use Parallel or Stack to train.");
}

} // namespace awb::ui
