#include "sim/lesson/load.h"

#include <algorithm>
#include <fstream>
#include <initializer_list>
#include <sstream>

#include "kernel/scheduler.h"
#include "sim/lesson/goal.h"
#include "sim/lesson/toml_reader.h"

namespace ipclab::lesson {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFrontFence = "+++", kStepFence = "```toml step";

std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        lines.emplace_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

toml::source_region line_region(std::size_t line) {
    toml::source_region region;
    region.begin = {static_cast<toml::source_index>(line), 1};
    region.end = {static_cast<toml::source_index>(line), 1000};
    return region;
}

bool is_program_name(std::string_view name) {
    return !name.empty() && name.size() <= 32 && std::isalpha(static_cast<unsigned char>(name[0])) != 0 &&
           std::all_of(name.begin(), name.end(),
                       [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; });
}

class Parser {
  public:
    Parser(const std::string& file, std::string_view text,
           const std::function<bool(const std::string&)>& exists)
        : lines_(split_lines(text)), report_(file, lines_), exists_(exists) {}

    LoadResult run() {
        std::size_t line = read_front_matter();
        if (!report_.has_errors()) read_sections(line);
        if (!report_.has_errors() && lesson_.steps.empty()) {
            report_.error(lines_.size(), 1, 2,
                          "a lesson needs at least one step: a heading \"## ...\" and a block ```toml step");
        }
        LoadResult result;
        if (!report_.has_errors()) result.lesson = std::move(lesson_);
        result.diagnostics = report_.take();
        return result;
    }

  private:
    // ---- TOML between +++ and +++

    /// Returns the index of the first line behind it.
    std::size_t read_front_matter() {
        if (lines_.empty() || lines_[0] != kFrontFence) {
            report_.error(lines_.empty() ? 0 : 1, 1, 2,
                          "a lesson begins with a line +++, then TOML with at least title and programs, then "
                          "a line +++");
            return 0;
        }
        std::size_t end = 1;
        while (end < lines_.size() && lines_[end] != kFrontFence) end++;
        if (end == lines_.size()) {
            report_.error(1, 1, 4, "no second line +++ ends this part");
            return end;
        }
        if (const auto table = parse_toml(1, end)) read_lesson(*table);
        return end + 1;
    }

    /// Lines [begin, end), from 0. The places in the result are those in the file.
    std::optional<toml::table> parse_toml(std::size_t begin, std::size_t end) {
        std::string text(begin, '\n');
        for (std::size_t i = begin; i < end; i++) text += lines_[i] + "\n";
        try {
            return toml::parse(text);
        } catch (const toml::parse_error& error) {
            report_.error(error.source(), "this is not TOML: " + std::string(error.description()));
            return std::nullopt;
        }
    }

    void read_lesson(const toml::table& table) {
        const TableReader reader(
            table, report_, "the lesson's head",
            {"title",    "summary", "order",   "minutes", "programs",  "tools",      "run",
             "sh",       "input",   "streams", "policy",  "cpus",      "quantum_us", "seed",
             "schedule", "limits",  "hosts",   "files",   "processes", "real",       "variant"});
        reader.require("title", line_region(1));
        reader.require("summary", line_region(1));
        lesson_.title = reader.string("title");
        lesson_.summary = reader.string("summary");
        lesson_.order = reader.integer("order", 0, 100000).value_or(100000);
        lesson_.minutes = reader.integer("minutes", 1, 1000).value_or(0);
        lesson_.setups.emplace_back();
        read_setup(reader, lesson_.setups[0], line_region(1));
        if (const auto* variants = reader.table("variant", "[variant.forgotten]")) {
            for (const auto& [key, value] : *variants) read_variant(key, value);
        }
        collect_names(reader);
    }

