#include "tests/support/manual.h"

#include <algorithm>
#include <cstdio>
#include <sstream>
#include <stdexcept>

namespace ipclab::testing {

namespace {

/// The text of all pages, one after the other; each begins with its .TH line.
std::string all_pages() {
    FILE* pipe = popen(
        "cd /usr/share/man 2>/dev/null && find man2 man3 man7 -name '*.gz' -type f | LC_ALL=C sort | xargs "
        "-r zcat",
        "r");
    if (pipe == nullptr) throw std::runtime_error("popen failed");
    std::string text;
    char buffer[65536];
    while (const std::size_t got = fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, got);
    pclose(pipe);
    return text;
}

/// One line of an example without roff's escapes (groff_char(7)).
std::string unescaped(const std::string& line) {
    static constexpr struct {
        const char* name;
        const char* text;
    } kCharacters[] = {{"aq", "'"}, {"dq", "\""}, {"ha", "^"}, {"ti", "~"}, {"ga", "`"}, {"rs", "\\"}};
    std::string out;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] != '\\' || i + 1 == line.size()) {
            out += line[i];
            continue;
        }
        const char next = line[++i];
        if (next == 'e') out += '\\';
        if (next == '-' || next == ' ') out += next;
        if (next == 'f') i += line[i + 1] == '(' ? 3 : 1;  // a font
        if (next == '(' || next == '[') {                  // \(aq and \[aq]
            for (const auto& character : kCharacters)
                if (line.compare(i + 1, 2, character.name) == 0) out += character.text;
            i += next == '(' ? 2 : 3;
        }
    }
    return out;
}

/// The second and third word of a .TH line as "name(section)".
std::string page_of(const std::string& line) {
    std::istringstream words(line);
    std::string macro, name, section;
    words >> macro >> name >> section;
    return unescaped(name) + '(' + section + ')';
}

bool is_taken(const std::vector<ManualExample>& examples, const std::string& page, const std::string& file) {
    return std::any_of(examples.begin(), examples.end(), [&](const ManualExample& example) {
        return example.page == page && example.file == file;
    });
}

/// Splits blocks that hold several files, each after a comment "File NAME".
void add_block(const std::string& page, const std::string& marked_name, const std::string& text,
               std::vector<ManualExample>& examples) {
    const std::string mark = "/*\n * File ";
    std::size_t at = text.find(mark);
    if (at == std::string::npos) {
        const bool is_program =
            text.find("#include") != std::string::npos && text.find("main(") != std::string::npos;
        if (marked_name.empty() && !is_program) return;
        const std::string stem = page.substr(0, page.find('('));
        std::string name = marked_name.empty() ? stem + ".c" : marked_name;
        for (int number = 2; is_taken(examples, page, name); ++number)
            name = stem + '-' + std::to_string(number) + ".c";
        examples.push_back({page, name, text});
        return;
    }
    while (at != std::string::npos) {
        const std::size_t next = text.find(mark, at + 1), name = at + mark.size();
        examples.push_back(
            {page, text.substr(name, text.find('\n', name) - name), text.substr(at, next - at)});
        at = next;
    }
}

std::vector<ManualExample> examples_in(const std::string& pages) {
    std::vector<ManualExample> examples;
    std::istringstream lines(pages);
    std::string page, marked_name, block;
    bool in_block = false;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(".TH ")) {
            page = page_of(line);
        } else if (line.starts_with(".\\\" SRC BEGIN (")) {
            const std::size_t begin = line.find('(') + 1;
            marked_name = line.substr(begin, line.find(')') - begin);
        } else if (line.starts_with(".\\\" SRC END")) {
            marked_name.clear();
        } else if (line == ".EX") {
            in_block = true;
            block.clear();
        } else if (line == ".EE") {
            if (in_block) add_block(page, marked_name, block, examples);
            in_block = false;
        } else if (in_block && !line.starts_with('.')) {
            block += unescaped(line) + '\n';
        }
    }
    return examples;
}

}  // namespace

const std::vector<ManualExample>& manual_examples() {
    static const std::vector<ManualExample> examples = examples_in(all_pages());
    return examples;
}

}  // namespace ipclab::testing
