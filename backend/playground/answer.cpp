#include "backend/playground/answer.h"

#include <algorithm>

namespace awb {

const LabelScore* HeadAnswer::best() const {
    const auto found = std::ranges::max_element(labels, {}, &LabelScore::probability);
    return found == labels.end() ? nullptr : &*found;
}

} // namespace awb