    void read_variant(const toml::key& key, const toml::node& value) {
        const auto* table = value.as_table();
        if (table == nullptr) {
            report_.error(value.source(), "a variant is a table: [variant." + std::string(key.str()) + "]");
            return;
        }
        const TableReader reader(*table, report_, "a variant",
                                 {"programs", "tools", "run", "sh", "input", "streams", "policy", "cpus",
                                  "quantum_us", "seed", "schedule", "limits", "hosts", "files", "real"});
        Setup setup = lesson_.setups[0];
        setup.variant = std::string(key.str());
        if (reader.find("run") != nullptr || reader.find("sh") != nullptr) {
            setup.run.clear();
            setup.shell_line.clear();
            setup.schedule_file.clear();
        }
        read_setup(reader, setup, key.source());
        lesson_.setups.push_back(std::move(setup));
    }

    /// What a setup says is put over what is there.
    void read_setup(const TableReader& reader, Setup& setup, const toml::source_region& where) {
        if (const auto* programs = reader.table("programs", "{ hello = \"hello.c\" }"))
            read_programs(reader, *programs, setup);
        for (const auto* tool : reader.strings("tools")) {
            if (!is_program_name(tool->get()) || !exists_("../bin/" + tool->get() + ".c")) {
                report_.error(tool->source(), "there is no toy program '" + tool->get() + "' in lessons/bin");
            }
            setup.tools.push_back(tool->get());
        }
        for (const auto* word : reader.strings("run")) setup.run.push_back(word->get());
        if (reader.find("sh") != nullptr) setup.shell_line = reader.string("sh");
        if (reader.find("run") != nullptr && reader.find("sh") != nullptr) {
            report_.error(reader.find("sh")->source(),
                          "'run' and 'sh' exclude each other: run starts a program, sh a line in the shell");
        }
        if (setup.run.empty() && setup.shell_line.empty()) {
            // With one program there is nothing to choose.
            if (setup.programs.size() == 1 && reader.find("run") == nullptr)
                setup.run = {setup.programs[0].name};
            if (setup.run.empty())
                report_.error(
                    where,
                    "say what to run: run = [\"program\", \"argument\"], or sh = \"a line for the shell\"");
        }
        const auto runs = [&](const LessonProgram& program) { return program.name == setup.run[0]; };
        if (!setup.run.empty() && std::none_of(setup.programs.begin(), setup.programs.end(), runs)) {
            std::vector<std::string> names;
            for (const auto& program : setup.programs) names.push_back(program.name);
            report_.error(
                reader.find("run") != nullptr ? reader.find("run")->source() : where,
                "'" + setup.run[0] + "' is not among the programs" + suggestion(setup.run[0], names));
        }
        if (reader.find("input") != nullptr) setup.input = reader.string("input");
        read_machine(reader, setup);
        // A variant may say otherwise than the head.
        if (reader.find("real") != nullptr) setup.on_real = reader.boolean("real", true);
    }

    void read_programs(const TableReader& reader, const toml::table& programs, Setup& setup) {
        for (const auto& [key, value] : programs) {
            LessonProgram program{std::string(key.str()), {}};
            if (!is_program_name(program.name))
                report_.error(key.source(),
                              "a program's name has letters, digits, _ and - and begins with a letter");
            std::vector<const toml::value<std::string>*> files;
            reader.add_strings(value, "the files of a program", files);
            for (const auto* file : files) {
                if (!is_inside(file->get()) || !exists_(file->get())) {
                    report_.error(file->source(),
                                  "there is no file '" + file->get() + "' in the lesson's folder");
                }
                program.files.push_back(file->get());
            }
            const auto same = [&](const LessonProgram& other) { return other.name == program.name; };
            std::erase_if(setup.programs, same);
            setup.programs.push_back(std::move(program));
        }
    }

    static bool is_inside(const fs::path& file) {
        return file.is_relative() &&
               std::none_of(file.begin(), file.end(), [](const fs::path& part) { return part == ".."; });
    }

