// TOML with places: values read by their types, every mistake reported with line, column and what to do. Used
// by load.cpp only (toml++ takes long to compile).
#pragma once

#include <toml++/toml.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/cc/diagnostic.h"
#include "sim/lesson/condition.h"

namespace ipclab::lesson {

/// Collects diagnostics about one file.
class Reporter {
  public:
    Reporter(std::string file, const std::vector<std::string>& lines)
        : file_(std::move(file)), lines_(lines) {}

    /// Lines and columns from 1, columns in bytes; line 0: the whole file.
    void error(std::size_t line, std::size_t column, std::size_t end_column, std::string message) {
        cc::Diagnostic diagnostic;
        diagnostic.file = file_;
        diagnostic.line = static_cast<std::uint32_t>(line);
        diagnostic.message = std::move(message);
        if (line >= 1 && line <= lines_.size()) {
            // As of C: where the place lies behind that, no line is shown.
            constexpr std::size_t kMostShown = 400;
            diagnostic.source_line = lines_[line - 1].substr(0, kMostShown);
            const std::size_t last = lines_[line - 1].size() + 1;
            column = std::clamp<std::size_t>(column, 1, last);
            diagnostic.column = static_cast<std::uint32_t>(column);
            diagnostic.end_column = static_cast<std::uint32_t>(std::clamp(end_column, column + 1, last + 1));
        }
        diagnostics_.push_back(std::move(diagnostic));
    }

    void error(const toml::source_region& at, std::string message) {
        const std::size_t begin = byte_column(at.begin);
        const std::size_t end = at.end.line == at.begin.line ? byte_column(at.end) : begin + 1;
        error(at.begin.line, begin, end, std::move(message));
    }

    /// A mistake inside a string value: `begin` and `end` count bytes from its first character.
    void error_in_string(const toml::source_region& at, const SentenceError& mistake) {
        const std::size_t first = byte_column(at.begin) + 1;  // behind the quote
        error(at.begin.line, first + mistake.begin, first + mistake.end, mistake.message);
    }

    std::vector<cc::Diagnostic> take() { return std::move(diagnostics_); }
    bool has_errors() const { return !diagnostics_.empty(); }

  private:
    /// toml++ counts code points, diagnostics count bytes.
    std::size_t byte_column(const toml::source_position& position) const {
        if (position.line < 1 || position.line > lines_.size()) return 1;
        const std::string& line = lines_[position.line - 1];
        std::size_t byte = 0;
        for (toml::source_index left = position.column; left > 1 && byte < line.size(); left--) {
            byte++;
            while (byte < line.size() && (static_cast<unsigned char>(line[byte]) & 0xc0) == 0x80) byte++;
        }
        return byte + 1;
    }

    std::string file_;
    const std::vector<std::string>& lines_;
    std::vector<cc::Diagnostic> diagnostics_;
};

/// Reads the values of one TOML table by their types, and reports every key that is not known.
class TableReader {
  public:
    TableReader(const toml::table& table, Reporter& reporter, std::string what,
                std::initializer_list<std::string_view> keys)
        : table_(table), reporter_(reporter), what_(std::move(what)), keys_(keys.begin(), keys.end()) {
        for (const auto& [key, value] : table) {
            if (std::find(keys_.begin(), keys_.end(), key.str()) != keys_.end()) continue;
            std::string known;
            for (const auto& name : keys_) known += (known.empty() ? "" : ", ") + name;
            const std::string near = suggestion(key.str(), keys_);
            reporter.error(key.source(), "unknown key '" + std::string(key.str()) + "' in " + what_ +
                                             (near.empty() ? "; known are " + known : near));
        }
    }

    const toml::node* find(std::string_view key) const { return table_.get(key); }

    std::string string(std::string_view key) const {
        const toml::node* node = find(key);
        if (node == nullptr) return {};
        if (const auto* value = node->as_string()) return value->get();
        reporter_.error(node->source(), std::string(key) + " must be a string in quotes");
        return {};
    }

    std::optional<std::int64_t> integer(std::string_view key, std::int64_t least, std::int64_t most) const {
        const toml::node* node = find(key);
        if (node == nullptr) return std::nullopt;
        const auto* value = node->as_integer();
        if (value != nullptr && value->get() >= least && value->get() <= most) return value->get();
        reporter_.error(node->source(), std::string(key) + " must be a whole number from " +
                                            std::to_string(least) + " to " + std::to_string(most));
        return std::nullopt;
    }

    bool boolean(std::string_view key, bool otherwise) const {
        const toml::node* node = find(key);
        if (node == nullptr) return otherwise;
        if (const auto* value = node->as_boolean()) return value->get();
        reporter_.error(node->source(), std::string(key) + " must be true or false");
        return otherwise;
    }

    const toml::table* table(std::string_view key, std::string_view example) const {
        const toml::node* node = find(key);
        if (node == nullptr) return nullptr;
        if (const auto* value = node->as_table()) return value;
        reporter_.error(node->source(),
                        std::string(key) + " must be a table, such as " + std::string(example));
        return nullptr;
    }

    /// The strings of an array, or the one string, with their places.
    std::vector<const toml::value<std::string>*> strings(std::string_view key) const {
        std::vector<const toml::value<std::string>*> result;
        if (const toml::node* node = find(key)) add_strings(*node, std::string(key), result);
        return result;
    }

    void add_strings(const toml::node& node, const std::string& name,
                     std::vector<const toml::value<std::string>*>& to) const {
        if (const auto* value = node.as_string()) {
            to.push_back(value);
        } else if (const auto* array = node.as_array()) {
            for (const toml::node& element : *array) {
                if (const auto* one = element.as_string()) {
                    to.push_back(one);
                } else {
                    reporter_.error(element.source(), name + " must have strings only");
                }
            }
        } else {
            reporter_.error(node.source(),
                            name + " must be a string or a list of strings, such as [\"a\", \"b\"]");
        }
    }

    void require(std::string_view key, const toml::source_region& where) const {
        if (find(key) == nullptr) reporter_.error(where, what_ + " needs the key '" + std::string(key) + "'");
    }

  private:
    const toml::table& table_;
    Reporter& reporter_;
    std::string what_;
    std::vector<std::string> keys_;
};

}  // namespace ipclab::lesson
