#include "sim/trace/compare.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "kernel/result.h"
#include "kernel/signal_state.h"
#include "sim/trace/call_difference.h"
#include "sim/trace/canonical.h"
#include "sim/trace/decode.h"
#include "sim/trace/format.h"

namespace ipclab::trace {

namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::Sys;
using kernel::Trace;

constexpr std::size_t kLookAhead = 64;          // calls that are skipped at most to find a match again
constexpr std::uint64_t kNoHang = 1;            // WNOHANG
constexpr std::size_t kStreamBytes = 4u << 20;  // of a stream that are held against the other side

/// A call of one task, ready to be matched.
struct Item {
    std::size_t event = 0;
    CanonicalCall form;
    std::uint64_t key = 0;                   ///< equal keys are candidates for a match
    bool waited = false;                     ///< it was blocked
    std::optional<std::int32_t> woken_by{};  ///< and who woke it; 0: time or the outside
    bool waited_for_time() const { return waited && woken_by == 0; }
};

/// The bytes that a task read from or wrote to one descriptor, whatever the pieces.
struct Stream {
    std::uint64_t length = 0;
    std::string bytes;
    bool is_whole = true;  ///< `bytes` holds all of it
};
using StreamKey = std::pair<std::int32_t, bool>;  // descriptor; true: written

struct TaskData {
    std::int32_t tid = 0, process = 0;
    std::vector<Item> calls;
    std::vector<std::size_t> signals;  ///< deliveries that were not ignored
    std::optional<std::size_t> exit;
    std::vector<std::int32_t> children;  ///< in the order of their forks
    bool has_parent = false;
    std::map<StreamKey, Stream> streams;
    std::vector<std::pair<std::int64_t, std::int32_t>> collected;  ///< by wait4: child and status
};

/// Whether a delivery is one of the program's doings. ptrace(2) shows signals that would be dropped unseen, SIGCONT
/// to a process that is not stopped among them.
bool has_effect(kernel::SignalAction action) {
    return action != kernel::SignalAction::ignored && action != kernel::SignalAction::continued;
}

/// One trace, taken apart by tasks.
class Side {
  public:
    explicit Side(const Trace& trace) : trace_(trace) {
        for (const Event& event : trace.events) selector_.note(event);
        for (std::size_t i = 0; i < trace.events.size(); ++i) take(i);
    }

    const Trace& trace() const { return trace_; }
    TaskData* find(std::int32_t tid) {
        auto it = index_.find(tid);
        return it == index_.end() ? nullptr : &tasks_[it->second];
    }
    /// Whether one of its threads has called exit_group(2).
    bool has_left(std::int32_t process) const { return left_.contains(process); }
    /// Tasks that nobody in the trace forked.
    std::vector<std::int32_t> roots() const {
        std::vector<std::int32_t> found;
        for (const TaskData& task : tasks_)
            if (!task.has_parent) found.push_back(task.tid);
        return found;
    }

  private:
    TaskData& task(std::int32_t tid) {
        auto [it, is_new] = index_.try_emplace(tid, tasks_.size());
        if (is_new) {
            tasks_.emplace_back();
            tasks_.back().tid = tid;
        }
        return tasks_[it->second];
    }

    void take(std::size_t i) {
        const Event& event = trace_.events[i];
        if (!event.task) return;
        TaskData& data = task(event.task.value);
        if (event.process) data.process = event.process.value;
        switch (event.kind) {
            case EventKind::syscall:
                return take_call(i, data);
            case EventKind::blocked:
                waiting_[event.task.value] = true;
                return;
            case EventKind::signal_delivered:
                if (has_effect(static_cast<kernel::SignalAction>(event.result)) &&
                    !is_library_signal(event.number))
                    data.signals.push_back(i);
                return;
            case EventKind::forked: {
                data.children.push_back(event.other);
                TaskData& child = task(event.other);
                child.has_parent = true;
                return;
            }
            case EventKind::exited:
                data.exit = i;
                return;
            case EventKind::woken:
                woken_by_[event.task.value] = event.other;
                return;
            case EventKind::switched:
            case EventKind::signal_sent:
            case EventKind::signal_returned:
            case EventKind::executed:
            case EventKind::reaped:
            case EventKind::reparented:
            case EventKind::output:
            case EventKind::input:
            case EventKind::packet:
            case EventKind::explained:
                return;
        }
    }