    void read_machine(const TableReader& reader, Setup& setup) {
        kernel::BootOptions& boot = setup.boot;
        if (const toml::node* node = reader.find("policy")) {
            const auto policy = kernel::policy_named(reader.string("policy"));
            if (policy) {
                boot.policy = *policy;
            } else {
                report_.error(node->source(), "policy is one of round_robin, fifo, priority, mlfq, lottery, fair");
            }
        }
        if (const toml::node* node = reader.find("streams")) {
            const std::string kind = reader.string("streams");
            if (kind != "terminal" && kind != "pipe" && kind != "file") {
                report_.error(
                    node->source(),
                    "streams is one of terminal, pipe, file: what standard input, output and error are");
            }
            boot.standard_streams.fill(kind == "pipe"   ? kernel::StreamKind::pipe
                                       : kind == "file" ? kernel::StreamKind::file
                                                        : kernel::StreamKind::terminal);
        }
        if (const auto cpus = reader.integer("cpus", 1, 8))
            boot.limits.cpus = static_cast<std::int32_t>(*cpus);
        if (const auto quantum = reader.integer("quantum_us", 1, 10'000'000)) setup.quantum_us = *quantum;
        if (const auto seed = reader.integer("seed", 0, INT64_MAX))
            setup.seed = static_cast<std::uint64_t>(*seed);
        if (const toml::node* node = reader.find("schedule")) {
            setup.schedule_file = reader.string("schedule");
            setup.on_real = false;  // which goes as it likes
            if (!is_inside(setup.schedule_file) || !exists_(setup.schedule_file))
                report_.error(node->source(),
                              "there is no file '" + setup.schedule_file + "' in the lesson's folder");
            if (setup.seed)
                report_.error(node->source(),
                              "'schedule' and 'seed' exclude each other: both say who goes on");
        }
        if (reader.find("hosts") != nullptr) boot.hosts.clear();
        for (const auto* host : reader.strings("hosts"))
            if (const std::string error = kernel::add_host(boot.hosts, host->get()); !error.empty())
                report_.error(host->source(), error);
        if (const auto* limits = reader.table("limits", "{ pipe_size = 4096 }")) read_limits(*limits, setup);
        if (const auto* files = reader.table("files", "{ \"/tmp/greeting\" = \"hello\\n\" }"))
            read_files(*files, setup);
    }

    /// The rows of kernel/limits.def by their names.
    void read_limits(const toml::table& table, Setup& setup) {
        for (const auto& [key, value] : table) {
            const kernel::LimitSpec* spec = kernel::limit_named(key.str());
            if (spec == nullptr) {
                std::vector<std::string> names;
                for (const kernel::LimitSpec& each : kernel::limit_specs()) names.emplace_back(each.name);
                const std::string near = suggestion(key.str(), names);
                report_.error(key.source(), "there is no limit '" + std::string(key.str()) + "'" +
                                                (near.empty() ? "; 'ipclab limits' lists them" : near));
                continue;
            }
            const auto* number = value.as_integer();
            if (number == nullptr || number->get() < 0 ||
                static_cast<std::uint64_t>(number->get()) < spec->smallest ||
                static_cast<std::uint64_t>(number->get()) > spec->largest) {
                report_.error(value.source(), std::string(spec->name) + " is a whole number from " +
                                                  std::to_string(spec->smallest) + " to " +
                                                  std::to_string(spec->largest));
                continue;
            }
            spec->set(setup.boot.limits, static_cast<std::uint64_t>(number->get()));
            setup.on_real = false;  // the system that it runs on has its own
        }
    }

    void read_files(const toml::table& table, Setup& setup) {
        for (const auto& [path, content] : table) {
            if (path.str().substr(0, 5) != "/tmp/")
                report_.error(path.source(), "files can be put below /tmp only");
            if (const auto* text = content.as_string()) {
                setup.boot.files.emplace_back(std::string(path.str()), text->get());
            } else {
                report_.error(content.source(), "a file's content is a string");
            }
        }
    }

