#include <torch/types.h>

#include "models/methods/method_factories.h"

namespace awb {

namespace {

/// h + R^T (f(W h + b) - R h) inside an r-dimensional subspace (Wu et al. 2024). With `orthogonality` the
/// rows of R are made orthonormal in each pass, so the trained matrix may be any.
class ReftUnit {
public:
    ReftUnit(const OptionValues& options, const TensorGroup& own)
        : m_source(own.linear("learned_source."))
        , m_projection(own["projection.weight"])
        , m_isOrthonormal(options.flag("orthogonality"))
        , m_subtracts(options.flag("subtract_projection"))
        , m_dropout(options.number("dropout")) {
        const std::string activation = options.text("non_linearity");
        m_activation = activation.empty() || activation == "none" ? nullptr : findActivation(activation);
    }

    torch::Tensor operator()(const torch::Tensor& states, bool training) const {
        const torch::Tensor projection = m_isOrthonormal ? orthonormalRows(m_projection) : m_projection;
        torch::Tensor change = m_source(states);
        if (m_activation != nullptr) {
            change = m_activation(change);
        }
        if (m_subtracts) {
            change = change - torch::linear(states, projection);
        }
        // The public library drops out the changed states, not the change.
        return applyDropout(states + torch::matmul(change, projection), m_dropout, training);
    }

private:
    /// The nearest matrix that Gram and Schmidt give; orthonormal rows stay as they are.
    static torch::Tensor orthonormalRows(const torch::Tensor& matrix) {
        const auto [q, r] = torch::linalg_qr(matrix.t());
        return (q * torch::sign(torch::diagonal(r)).detach()).t();
    }

    Linear m_source;
    torch::Tensor m_projection; ///< R, [r, H]
    bool m_isOrthonormal;
    bool m_subtracts;
    double m_dropout;
    Activation m_activation = nullptr;
};

class Reft : public BlockModule {
public:
    Reft(const OptionValues& options, const TensorGroup& own)
        : m_first(options.integer("prefix_positions"))
        , m_last(options.integer("suffix_positions")) {
        m_units.emplace_back(options, TensorGroup(own, "units.0."));
        if (!options.flag("tied_weights")) {
            m_units.emplace_back(options, TensorGroup(own, "units.1."));
        }
    }

    torch::Tensor run(const torch::Tensor& states, const torch::Tensor& attentionMask,
                      bool training) const override {
        // Both ends are read before either is written.
        torch::Tensor result = states;
        const torch::Tensor lengths = attentionMask.sum(1).to(torch::kInt64);
        if (m_first > 0) {
            const std::int64_t count = std::min(m_first, states.size(1));
            const torch::Tensor index = torch::arange(count).expand({states.size(0), count});
            result = changed(result, states, index, m_units.front(), training);
        }
        if (m_last > 0) {
            const std::int64_t count = std::min(m_last, states.size(1));
            const torch::Tensor index = (lengths.unsqueeze(1) + torch::arange(-count, 0)).clamp_min(0);
            result = changed(result, states, index, m_units.back(), training);
        }
        return result;
    }

private:
    /// `into` with the changed states of `from` at the positions `index`, [B, count].
    static torch::Tensor changed(const torch::Tensor& into, const torch::Tensor& from,
                                 const torch::Tensor& index, const ReftUnit& unit, bool training) {
        const torch::Tensor wide = index.unsqueeze(2).expand({-1, -1, from.size(2)});
        return into.scatter(1, wide, unit(from.gather(1, wide), training));
    }

    std::int64_t m_first;
    std::int64_t m_last;
    std::vector<ReftUnit> m_units;
};

} // namespace

void buildReft(const MethodBuild& build, SiteModules& into) {
    const auto places = findMethod("reft")->places(build.config, build.model);
    for (const ActingPlace& place : *places) {
        const std::string prefix =
            blockPrefix(build.model.family, place.layer) + "reft_layer.refts." + build.adapter + ".";
        into.blocks[place.layer] = std::make_unique<Reft>(build.config.options, build.store.under(prefix));
    }
}

} // namespace awb
