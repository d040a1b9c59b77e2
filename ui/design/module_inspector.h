#pragma once

#include <functional>
#include <optional>
#include <vector>

#include <QScrollArea>

#include "ui/design/inspector_targets.h"

class QToolButton;
class QVBoxLayout;

namespace awb::ui {

class DesignDocument;
class InspectorHead;
class NonLinearityView;
class PartHeader;
class PartMenu;

/// All options of the selected modules' adapters; of every adapter where nothing is selected. Reduction
/// factor and size act on the selected layers, all other options on the whole adapter. Values that differ
/// show as "mixed". Bottlenecks have a form of their own, every other method one made from its description.
class ModuleInspector : public QScrollArea {
    Q_OBJECT

public:
    explicit ModuleInspector(DesignDocument* document, QWidget* parent = nullptr);

    /// Moves the focus to the first option of the selected modules' method.
    void focusFirst();

private:
    template<typename T>
    using Read = std::function<T(const BottleneckConfig&)>;
    using Change = std::function<void(BottleneckConfig&)>;
    /// Why an option has no effect in a configuration; empty where it has.
    using Why = std::function<QString(const BottleneckConfig&)>;

    void buildSize();
    void buildPlacement();
    void buildFunction();
    void buildNorms();
    void buildScaling();
    void buildProjections();
    void buildInvertible();

    void addFlag(const OptionText& text, Read<bool> read, std::function<void(BottleneckConfig&, bool)> write,
                 Why why = {});
    void addOption(const OptionText& text, const OptionForm::Choices& choices, Read<QString> read,
                   std::function<void(BottleneckConfig&, const QString&)> write, Why why = {});
    void addValue(const OptionText& text, const OptionForm::Range& range, Read<double> read,
                  std::function<void(BottleneckConfig&, double)> write, Why why = {});

    void addPhmFlag(const OptionText& text, bool PhmOptions::*option, Why why);
    void addPhmNumber(const OptionText& text, const OptionForm::Range& range, int PhmOptions::*option,
                      Why why);

    /// The concerned modules that are bottlenecks.
    std::vector<design::Module> bottlenecks() const;
    /// The value that the adapters' bottlenecks share; none where they differ or there is none.
    template<typename T>
    std::optional<T> shared(const Read<T>& read) const {
        std::optional<T> value;
        for (const AdapterSpec* adapter : concernedAdapters(*m_document)) {
            const BottleneckConfig* config = adapter->config.bottleneck();
            if (config == nullptr) {
                continue;
            }
            const T own = read(*config);
            if (value && *value != own) {
                return std::nullopt;
            }
            value = own;
        }
        return value;
    }
    OptionForm::Reason reason(Why why) const;
    void change(const OptionText& text, const Change& change);
    void setFactor(double factor);
    void setSize(int size);
    void useInAllLayers();
    void refresh();
    void showMethods();
    /// The section of the selected modules' method; null where there is none.
    QWidget* sectionOfSelection() const;

    DesignDocument* m_document;
    InspectorHead* m_head;
    OptionForm* m_form; ///< of bottlenecks
    PartHeader* m_bottleneck;
    PartMenu* m_add;
    QVBoxLayout* m_column = nullptr;
    PartsByMethod m_shown; ///< what `m_methods` are about
    std::vector<MethodForm*> m_methods;
    QToolButton* m_everywhere = nullptr;
    QWidget* m_factor = nullptr;
    NonLinearityView* m_curve = nullptr;
};

} // namespace awb::ui