    /// Which names the sentences may use.
    void collect_names(const TableReader& reader) {
        Names& names = lesson_.names;
        const auto add = [&](const std::string& name) {
            if (std::find(names.programs.begin(), names.programs.end(), name) == names.programs.end())
                names.programs.push_back(name);
        };
        for (const Setup& setup : lesson_.setups) {
            for (const LessonProgram& program : setup.programs) add(program.name);
            for (const std::string& tool : setup.tools) add(tool);
            if (setup.shell_line.empty()) continue;
            add("sh");
            for (const std::string& word : words_of(setup.shell_line)) add(word);
        }
        if (const auto* processes = reader.table("processes", "{ writer = \"child 1\" }")) {
            for (const auto& [key, value] : *processes) read_process_name(key, value);
        }
    }

    void read_process_name(const toml::key& key, const toml::node& value) {
        const auto* text = value.as_string();
        std::string error = "a process is named by a string: child, child 2, grandchild or a program's name";
        const auto process =
            text != nullptr ? parse_process(text->get(), lesson_.names, error) : std::nullopt;
        if (!is_program_name(key.str())) {
            report_.error(key.source(),
                          "a process's name has letters, digits, _ and - and begins with a letter");
        } else if (process) {
            lesson_.names.processes.emplace_back(std::string(key.str()), *process);
        } else {
            report_.error(value.source(), error);
        }
    }

    /// What may be a program's name in a shell line.
    static std::vector<std::string> words_of(const std::string& line) {
        std::vector<std::string> words;
        std::string word;
        for (const char c : line + " ") {
            if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-') {
                word += c;
            } else {
                if (is_program_name(word)) words.push_back(word);
                word.clear();
            }
        }
        return words;
    }

    // ---- Markdown, and the steps in it

    /// From line index `line`: the introduction, then one section for each heading of level two.
    void read_sections(std::size_t line) {
        std::size_t begin = line;
        LessonStep* step = nullptr;
        bool in_code = false;
        for (; line < lines_.size(); line++) {
            const std::string& text = lines_[line];
            if (!in_code && text.rfind(kStepFence, 0) == 0) {
                line = read_step_block(step, begin, line);
                begin = line + 1;
            } else if (text.rfind("```", 0) == 0) {
                if (!in_code && text.find("toml") != std::string::npos &&
                    text.find("step") != std::string::npos) {
                    report_.error(line + 1, 1, text.size() + 1, "write ```toml step to begin a step");
                }
                in_code = !in_code;
            } else if (!in_code && text.rfind("## ", 0) == 0) {
                add_narration(step, begin, line);
                lesson_.steps.emplace_back();
                step = &lesson_.steps.back();
                step->title = plain_text(first_spans(text));
                step->line = static_cast<std::uint32_t>(line + 1);
                // A step without a block of its own stays with the machine of the one before.
                if (lesson_.steps.size() > 1) step->setup = lesson_.steps[lesson_.steps.size() - 2].setup;
                begin = line + 1;
                has_block_ = false;
            }
        }
        add_narration(step, begin, lines_.size());
        finish_real();
    }

    static std::vector<Span> first_spans(const std::string& heading) {
        const Document document = parse_markdown(heading);
        return document.empty() ? std::vector<Span>{} : document[0].spans;
    }

    void add_narration(LessonStep* step, std::size_t begin, std::size_t end) {
        std::string text;
        for (std::size_t i = begin; i < end; i++) text += lines_[i] + "\n";
        Document document = parse_markdown(text);
        Document& to = step == nullptr ? lesson_.introduction : has_block_ ? step->after : step->before;
        to.insert(to.end(), document.begin(), document.end());
    }

