#pragma once

#include <functional>
#include <vector>

#include <QScrollArea>

#include "backend/experiment/design.h"
#include "ui/design/option_form.h"

class QLabel;
class QToolButton;

namespace awb::ui {

class NonLinearityView;
class DesignDocument;

/// All options of the selected modules' adapters; of every adapter where nothing is selected. Reduction
/// factor and size act on the selected layers, all other options on the whole adapter. Values that differ
/// show as "mixed".
class ModuleInspector : public QScrollArea {
    Q_OBJECT

public:
    explicit ModuleInspector(DesignDocument* document, QWidget* parent = nullptr);

    /// Moves the focus to the reduction factor.
    void focusFirst();

private:
    template<typename T>
    using Read = std::function<T(const BottleneckConfig&)>;
    using Change = std::function<void(BottleneckConfig&)>;
    /// Why an option has no effect in a configuration; empty where it has.
    using Why = std::function<QString(const BottleneckConfig&)>;

    void buildIdentity();
    void buildSize();
    void buildPlacement();
    void buildFunction();
    void buildNorms();
    void buildScaling();

    void addFlag(const OptionText& text, Read<bool> read, std::function<void(BottleneckConfig&, bool)> write,
                 Why why = {});
    void addOption(const OptionText& text, const OptionForm::Choices& choices, Read<QString> read,
                   std::function<void(BottleneckConfig&, const QString&)> write, Why why = {});
    void addValue(const OptionText& text, const OptionForm::Range& range, Read<double> read,
                  std::function<void(BottleneckConfig&, double)> write, Why why = {});

    std::vector<design::Module> targets() const;
    /// Those of them that are bottleneck modules.
    std::vector<design::Module> bottlenecks() const;
    std::vector<const AdapterSpec*> adapters() const;
    template<typename T>
    std::optional<T> shared(const Read<T>& read) const;
    OptionForm::Reason reason(Why why) const;
    void change(const OptionText& text, const Change& change);
    void setFactor(double factor);
    void setSize(int size);
    void useInAllLayers();
    void refresh();
    void refreshSummary();

    DesignDocument* m_document;
    OptionForm* m_form;
    QLabel* m_title = nullptr;
    QLabel* m_summary = nullptr;
    QToolButton* m_everywhere = nullptr;
    QWidget* m_factor = nullptr;
    NonLinearityView* m_curve = nullptr;
};

} // namespace awb::ui
