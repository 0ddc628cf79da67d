// ipclab-view: the window, on the screen or as a picture.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/lesson/load.h"
#include "sim/session/costs.h"
#include "sim/session/limits.h"
#include "sim/session/load.h"
#include "sim/session/schedule_file.h"
#include "visualizer/app.h"
#include "visualizer/loader.h"

namespace {

using namespace ipclab;
using visualizer::Player;
namespace command = visualizer::command;

constexpr int kExitUsage = 125;

struct Arguments {
    std::vector<std::string> files, arguments, programs, defines, include_directories;
    std::string shell_line;
    std::string screenshot, at = "end", size, theme, replay;
    float scale = 0;
    std::size_t lesson_step = 0;
    std::vector<std::size_t> picks;
    std::optional<std::size_t> found;
    bool no_real = false, strict = false, explores = false;
    kernel::Limits limits;
    std::vector<kernel::Host> hosts;
    kernel::Costs costs;
};

int fail(const std::string& message) {
    fmt::print(stderr, "ipclab-view: {}\n", message);
    return kExitUsage;
}

/// Moves to where a picture is wanted: a number of events, "start", "end" or "blocked". False: not understood.
bool go_to(Player& player, const std::string& at) {
    if (!player.is_open()) return true;
    if (at == "end") {
        player.apply(command::SeekEnd{});
    } else if (at == "blocked") {
        player.apply(command::RunUntilBlocked{});
    } else if (at == "start" || at == "0") {
        player.apply(command::SeekStart{});
    } else {
        std::size_t event = 0;
        const auto [end, error] = std::from_chars(at.data(), at.data() + at.size(), event);
        if (error != std::errc{} || end != at.data() + at.size()) return false;
        while (player.recorded() < event && player.position() < event) {
            player.apply(command::Step{});
            const std::size_t before = player.position();
            player.settle();
            if (player.position() == before) break;
        }
        player.apply(command::SeekEvent{event - 1});
    }
    player.settle();
    return true;
}

bool parse_size(const std::string& text, int& width, int& height) {
    int used = 0;
    return std::sscanf(text.c_str(), "%dx%d%n", &width, &height, &used) == 2 &&
           used == static_cast<int>(text.size()) && width >= 64 && height >= 64 && width <= 16384 &&
           height <= 16384;
}

/// What the command line asks to see.
struct What {
    std::string title;
    std::optional<lesson::Lesson> lesson;
    session::Loaded loaded;
    std::string shell_line;
    session::SimulationOptions replayed;  // where a schedule is replayed
};

/// Empty, or a sentence that says what is wrong.
std::string find_what(const Arguments& a, What& what) {
    const bool is_lesson = a.files.size() == 1 && a.programs.empty() && a.shell_line.empty() &&
                           std::filesystem::path(a.files[0]).extension() != ".c";
    if (!a.replay.empty() && (is_lesson || (a.files.empty() && a.programs.empty() && a.shell_line.empty())))
        return "--replay needs the program whose schedule it is: ipclab view --replay FILE.schedule FILE.c";
    if (is_lesson) {
        std::string error;
        std::optional<std::filesystem::path> folder =
            lesson::find_lesson(session::lessons_directory(), a.files[0], error);
        if (!folder && std::filesystem::exists(std::filesystem::path(a.files[0]) / "lesson.md"))
            folder = a.files[0];
        if (!folder) return error;
        lesson::LoadResult result = lesson::load_lesson(*folder);
        what.title = a.files[0];
        // A lesson with mistakes is shown as a program with mistakes is: the places and what to do.
        if (!result.lesson) what.loaded.diagnostics = std::move(result.diagnostics);
        if (result.lesson) what.title = result.lesson->title;
        what.lesson = std::move(result.lesson);
        return {};
    }
    if (a.files.empty() && a.programs.empty() && a.shell_line.empty()) {
        what.title = "ipclab";
        return {};
    }
    session::ParsedRequest parsed = session::parse_request(a.files, a.arguments, a.programs, a.shell_line);
    if (!parsed.error.empty()) return parsed.error;
    parsed.request.defines = a.defines;
    parsed.request.include_directories = a.include_directories;
    what.loaded = session::load(parsed.request);
    if (!what.loaded.error.empty()) return what.loaded.error;
    what.shell_line = a.shell_line;
    what.title = !a.shell_line.empty()             ? a.shell_line
                 : parsed.request.programs.empty() ? "ipclab"
                                                   : parsed.request.programs.front().name;
    what.replayed.boot.limits = a.limits;
    what.replayed.boot.hosts = a.hosts;
    if (a.replay.empty() || !what.loaded.ok()) return {};
    return session::prepare_replay(a.replay, what.loaded, what.replayed).value_or("");
}

/// Opens it in the window and starts its real run.
void show(visualizer::App& app, What what, const Arguments& arguments) {
    using visualizer::RealWorld;
    const auto start_real = [&app, no_real = arguments.no_real](const session::Loaded& loaded,
                                                                const RealWorld& world) {
        if (no_real) return app.real().none("not asked for (--no-real)");
        if (!loaded.ok() || loaded.programs.empty()) return app.real().none("");
        app.real().start(visualizer::real_job(loaded, world), loaded.programs[loaded.first]->name);
    };
    if (!what.lesson) {
        start_real(what.loaded, {what.shell_line,
                                 what.replayed.boot.standard_streams,
                                 what.replayed.input,
                                 {},
                                 what.replayed.boot.hosts});
        engine::MachineOptions machine;
        machine.boot.limits = arguments.limits;
        machine.boot.hosts = arguments.hosts;
        machine.boot.costs = arguments.costs;
        if (!arguments.replay.empty()) {
            machine.boot = what.replayed.boot;
            machine.buffered = what.replayed.buffered;
        }
        return app.player().open(visualizer::compiled_of(what.loaded), what.title, machine,
                                 Player::Ahead::record, std::move(what.replayed.policy));
    }
    // Kept by setup: the real run is built from the same files.
    auto loaded = std::make_shared<std::map<std::size_t, session::Loaded>>();
    app.on_new_machine([&app, loaded, start_real](const lesson::Lesson& lesson, std::size_t setup) {
        const lesson::Setup& s = lesson.setups[setup];
        if (!s.on_real) return app.real().none("this part of the lesson is for the simulated kernel alone");
        start_real(loaded->at(setup),
                   {s.shell_line, s.boot.standard_streams, s.input, s.boot.files, s.boot.hosts});
    });
    app.open_lesson(std::move(*what.lesson), [loaded](const lesson::Lesson& lesson, std::size_t setup) {
        const session::Loaded& one =
            loaded->emplace(setup, session::load(visualizer::request_of(lesson, lesson.setups[setup])))
                .first->second;
        return visualizer::compiled_of(one);
    });
    // The steps before it are run, and their questions answered rightly; the step itself is run where --at says "end".
    const std::size_t last = std::min(arguments.lesson_step, app.lesson().pages() - 1);
    while (last > 0) {
        if (app.lesson().page() == last && (arguments.at != "end" || !app.lesson().can_run())) break;
        if (app.lesson().wants_answer()) app.answer_lesson(app.lesson().step()->predict->answer);
        app.advance_lesson(+1);
        app.player().settle();
    }
}

int run(const Arguments& a) {
    visualizer::WindowOptions options;
    options.is_picture = !a.screenshot.empty();
    options.scale = a.scale;
    if (options.is_picture) options.width = 1280, options.height = 800;
    if (!a.size.empty() && !parse_size(a.size, options.width, options.height))
        return fail("--size: write WIDTHxHEIGHT in pixels, as 1280x800");
    if (!a.theme.empty()) options.is_dark = a.theme == "dark";
    if (!options.is_picture && !visualizer::has_display())
        return fail(
            "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set).\n"
            "  For a picture instead: ipclab-view ... --screenshot FILE.png\n"
            "  For the terminal:      ipclab run FILE.c, ipclab lesson NAME");

    What what;
    if (const std::string error = find_what(a, what); !error.empty()) return fail(error);

    visualizer::App app(options);
    if (const std::string error = app.open("ipclab: " + what.title); !error.empty())
        return fail(error +
                    (options.is_picture
                         ? "\n  Pictures need Mesa's software OpenGL: packages libegl1 and libgl1-mesa-dri."
                         : ""));
    app.player().pause_at_mistakes(a.strict);
    show(app, std::move(what), a);
    if (a.explores || a.found) app.explore();
    if (!options.is_picture) {
        app.run();
        return 0;
    }
    if (a.lesson_step == 0 && !a.found && !go_to(app.player(), a.at))
        return fail("--at: a number of events, start, end or blocked");
    if (a.found) {
        app.show_found(*a.found - 1);
        app.player().apply(command::SeekFound{});
    }
    if (!a.picks.empty()) {
        std::vector<std::size_t> picks = a.picks;
        for (std::size_t& each : picks) --each;
        app.pick(picks);
    }
    const std::string error = app.picture(a.screenshot);
    return error.empty() ? 0 : fail(error);
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string> words(argv + 1, argv + argc);
    Arguments a;
    // What stands behind `--` is the toy program's, whatever it looks like.
    const auto dashes = std::find(words.begin(), words.end(), "--");
    if (dashes != words.end()) a.arguments.assign(dashes + 1, words.end());
    words.erase(dashes, words.end());

    CLI::App cli{"ipclab-view: watch a C program on a simulated kernel and on real Linux", "ipclab-view"};
    cli.set_version_flag("--version", "ipclab-view " IPCLAB_VERSION);
    cli.add_option("what", a.files, "a lesson's name, or C files of one program and its arguments")
        ->option_text("[LESSON | FILE.c... [-- ARGUMENT...]]");
    cli.add_option("--program", a.programs, "put an executable on the PATH; may be repeated")
        ->option_text("NAME=FILE.c[,FILE2.c]")
        ->take_all()
        ->allow_extra_args(false);
    cli.add_option("--sh", a.shell_line, "run this line in the toy shell")->option_text("LINE");
    cli.add_option("-D", a.defines, "define a macro, as cc -D")
        ->option_text("NAME[=VALUE]")
        ->take_all()
        ->allow_extra_args(false);
    cli.add_option("-I", a.include_directories, "look for headers in this directory, as cc -I")
        ->option_text("DIR")
        ->take_all()
        ->allow_extra_args(false);
    cli.add_option("--screenshot", a.screenshot,
                   "write a picture instead of opening a window; needs no display")
        ->option_text("FILE.png");
    cli.add_option("--at", a.at,
                   "where in the run the picture is taken: after so many events, start, end, blocked")
        ->option_text("EVENT|start|end|blocked");
    cli.add_option("--lesson-step", a.lesson_step,
                   "open a lesson at this step; with --at end (as it is without --at) the step is run")
        ->option_text("N");
    cli.add_option("--size", a.size, "pixels of the window or the picture")->option_text("WxH");
    cli.add_option("--theme", a.theme, "light or dark")->check(CLI::IsMember({"light", "dark"}));
    cli.add_option("--scale", a.scale, "size of everything; 1 is 96 dpi")
        ->option_text("S")
        ->check(CLI::Range(0.5, 6.0));
    cli.add_option("--replay", a.replay, "replay a schedule that 'ipclab explore --save' wrote")
        ->option_text("FILE")
        ->expected(1);
    cli.add_flag("--explore", a.explores, "explore every schedule, and show what was found");
    cli.add_option("--found", a.found,
                   "for pictures: with this outcome or finding on the stage, from 1; implies --explore")
        ->option_text("N")
        ->check(CLI::Range(std::size_t{1}, std::size_t{10'000}));
    cli.add_option("--pick", a.picks, "for pictures: be the scheduler, and pick these candidates, as 1,2,1")
        ->option_text("N,N,...")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->check(CLI::Range(std::size_t{1}, std::size_t{1000}));
    cli.add_flag("--no-real", a.no_real, "do not run the program on real Linux too");
    cli.add_flag("--strict", a.strict, "pause where the program makes a mistake that is explained");
    cli.add_option("--set", "a limit of the simulated system, as pipe_size=16 ('ipclab limits' lists them)")
        ->option_text("NAME=VALUE")
        ->allow_extra_args(false)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->check([&a](const std::string& text) { return session::set_limit(a.limits, text); });
    cli.add_option("--host", "a host of the network, as server=10.0.0.2; the first one is where programs are")
        ->option_text("NAME=ADDRESS")
        ->allow_extra_args(false)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->check([&a](const std::string& text) { return kernel::add_host(a.hosts, text); });
    cli.add_option("--costs", "what operations cost in simulated time: a file of 'ipclab calibrate'")
        ->option_text("FILE")
        ->expected(1)
        ->check([&a](const std::string& path) { return session::read_costs(a.costs, path); });
    std::reverse(words.begin(), words.end());
    try {
        cli.parse(words);
    } catch (const CLI::ParseError& error) {
        return cli.exit(error) == 0 ? 0 : kExitUsage;
    }
    return run(a);
}