    /// The block that opens at line index `open`. Returns the index of its closing line.
    std::size_t read_step_block(LessonStep* step, std::size_t narration, std::size_t open) {
        std::size_t close = open + 1;
        while (close < lines_.size() && lines_[close].rfind("```", 0) != 0) close++;
        if (close == lines_.size()) report_.error(open + 1, 1, 4, "no line ``` ends this block");
        if (step == nullptr) {
            report_.error(open + 1, 1, 13, "a step needs a heading above its block: ## What happens");
            return close;
        }
        if (has_block_) {
            report_.error(open + 1, 1, 13,
                          "this step has a block already; begin another step with a heading: ## ...");
            return close;
        }
        add_narration(step, narration, open);
        has_block_ = true;
        if (const auto table = parse_toml(open + 1, close)) read_step(*table, *step, open + 1);
        return close;
    }

    void read_step(const toml::table& table, LessonStep& step, std::size_t line) {
        const TableReader reader(
            table, report_, "a step",
            {"until", "calls", "goal", "solution", "variant", "look", "expect", "predict", "real"});
        constexpr SentenceUse untils[] = {SentenceUse::happening, SentenceUse::fact, SentenceUse::outcome};
        constexpr SentenceUse facts[] = {SentenceUse::fact, SentenceUse::outcome};
        constexpr SentenceUse places[] = {SentenceUse::place};
        if (reader.find("variant") != nullptr) choose_variant(reader, step);
        if (const toml::node* node = reader.find("until")) {
            const std::string text = reader.string("until");
            if (node->is_string()) step.until = sentence(text, node->source(), untils);
        }
        step.calls = reader.integer("calls", 1, 1'000'000).value_or(0);
        if (step.until && step.calls > 0)
            report_.error(reader.find("calls")->source(), "'until' and 'calls' exclude each other");
        read_puzzle(reader, step);
        for (const auto* text : reader.strings("look")) {
            if (auto place = sentence(text->get(), text->source(), places))
                step.look.push_back(*std::move(place));
        }
        for (const auto* text : reader.strings("expect")) {
            auto fact = sentence(text->get(), text->source(), facts);
            if (fact)
                step.expect.push_back({*std::move(fact),
                                       static_cast<std::uint32_t>(text->source().begin.line),
                                       reader.boolean("real", true)});
        }
        if (const auto* predict = reader.table("predict", "[predict] with question, choices and answer"))
            read_prediction(*predict, step);
        if (step.is_puzzle()) become_puzzle(lesson_.setups[step.setup]);
        if (table.empty())
            report_.error(line, 1, 13,
                          "an empty step block: say how far to run, until = \"...\", or leave the block out");
    }

    /// Its machine is as the explorer's: what is not said by a choice takes no time.
    static void become_puzzle(Setup& setup) {
        setup.boot.standard_streams[0] = kernel::StreamKind::file;
        setup.boot.costs = kernel::Costs::none();
        setup.on_real = false;  // which goes as it likes
    }

    void read_puzzle(const TableReader& reader, LessonStep& step) {
        constexpr SentenceUse uses[] = {SentenceUse::fact, SentenceUse::outcome};
        for (const auto* text : reader.strings("goal")) {
            auto condition = sentence(text->get(), text->source(), uses);
            if (!condition) continue;
            if (const std::string why = why_no_goal(*condition); !why.empty())
                report_.error(text->source(), why);
            step.goal.push_back(*std::move(condition));
        }
        const toml::node* goal = reader.find("goal");
        const toml::node* solution = reader.find("solution");
        if ((goal != nullptr) != (solution != nullptr))
            report_.error((goal != nullptr ? goal : solution)->source(),
                          "a puzzle has a goal and a solution: a schedule file that reaches it");
        if (goal == nullptr || solution == nullptr) return;
        if (step.until || step.calls > 0)
            report_.error(goal->source(),
                          "'goal' excludes 'until' and 'calls': a person decides how it goes on");
        step.solution_file = reader.string("solution");
        if (!is_inside(step.solution_file) || !exists_(step.solution_file))
            report_.error(solution->source(),
                          "there is no file '" + step.solution_file + "' in the lesson's folder");
    }

