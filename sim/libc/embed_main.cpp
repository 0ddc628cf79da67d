// Build step: turns the C library's headers and sources into C++ that holds their text, and finds which
// source defines which external symbol.
//
//   libc_embed INCLUDE_DIR SOURCE_DIR FILES.cpp INDEX.cpp
//
// The symbols are found by a scan of each source's top level, which the library keeps plain: no macros that
// make definitions. tests/libc checks the result against what a compiler sees.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Tokens = std::vector<std::string>;

std::string read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// All files under `root` with one of the extensions, by the name relative to it.
std::map<std::string, std::string> collect(const fs::path& root, const std::string& extension) {
    std::map<std::string, std::string> files;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root))
        if (entry.is_regular_file() && entry.path().extension() == extension)
            files[fs::relative(entry.path(), root).generic_string()] = read(entry.path());
    return files;
}

std::size_t skip_quoted(const std::string& text, std::size_t at) {
    const char quote = text[at++];
    while (at < text.size() && text[at] != quote) at += text[at] == '\\' ? 2 : 1;
    return at + 1;
}

/// Identifiers and punctuation; without comments, preprocessor lines, literals and numbers.
Tokens tokenize(const std::string& text) {
    Tokens tokens;
    std::size_t at = 0;
    bool line_start = true;
    while (at < text.size()) {
        const char c = text[at];
        if (c == '\n') {
            line_start = true;
            at++;
        } else if (std::isspace(static_cast<unsigned char>(c))) {
            at++;
        } else if (text.compare(at, 2, "//") == 0) {
            at = std::min(text.find('\n', at), text.size());
        } else if (text.compare(at, 2, "/*") == 0) {
            at = std::min(text.find("*/", at + 2), text.size() - 2) + 2;
        } else if (c == '#' && line_start) {
            while (at < text.size() && text[at] != '\n') at += text[at] == '\\' ? 2 : 1;
        } else if (c == '"' || c == '\'') {
            line_start = false;
            at = skip_quoted(text, at);
        } else if (std::isalnum(static_cast<unsigned char>(c)) || c == '_') {
            line_start = false;
            std::size_t end = at;
            while (end < text.size() &&
                   (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_'))
                end++;
            tokens.push_back(text.substr(at, end - at));
            at = end;
        } else {
            line_start = false;
            tokens.emplace_back(1, c);
            at++;
        }
    }
    return tokens;
}

bool is_name(const std::string& token) {
    return std::isalpha(static_cast<unsigned char>(token[0])) || token[0] == '_';
}

/// Index of the token after the bracket that closes the one at `at`.
std::size_t skip_brackets(const Tokens& tokens, std::size_t at) {
    int depth = 0;
    for (; at < tokens.size(); at++) {
        const std::string& token = tokens[at];
        if (token == "(" || token == "{" || token == "[") depth++;
        if (token == ")" || token == "}" || token == "]")
            if (--depth == 0) return at + 1;
    }
    return at;
}

/// The name that a declarator (without its initialiser) declares; empty for a prototype.
std::string declared_name(const Tokens& declarator) {
    std::string last;
    for (std::size_t i = 0; i < declarator.size(); i++) {
        if (declarator[i] == "[") break;
        if (declarator[i] == "(") {
            if (i + 1 < declarator.size() && declarator[i + 1] == "*") {
                for (std::size_t j = i + 1; j < declarator.size() && declarator[j] != ")"; j++)
                    if (is_name(declarator[j])) return declarator[j];
            }
            return "";
        }
        if (is_name(declarator[i])) last = declarator[i];
    }
    return last;
}

void add_variables(const Tokens& declaration, std::vector<std::string>& symbols) {
    Tokens declarator;
    bool in_initializer = false;
    int depth = 0;
    for (std::size_t i = 0; i <= declaration.size(); i++) {
        const std::string token = i < declaration.size() ? declaration[i] : ",";
        if (token == "(" || token == "[") depth++;
        if (token == ")" || token == "]") depth--;
        if (token == "," && depth == 0) {
            const std::string name = declared_name(declarator);
            if (!name.empty()) symbols.push_back(name);
            declarator.clear();
            in_initializer = false;
        } else if (token == "=" && depth == 0) {
            in_initializer = true;
        } else if (!in_initializer) {
            declarator.push_back(token);
        }
    }
}

std::vector<std::string> external_definitions(const std::string& text) {
    const Tokens tokens = tokenize(text);
    std::vector<std::string> symbols;
    Tokens declaration;  // of the current top-level declaration, without attributes and the insides of braces
    bool has_body = false;
    bool only_a_type = false;  // "struct name { ... }" with nothing declared after it
    for (std::size_t i = 0; i < tokens.size();) {
        const std::string& token = tokens[i];
        if (token == "__attribute__" || token == "_Alignas") {
            i = skip_brackets(tokens, i + 1);
            continue;
        }
        const bool is_private =
            !declaration.empty() && (std::ranges::count(declaration, "static") > 0 ||
                                     declaration[0] == "extern" || declaration[0] == "typedef");
        if (token == "{") {
            i = skip_brackets(tokens, i);
            has_body = !declaration.empty() && declaration.back() == ")";
            if (has_body && !is_private) {
                const auto open = std::ranges::find(declaration, "(");
                if (open != declaration.begin()) symbols.push_back(*(open - 1));
            }
            only_a_type = !has_body;
            if (has_body) declaration.clear();
            continue;
        }
        if (token == ";") {
            const bool tag_only =
                declaration.size() <= 2 && !declaration.empty() &&
                (declaration[0] == "struct" || declaration[0] == "union" || declaration[0] == "enum");
            if (!is_private && !declaration.empty() && !(only_a_type && tag_only))
                add_variables(declaration, symbols);
            declaration.clear();
            only_a_type = false;
            i++;
            continue;
        }
        declaration.push_back(token);
        i++;
    }
    return symbols;
}

/// The texts are string_views with their lengths: counting a million characters is too much for a constant expression.
void write_files(std::ostream& out, const char* function, const std::map<std::string, std::string>& files) {
    out << "std::span<const EmbeddedFile> " << function
        << "() {\n    static constexpr EmbeddedFile files[] = {\n";
    for (const auto& [name, text] : files)
        out << "        {\"" << name << "\", R\"ipclab(" << text << ")ipclab\"sv},\n";
    out << "    };\n    return files;\n}\n\n";
}

constexpr const char* kPrologue = "#include \"sim/libc/embedded.h\"\n\nnamespace ipclab::libc {\n\nusing namespace std::string_view_literals;\n\n";
constexpr const char* kEpilogue = "}  // namespace ipclab::libc\n";

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        std::cerr << "usage: libc_embed INCLUDE_DIR SOURCE_DIR FILES.cpp INDEX.cpp\n";
        return 2;
    }
    const auto headers = collect(argv[1], ".h");
    const auto sources = collect(argv[2], ".c");
    std::ofstream files(argv[3]);
    files << kPrologue;
    write_files(files, "headers", headers);
    write_files(files, "sources", sources);
    files << kEpilogue;

    std::map<std::string, std::string> index;
    int failures = 0;
    for (const auto& [name, text] : sources)
        for (const std::string& symbol : external_definitions(text)) {
            const auto [position, added] = index.emplace(symbol, name);
            if (!added && position->second != name) {
                std::cerr << "libc_embed: " << symbol << " is defined in " << position->second << " and in "
                          << name << '\n';
                failures++;
            }
        }
    std::ofstream index_file(argv[4]);
    index_file
        << kPrologue
        << "std::span<const SymbolHome> symbol_index() {\n    static constexpr SymbolHome homes[] = {\n";
    for (const auto& [symbol, source] : index)
        index_file << "        {\"" << symbol << "\", \"" << source << "\"},\n";
    index_file << "    };\n    return homes;\n}\n\n" << kEpilogue;
    return failures > 0 || !files || !index_file;
}
