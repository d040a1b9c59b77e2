#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "backend/formats/weights_file.h"
#include "models/config/method.h"

namespace awb {

/// Translates the names in an adapter's or fusion's file into those of the model: body prefix, old names,
/// another adapter name, copies of one tensor under several names.
class AdapterNames {
public:
    AdapterNames(ModelFamily family, std::string nameInFile, std::string nameInModel,
                 const std::vector<TensorSpec>& specs, const WeightsFile& file);

    /// Empty where the tensor is to be passed over: a copy of another one.
    std::string operator()(std::string_view inFile) const;

private:
    std::string translated(std::string_view inFile) const;

    std::string m_body;
    std::string m_old;
    std::string m_new;
    std::map<std::string, std::string> m_aliases; ///< alias -> own name
    std::map<std::string, bool> m_isInFile;       ///< own names that the file has
};

} // namespace awb
