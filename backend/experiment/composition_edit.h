#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "backend/experiment/experiment.h"

namespace awb::design {

/// The way from the root to a node: the child's number at each step. Empty: the root.
using CompositionPath = std::vector<std::size_t>;

/// Null where the path leads nowhere.
const Composition* nodeAt(const Composition& composition, const CompositionPath& path);

// Edits of the composition: each returns the changed experiment, or why it can't be done. Adapters and
// fusions that join the composition are trained (saved adapters stay frozen), what leaves it is not trained
// any more; the adapters themselves stay in the design. Sizes and weights follow the children.

/// Replaces the whole composition.
Result<Experiment> setComposition(Experiment experiment, Composition composition);
/// Puts a node into a block as its child number `index`. An empty composition takes it as its root.
Result<Experiment> insertInto(Experiment experiment, const CompositionPath& block, std::size_t index,
                              Composition node);
/// Takes a node out; a block that has no child or one child left gives way to it.
Result<Experiment> removeAt(Experiment experiment, const CompositionPath& path);
/// Takes a node out and puts it into a block, both named as they are before the move.
Result<Experiment> moveTo(Experiment experiment, const CompositionPath& from, const CompositionPath& block,
                          std::size_t index);
/// Puts a new block around a node; Fuse needs two, see `joinAt`.
Result<Experiment> wrapIn(Experiment experiment, const CompositionPath& path, Composition::Kind kind);
/// On which side of a node another one joins it.
enum class Side { Before, After };
/// Puts a new block around a node and another one.
Result<Experiment> joinAt(Experiment experiment, const CompositionPath& path, Composition::Kind kind,
                          Composition other, Side side = Side::After);
/// The same with a node `from` that stands elsewhere in the composition, both named as they are before.
Result<Experiment> joinMoved(Experiment experiment, const CompositionPath& path, Composition::Kind kind,
                             const CompositionPath& from, Side side = Side::After);
/// Takes a block away; its children take its place. At the root a Stack takes its place.
Result<Experiment> unwrapAt(Experiment experiment, const CompositionPath& path);
/// Makes another kind of block of a block.
Result<Experiment> setKindAt(Experiment experiment, const CompositionPath& path, Composition::Kind kind);
/// Tokens of Split's children, or texts of BatchSplit's.
Result<Experiment> setSizes(Experiment experiment, const CompositionPath& path,
                            std::vector<std::int64_t> sizes);
/// Average: the children's weights, none for equal ones.
Result<Experiment> setWeights(Experiment experiment, const CompositionPath& path, std::vector<double> weights,
                              bool normalize, bool weightedSum);

/// The options of all fusions. Error: an unknown preset.
Result<Experiment> setFusion(Experiment experiment, FusionSpec fusion);
/// Adds an adapter to the design, outside the composition. Its name is made unique.
Result<Experiment> addAdapter(Experiment experiment, AdapterSpec adapter);
/// Takes an adapter out of the design and the composition.
Result<Experiment> removeAdapter(Experiment experiment, std::string_view name);
/// `name`: an adapter, or a fusion as in `train` ("fuse:a,b").
Result<Experiment> setTrained(Experiment experiment, std::string_view name, bool isTrained);

/// A name that no adapter has yet, made of what a name may hold.
std::string freshName(const Experiment& experiment, std::string_view wish);

/// The composition after adapters came or went: names without an adapter leave it, those of `added` join it
/// and are trained; full fine-tuning ends where something was added. Error: no legal place for one.
Result<Experiment> adoptAdapters(Experiment experiment, const std::set<std::string>& added);

} // namespace awb::design
