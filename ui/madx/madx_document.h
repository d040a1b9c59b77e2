#pragma once

#include <filesystem>
#include <optional>

#include <QObject>
#include <QString>

#include "backend/experiment/madx_experiment.h"

namespace awb::ui {

/// The open MAD-X experiment with absolute paths, and the file it came from. Lives in the window's thread.
class MadxDocument : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    bool isOpen() const { return m_isOpen; }
    bool isModified() const { return m_isModified; }
    /// The changes need not be saved.
    void giveUpChanges() { m_isModified = false; }
    /// Empty for an experiment that was never saved.
    const std::filesystem::path& file() const { return m_file; }
    const MadxExperiment& experiment() const { return m_experiment; }

    /// Error: what, where in the file, what to do; the open experiment stays.
    Result<void> open(const std::filesystem::path& file);
    /// The example's settings for a source and a target language whose files are still to be chosen.
    Result<void> openTemplate();
    Result<void> save(const std::filesystem::path& file);
    /// Takes over an edited copy of the experiment; nothing is told where it is the same.
    void edit(MadxExperiment experiment);

    /// Why it can't be trained, in a sentence each; empty where it can.
    QString obstacle() const;

Q_SIGNALS:
    void changed();

private:
    void take(MadxExperiment experiment, std::filesystem::path file);

    bool m_isOpen = false;
    bool m_isModified = false;
    std::filesystem::path m_file;
    MadxExperiment m_experiment;
};

/// "/languages/0/text" and the like in the words of the page.
QString madxErrorText(const Error& error);

} // namespace awb::ui