    void take_call(std::size_t i, TaskData& data) {
        const Event& event = trace_.events[i];
        const bool waited = std::exchange(waiting_[event.task.value], false);
        const CallView call(trace_, event);
        if (!selector_.selects(trace_, event)) return;
        Item item{i, canonical_call(event), 0, waited, waited ? woken_by_[event.task.value] : std::nullopt};
        if (event.number == static_cast<std::uint16_t>(Sys::exit_group)) left_.insert(data.process);
        item.key = key_of(call, item.form);
        note_data(call, item.form, data);
        data.calls.push_back(std::move(item));
    }

    /// Name and first descriptor or path.
    static std::uint64_t key_of(const CallView& call, const CanonicalCall& form) {
        std::uint64_t key = (std::uint64_t{form.number} + 1) << 32;
        if (!form.spec || form.spec->argument_count == 0) return key;
        // A loop that collects whom it can, and a wait that sleeps, are not each other's counterparts.
        if (form.number == static_cast<std::uint16_t>(Sys::wait4))
            return key | (form.arg(call.event(), 2) & kNoHang);
        if (form.spec->args[0].kind == kernel::ArgKind::fd)
            return key | static_cast<std::uint32_t>(form.arg(call.event(), 0));
        for (std::size_t i = 0; i < form.spec->argument_count; ++i)
            if (form.spec->args[i].kind == kernel::ArgKind::path && form.from[i] != CanonicalCall::kFixed)
                if (const auto* item = call.item(static_cast<std::size_t>(form.from[i])))
                    for (std::uint8_t byte : item->bytes) key = key * 1099511628211u ^ byte;
        return key;
    }

    static void note_data(const CallView& call, const CanonicalCall& form, TaskData& data) {
        const auto number = static_cast<Sys>(form.number);
        const std::int64_t result = call.event().result;
        if (number == Sys::wait4 && result > 0) {
            std::int32_t status = 0;
            if (const auto* item = call.item(1); item && item->bytes.size() == sizeof status)
                std::copy(item->bytes.begin(), item->bytes.end(), reinterpret_cast<std::uint8_t*>(&status));
            data.collected.emplace_back(result, status);
        }
        const bool reads = number == Sys::read || number == Sys::readv;
        const bool writes = number == Sys::write || number == Sys::writev;
        if ((!reads && !writes) || result <= 0) return;
        Stream& stream = data.streams[{static_cast<std::int32_t>(call.arg(0)), writes}];
        const auto length = static_cast<std::uint64_t>(result);
        stream.length += length;
        const auto* item = call.item(1);
        if (!item || item->bytes.size() < length || stream.bytes.size() + length > kStreamBytes)
            stream.is_whole = false;
        if (stream.is_whole) stream.bytes.append(item->text().substr(0, length));
    }

    const Trace& trace_;
    std::vector<TaskData> tasks_;
    std::unordered_map<std::int32_t, std::size_t> index_;
    std::unordered_map<std::int32_t, bool> waiting_;
    std::unordered_map<std::int32_t, std::optional<std::int32_t>> woken_by_;
    std::set<std::int32_t> left_;
    CallSelector selector_;
};

std::string location(const Trace& trace, std::size_t index, const std::vector<SourceText>& sources) {
    const kernel::SourceLine at = trace.events[index].source;
    if (at.line == 0 || at.file >= sources.size()) return {};
    const SourceText& source = sources[at.file];
    std::string text = source.name + ":" + std::to_string(at.line);
    if (at.line <= source.lines.size()) {
        const std::string& line = source.lines[at.line - 1];
        const std::size_t begin = line.find_first_not_of(" \t");
        if (begin != std::string::npos) text += ": " + line.substr(begin);
    }
    return text;
}

class Comparer {
  public:
    Comparer(const Trace& left, const Trace& right, const CompareOptions& options)
        : left_(left), right_(right), options_(options) {}

