#pragma once

#include <QJsonArray>
#include <QJsonObject>

#include "tests/app/program_call.h"

namespace awb::test {

/// An experiment file for the tiny task, one epoch: adapters of these names and a preset's kind.
inline QJsonObject tinyExperiment(const QStringList& adapters, const QString& preset,
                                  const QJsonValue& composition) {
    QJsonArray made;
    for (const QString& name : adapters) {
        made.append(QJsonObject{{u"name"_qs, name}, {u"preset"_qs, preset}});
    }
    const QJsonObject splits{{u"train"_qs, data("tiny-task/train.tsv")},
                             {u"validation"_qs, data("tiny-task/validation.tsv")},
                             {u"test"_qs, data("tiny-task/test.tsv")}};
    return {{u"format"_qs, u"adapter-workbench/experiment@1"_qs},
            {u"name"_qs, u"tiny"_qs},
            {u"base"_qs, QJsonObject{{u"model"_qs, data("tiny-bert")}}},
            {u"adapters"_qs, made},
            {u"composition"_qs, composition},
            {u"data"_qs, QJsonObject{{u"source"_qs, u"files"_qs},
                                     {u"splits"_qs, splits},
                                     {u"columns"_qs, QJsonObject{{u"text"_qs, u"sentence"_qs}}}}},
            {u"training"_qs, QJsonObject{{u"epochs"_qs, 1}, {u"max_seq_length"_qs, 24}}}};
}

} // namespace awb::test
