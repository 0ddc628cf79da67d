// The way from sources to a program: each unit by itself, then what the program needs of the C library, then the linker.
#include <algorithm>
#include <optional>

#include "sim/cc/codegen.h"
#include "sim/libc/embedded.h"

namespace ipclab::cc {

namespace {

/// Nothing where the unit has errors.
std::optional<Module> compile_unit(Session& session, const std::string& name, std::string text,
                                   bool is_library) {
    const int errors = session.errors();
    Arena arena;
    Interner interner(arena);
    define_keywords(interner);
    Types types(arena);
    Preprocessor preprocessor(session, arena, interner);
    const std::uint16_t file = session.add_file(name, std::move(text), is_library);
    std::vector<Token> tokens = preprocessor.run(file);
    if (session.errors() != errors) return std::nullopt;  // what follows from a missing quote or header helps nobody
    Generator generator(session, is_library);
    Parser parser(session, arena, interner, types, preprocessor, std::move(tokens), generator);
    parser.run();
    if (session.errors() != errors) return std::nullopt;
    Module module = generator.finish(parser.globals());
    if (session.errors() != errors) return std::nullopt;
    return module;
}

/// The library's source that defines the symbol; null where none does.
const libc::EmbeddedFile* home_of(std::string_view symbol) {
    const auto index = libc::symbol_index();
    const auto home = std::ranges::lower_bound(index, symbol, {}, &libc::SymbolHome::symbol);
    if (home == index.end() || home->symbol != symbol) return nullptr;
    const auto sources = libc::sources();
    const auto source = std::ranges::lower_bound(sources, home->source, {}, &libc::EmbeddedFile::name);
    return source != sources.end() && source->name == home->source ? &*source : nullptr;
}

/// Adds units of the library until nothing is missing that it has.
bool add_library(Session& session, std::vector<Module>& modules) {
    std::vector<const libc::EmbeddedFile*> taken;
    std::vector<std::string> wanted{"_start"};
    while (!wanted.empty()) {
        bool added = false;
        for (const std::string& symbol : wanted) {
            const libc::EmbeddedFile* source = home_of(symbol);
            if (!source || std::ranges::find(taken, source) != taken.end()) continue;
            taken.push_back(source);
            auto module =
                compile_unit(session, "<" + std::string(source->name) + ">", std::string(source->text), true);
            if (!module) return false;
            modules.push_back(std::move(*module));
            added = true;
        }
        if (!added) break;
        wanted = undefined_names(modules);
    }
    return true;
}

}  // namespace

Result compile(const std::string& name, const std::vector<Source>& sources, const Options& options) {
    Session session(options);
    Result result;
    try {
        std::vector<Module> modules;
        bool whole = true;
        for (const Source& source : sources) {
            auto module = compile_unit(session, source.name, source.text, false);
            if (module)
                modules.push_back(std::move(*module));
            else
                whole = false;
        }
        if (whole && add_library(session, modules)) result.program = link(session, name, modules);
    } catch (const Abandon&) {
        result.program = nullptr;  // the reason has been reported
    }
    result.diagnostics = session.take_diagnostics();
    return result;
}

}  // namespace ipclab::cc