    Comparison run() {
        match_roots();
        std::vector<std::vector<CompareRow>> rows(result_.tasks.size());
        for (std::size_t i = 0; i < result_.tasks.size(); ++i) {
            current_ = i;
            rows_ = &rows[i];
            compare_task(left_.find(result_.tasks[i].left.value), right_.find(result_.tasks[i].right.value));
        }
        merge(rows);
        count();
        return std::move(result_);
    }

  private:
    void match_roots() {
        const auto left = left_.roots(), right = right_.roots();
        for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i)
            match(i < left.size() ? left[i] : 0, i < right.size() ? right[i] : 0,
                  i == 0 ? "the first process" : "process " + std::to_string(i + 1));
    }

    /// Breadth would do as well; a chain of forks may be long, so the stack is our own.
    void match(std::int32_t left, std::int32_t right, std::string place) {
        struct Open {
            std::int32_t left, right;
            std::string place;
        };
        std::vector<Open> open{{left, right, std::move(place)}};
        while (!open.empty()) {
            const Open pair = std::move(open.back());
            open.pop_back();
            result_.tasks.push_back({kernel::Tid{pair.left}, kernel::Tid{pair.right}, pair.place});
            const TaskData* l = pair.left ? left_.find(pair.left) : nullptr;
            const TaskData* r = pair.right ? right_.find(pair.right) : nullptr;
            if (l && r) ids_.add(pair.left, pair.right);
            const std::size_t left_children = l ? l->children.size() : 0,
                              right_children = r ? r->children.size() : 0;
            for (std::size_t n = std::max(left_children, right_children); n > 0; --n)
                open.push_back({n <= left_children ? l->children[n - 1] : 0,
                                n <= right_children ? r->children[n - 1] : 0,
                                "child " + std::to_string(n) + " of " + short_place(pair.place)});
        }
    }

    /// "child 1 of child 2 of ..." is cut: the tree may be deep.
    static std::string short_place(const std::string& place) {
        constexpr std::size_t kLongest = 120;
        return place.size() <= kLongest ? place : place.substr(0, kLongest) + "...";
    }

    void add(std::optional<std::size_t> left, std::optional<std::size_t> right, Verdict verdict,
             std::string note = {}) {
        rows_->push_back({current_, left, right, verdict, std::move(note)});
    }

    void compare_task(TaskData* left, TaskData* right) {
        TaskData none;
        left_task_ = left ? left : &none;
        right_task_ = right ? right : &none;
        has_both_ = left && right;
        align_calls();
        align_signals();
        compare_exits();
    }

    // ---- Calls

    void align_calls() {
        const auto &l = left_task_->calls, &r = right_task_->calls;
        std::size_t i = 0, j = 0;
        while (i < l.size() && j < r.size()) {
            if (l[i].key == r[j].key) {
                pair(l[i++], r[j++]);
                continue;
            }
            const auto [skip_left, skip_right] = resynchronise(i, j);
            if (skip_left + skip_right == 0) {
                // No match near: the same call with another descriptor, or another call altogether.
                pair(l[i++], r[j++]);
                continue;
            }
            for (std::size_t n = 0; n < skip_left; ++n) alone(l[i++], true, false);
            for (std::size_t n = 0; n < skip_right; ++n) alone(r[j++], false, false);
        }
        const bool is_cut = i == l.size() || j == r.size();
        while (i < l.size()) alone(l[i++], true, is_cut);
        while (j < r.size()) alone(r[j++], false, is_cut);
    }

