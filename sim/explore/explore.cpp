#include "sim/explore/explore.h"

#include <memory>
#include <utility>

#include "kernel/network.h"
#include "sim/explore/atomicity.h"
#include "sim/explore/forever.h"
#include "sim/explore/lost_wakeup.h"
#include "sim/explore/reach.h"
#include "sim/explore/search.h"

namespace ipclab::explore {

using engine::Machine;

namespace {

/// With store buffers for what is known to be shared.
Machine with_buffers(const Machine& initial, const Options& options, const Sharing& sharing) {
    Machine machine = initial;
    if (!initial.buffered || initial.buffered->is_everything()) return machine;
    vm::SharedPlaces places = options.reduces ? sharing.buffered() : vm::SharedPlaces::everything();
    if (options.reduces)
        for (const vm::Place& each : initial.buffered->all()) places.add(each);
    machine.buffered = std::make_shared<const vm::SharedPlaces>(std::move(places));
    return machine;
}

bool may_exchange_twins(const Machine& initial, const Options& options) {
    const kernel::Limits& limits = initial.kernel.limits;
    return options.reduces && options.exchanges_twins && !options.most_preemptions && !options.sampling &&
           options.most_graph_states == 0 && !initial.buffered && !initial.refusals.any() &&
           limits.spurious_wakeups == 0 && kernel::possible_fates(limits).size() == 1;
}

void look_at_full_graph(const Machine& initial, const Options& options, Result& result) {
    result.not_for_ever = FullGraph::too_many(options);
    if (result.states > options.most_full_states) return;
    FullGraph graph(initial, options);
    result.not_for_ever = graph.problem;
    if (!graph.problem.empty()) return;
    result.full_states = graph.nodes.size();
    const std::size_t found = result.findings.size();
    look_for_ever(graph, result);
    look_for_atomicity(graph, result);
    if (result.findings.size() > found && graph.nodes.size() <= options.most_graph_states)
        result.full_graph = graph.graph();
}

}  // namespace

Result explore(const Machine& initial, const Options& options) {
    Sharing sharing;
    if (may_exchange_twins(initial, options)) sharing.seek_twins();
    Options now = options;
    for (;;) {
        const Machine machine = with_buffers(initial, options, sharing);
        SharedStateSet seen;
        Search search(machine, now, sharing, seen);
        const SearchEnd end = search.run();
        if (end == SearchEnd::surprised) {
            // What several have learned depends on who was faster: then one alone comes to it, too.
            now.jobs = search.had_help() ? 1 : options.jobs;
            continue;
        }
        Result result = search.result(end);
        result.buffered = machine.buffered;
        if (kernel::possible_fates(initial.kernel.limits).size() > 1)
            result.not_for_ever = "packets can be lost, duplicated or delayed";
        else if (result.is_exhaustive)
            look_at_full_graph(machine, options, result);
        add_lost_wakeups(machine, result);
        return result;
    }
}

ReachResult can_reach(const Machine& from, Sharing& known, const Goal& goal, std::uint64_t most_states) {
    Options options;
    options.most_states = most_states;
    // Looks come after many moves or many instructions, which may be those of few moves.
    std::uint64_t looks = 10 + most_states / 500;
    options.on_progress = [&](const Progress&) { return looks-- > 0; };
    for (;;) {
        const Machine machine = with_buffers(from, options, known);
        SharedStateSet seen;
        Search search(machine, options, known, seen, goal);
        const SearchEnd end = search.run();
        if (end == SearchEnd::surprised) continue;
        const bool is_all = end == SearchEnd::complete && search.what_is_left_out().empty();
        return {end == SearchEnd::reached ? Reach::yes
                : is_all                  ? Reach::no
                                          : Reach::unknown,
                search.states()};
    }
}

}  // namespace ipclab::explore
