#include "sim/explore/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "sim/explore/shortest.h"

namespace ipclab::explore {

using engine::Machine;

namespace {

constexpr std::uint64_t kMovesBetweenLooks = 4096, kInstructionsBetweenLooks = 10'000'000;
constexpr std::chrono::milliseconds kPatience{50};
constexpr std::string_view kStopped = "stopped";  // by on_progress

/// Whose turn it was when this one has moved: a packet's fate or a store is nobody's.
Actor turn_after(Actor mover, Actor last) {
    return !mover || is_task(mover) ? task_of(mover) : last;
}

}  // namespace

/// Who searches, too.
struct Search::Helper {
    Helper(const Search& first)
        : sharing(first.sharing_), search(first.initial_, first.options_, sharing, first.seen_) {}
    Sharing sharing;
    Search search;
    std::thread thread;
};

Search::Search(const Machine& initial, const Options& options, Sharing& sharing, SharedStateSet& seen,
               Goal goal)
    : initial_(initial),
      options_(options),
      sharing_(sharing),
      seen_(seen),
      goal_(std::move(goal)),
      states_(initial, sharing, options.reduces),
      graph_(options.most_graph_states) {}

Search::~Search() = default;

SearchEnd Search::run() {
    return options_.sampling ? draw_schedules() : search();
}

TupleView Search::tuple_of(std::size_t at) const {
    const std::size_t end = at + 1 < stack_.size() ? stack_[at + 1].begin : tuples_.size();
    return TupleView(tuples_).subspan(stack_[at].begin, end - stack_[at].begin);
}

/// The moves that led to a node.
Path Search::path_to(std::size_t at) const {
    Path path;
    for (; at > 0; at = stack_[at].before) path.push_back(stack_[at].by);
    path.insert(path.end(), begun_with_.rbegin(), begun_with_.rend());
    std::ranges::reverse(path);
    return path;
}

/// With a move from there; without nodes: to the start.
Path Search::path_by(std::size_t from, Actor by) const {
    if (stack_.empty()) return {};
    Path path = path_to(from);
    path.push_back(by);
    return path;
}

/// Whether the search has been there with as few preemptions or fewer; whoever moved last goes on for nothing.
bool Search::is_reached_sooner(const kernel::Digest& state, Actor last, std::uint32_t preemptions) {
    Arrival arrival{state};
    arrival.low += static_cast<std::uint64_t>(last.value) * 0x9e3779b97f4a7c15;
    std::uint32_t* known = preemptions_.find(arrival);
    if (known && *known <= preemptions) return true;
    if (known)
        *known = preemptions;
    else
        preemptions_.insert(arrival, preemptions);
    return false;
}

/// Looks whether the state that a move from a node has led to is new.
void Search::arrive(Successor& successor, std::size_t from) {
    const bool is_first = stack_.empty();
    const std::size_t changes = found_.changes();
    successor.number = graph_.note(successor.identity, states_.kernel_of(successor.state).rest,
                                   is_first ? 0 : stack_[from].number, successor.by);
    const bool is_new = seen_.insert(successor.identity);
    if (is_new) {
        is_reached_ |= goal_ && goal_(states_.state_of(successor.state).machine);
        found_.look_at(states_, is_first ? TupleView{} : tuple_of(from), successor.state,
                       [&] { return path_by(from, successor.by); });
        has_cpu_timers_ |= states_.kernel_of(successor.state).kernel.has_cpu_timers;
    }
    look_whether_all_is_found(changes);
    const Actor last = is_first ? Actor{} : turn_after(successor.by, stack_[from].last);
    successor.goes_on = options_.most_preemptions
                            ? !is_reached_sooner(successor.identity, last, successor.preemptions)
                            : is_new;
}

void Search::put(const Tuple& state, Node node) {
    node.begin = tuples_.size();
    stack_.push_back(node);
    tuples_.insert(tuples_.end(), state.begin(), state.end());
    ++waiting_;
    deepest_ = std::max<std::size_t>(deepest_, node.depth);
}

/// Whether progress is told and limits are looked at: moves can be long.
bool Search::is_time_to_look() {
    const std::uint64_t instructions = states_.mover().instructions();
    if (moves_ < next_look_ && instructions - looked_at_ < kInstructionsBetweenLooks) return false;
    next_look_ = moves_ + kMovesBetweenLooks;
    looked_at_ = instructions;
    return true;
}

std::uint64_t Search::own_bytes() const {
    return preemptions_.bytes() + tuples_.capacity() * sizeof(Number) + stack_.capacity() * sizeof(Node) +
           states_.bytes();
}

bool Search::is_limited() {
    Progress progress{
        seen_.size(), moves_, own_bytes(), deepest_, found_.outcomes().size(), found_.findings().size(),
        schedules_};
    if (crew_) {
        tell_crew();
        if (member_ > 0) return false;  // the first one looks, for all
        const Crew::Account all = crew_->account();
        const Crew::Counts counts = crew_->counts();
        progress.moves = all.moves;
        progress.bytes = all.bytes;
        progress.depth = all.deepest;
        progress.outcomes = counts.outcomes;
        progress.findings = counts.findings;
    }
    progress.bytes += seen_.bytes();
    if (progress.states > options_.most_states)
        limit_ = "the number of states";
    else if (progress.bytes > options_.most_bytes)
        limit_ = "memory";
    else if (options_.on_progress && !options_.on_progress(progress))
        limit_ = kStopped;
    return !limit_.empty();
}

/// One schedule, from the start until nobody can move.
SearchEnd Search::draw_schedule(Draw& draw) {
    draw.begin();
    StateSet been;
    Tuple state, next;
    Path made;
    const auto here = [&] { return made; };
    states_.begin(state);
    std::vector<Actor> actors;
    for (;;) {
        for (const MoveReport* report : states_.reports()) found_.look_at_move(*report, here);
        const kernel::Digest identity = states_.identity(state);
        if (!made.empty()) draw.note(made.back(), been.insert(identity));
        if (seen_.insert(identity)) {
            found_.look_at(states_, {}, state, here);
            has_cpu_timers_ |= states_.kernel_of(state).kernel.has_cpu_timers;
        }
        deepest_ = std::max(deepest_, made.size());
        if (sharing_.take_surprise()) return SearchEnd::surprised;
        if (is_time_to_look() && is_limited()) return SearchEnd::limited;
        actors.clear();
        for (std::size_t i = 0, count = states_.count_actors(state); i < count; ++i)
            actors.push_back(states_.actor(state, {}, i));
        if (actors.empty()) break;
        if (made.size() == kMostMovesOfSample) {
            ++cut_off_;
            break;
        }
        draw.order(actors);
        Actor mover{};
        const auto goes = [&](Actor actor) {
            ++moves_;
            mover = actor;
            return states_.move(state, actor, Collapse::MaySleep::no, next);
        };
        if (std::ranges::none_of(actors, goes)) {
            mover = *std::ranges::min_element(actors);
            states_.move(state, mover, Collapse::MaySleep::yes, next);
        }
        made.push_back(mover);
        state.swap(next);
    }
    ++schedules_;
    return SearchEnd::complete;
}

SearchEnd Search::draw_schedules() {
    Draw draw(*options_.sampling);
    SearchEnd end = SearchEnd::complete;
    while (schedules_ < options_.sampling->schedules && end == SearchEnd::complete) end = draw_schedule(draw);
    return end;
}

/// The start.
void Search::begin() {
    Successor first;
    states_.begin(first.state);
    look_at_reports(0, {});
    first.identity = states_.identity_of_all_alike(first.state);
    arrive(first, 0);
    put(first.state, {});
}

SearchEnd Search::search() {
    begin();
    const SearchEnd end = search_all();
    if (!crew_) return end;
    if (end != SearchEnd::complete) crew_->stop(end);
    search_in_crew();
    return dismiss_helpers();
}

void Search::look_at_reports(std::size_t from, Actor by) {
    if (states_.reports().empty()) return;
    const std::size_t changes = found_.changes();
    for (const MoveReport* report : states_.reports())
        found_.look_at_move(*report, [&] { return path_by(from, by); });
    look_whether_all_is_found(changes);
}

void Search::look_whether_all_is_found(std::size_t changes) {
    if (wanted_ && found_.changes() != changes) is_reached_ |= found_.has_all_of(*wanted_);
}

/// The next one of successors_ becomes what this leads to. False where the actor would only go to sleep, and may not.
bool Search::try_to_move(std::size_t from, Actor actor, Collapse::MaySleep may_sleep) {
    if (made_ == successors_.size()) successors_.emplace_back();
    Successor& next = successors_[made_];
    ++moves_;
    if (!states_.move(tuple_of(from), actor, may_sleep, next.state)) return false;
    ++made_;
    next.by = actor;
    next.identity = states_.identity_of_all_alike(next.state);
    seen_.prefetch(next.identity);
    look_at_reports(from, actor);
    return true;
}

/// First makes all moves, then looks which of the states are new that they lead to: looking up has to wait for memory, and
/// meanwhile the other moves are made.
void Search::go_on_from(std::size_t at) {
    const Node node = stack_[at];
    stack_[at].is_waiting = false;
    --waiting_;
    made_ = 0;
    Actor sleeper{};
    bool last_goes_on = false;
    for (std::size_t i = 0, count = states_.count_actors(tuple_of(at)); i < count; ++i) {
        const Actor actor = states_.actor(tuple_of(at), node.last, i);
        const bool is_preempted = last_goes_on && task_of(actor) != node.last && (!actor || is_task(actor));
        const std::uint32_t preemptions = node.preemptions + (is_preempted ? 1 : 0);
        if (options_.most_preemptions && preemptions > *options_.most_preemptions) {
            is_cut_ = true;
        } else if (try_to_move(at, actor, Collapse::MaySleep::no)) {
            successors_[made_ - 1].preemptions = preemptions;
            last_goes_on |= task_of(actor) == node.last;
        } else if (!sleeper || actor < sleeper) {
            sleeper = actor;  // always the same one, whichever way the search has come
        }
    }
    if (made_ == 0 && sleeper && try_to_move(at, sleeper, Collapse::MaySleep::yes))
        successors_[0].preemptions = node.preemptions;
    for (std::size_t i = 0; i < made_; ++i) arrive(successors_[i], at);
    // The first one's turn comes first.
    for (std::size_t i = made_; i-- > 0;)
        if (const Successor& each = successors_[i]; each.goes_on)
            put(each.state, {.before = at,
                             .depth = node.depth + 1,
                             .preemptions = each.preemptions,
                             .number = each.number,
                             .by = each.by,
                             .last = turn_after(each.by, node.last)});
}

/// Whether the search has been surprised, and has then gone on for a little: surprises come close together, and each would
/// cost a search of its own.
bool Search::is_to_begin_anew() {
    if (!sharing_.is_surprised()) return false;
    if (!begins_anew_at_)
        begins_anew_at_ = crew_ || options_.most_preemptions ? moves_ : moves_ + moves_ / 16;
    return moves_ >= *begins_anew_at_ && sharing_.take_surprise();
}

SearchEnd Search::search_all() {
    while (!stack_.empty()) {
        if (is_reached_) return SearchEnd::reached;  // whatever is known of sharing: it is a schedule
        if (is_to_begin_anew()) return SearchEnd::surprised;
        if (is_time_to_look() && is_limited()) return SearchEnd::limited;
        if (crew_) {
            if (crew_->is_over()) return SearchEnd::complete;  // of one's own part: the crew knows of all
            if (crew_->is_asked()) give_work();
        } else if (may_call_for_help()) {
            call_for_help();
        }
        if (stack_.back().is_waiting) {
            go_on_from(stack_.size() - 1);
            continue;
        }
        tuples_.resize(stack_.back().begin);
        stack_.pop_back();
        first_waiting_ = std::min(first_waiting_, stack_.size());
    }
    if (is_reached_) return SearchEnd::reached;
    return sharing_.take_surprise() ? SearchEnd::surprised : SearchEnd::complete;
}

// What depends on the way that a search takes is done by one alone.
bool Search::may_call_for_help() const {
    return options_.jobs > 1 && moves_ >= options_.most_moves_alone && !options_.most_preemptions && !goal_ &&
           !wanted_ && !graph_.is_recording() && sharing_.twins().empty() && !sharing_.is_surprised();
}

void Search::call_for_help() {
    seen_.share();
    known_without_help_ = std::make_unique<Sharing>(sharing_);
    found_without_help_ = found_;
    crew_ = std::make_shared<Crew>(sharing_, options_.jobs);
    for (std::size_t i = 1; i < options_.jobs; ++i) {
        Helper& helper = *helpers_.emplace_back(std::make_unique<Helper>(*this));
        helper.search.crew_ = crew_;
        helper.search.member_ = i;
        helper.search.graph_ = GraphRecorder(0);
        helper.thread = std::thread([&helper] { helper.search.search_in_crew(); });
    }
}

/// Takes work until there is none.
void Search::search_in_crew() {
    Tuple state;
    while (!crew_->is_over()) {
        if (member_ == 0 && is_limited()) {
            crew_->stop(SearchEnd::limited);
            break;
        }
        std::optional<Crew::Work> work = crew_->take(kPatience);
        if (!work) continue;
        begun_with_ = std::move(work->path);
        states_.take_apart(std::move(work->state), state);
        put(state, {.depth = static_cast<std::uint32_t>(begun_with_.size()), .last = work->last});
        if (const SearchEnd end = search_all(); end != SearchEnd::complete) crew_->stop(end);
        stack_.clear();
        tuples_.clear();
        waiting_ = first_waiting_ = 0;
    }
    tell_crew();
}

/// Gives away a state that waits for its turn, as far down as there is one: there is most left to do. Never the only one, or
/// two would go on in turns where there is work for one only.
void Search::give_work() {
    if (waiting_ < 2) return;
    while (!stack_[first_waiting_].is_waiting) ++first_waiting_;
    Node& given = stack_[first_waiting_];
    crew_->give({states_.state_of(tuple_of(first_waiting_)), path_to(first_waiting_), given.last});
    given.is_waiting = false;
    --waiting_;
}

void Search::tell_crew() {
    crew_->tell(member_, {moves_, own_bytes(), deepest_}, sharing_, found_);
}

/// Takes over what the others have come by.
SearchEnd Search::dismiss_helpers() {
    for (const auto& helper : helpers_) {
        helper->thread.join();
        has_cpu_timers_ |= helper->search.has_cpu_timers_;
        has_left_handler_ |= helper->search.states_.mover().has_left_handler();
        reaches_into_others_ |= helper->search.states_.mover().reaches_into_others();
    }
    const Crew::Account all = crew_->account();
    moves_ = all.moves;
    deepest_ = all.deepest;
    bytes_of_helpers_ = all.bytes - own_bytes();
    found_ = crew_->found();
    found_.take_ways_of(found_without_help_);
    const SearchEnd end = crew_->end();
    sharing_ = end == SearchEnd::surprised ? *known_without_help_ : crew_->knowledge();
    helpers_.clear();
    return end;
}

engine::Stretches Search::schedule_of(const Path& path) {
    return explore::schedule_of(initial_, states_.mover(), path);
}

std::string Search::what_is_left_out() {
    if (is_cut_)
        return fmt::format("schedules with more than {} preemptions are left out",
                           *options_.most_preemptions);
    if (has_cpu_timers_) return "timers of CPU time never expire here";
    if (has_left_handler_ || states_.mover().has_left_handler())
        return "siglongjmp() leaves a signal handler, and not every place for it to come from is tried";
    if (reaches_into_others_ || states_.mover().reaches_into_others())
        return "process_vm_readv() and process_vm_writev() reach into memory that counts as nobody else's";
    return {};
}

Collector Search::shorten() {
    // Who has told the search to stop does not want to wait for long after that.
    const std::uint64_t most_moves = limit_ == kStopped
                                         ? options_.most_moves_to_shorten
                                         : std::max(options_.most_moves_to_shorten, moves_ / 4);
    return find_shortest(states_, found_, most_moves);
}

/// Who of several has found a thing first, and so by which moves, is luck. For an outcome one schedule is as good as
/// another. A finding is told by what its schedule shows: what the first one did not find before they came, and what has no
/// short schedule, is looked for again by one alone, who finds it as without help.
void Search::find_as_one(const Collector& shortest) {
    const Collector missing = found_.findings_without(shortest).findings_without(found_without_help_);
    if (missing.findings().empty()) return;
    seen_.clear();
    Search alone(initial_, options_, sharing_, seen_);
    alone.wanted_ = &missing;
    alone.run();
    found_.take_ways_of(alone.found_);
}

Result Search::result(SearchEnd end) {
    Result result;
    if (limit_.empty()) limit_ = what_is_left_out();
    result.is_exhaustive = end == SearchEnd::complete && limit_.empty() && !options_.sampling;
    result.limit = limit_;
    result.schedules = schedules_;
    result.cut_off = cut_off_;
    result.states = seen_.size();
    result.moves = moves_;
    result.bytes = seen_.bytes() + preemptions_.bytes() + states_.bytes() + bytes_of_helpers_;
    result.deepest = deepest_;
    for (const auto& alike : sharing_.twins()) result.twins += alike.size();
    sharing_.freeze();
    const Collector shortest = shorten();
    if (crew_ && end == SearchEnd::complete) find_as_one(shortest);
    result.graph = graph_.graph();
    if (result.is_exhaustive)
        if (const auto endless = path_to_endless(result.graph)) result.to_endless = schedule_of(*endless);
    const Routes routes(graph_.graph());
    // Of the shorter schedule, unless the search has put one of its moves off: then of the one that it has found itself.
    const auto route_of = [&](const Path& shorter, const Path& found) {
        std::vector<std::uint32_t> route = routes.of(shorter);
        return route.size() == shorter.size() + 1 ? route : routes.of(found);
    };
    for (const auto& [outcome, path] : found_.outcomes()) {
        const auto shorter = shortest.outcomes().find(outcome);
        const Path& best = shorter == shortest.outcomes().end() ? path : shorter->second;
        result.outcomes.push_back({outcome, schedule_of(best), route_of(best, path)});
    }
    std::set<std::vector<std::string>> told;
    for (const auto& [key, found] : found_.findings()) {
        const auto shorter = shortest.findings().find(key);
        const Collector::Found& best = shorter == shortest.findings().end() ? found : shorter->second;
        Finding made{key.first, best.sentences, schedule_of(best.path), route_of(best.path, found.path)};
        if (made.sentences.empty()) made.sentences = explanations(initial_, made.schedule);
        if (!made.sentences.empty() && told.insert(made.sentences).second)
            result.findings.push_back(std::move(made));
    }
    result.untold = found_.uncounted();
    return result;
}

}  // namespace ipclab::explore
