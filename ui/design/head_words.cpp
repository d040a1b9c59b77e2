#include "ui/design/head_words.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>

#include <QCoreApplication>

#include "backend/data/dataset.h"

namespace awb::ui {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(HeadForm)
};

/// The form of the training file, where its format or its name says it: "conllu", "conll", "text"; else
/// empty.
std::string_view formOf(const DataSpec& data) {
    if (data.format == "conllu" || data.format == "conll") {
        return "conll";
    }
    if (!data.format.empty()) {
        return data.format == "text" ? "text" : "";
    }
    const auto train = data.splits.find("train");
    if (train == data.splits.end()) {
        return "";
    }
    std::string extension = std::filesystem::path(train->second).extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    constexpr std::array kSentences{".conllu", ".conll", ".iob", ".iob2", ".bio"};
    return std::find(kSentences.begin(), kSentences.end(), extension) != kSentences.end() ? "conll" : "";
}

HeadDataProblem mismatch(const QString& what, HeadType fitting) {
    return {what, Words::tr("Use a head for %1, or other data.").arg(headTitle(fitting).toLower()), fitting};
}

} // namespace

QString headTitle(HeadType type) {
    switch (type) {
    case HeadType::Classification:
        return Words::tr("Classification");
    case HeadType::MultiLabel:
        return Words::tr("Multi-label");
    case HeadType::Regression:
        return Words::tr("Regression");
    case HeadType::Tagging:
        return Words::tr("Tagging");
    case HeadType::MaskedLm:
        return Words::tr("Masked language model");
    case HeadType::CausalLm:
        return Words::tr("Causal language model");
    case HeadType::QuestionAnswering:
        return Words::tr("Question answering");
    case HeadType::MultipleChoice:
        return Words::tr("Multiple choice");
    }
    return {};
}

QString headExplanation(HeadType type) {
    switch (type) {
    case HeadType::Classification:
        return Words::tr("One class for each text; cross-entropy.");
    case HeadType::MultiLabel:
        return Words::tr("Any number of classes for each text; binary cross-entropy.");
    case HeadType::Regression:
        return Words::tr("One number for each text; mean squared error.");
    case HeadType::Tagging:
        return Words::tr("One class for each word, at its first token; cross-entropy.");
    case HeadType::MaskedLm:
        return Words::tr("The masked tokens; cross-entropy. The output matrix is the base's embeddings.");
    case HeadType::CausalLm:
        return Words::tr("The next token; cross-entropy. The output matrix is the base's embeddings.");
    case HeadType::QuestionAnswering:
        return Words::tr("First and last token of the answer; mean of two cross-entropies.");
    case HeadType::MultipleChoice:
        return Words::tr("Which of several texts; a score for each, cross-entropy.");
    }
    return {};
}

QString headData(HeadType type) {
    switch (type) {
    case HeadType::Classification:
        return Words::tr("Data: a table with a text (or two) and its class.");
    case HeadType::MultiLabel:
        return Words::tr(
            "Data: a table with a text and its labels, in one column or a column of 0 and 1 for each.");
    case HeadType::Regression:
        return Words::tr("Data: a table with a text (or two) and a number.");
    case HeadType::Tagging:
        return Words::tr(
            "Data: sentences cut into words with a tag for each, as in CoNLL-U, CoNLL or JSON Lines.");
    case HeadType::MaskedLm:
        return Words::tr("Data: texts alone, as plain text or a column of a table. No labels are needed.");
    default:
        return Words::tr("It is loaded, computed and saved; the program has no training for it.");
    }
}

bool isTrainableHead(HeadType type) {
    return type != HeadType::QuestionAnswering && type != HeadType::MultipleChoice &&
           type != HeadType::CausalLm;
}

std::optional<HeadDataProblem> headDataProblem(const Experiment& experiment) {
    const HeadType type = experiment.head.type;
    const DataSpec& data = experiment.data;
    const auto& tasks = builtinTasks();
    const auto task = std::find_if(tasks.begin(), tasks.end(),
                                   [&](const BuiltinTask& each) { return each.source == data.source; });
    if (!isTrainableHead(type)) {
        return HeadDataProblem{
            Words::tr("A head for %1 can't be trained here.").arg(headTitle(type).toLower()),
            Words::tr("Choose another head."), task == tasks.end() ? HeadType::Classification : task->task};
    }
    if (task != tasks.end()) {
        return task->task == type
                   ? std::nullopt
                   : std::optional(
                         mismatch(Words::tr("The data \u201c%1\u201d is made for %2, the head is for %3.")
                                      .arg(QString::fromStdString(task->title),
                                           headTitle(task->task).toLower(), headTitle(type).toLower()),
                                  task->task));
    }
    const std::string_view form = data.source == "files" ? formOf(data) : std::string_view();
    if (form == "conll" && type != HeadType::Tagging) {
        return mismatch(Words::tr("The data has one word a line with its tags, the head is for %1.")
                            .arg(headTitle(type).toLower()),
                        HeadType::Tagging);
    }
    if (form == "text" && type != HeadType::MaskedLm) {
        return mismatch(
            Words::tr("Plain text has no labels, the head is for %1.").arg(headTitle(type).toLower()),
            HeadType::MaskedLm);
    }
    return std::nullopt;
}

Experiment withHead(Experiment experiment, HeadType type) {
    const std::string name = experiment.head.name;
    experiment.head = defaultHead(type);
    experiment.head.name = name;
    return experiment;
}

} // namespace awb::ui
