#pragma once

#include <string>
#include <vector>

#include "models/config/method.h"
#include "ui/design/option_form.h"

namespace awb::ui {

class DesignDocument;

/// One part of an adapter: the whole of it, or one method of a union.
struct PartRef {
    std::string adapter;
    std::size_t part = 0;

    auto operator<=>(const PartRef&) const = default;
};

/// All options of one method, made from its description, for parts that have it. Values that differ show as
/// "mixed"; a change acts on all parts. Not for bottlenecks, see ModuleInspector.
class MethodForm : public OptionForm {
    Q_OBJECT

public:
    /// `parts` must not be empty and name parts of this method.
    MethodForm(DesignDocument* document, const std::string& method, std::vector<PartRef> parts,
               QWidget* parent = nullptr);

    /// The first option's field.
    QWidget* firstField() const;

private:
    void addOption(const OptionSpec& option);
    void addChosen(const OptionSpec& option, const OptionText& text);
    void addLayers(const OptionSpec& option, const OptionText& text);

    /// The options of a part as the document has them now; null when the part is gone.
    const OptionValues* optionsOf(const PartRef& part) const;
    /// The value that all parts share; none where they differ.
    std::optional<OptionValue> shared(const std::string& key) const;
    Reason reason(const OptionSpec& option) const;
    /// Empty where it could be done, else why not.
    QString set(const OptionSpec& option, const OptionValue& value);
    void setOrRefuse(const OptionSpec& option, const OptionValue& value);

    DesignDocument* m_document;
    const Method& m_method;
    std::vector<PartRef> m_parts;
};

} // namespace awb::ui
