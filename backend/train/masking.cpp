#include "backend/train/batching.h"
#include "backend/train/random_stream.h"

namespace awb {
namespace {

constexpr double kMasked = 0.8;
constexpr double kMaskedOrRandom = 0.9;

/// Hides tokens of the examples of one batch.
class Masker {
public:
    Masker(PaddedBatch& batch, const TokenizedSplit& split, const Masking& masking)
        : m_batch(batch)
        , m_split(split)
        , m_masking(masking) {
        m_batch.tokenLabels.assign(m_batch.ids.size(), kIgnoredLabel);
        m_batch.askedTokens.emplace();
    }

    void maskRow(std::size_t row, RandomStream& random) {
        const std::size_t begin = m_split.offsets[m_batch.examples[row]];
        const std::size_t end = m_split.offsets[m_batch.examples[row] + 1];
        const std::size_t cell = row * static_cast<std::size_t>(m_batch.length);
        // Units are what is chosen as a whole: runs of tokens of one word, or single tokens.
        m_units.clear();
        for (std::size_t i = begin; i < end; ++i) {
            const std::int32_t word = m_split.words[i];
            const bool goesOn = m_masking.wholeWords && i > begin && word == m_split.words[i - 1];
            if (word >= 0 && goesOn) {
                ++m_units.back().count;
            } else if (word >= 0) {
                m_units.push_back({cell + i - begin, 1});
            }
        }
        bool any = false;
        for (const Unit& unit : m_units) {
            if (random.fraction() < m_masking.probability) {
                hide(unit, random);
                any = true;
            }
        }
        if (!any && !m_units.empty()) {
            hide(m_units[random.below(m_units.size())], random);
        }
    }

private:
    struct Unit {
        std::size_t cell = 0;
        std::size_t count = 0;
    };

    void hide(const Unit& unit, RandomStream& random) {
        for (std::size_t cell = unit.cell; cell < unit.cell + unit.count; ++cell) {
            m_batch.tokenLabels[cell] = m_batch.ids[cell];
            m_batch.askedTokens->push_back(static_cast<std::int64_t>(cell));
            const double draw = random.fraction();
            if (draw < kMasked) {
                m_batch.ids[cell] = m_masking.maskId;
            } else if (draw < kMaskedOrRandom) {
                m_batch.ids[cell] =
                    static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(m_masking.vocabSize)));
            }
        }
    }

    PaddedBatch& m_batch;
    const TokenizedSplit& m_split;
    const Masking& m_masking;
    std::vector<Unit> m_units;
};

} // namespace

void maskForTraining(PaddedBatch& batch, const TokenizedSplit& split, const Masking& masking,
                     std::uint64_t seed, std::int64_t step) {
    RandomStream random(seed, static_cast<std::uint64_t>(step), RandomPurpose::TrainingMasks);
    Masker masker(batch, split, masking);
    for (std::size_t row = 0; row < batch.examples.size(); ++row) {
        masker.maskRow(row, random);
    }
}

void maskForEvaluation(PaddedBatch& batch, const TokenizedSplit& split, const Masking& masking,
                       std::uint64_t seed) {
    Masker masker(batch, split, masking);
    for (std::size_t row = 0; row < batch.examples.size(); ++row) {
        RandomStream random(seed, batch.examples[row], RandomPurpose::EvaluationMasks);
        masker.maskRow(row, random);
    }
}

} // namespace awb