    /// The fewest calls to skip on both sides so that keys match again; {0, 0}: pair what is there.
    std::pair<std::size_t, std::size_t> resynchronise(std::size_t i, std::size_t j) const {
        const auto &l = left_task_->calls, &r = right_task_->calls;
        const bool same_name = l[i].form.number == r[j].form.number;
        if (same_name && i + 1 < l.size() && j + 1 < r.size() && l[i + 1].key == r[j + 1].key) return {0, 0};
        for (std::size_t skipped = 1; skipped <= kLookAhead; ++skipped)
            for (std::size_t a = 0; a <= skipped; ++a) {
                const std::size_t b = skipped - a;
                if (i + a >= l.size() || j + b >= r.size() || l[i + a].key != r[j + b].key) continue;
                // One and one would be skipped: then they are each other's counterpart.
                if (a == 1 && b == 1) return {0, 0};
                return {a, b};
            }
        return {0, 0};
    }

    void pair(const Item& l, const Item& r) {
        const CallView left(left_.trace(), left_.trace().events[l.event]);
        const CallView right(right_.trace(), right_.trace().events[r.event]);
        ++result_.calls_compared;
        std::string note;
        if (l.form.number != r.form.number)
            note = "other calls: " + left.name() + " and " + right.name();
        else
            note = call_difference(left, l.form, right, r.form, ids_);
        if (!note.empty()) {
            const bool is_timing = options_.mode == CompareMode::free_running &&
                                   l.form.number == r.form.number &&
                                   (same_stream(left, l.form) || same_collection(l.form) ||
                                    is_orphan_question(left) || is_orphan_question(right));
            return add(l.event, r.event, is_timing ? Verdict::timing : Verdict::different, note);
        }
        // Whether a time is over already, when it is looked at, depends on the clock.
        const bool is_by_time = l.waited_for_time() || r.waited_for_time();
        // In lock-step who sleeps is compared after each turn; a sleep that does not outlast its turn is Linux's own race.
        if (l.waited != r.waited && !is_by_time && !is_from_outside(left) &&
            options_.mode == CompareMode::free_running) {
            note = "only the " + (l.waited ? options_.left_name : options_.right_name) + " call had to wait";
            return add(l.event, r.event, Verdict::timing, note);
        }
        if (has_other_waker(l, r, left, right)) {
            note = "woken by process " + std::to_string(*l.woken_by) + " and by " +
                   (*r.woken_by ? "process " + std::to_string(*r.woken_by) : "time or the outside");
            return add(l.event, r.event, Verdict::different, note);
        }
        add(l.event, r.event, Verdict::same);
    }

    /// In lock-step, where who woke a call is whose turn it was. A time-out may come in another one's turn, so that only the
    /// simulated run knows of it; and a call that a signal interrupts is held before it ends.
    bool has_other_waker(const Item& l, const Item& r, const CallView& left, const CallView& right) const {
        if (options_.mode != CompareMode::lock_step || !l.woken_by || !r.woken_by || *l.woken_by == 0)
            return false;
        if (is_from_outside(left) || is_interruption(left.event().result) ||
            is_interruption(right.event().result))
            return false;
        return *r.woken_by == 0 || !ids_.is_same(*l.woken_by, *r.woken_by);
    }

    /// Whether it is up to the world outside when the call can go on.
    static bool is_from_outside(const CallView& call) {
        return call.event().object.kind == kernel::ObjectKind::stream;
    }

