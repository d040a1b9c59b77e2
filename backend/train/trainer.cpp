#include "backend/train/trainer.h"

#include <new>

#include <torch/types.h>

#include "backend/train/run_errors.h"
#include "backend/train/training_run.h"

namespace awb {

RunOutcome train(const TrainRequest& request, RunControl& control, TrainingObserver& observer) {
    TrainingRun run(request, control, observer);
    try {
        return run.execute();
    } catch (const c10::Error& error) {
        return run.failed(torchError(error));
    } catch (const std::bad_alloc&) {
        return run.failed({"there is not enough memory for this run",
                           {},
                           "Choose a smaller batch_size or max_seq_length, or close other programs"});
    } catch (const std::exception& error) {
        return run.failed({std::string("the run failed: ") + error.what(), {}, {}});
    } catch (...) {
        return run.failed({"the run failed for a reason that it does not tell", {}, {}});
    }
}

} // namespace awb