    void choose_variant(const TableReader& reader, LessonStep& step) {
        const std::string name = reader.string("variant");
        std::vector<std::string> names;
        for (std::size_t i = 0; i < lesson_.setups.size(); i++) {
            if (lesson_.setups[i].variant == name) {
                step.setup = i;
                return;
            }
            if (i > 0) names.push_back(lesson_.setups[i].variant);
        }
        report_.error(reader.find("variant")->source(),
                      "there is no variant '" + name + "'" +
                          (names.empty() ? "; the lesson's head describes one: [variant." + name + "]"
                                         : suggestion(name, names)));
    }

    void read_prediction(const toml::table& table, LessonStep& step) {
        const TableReader reader(table, report_, "a prediction", {"question", "choices", "answer", "why"});
        for (const auto* key : {"question", "choices", "answer"}) reader.require(key, table.source());
        Prediction prediction;
        prediction.question = reader.string("question");
        prediction.why = reader.string("why");
        for (const auto* choice : reader.strings("choices")) prediction.choices.push_back(choice->get());
        if (reader.find("choices") != nullptr && prediction.choices.size() < 2)
            report_.error(reader.find("choices")->source(), "a prediction needs at least two choices");
        const auto answer = reader.integer(
            "answer", 1, std::max<std::int64_t>(1, static_cast<std::int64_t>(prediction.choices.size())));
        if (!answer) return;
        prediction.answer = static_cast<std::size_t>(*answer - 1);
        step.predict = std::move(prediction);
    }

    std::optional<Condition> sentence(const std::string& text, const toml::source_region& at,
                                      std::span<const SentenceUse> uses) {
        ParsedSentence parsed = parse_sentence(text, lesson_.names, uses);
        if (!parsed.condition) report_.error_in_string(at, parsed.error);
        if (parsed.condition && parsed.condition->file) check_file(*parsed.condition, at);
        return parsed.condition;
    }

    void check_file(const Condition& condition, const toml::source_region& at) {
        std::vector<std::string> files;
        for (const Setup& setup : lesson_.setups) {
            for (const auto& program : setup.programs)
                files.insert(files.end(), program.files.begin(), program.files.end());
        }
        if (std::find(files.begin(), files.end(), *condition.file) != files.end()) return;
        report_.error(at, "'" + *condition.file + "' is not a file of this lesson's programs" +
                              suggestion(*condition.file, files));
    }

    /// An outcome can be checked on the real kernel where its step runs to the end.
    void finish_real() {
        for (LessonStep& step : lesson_.steps) {
            const bool ends = step.until && step.until->kind == SentenceKind::end;
            for (Expectation& expectation : step.expect) {
                expectation.on_real = expectation.on_real && ends && lesson_.setups[step.setup].on_real &&
                                      use_of(expectation.condition.kind) == SentenceUse::outcome;
            }
        }
    }

    std::vector<std::string> lines_;
    Reporter report_;
    const std::function<bool(const std::string&)>& exists_;
    Lesson lesson_;
    bool has_block_ = false;  // the step that is being read has had its block
};

std::optional<std::string> text_of(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::stringstream text;
    if (!stream || !(text << stream.rdbuf())) return std::nullopt;
    return text.str();
}

/// Reads the schedule of a setup that has one. Empty, or what is wrong with it.
std::string read_schedule(const fs::path& folder, Setup& setup) {
    if (setup.schedule_file.empty()) return {};
    std::string error;
    const auto text = text_of(folder / setup.schedule_file);
    if (!text) return "cannot be read";
    setup.schedule = engine::schedule_file_from(*text, error);
    if (!setup.schedule) return error;
    setup.schedule->set_up(setup.boot);
    setup.input = setup.schedule->input;
    return {};
}

