#include "sim/lesson/exercise.h"

#include <algorithm>
#include <string_view>

#include "kernel/event.h"
#include "kernel/limits.h"
#include "sim/lesson/toml_reader.h"

namespace ipclab::lesson {
namespace {

/// As what a person would write.
std::string in_quotes(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) result += c == '\n' ? "\\n" : c == '"' ? "\\\"" : std::string(1, c);
    return result + '"';
}

class ExerciseParser {
  public:
    ExerciseParser(const std::string& file, const std::vector<std::string>& lines,
                   const std::vector<std::string>& kinds)
        : report_(file, lines), kinds_(kinds) {}

    ExerciseResult run(std::string_view text) {
        try {
            read(toml::parse(text));
        } catch (const toml::parse_error& error) {
            report_.error(error.source(), "this is not TOML: " + std::string(error.description()));
        }
        ExerciseResult result;
        if (!report_.has_errors()) result.exercise = std::move(exercise_);
        result.diagnostics = report_.take();
        return result;
    }

  private:
    void read(const toml::table& table) {
        const TableReader reader(
            table, report_, "an exercise",
            {"title", "arguments", "input", "streams", "limits", "allowed", "forbidden", "required", "forbid",
             "ends", "memory", "fail", "states", "seconds", "memory_mb"});
        reader.require("title", table.source());
        exercise_.title = reader.string("title");
        for (const auto* word : reader.strings("arguments")) exercise_.arguments.push_back(word->get());
        exercise_.input = reader.string("input");
        read_streams(reader);
        if (const auto* limits = reader.table("limits", "{ pipe_size = 4096 }")) read_limits(*limits);
        exercise_.allowed = patterns(reader, "allowed");
        exercise_.forbidden = patterns(reader, "forbidden");
        exercise_.required = patterns(reader, "required");
        read_forbid(reader);
        exercise_.ends = reader.boolean("ends", true);
        read_memory(reader);
        read_refused(reader);
        if (const auto states = reader.integer("states", 1, 50'000'000))
            exercise_.most_states = static_cast<std::uint64_t>(*states);
        if (const auto seconds = reader.integer("seconds", 1, 86'400))
            exercise_.most_seconds = static_cast<double>(*seconds);
        if (const auto memory = reader.integer("memory_mb", 64, 65'536))
            exercise_.most_megabytes = static_cast<std::uint64_t>(*memory);
    }

    void read_memory(const TableReader& reader) {
        const toml::node* node = reader.find("memory");
        if (node == nullptr) return;
        const std::string model = reader.string("memory");
        if (model != "sc" && model != "tso")
            report_.error(
                node->source(),
                "memory is sc (stores are seen as they are made) or tso (they wait in store buffers, as on "
                "x86)");
        exercise_.has_store_buffers = model == "tso";
    }

    void read_refused(const TableReader& reader) {
        for (const auto* what : reader.strings("fail")) {
            exercise_.refused.push_back(what->get());
            if (what->get() != "malloc" && what->get() != "fork")
                report_.error(what->source(),
                              "'" + what->get() + "' cannot be made to fail: malloc and fork can");
        }
    }

    void read_streams(const TableReader& reader) {
        exercise_.boot.standard_streams = {kernel::StreamKind::file, kernel::StreamKind::terminal,
                                           kernel::StreamKind::terminal};
        const toml::node* node = reader.find("streams");
        if (node == nullptr) return;
        const std::string kind = reader.string("streams");
        if (kind != "terminal" && kind != "pipe" && kind != "file")
            report_.error(node->source(),
                          "streams is one of terminal, pipe, file: what standard output and error are");
        const kernel::StreamKind found = kind == "pipe"   ? kernel::StreamKind::pipe
                                         : kind == "file" ? kernel::StreamKind::file
                                                          : kernel::StreamKind::terminal;
        exercise_.boot.standard_streams[1] = exercise_.boot.standard_streams[2] = found;
    }

    void read_limits(const toml::table& table) {
        for (const auto& [key, value] : table) {
            const kernel::LimitSpec* spec = kernel::limit_named(key.str());
            const auto* number = value.as_integer();
            if (spec == nullptr) {
                report_.error(key.source(), "there is no limit '" + std::string(key.str()) +
                                                "'; 'ipclab limits' lists them");
            } else if (number == nullptr || number->get() < 0 ||
                       static_cast<std::uint64_t>(number->get()) < spec->smallest ||
                       static_cast<std::uint64_t>(number->get()) > spec->largest) {
                report_.error(value.source(), std::string(spec->name) + " is a whole number from " +
                                                  std::to_string(spec->smallest) + " to " +
                                                  std::to_string(spec->largest));
            } else {
                spec->set(exercise_.boot.limits, static_cast<std::uint64_t>(number->get()));
                exercise_.limits.push_back(std::string(spec->name) + "=" + std::to_string(number->get()));
            }
        }
    }

    std::vector<OutcomePattern> patterns(const TableReader& reader, std::string_view key) {
        std::vector<OutcomePattern> found;
        const toml::node* node = reader.find(key);
        if (node == nullptr) return found;
        const auto* array = node->as_array();
        if (array == nullptr || array->empty()) {
            report_.error(node->source(),
                          std::string(key) + " is a list of outcomes, such as [{ stdout = \"2\\n\" }]");
            return found;
        }
        for (const toml::node& element : *array) {
            const auto* table = element.as_table();
            if (table == nullptr || table->empty())
                report_.error(element.source(),
                              "an outcome is a table, such as { stdout = \"2\\n\", status = 0 }");
            else
                found.push_back(pattern(*table));
        }
        return found;
    }

    OutcomePattern pattern(const toml::table& table) {
        const TableReader reader(
            table, report_, "an outcome",
            {"stdout", "stdout_contains", "stderr", "stderr_contains", "status", "killed_by"});
        OutcomePattern made;
        const auto add = [&](const std::string& text) {
            made.text += (made.text.empty() ? "" : ", ") + text;
        };
        const auto text_of = [&](const char* key, const char* word, std::optional<std::string>& to) {
            if (reader.find(key) == nullptr) return;
            to = reader.string(key);
            add(std::string(word) + " " + in_quotes(*to));
        };
        text_of("stdout", "stdout is", made.stdout_is);
        text_of("stdout_contains", "stdout contains", made.stdout_contains);
        text_of("stderr", "stderr is", made.stderr_is);
        text_of("stderr_contains", "stderr contains", made.stderr_contains);
        if (const auto status = reader.integer("status", 0, 255)) {
            made.status = static_cast<std::int32_t>(*status);
            add("exit status " + std::to_string(*status));
        }
        if (const toml::node* node = reader.find("killed_by")) {
            made.killed_by = reader.string("killed_by");
            bool is_known = false;
            for (int signal = 1; signal < 32; ++signal)
                is_known = is_known || kernel::signal_name(signal) == made.killed_by;
            if (!is_known) report_.error(node->source(), "killed_by is a signal's name, such as SIGABRT");
            add("killed by " + made.killed_by);
        }
        return made;
    }

    void read_forbid(const TableReader& reader) {
        exercise_.forbid = {"deadlock", "lost wake-up", "stopped for ever",          "data race",
                            "crash",    "mistake",      "unsafe in a signal handler"};
        if (reader.find("forbid") == nullptr) return;
        exercise_.forbid.clear();
        for (const auto* kind : reader.strings("forbid")) {
            exercise_.forbid.push_back(kind->get());
            if (std::find(kinds_.begin(), kinds_.end(), kind->get()) != kinds_.end()) continue;
            std::string known;
            for (const std::string& each : kinds_) known += (known.empty() ? "" : ", ") + each;
            report_.error(kind->source(), "'" + kind->get() + "' is no kind of finding; there are: " + known);
        }
    }

    Reporter report_;
    const std::vector<std::string>& kinds_;
    Exercise exercise_;
};

}  // namespace

ExerciseResult parse_exercise(const std::string& file, std::string_view text,
                              const std::vector<std::string>& kinds) {
    std::vector<std::string> lines;
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        lines.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return ExerciseParser(file, lines, kinds).run(text);
}

}  // namespace ipclab::lesson
