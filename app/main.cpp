#include <cstdio>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/commands.h"
#include "backend/train/heap.h"

namespace {

using namespace awb::app;
using awb::PretrainingSpec;
using awb::TrainingSpec;

constexpr const char* kExamples = R"(Examples:
  adapter-workbench                                   open the window
  adapter-workbench design.json                       open the window with an experiment
  adapter-workbench run design.json                   train it without a window; Ctrl-C leaves a checkpoint
  adapter-workbench run --resume 12                   go on with a stopped or interrupted run
  adapter-workbench run design.json --json | jq .metrics.test.accuracy
  echo "a small cat" | adapter-workbench tokenize --model mini-en
  adapter-workbench verify fixtures/cases/bert_*
  adapter-workbench inspect ~/models/bert-base-uncased
  adapter-workbench count --model llama-3-8b          parameters of every preset
  adapter-workbench count design.json --json
  adapter-workbench compare task.json --budget 50000 --seeds 1,2,3
  adapter-workbench fuse target.json --sources a.json,b.json,c.json
  adapter-workbench pretrain my-base texts/*.txt      a small BERT from plain text
  adapter-workbench madx madx.json --data datasets    cross-lingual transfer as a matrix of scores
  adapter-workbench export 12 my-adapter --bin        a run's result in AdapterHub's format
  adapter-workbench import lora-folder --base mini-en --name topics
  adapter-workbench combine both a=0.5 b=0.5 --base mini-en
  adapter-workbench ablate 12                         what each adapter of a run is worth, layer by layer
  adapter-workbench prune 12 --keep 2                 what it costs a fusion to lose its adapters
  adapter-workbench study 12                          what the adapters of a run do to the hidden states

Exit status: 0 success, 1 the work failed or a tolerance was missed, 2 wrong call, 77 skipped since the data of
the experiment are not on this machine (madx), 130 interrupted.)";

/// The commands with their options; `chosen` gets what to do.
class CommandLine {
public:
    CommandLine(int& argc, char** argv) {
        m_app.footer(kExamples);
        m_app.set_version_flag("--version", "adapter-workbench " AWB_VERSION);
        m_app.add_option("experiment", m_experiment, "Experiment file to open in the window")
            ->check(CLI::ExistingFile);
        addWorkspace(&m_app);
        m_chosen = [this, &argc, argv] { return runWindow(argc, argv, {m_experiment, m_workspace}); };
        addRun();
        addTokenize();
        addVerify();
        addInspect();
        addCount();
        addCompare();
        addFuse();
        addPretrain();
        addMadx();
        addExport();
        addImport();
        addCombine();
        addAblate();
        addPrune();
        addStudy();
        addDoctor();
        addScreenshots(argc, argv);
    }

    int execute(int argc, char** argv) {
        try {
            m_app.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            return m_app.exit(error) == 0 ? kSuccess : kWrongCall;
        }
        return m_chosen();
    }

private:
    void addWorkspace(CLI::App* command) {
        command->add_option("--workspace", m_workspace,
                            "Folder with the database and the files of the runs (default: "
                            "~/.local/share/adapter-workbench/workspace)");
    }

    void addRun() {
        CLI::App* command = m_app.add_subcommand("run", "Train an experiment without a window");
        auto* experiment = command->add_option("experiment", m_run.experiment, "Experiment file");
        auto* resume =
            command->add_option("--resume", m_run.resume, "Go on with this run from its last checkpoint");
        resume->excludes(experiment);
        command->add_flag("--json", m_run.json, "Print one JSON object with the results on standard output");
        addWorkspace(command);
        command->callback([this] {
            if (m_run.experiment.empty() && !m_run.resume) {
                throw CLI::RequiredError("An experiment file or --resume RUN");
            }
            m_chosen = [this] {
                m_run.workspace = m_workspace;
                return runExperiment(m_run);
            };
        });
    }

    void addTokenize() {
        CLI::App* command = m_app.add_subcommand(
            "tokenize",
            "Cut texts from standard input into tokens: one a line in, one JSON object a line out");
        command->add_option("--model", m_tokenize.model, "Model folder or the name of a bundled model")
            ->required();
        command->add_flag("--pair", m_tokenize.pairs, "Each line holds two texts, separated by a tab");
        command
            ->add_option("--max-length", m_tokenize.maxLength,
                         "Cut to so many tokens, special tokens included")
            ->check(CLI::PositiveNumber);
        command->callback([this] { m_chosen = [this] { return runTokenize(m_tokenize); }; });
    }

    void addVerify() {
        CLI::App* command = m_app.add_subcommand(
            "verify", "Recompute fixture folders and print the worst error of each quantity");
        command->add_option("folders", m_folders, "Case or tokenizer folders")->required();
        command->callback([this] { m_chosen = [this] { return runVerify(m_folders); }; });
    }

    void addInspect() {
        CLI::App* command = m_app.add_subcommand(
            "inspect", "Show parameters, sites and sizes of a model, adapter or head folder");
        command->add_option("folder", m_folder, "Folder, or the name of a bundled model")->required();
        command->add_flag("--json", m_json, "Print one JSON object");
        command->callback([this] { m_chosen = [this] { return runInspect(m_folder, m_json); }; });
    }

    void addCount() {
        CLI::App* command = m_app.add_subcommand(
            "count", "Count parameters without making them: of an experiment, a preset, or all presets");
        auto* experiment = command->add_option("experiment", m_count.experiment, "Experiment file");
        auto* preset = command->add_option("--preset", m_count.preset, "Name of a preset, in all layers");
        preset->excludes(experiment);
        command->add_option("--model", m_count.model,
                            "bert-base, bert-large, roberta-base, roberta-large, xlm-roberta-base, "
                            "distilbert-base, llama-3-8b, a bundled model or a folder (default: the "
                            "experiment's, else bert-base)");
        command->add_flag("--json", m_count.json, "Print one JSON object");
        command->callback([this] { m_chosen = [this] { return runCount(m_count); }; });
    }

    void addCompare() {
        CLI::App* command = m_app.add_subcommand(
            "compare", "Train methods on one task at one parameter budget and print their scores");
        command->add_option("experiment", m_compare.experiment, "Experiment file: its data, head, training")
            ->required();
        command
            ->add_option("--budget", m_compare.budget,
                         "Parameters that each adapter should have (default: the presets' own sizes)")
            ->check(CLI::PositiveNumber);
        command->add_option("--presets", m_compare.presets, "Names of presets, also head and full")
            ->delimiter(',');
        command->add_option("--seeds", m_compare.seeds, "Default: 1,2,3")->delimiter(',');
        command
            ->add_option("--learning-rates", m_compare.learningRates,
                         "Tried with the first seed; the best on the validation split is used")
            ->delimiter(',')
            ->check(CLI::PositiveNumber);
        command->add_flag("--json", m_compare.json, "Print a JSON list");
        addWorkspace(command);
        command->callback([this] {
            m_chosen = [this] {
                m_compare.workspace = m_workspace;
                return runCompare(m_compare);
            };
        });
    }

    void addFuse() {
        CLI::App* command = m_app.add_subcommand(
            "fuse", "Train adapters on their own tasks, fuse them for another one (AdapterFusion), and print "
                    "what it gives beside a single adapter and full fine-tuning");
        command->add_option("target", m_fuse.target, "Experiment file: the target's data, head, training")
            ->required()
            ->check(CLI::ExistingFile);
        command->add_option("--sources", m_fuse.sources, "Experiment files that train one adapter each")
            ->delimiter(',')
            ->required()
            ->check(CLI::ExistingFile);
        command->add_option("--seeds", m_fuse.seeds, "Default: 1,2,3")->delimiter(',');
        command
            ->add_option("--learning-rates", m_fuse.learningRates,
                         "Tried on the target with the first seed; the best on the validation split is used")
            ->delimiter(',')
            ->check(CLI::PositiveNumber);
        command->add_flag("--json", m_fuse.json, "Print one JSON object");
        addWorkspace(command);
        command->callback([this] {
            m_chosen = [this] {
                m_fuse.workspace = m_workspace;
                return runFuse(m_fuse);
            };
        });
    }

    void addPretrain() {
        CLI::App* command = m_app.add_subcommand(
            "pretrain", "Train a small BERT from scratch on plain text, as a masked language model");
        PretrainingSpec& spec = m_pretrain.spec;
        command->add_option("to", m_pretrain.to, "Folder to write")->required();
        command->add_option("texts", spec.texts, "Files with one text a line, blank lines between documents")
            ->required();
        command->add_option("--lines-per-text", spec.linesPerText, "At most so many lines of each file");
        command->add_option("--hold-out-every", spec.holdOutEvery,
                            "Every so-many-th line only validates; 0: none (default: 50)");
        command->add_flag("--cased", spec.cased, "Keep upper case and accents");
        command->add_option("--vocab-size", spec.vocabSize, "WordPieces at most (default: 8192)");
        command->add_option("--min-frequency", spec.minFrequency, "Of a joined pair (default: 2)");
        command->add_option("--hidden-size", spec.shape.hiddenSize, "Default: 128");
        command->add_option("--layers", spec.shape.numLayers, "Default: 4");
        command->add_option("--heads", spec.shape.numHeads, "Default: 4");
        command->add_option("--intermediate-size", spec.shape.intermediateSize, "Default: 512");
        command->add_option("--max-length", spec.training.maxSeqLength,
                            "Tokens of a block, and positions of the base (default: 128)");
        addPretrainTraining(command, spec.training);
        command->add_flag("--json", m_pretrain.json, "Print one JSON object");
        addWorkspace(command);
        command->callback([this] {
            m_chosen = [this] {
                m_pretrain.workspace = m_workspace;
                return runPretrain(m_pretrain);
            };
        });
    }

    static void addPretrainTraining(CLI::App* command, TrainingSpec& training) {
        command->add_option("--epochs", training.epochs, "Default: 10");
        command->add_option("--batch-size", training.batchSize, "Blocks (default: 32)");
        command->add_option("--learning-rate", training.learningRate, "Default: 0.001");
        command->add_option("--warmup-ratio", training.warmupRatio, "Default: 0.06");
        command->add_option("--weight-decay", training.weightDecay, "Default: 0.01");
        command->add_option("--mlm-probability", training.mlmProbability, "Default: 0.15");
        command->add_flag("--whole-word-mask", training.wholeWordMask, "Hide all pieces of a word or none");
        command->add_option("--seed", training.seed, "Default: 1");
        command->add_option("--threads", training.threads, "Default: chosen by the program");
    }

    void addMadx() {
        CLI::App* command = m_app.add_subcommand(
            "madx", "Language adapters, task adapters on them, and their scores in other languages");
        command->add_option("experiment", m_madx.experiment, "MAD-X file")->required();
        command->add_option("--data", m_madx.data, "Folder with the data (default: what the file says)");
        command->add_option("--base", m_madx.base, "Base model instead of the file's");
        command->add_flag("--json", m_madx.json, "Print one JSON object");
        addWorkspace(command);
        command->callback([this] {
            m_chosen = [this] {
                m_madx.workspace = m_workspace;
                return runMadxExperiment(m_madx);
            };
        });
    }

    void addExport() {
        CLI::App* command = m_app.add_subcommand("export", "Write a run's adapters, fusions, heads and "
                                                           "composition, or a folder of such (also of "
                                                           "the PEFT library), in AdapterHub's format");
        command->add_option("what", m_export.what, "Number of a run, or a folder")->required();
        command->add_option("to", m_export.to, "Folder to write")->required();
        command->add_option("--base", m_export.base, "Base model of a folder: a bundled name or a folder");
        command->add_option("--name", m_export.name, "New name of a folder's adapter or head");
        command->add_flag("--bin", m_export.pickle, "Write PyTorch's .bin files instead of safetensors");
        command->add_flag("--json", m_export.json, "Print one JSON object");
        addWorkspace(command);
        command->callback([this] {
            m_chosen = [this] {
                m_export.workspace = m_workspace;
                return runExport(m_export);
            };
        });
    }

    void addImport() {
        CLI::App* command = m_app.add_subcommand(
            "import", "Take a saved adapter (AdapterHub's or PEFT's format) into the workspace");
        command->add_option("folder", m_import.folder, "Folder of the adapter")->required();
        command->add_option("--base", m_import.base, "Its base model: a bundled name or a folder")
            ->required();
        command->add_option("--name", m_import.name, "New name (default: its own)");
        command->add_flag("--replace", m_import.replace, "Replace an adapter of this name");
        command->add_flag("--json", m_import.json, "Print one JSON object");
        addWorkspace(command);
        command->callback([this] {
            m_chosen = [this] {
                m_import.workspace = m_workspace;
                return runImport(m_import);
            };
        });
    }

    void addCombine() {
        CLI::App* command = m_app.add_subcommand(
            "combine", "Make one adapter of several: weighted sum, average or difference of their weights");
        command->add_option("to", m_combine.to, "Folder to write")->required();
        command
            ->add_option("adapters", m_combine.terms,
                         "Folders, each with a weight behind a last '=': a=0.7 b=-0.3; without any weight "
                         "their average")
            ->required();
        command->add_option("--base", m_combine.base, "Their base model: a bundled name or a folder")
            ->required();
        command->add_option("--name", m_combine.name, "Name of the new adapter (default: the folder's)");
        command->add_option("--method", m_combine.method,
                            "linear; of LoRA also svd, concatenate and negate_b (default: linear)");
        command->add_option("--rank", m_combine.rank, "Rank of svd (default: the first adapter's)")
            ->check(CLI::PositiveNumber);
        command->add_flag("--normalize", m_combine.isNormalized, "Divide the weights by their sum");
        command->add_flag("--bin", m_combine.pickle, "Write PyTorch's .bin files instead of safetensors");
        command->callback([this] { m_chosen = [this] { return runCombine(m_combine); }; });
    }

    void addAblate() {
        CLI::App* command = m_app.add_subcommand(
            "ablate", "Leave each adapter of a finished run out, place by place, and show what that costs");
        command->add_option("run", m_ablate.run, "The run's number")->required();
        command
            ->add_option("--examples", m_ablate.examples,
                         "Score on at most so many examples of the validation split (default: 500)")
            ->check(CLI::PositiveNumber);
        command->add_flag("--json", m_ablate.json, "Print one JSON object");
        addWorkspace(command);
        command->callback([this] {
            m_chosen = [this] {
                m_ablate.workspace = m_workspace;
                return runAblate(m_ablate);
            };
        });
    }

    void addPrune() {
        CLI::App* command = m_app.add_subcommand(
            "prune",
            "Drop the adapters of a finished run's fusion, the least weight first, and show what that "
            "costs");
        command->add_option("run", m_prune.run, "The run's number")->required();
        command->add_option("--keep", m_prune.keep, "Stop when so many adapters are left (default: 1)")
            ->check(CLI::PositiveNumber);
        command
            ->add_option("--examples", m_prune.examples,
                         "Score on at most so many examples of the validation split (default: 500)")
            ->check(CLI::PositiveNumber);
        command->add_flag("--json", m_prune.json, "Print one JSON object");
        addWorkspace(command);
        command->callback([this] {
            m_chosen = [this] {
                m_prune.workspace = m_workspace;
                return runPrune(m_prune);
            };
        });
    }

    void addStudy() {
        CLI::App* command = m_app.add_subcommand(
            "study", "Show what the adapters of a finished run do: how much they change, what they have in "
                     "common, which units fire");
        command->add_option("run", m_study.run, "The run's number")->required();
        command->add_option("--split", m_study.split, "train, validation or test (default: validation)");
        command
            ->add_option("--examples", m_study.examples,
                         "Look at no more than so many examples (default: 500)")
            ->check(CLI::PositiveNumber);
        command->add_option("--seed", m_study.seed, "By which they are drawn (default: the run's)");
        command->add_flag("--json", m_study.json, "Print one JSON object");
        addWorkspace(command);
        command->callback([this] {
            m_chosen = [this] {
                m_study.workspace = m_workspace;
                return runStudy(m_study);
            };
        });
    }

    void addDoctor() {
        CLI::App* command = m_app.add_subcommand("doctor", "Show what the program finds on this machine");
        addWorkspace(command);
        command->callback([this] { m_chosen = [this] { return runDoctor(m_workspace); }; });
    }

    void addScreenshots(int& argc, char** argv) {
        CLI::App* command = m_app.add_subcommand(
            "screenshots",
            "Write pictures of every page, light and dark, from real runs (some minutes), or of "
            "the runs that a workspace has");
        command->add_option("folder", m_screenshots.folder, "Where the PNG files go")->required();
        command->add_option("--workspace", m_screenshots.workspace,
                            "Show what is there instead of training new runs");
        command->add_option("--run", m_screenshots.run, "The run that the Fusion page shows");
        command->add_option("--madx", m_screenshots.madx, "The file that the MAD-X page shows")
            ->check(CLI::ExistingFile);
        command->callback([this, &argc, argv] {
            m_chosen = [this, &argc, argv] { return runScreenshots(argc, argv, m_screenshots); };
        });
    }

    CLI::App m_app{"Adapter Workbench: design, train and inspect adapter layers of transformer models.",
                   "adapter-workbench"};
    std::string m_workspace; ///< the same option before and after the command
    std::string m_experiment;
    RunOptions m_run;
    TokenizeOptions m_tokenize;
    CountOptions m_count;
    CompareOptions m_compare;
    FuseOptions m_fuse;
    PretrainOptions m_pretrain;
    MadxOptions m_madx;
    ExportOptions m_export;
    ImportOptions m_import;
    CombineCommand m_combine;
    AblateOptions m_ablate;
    PruneOptions m_prune;
    StudyOptions m_study;
    ScreenshotOptions m_screenshots;
    std::vector<std::string> m_folders;
    std::string m_folder;
    bool m_json = false;
    std::function<int()> m_chosen;
};

} // namespace

int main(int argc, char** argv) {
    awb::keepFreedMemory();
    try {
        return CommandLine(argc, argv).execute(argc, argv);
    } catch (const std::exception& exception) {
        std::fprintf(stderr, "adapter-workbench: %s\n", exception.what());
        return kFailed;
    }
}
