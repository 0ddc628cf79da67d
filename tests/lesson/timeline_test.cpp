// Time travel over every lesson: wherever one goes, the machine there is the one that was there before.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "sim/lesson/load.h"
#include "sim/lesson/play.h"
#include "sim/session/load.h"

using namespace ipclab;

namespace {

session::Loaded programs_of(const lesson::Lesson& lesson, const lesson::Setup& setup) {
    session::Loaded loaded = session::load(session::request_of(lesson, setup));
    REQUIRE(loaded.ok());
    return loaded;
}

engine::Timeline timeline_of(const session::Loaded& loaded, const lesson::Setup& setup) {
    std::string misfit;
    auto made = lesson::make_timeline(setup, loaded.programs, loaded.first, loaded.arguments, misfit);
    REQUIRE_MESSAGE(made, misfit);
    return std::move(*made);
}

engine::Timeline timeline_of(const lesson::Lesson& lesson, const lesson::Setup& setup) {
    return timeline_of(programs_of(lesson, setup), setup);
}

/// The machine at every step of the run, from the start to the end.
std::vector<engine::Machine> machines_forward(engine::Timeline& timeline) {
    std::vector<engine::Machine> machines{timeline.machine()};
    while (timeline.step_forward()) machines.push_back(timeline.machine());
    return machines;
}

template <typename Function>
void for_each_setup(Function function) {
    for (const auto& result : lesson::load_lessons(IPCLAB_SOURCE_DIR "/lessons")) {
        REQUIRE(result.lesson);
        for (const lesson::Setup& setup : result.lesson->setups) {
            CAPTURE(result.lesson->name);
            CAPTURE(setup.variant);
            function(*result.lesson, setup);
        }
    }
}

}  // namespace

TEST_CASE("going back to any event of a lesson and forward again gives the same machine") {
    for_each_setup([](const lesson::Lesson& lesson, const lesson::Setup& setup) {
        engine::Timeline timeline = timeline_of(lesson, setup);
        const std::vector<engine::Machine> machines = machines_forward(timeline);
        REQUIRE(machines.size() > 5);
        std::size_t wrong = 0;
        for (std::size_t step = machines.size() - 1; step-- > 0;) {
            REQUIRE(timeline.step_back());
            wrong += !(timeline.machine() == machines[step]);
        }
        CHECK(timeline.at_start());
        for (std::size_t event = 0; event < timeline.trace().events.size(); ++event) {
            timeline.seek_event(event);
            wrong += !(timeline.machine() == machines[timeline.position().step]);
        }
        timeline.seek_start();
        for (std::size_t step = 1; step < machines.size(); ++step) {
            REQUIRE(timeline.step_forward());
            wrong += !(timeline.machine() == machines[step]);
        }
        CHECK(wrong == 0);
    });
}

TEST_CASE("single instructions forward and back add up to the steps of a lesson") {
    for_each_setup([](const lesson::Lesson& lesson, const lesson::Setup& setup) {
        constexpr std::size_t kMost = 300, kLeast = 100;
        engine::Timeline timeline = timeline_of(lesson, setup);
        const engine::Machine start = timeline.machine();
        std::vector<engine::Machine> between;
        do
            between.push_back(timeline.machine());
        while (timeline.instruction_forward() && between.size() < kMost);
        REQUIRE(between.size() >= kLeast);
        if (between.size() < kMost) between.pop_back();  // the run has ended there
        std::size_t wrong = 0;
        for (std::size_t i = between.size(); i-- > 0;) {
            REQUIRE(timeline.instruction_back());
            wrong += !(timeline.machine() == between[i]);
        }
        CHECK(wrong == 0);
        CHECK(timeline.machine() == start);
    });
}

TEST_CASE("two runs of a lesson with the same seed give identical traces and machines") {
    for_each_setup([](const lesson::Lesson& lesson, lesson::Setup setup) {
        const session::Loaded programs = programs_of(lesson, setup);  // equal machines share their programs
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            setup.seed = seed;
            engine::Timeline one = timeline_of(programs, setup), other = timeline_of(programs, setup);
            one.run_to_end();
            other.run_to_end();
            CHECK(one.trace() == other.trace());
            CHECK(one.machine() == other.machine());
        }
    });
}