/// Reads the solution of a puzzle. Empty, or what is wrong with it.
std::string read_solution(const fs::path& folder, LessonStep& step) {
    if (!step.is_puzzle()) return {};
    std::string error;
    const auto text = text_of(folder / step.solution_file);
    if (!text) return "cannot be read";
    auto file = engine::schedule_file_from(*text, error);
    if (!file) return error;
    step.solution = std::move(file->schedule);
    return {};
}

/// "02-full-pipe" -> "full-pipe".
std::string name_of(const fs::path& folder) {
    const std::string name = folder.filename().string();
    const std::size_t dash = name.find('-');
    const bool numbered =
        dash != std::string::npos && dash > 0 && name.find_first_not_of("0123456789") == dash;
    return numbered ? name.substr(dash + 1) : name;
}

std::vector<fs::path> lesson_folders(const fs::path& lessons) {
    std::vector<fs::path> folders;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(lessons, ignored)) {
        if (fs::exists(entry.path() / "lesson.md", ignored)) folders.push_back(entry.path());
    }
    std::sort(folders.begin(), folders.end());
    return folders;
}

}  // namespace

LoadResult parse_lesson(const std::string& file, std::string_view text,
                        const std::function<bool(const std::string& name)>& exists) {
    return Parser(file, text, exists).run();
}

LoadResult load_lesson(const fs::path& folder) {
    const fs::path file = folder / "lesson.md";
    const auto text = text_of(file);
    if (!text) {
        cc::Diagnostic diagnostic;
        diagnostic.file = file.string();
        diagnostic.message = "cannot be read: a lesson is a folder with a file lesson.md";
        return {std::nullopt, {diagnostic}};
    }
    LoadResult result = parse_lesson(file.string(), *text, [&](const std::string& name) {
        std::error_code ignored;
        return fs::is_regular_file(folder / name, ignored);
    });
    if (!result.lesson) return result;
    const auto complain = [&](const std::string& name, std::string error) {
        if (error.empty()) return;
        cc::Diagnostic diagnostic;
        diagnostic.file = (folder / name).string();
        diagnostic.message = std::move(error);
        result.diagnostics.push_back(std::move(diagnostic));
    };
    for (Setup& setup : result.lesson->setups) complain(setup.schedule_file, read_schedule(folder, setup));
    for (LessonStep& step : result.lesson->steps) complain(step.solution_file, read_solution(folder, step));
    if (cc::has_errors(result.diagnostics)) {
        result.lesson.reset();
        return result;
    }
    result.lesson->folder = folder;
    result.lesson->name = name_of(folder);
    return result;
}

std::vector<LoadResult> load_lessons(const fs::path& lessons) {
    std::vector<LoadResult> results;
    for (const fs::path& folder : lesson_folders(lessons)) results.push_back(load_lesson(folder));
    std::stable_sort(results.begin(), results.end(), [](const LoadResult& a, const LoadResult& b) {
        return (a.lesson ? a.lesson->order : INT64_MAX) < (b.lesson ? b.lesson->order : INT64_MAX);
    });
    return results;
}

std::optional<fs::path> find_lesson(const fs::path& lessons, const std::string& name, std::string& error) {
    std::vector<std::string> names;
    for (const fs::path& folder : lesson_folders(lessons)) {
        const std::string full = folder.filename().string(), number = full.substr(0, full.find('-'));
        const bool same_number = !name.empty() && name.find_first_not_of("0123456789") == std::string::npos &&
                                 name.size() <= 9 && !number.empty() &&
                                 number.find_first_not_of("0123456789") == std::string::npos &&
                                 number.size() <= 9 && std::stol(number) == std::stol(name);
        if (full == name || name_of(folder) == name || same_number) return folder;
        names.push_back(name_of(folder));
    }
    error = "there is no lesson '" + name + "'" + suggestion(name, names) + "\n";
    error += names.empty() ? "no lessons were found in " + lessons.string() + "\n" : "lessons:";
    for (const auto& one : names) error += " " + one;
    return std::nullopt;
}

}  // namespace ipclab::lesson
