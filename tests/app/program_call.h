#pragma once

#include <QByteArray>
#include <QJsonDocument>
#include <QProcess>
#include <QString>
#include <QStringList>

namespace awb::test {

/// What a call of the program gave.
struct Call {
    int exitCode = -1;
    QByteArray out;
    QByteArray err;

    QJsonDocument json() const { return QJsonDocument::fromJson(out); }
    QString text() const { return QString::fromUtf8(out + err); }
};

inline Call call(const QStringList& arguments) {
    constexpr int kPatience = 120'000;
    QProcess process;
    process.start(QStringLiteral(AWB_PROGRAM), arguments);
    process.waitForFinished(kPatience);
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

/// A file of tests/data.
inline QString data(const char* path) {
    return QStringLiteral(AWB_TEST_DATA "/") + QString::fromLatin1(path);
}

} // namespace awb::test