    /// A call without a counterpart. `is_last`: one of the two tasks makes no more calls.
    void alone(const Item& item, bool is_left, bool is_last) {
        const Trace& trace = is_left ? left_.trace() : right_.trace();
        const CallView call(trace, trace.events[item.event]);
        if (is_quiet(item.form)) return;
        bool is_timing = options_.is_cut_short && is_last;
        if (options_.mode == CompareMode::free_running && has_both_)
            is_timing = is_fruitless(call, item.form) || same_stream(call, item.form) ||
                        (is_last && is_stopped_by_others(left_, *left_task_) &&
                         is_stopped_by_others(right_, *right_task_)) ||
                        (is_last && (is_left ? goes_with_its_process(right_, *right_task_)
                                             : goes_with_its_process(left_, *left_task_)));
        const Verdict verdict = is_timing ? Verdict::timing
                                : is_left ? Verdict::only_left
                                          : Verdict::only_right;
        const std::string note =
            is_timing
                ? ""
                : "only the " + (is_left ? options_.left_name : options_.right_name) + " run makes this call";
        add(is_left ? std::optional(item.event) : std::nullopt,
            is_left ? std::nullopt : std::optional(item.event), verdict, note);
    }

    /// Another turn of a polling loop: it depends on speed how many there are.
    static bool is_fruitless(const CallView& call, const CanonicalCall& form) {
        const std::int64_t result = call.event().result;
        const auto number = static_cast<Sys>(form.number);
        if (number == Sys::wait4)
            return (result == 0 || result == -static_cast<std::int64_t>(kernel::Errno::echild)) &&
                   (call.arg(2) & kNoHang);
        // Time passes, that is all: another turn of `while (...) usleep(1000);`.
        if (number == Sys::clock_nanosleep) return true;
        // `while (!done) sigsuspend(&mask);`: standard signals coalesce, so it depends on speed how often it wakes.
        if (number == Sys::pause || number == Sys::rt_sigsuspend)
            return result == -static_cast<std::int64_t>(kernel::Errno::eintr);
        if (number == Sys::read || number == Sys::write)
            return result == -static_cast<std::int64_t>(kernel::Errno::eagain);
        return number == Sys::sched_yield;
    }

    /// Whether the call is a read or write of a stream that carried the same bytes on both sides: then only
    /// the pieces differ. A writer that is killed gets as far as timing lets it.
    bool same_stream(const CallView& call, const CanonicalCall& form) const {
        const auto number = static_cast<Sys>(form.number);
        const bool writes = number == Sys::write || number == Sys::writev;
        if (!writes && number != Sys::read && number != Sys::readv) return false;
        const StreamKey key{static_cast<std::int32_t>(call.arg(0)), writes};
        const auto l = left_task_->streams.find(key), r = right_task_->streams.find(key);
        if (l == left_task_->streams.end() || r == right_task_->streams.end()) return false;
        const Stream &left = l->second, &right = r->second;
        const std::string_view a = left.bytes, b = right.bytes;
        const std::size_t common = std::min(a.size(), b.size());
        if (a.substr(0, common) != b.substr(0, common)) return !writes && is_mixed(left, right);
        if (is_killed(left_, *left_task_) && is_killed(right_, *right_task_)) return true;
        return left.length == right.length;
    }

    /// What several writers put into one pipe comes out in the order that timing gives.
    static bool is_mixed(const Stream& left, const Stream& right) {
        if (!left.is_whole || !right.is_whole || left.length != right.length) return false;
        std::string a = left.bytes, b = right.bytes;
        std::sort(a.begin(), a.end());
        std::sort(b.begin(), b.end());
        return a == b;
    }

    static bool is_killed(const Side& side, const TaskData& task) {
        return task.exit && (side.trace().events[*task.exit].result & 0x7f) != 0;
    }

    /// How far a task gets that somebody else kills, is up to timing; a fault of its own always comes at one place.
    static bool is_stopped_by_others(const Side& side, const TaskData& task) {
        constexpr std::int64_t kFaults[] = {4, 5,  6, 7,
                                            8, 11, 31};  // SIGILL, TRAP, ABRT, BUS, FPE, SEGV, SYS
        return is_killed(side, task) &&
               std::find(std::begin(kFaults), std::end(kFaults),
                         side.trace().events[*task.exit].result & 0x7f) == std::end(kFaults);
    }

    /// _exit(2) in another thread has ended it: how far it got, is up to timing.
    static bool goes_with_its_process(const Side& side, const TaskData& task) {
        const bool ends_by_itself = !task.calls.empty() && task.calls.back().form.number ==
                                                               static_cast<std::uint16_t>(Sys::exit_group);
        return task.exit && !ends_by_itself && side.has_left(task.process);
    }

    /// getppid() of a process whose parent has ended: whether it already has depends on timing.
    static bool is_orphan_question(const CallView& call) {
        return static_cast<Sys>(call.event().number) == Sys::getppid && call.event().result == 1;
    }

    /// Whether the task collected the same children with the same statuses, in whatever order.
    bool same_collection(const CanonicalCall& form) const {
        if (static_cast<Sys>(form.number) != Sys::wait4) return false;
        auto left = left_task_->collected, right = right_task_->collected;
        if (left.size() != right.size()) return false;
        for (const auto& [child, status] : left) {
            const auto same =
                std::find_if(right.begin(), right.end(), [&, c = child, s = status](const auto& other) {
                    return other.second == s && ids_.is_same(c, other.first);
                });
            if (same == right.end()) return false;
            right.erase(same);
        }
        return true;
    }

    // ---- Signals and ends

    void align_signals() {
        const auto &l = left_task_->signals, &r = right_task_->signals;
        for (std::size_t i = 0; i < std::max(l.size(), r.size()); ++i) {
            const Event* left = i < l.size() ? &left_.trace().events[l[i]] : nullptr;
            const Event* right = i < r.size() ? &right_.trace().events[r[i]] : nullptr;
            if (left && right) {
                const bool same = left->number == right->number && left->result == right->result;
                add(l[i], r[i], same ? Verdict::same : Verdict::different,
                    same                            ? ""
                    : left->number == right->number ? "the signal acts differently"
                                                    : "other signals");
                continue;
            }
            // signal(7): standard signals coalesce, so how often SIGCHLD arrives depends on timing.
            const Event& one = left ? *left : *right;
            const bool is_timing =
                options_.is_cut_short ||
                (has_both_ && options_.mode == CompareMode::free_running && one.number == kernel::kSigChld);
            const Verdict verdict = is_timing ? Verdict::timing
                                    : left    ? Verdict::only_left
                                              : Verdict::only_right;
            add(left ? std::optional(l[i]) : std::nullopt, right ? std::optional(r[i]) : std::nullopt,
                verdict,
                is_timing ? ""
                          : "only the " + (left ? options_.left_name : options_.right_name) +
                                " run gets this signal");
        }
    }

    void compare_exits() {
        const auto left = left_task_->exit, right = right_task_->exit;
        if (!left && !right) return;
        if ((!left || !right) && options_.is_cut_short) return;
        if (!left || !right)
            return add(left, right, left ? Verdict::only_left : Verdict::only_right,
                       "only the " + (left ? options_.left_name : options_.right_name) + " task ends");
        constexpr std::int64_t kCoreDumped = 0x80;  // depends on RLIMIT_CORE
        const bool same = (left_.trace().events[*left].result & ~kCoreDumped) ==
                          (right_.trace().events[*right].result & ~kCoreDumped);
        add(left, right, same ? Verdict::same : Verdict::different, same ? "" : "the tasks end differently");
    }

    // ---- The whole

    /// Puts the rows of all tasks into the order of the left trace. Within a task, signals and the exit move
    /// to where they happened; what is only right stays behind its predecessor.
    void merge(std::vector<std::vector<CompareRow>>& rows) {
        struct Placed {
            std::size_t left, right;
            CompareRow row;
        };
        std::vector<Placed> all;
        for (auto& of_task : rows) {
            std::size_t at = 0;
            for (CompareRow& row : of_task) {
                at = row.left ? *row.left : at;
                const std::size_t right = row.right ? *row.right : 0;
                all.push_back({at, row.left ? 0 : right + 1, std::move(row)});
            }
        }
        std::stable_sort(all.begin(), all.end(), [](const Placed& a, const Placed& b) {
            return a.left != b.left ? a.left < b.left : a.right < b.right;
        });
        for (Placed& placed : all) result_.rows.push_back(std::move(placed.row));
    }

    void count() {
        for (const CompareRow& row : result_.rows) {
            if (row.verdict == Verdict::same || row.verdict == Verdict::timing) continue;
            if (result_.differences++ == 0) result_.first_difference = describe(row);
        }
    }

    std::string describe(const CompareRow& row) const {
        const TaskPair& task = result_.tasks[row.task];
        std::string text = task.place + ": " + row.note + "\n";
        auto side = [&](const std::string& name, const Trace& trace, std::optional<std::size_t> index,
                        const std::vector<SourceText>& sources) {
            text += "  " + name + ": ";
            if (!index) {
                text += "nothing\n";
                return;
            }
            text += format_event(trace, trace.events[*index]) + "\n";
            const std::string at = location(trace, *index, sources);
            if (!at.empty()) text += "    at " + at + "\n";
        };
        side(options_.left_name, left_.trace(), row.left, options_.left_sources);
        side(options_.right_name, right_.trace(), row.right, options_.right_sources);
        return text;
    }

    Side left_, right_;
    const CompareOptions& options_;
    IdMap ids_;
    Comparison result_;
    std::size_t current_ = 0;
    std::vector<CompareRow>* rows_ = nullptr;
    TaskData *left_task_ = nullptr, *right_task_ = nullptr;
    bool has_both_ = false;
};

/// At most `width` columns: cut with three dots, or filled with spaces. The text is ASCII but for paths.
std::string fitted(std::string text, std::size_t width) {
    if (text.size() > width) {
        text.resize(width - 3);
        return text + "...";
    }
    text.resize(width, ' ');
    return text;
}

char mark(Verdict verdict) {
    switch (verdict) {
        case Verdict::same:
            return ' ';
        case Verdict::different:
            return '|';
        case Verdict::only_left:
            return '<';
        case Verdict::only_right:
            return '>';
        case Verdict::timing:
            return '~';
    }
    return '?';
}

}  // namespace

Comparison compare(const Trace& left, const Trace& right, const CompareOptions& options) {
    return Comparer(left, right, options).run();
}

std::string side_by_side(const Comparison& comparison, const Trace& left, const Trace& right,
                         const CompareOptions& options, const SideBySideOptions& layout) {
    constexpr std::size_t kNarrowest = 40;
    const std::size_t column = (std::max(layout.width, kNarrowest) - 3) / 2;
    std::string out = fitted(options.left_name, column) + "   " + options.right_name + "\n";
    auto cell = [](const Trace& trace, std::optional<std::size_t> index) {
        if (!index) return std::string();
        const Event& event = trace.events[*index];
        return std::to_string(event.task.value) + " " + format_event(trace, event);
    };
    for (const CompareRow& row : comparison.rows) {
        if (layout.only_differences && (row.verdict == Verdict::same || row.verdict == Verdict::timing))
            continue;
        std::string line = fitted(cell(left, row.left), column) + " " + mark(row.verdict) + " ";
        line += fitted(cell(right, row.right), column);
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
        if (row.verdict == Verdict::different && !row.note.empty()) out += "    ^ " + row.note + "\n";
    }
    out += std::to_string(comparison.calls_compared) + (comparison.calls_compared == 1 ? " call" : " calls") +
           " compared, ";
    if (comparison.is_same()) return out + "no difference\n";
    out += std::to_string(comparison.differences) +
           (comparison.differences == 1 ? " difference" : " differences");
    return out + (layout.tells_first ? "; the first: " + comparison.first_difference : "\n");
}

}  // namespace ipclab::trace
